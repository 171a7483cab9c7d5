// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's memory: the ranges that QEMU has given by file descriptor. What is no such range is
 * no memory, and an access to it an abort. Aligned accesses of up to 8 bytes are single-copy
 * atomic; they acquire and release, as a coherent device's do.
 *
 * Invariant: no access ends the process. Where the file behind a range has become too short, or
 * cannot be extended, the kernel answers with SIGBUS; the range is lost then, and no memory either.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lab.h"

#define MAX_RANGES	256

struct range {
	u64 gpa, size, offset;
	dev_t dev;
	ino_t ino;
	u8 *map;		/* NULL: named without a descriptor, not reachable */
	bool writable;
	/* SIGBUS has come: of its own anonymous memory now, so that the access could end. */
	volatile sig_atomic_t lost;
	unsigned int owners;
};

struct claim {
	const void *owner;
	u64 gpa, size;
};

struct memory {
	struct range range[MAX_RANGES];
	struct claim claim[MAX_RANGES * 4];
	unsigned int nr_ranges, nr_claims, last;
	volatile sig_atomic_t any_lost;	/* memory_lost() has not looked since */
};

/* ---------------------------------------------------------------- memory that is taken away */

static struct memory *guarded;
static struct sigaction before;

/*
 * A range whose file does not reach that far any more gets other memory in its place, all of it:
 * the access goes on there, and who made it looks at @lost behind it. The signal is synchronous, of
 * an access in load(), store() or memory_cas64(), so the ranges are as they should be.
 */
static void bus_error(int sig, siginfo_t *info, void *context)
{
	const u8 *at = info->si_addr;

	(void)context;
	for (unsigned int i = 0; info->si_code > 0 && guarded && i < guarded->nr_ranges; i++) {
		struct range *r = &guarded->range[i];

		if (!r->map || at < r->map || at >= r->map + r->size)
			continue;
		/* By its number: a library's mmap() may do more than a signal handler can. */
		if (syscall(SYS_mmap, r->map, r->size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) < 0)
			break;
		r->lost = true;
		guarded->any_lost = true;
		return;
	}
	/* Not ours: it comes again, to whoever was there before. */
	sigaction(SIGBUS, &before, NULL);
	if (info->si_code <= 0)
		raise(sig);
}

struct memory *memory_new(void)
{
	struct sigaction action = { .sa_sigaction = bus_error, .sa_flags = SA_SIGINFO };

	guarded = calloc(1, sizeof(struct memory));
	if (guarded)
		sigaction(SIGBUS, &action, &before);
	return guarded;
}

const void *memory_lost(struct memory *mem, u64 *gpa, u64 *size)
{
	for (unsigned int i = 0; mem->any_lost && i < mem->nr_claims; i++) {
		const struct claim *c = &mem->claim[i];

		for (unsigned int k = 0; c->owner && k < mem->nr_ranges; k++) {
			if (mem->range[k].gpa != c->gpa || !mem->range[k].lost)
				continue;
			*gpa = c->gpa;
			*size = c->size;
			return c->owner;
		}
	}
	mem->any_lost = false;
	return NULL;
}

/* ---------------------------------------------------------------- ranges */

static void range_drop(struct memory *mem, u64 gpa)
{
	for (unsigned int i = 0; i < mem->nr_ranges; i++) {
		struct range *r = &mem->range[i];

		if (r->gpa != gpa || --r->owners)
			continue;
		if (r->map)
			munmap(r->map, r->size);
		*r = mem->range[--mem->nr_ranges];
		mem->last = 0;
		return;
	}
}

void memory_free(struct memory *mem)
{
	if (!mem)
		return;
	while (mem->nr_claims)
		memory_unmap_all(mem, mem->claim[0].owner);
	sigaction(SIGBUS, &before, NULL);
	guarded = NULL;
	free(mem);
}

static bool overlaps(u64 a, u64 a_sz, u64 b, u64 b_sz)
{
	return a < b + b_sz && b < a + a_sz;
}

/*
 * The range that @gpa and @size name already, of the same memory; *@err is EEXIST where they meet
 * another one.
 */
static struct range *range_same(struct memory *mem, const struct range *want, int *err)
{
	*err = 0;
	for (unsigned int i = 0; i < mem->nr_ranges; i++) {
		struct range *r = &mem->range[i];

		if (!overlaps(r->gpa, r->size, want->gpa, want->size))
			continue;
		if (r->gpa == want->gpa && r->size == want->size && r->offset == want->offset &&
		    r->dev == want->dev && r->ino == want->ino && r->writable == want->writable)
			return r;
		*err = EEXIST;
		return NULL;
	}
	return NULL;
}

static int range_map(struct range *r, int fd)
{
	struct stat st;

	if (fd < 0)
		return 0;
	if (fstat(fd, &st))
		return EBADF;
	/* Beyond its end every access would be a SIGBUS. */
	if (S_ISREG(st.st_mode) &&
	    (r->offset > (u64)st.st_size || r->size > (u64)st.st_size - r->offset))
		return EINVAL;
	r->dev = st.st_dev;
	r->ino = st.st_ino;
	r->map = mmap(NULL, r->size, PROT_READ | (r->writable ? PROT_WRITE : 0), MAP_SHARED, fd,
		      (off_t)r->offset);
	if (r->map == MAP_FAILED) {
		r->map = NULL;
		return errno;
	}
	return 0;
}

int memory_map(struct memory *mem, const void *owner, u64 gpa, u64 size, int fd, u64 offset,
	       bool writable)
{
	struct range want = { .gpa = gpa, .size = size, .offset = offset, .writable = writable };
	struct range *r;
	int err;

	if (!size || gpa + size < gpa || offset + size < offset)
		return EINVAL;
	for (unsigned int i = 0; i < mem->nr_claims; i++) {
		if (mem->claim[i].owner == owner &&
		    overlaps(mem->claim[i].gpa, mem->claim[i].size, gpa, size))
			return EEXIST;
	}
	if (mem->nr_claims == ARRAY_SIZE(mem->claim) || mem->nr_ranges == MAX_RANGES)
		return ENOSPC;
	err = range_map(&want, fd);
	if (err)
		return err;
	r = range_same(mem, &want, &err);
	if (r || err) {
		if (want.map)
			munmap(want.map, want.size);
		if (err)
			return err;
	} else {
		r = &mem->range[mem->nr_ranges++];
		*r = want;
	}
	r->owners++;
	mem->claim[mem->nr_claims++] = (struct claim){ owner, gpa, size };
	return 0;
}

int memory_unmap(struct memory *mem, const void *owner, u64 gpa, u64 size)
{
	for (unsigned int i = 0; i < mem->nr_claims; i++) {
		struct claim *c = &mem->claim[i];

		if (c->owner != owner || c->gpa != gpa || c->size != size)
			continue;
		*c = mem->claim[--mem->nr_claims];
		range_drop(mem, gpa);
		return 0;
	}
	return ENOENT;
}

void memory_unmap_all(struct memory *mem, const void *owner)
{
	for (unsigned int i = 0; i < mem->nr_claims; ) {
		struct claim c = mem->claim[i];

		if (c.owner == owner)
			memory_unmap(mem, owner, c.gpa, c.size);
		else
			i++;
	}
}

void memory_retire(struct memory *mem, const void *owner)
{
	for (unsigned int i = 0; i < mem->nr_claims; i++) {
		if (mem->claim[i].owner == owner)
			mem->claim[i].owner = NULL;
	}
}

void memory_forget(struct memory *mem)
{
	memory_unmap_all(mem, NULL);
}

/* Where @gpa is, and how many of @n bytes follow it there. */
static u8 *find(struct memory *mem, u64 gpa, size_t n, bool write, size_t *run)
{
	for (unsigned int i = 0; i < mem->nr_ranges; i++) {
		unsigned int at = (mem->last + i) % mem->nr_ranges;
		const struct range *r = &mem->range[at];

		if (gpa - r->gpa >= r->size)
			continue;
		if (!r->map || r->lost || (write && !r->writable))
			return NULL;
		mem->last = at;
		*run = n < r->size - (gpa - r->gpa) ? n : r->size - (gpa - r->gpa);
		return r->map + (gpa - r->gpa);
	}
	return NULL;
}

static bool all_there(struct memory *mem, u64 gpa, size_t n, bool write)
{
	size_t run;

	for (; n; n -= run, gpa += run) {
		if (!find(mem, gpa, n, write, &run))
			return false;
	}
	return true;
}

static bool aligned(const void *a, size_t n)
{
	return !((uintptr_t)a & (n - 1));
}

static void load(void *to, const u8 *from, size_t n)
{
	u8 *out = to;

	/* Whole words each at once: what one store of a CPU wrote is never seen in halves. */
	for (; n >= 8 && aligned(from, 8); n -= 8, from += 8, out += 8) {
		u64 v = __atomic_load_n((const u64 *)from, __ATOMIC_ACQUIRE);

		memcpy(out, &v, 8);
	}
	if (n == 4 && aligned(from, 4)) {
		u32 v = __atomic_load_n((const u32 *)from, __ATOMIC_ACQUIRE);

		memcpy(out, &v, 4);
	} else if (n == 2 && aligned(from, 2)) {
		u16 v = __atomic_load_n((const u16 *)from, __ATOMIC_ACQUIRE);

		memcpy(out, &v, 2);
	} else if (n) {
		memcpy(out, from, n);
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
	}
}

static void store(u8 *to, const void *from, size_t n)
{
	const u8 *in = from;

	for (; n >= 8 && aligned(to, 8); n -= 8, in += 8, to += 8) {
		u64 v;

		memcpy(&v, in, 8);
		__atomic_store_n((u64 *)to, v, __ATOMIC_RELEASE);
	}
	if (n == 4 && aligned(to, 4)) {
		u32 v;

		memcpy(&v, in, 4);
		__atomic_store_n((u32 *)to, v, __ATOMIC_RELEASE);
	} else if (n == 2 && aligned(to, 2)) {
		u16 v;

		memcpy(&v, in, 2);
		__atomic_store_n((u16 *)to, v, __ATOMIC_RELEASE);
	} else if (n) {
		__atomic_thread_fence(__ATOMIC_RELEASE);
		memcpy(to, in, n);
	}
}

/* Whether the range that find() has found last is still there: asked behind each access. */
static bool held(const struct memory *mem)
{
	return !mem->range[mem->last].lost;
}

int memory_read(struct memory *mem, u64 gpa, void *buf, size_t n)
{
	size_t run;
	u8 *p;

	if (!all_there(mem, gpa, n, false))
		return -1;
	for (u8 *to = buf; n; n -= run, gpa += run, to += run) {
		p = find(mem, gpa, n, false, &run);
		load(to, p, run);
		if (!held(mem))
			return -1;
	}
	return 0;
}

int memory_write(struct memory *mem, u64 gpa, const void *buf, size_t n)
{
	size_t run;
	u8 *p;

	if (!all_there(mem, gpa, n, true))
		return -1;
	for (const u8 *from = buf; n; n -= run, gpa += run, from += run) {
		p = find(mem, gpa, n, true, &run);
		store(p, from, run);
		if (!held(mem))
			return -1;
	}
	return 0;
}

int memory_cas64(struct memory *mem, u64 gpa, u64 want, u64 set, u64 *seen)
{
	size_t run;
	u8 *p = gpa & 7 ? NULL : find(mem, gpa, 8, true, &run);

	if (!p || run < 8 || ((uintptr_t)p & 7))
		return -1;
	*seen = want;
	__atomic_compare_exchange_n((u64 *)p, seen, set, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	return held(mem) ? 0 : -1;
}

size_t memory_bytes(const struct memory *mem)
{
	size_t n = 0;

	for (unsigned int i = 0; i < mem->nr_ranges; i++)
		n += mem->range[i].map && !mem->range[i].lost ? mem->range[i].size : 0;
	return n;
}
