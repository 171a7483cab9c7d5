/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Buffers of every kind, jobs in them that must succeed, and jobs that must not.
 */
#ifndef SVAJOB_BUFFER_H
#define SVAJOB_BUFFER_H

#include "svajob.h"

/* ---------------------------------------------------------------- buffers */

/**
 * struct buffer - memory of some kind
 * @kind: which
 * @p: the memory
 * @len: bytes in use
 * @room: bytes to unmap
 * @base: what to unmap
 */
struct buffer {
	enum kind kind;
	void *p, *base;
	u64 len, room;
};

#define HUGE_SZ (2u << 20)

static void *map_new_pages(u64 room, int flags, int fd)
{
	void *p = mmap(NULL, room, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (p == MAP_FAILED)
		die("mmap of %llu bytes: %s", (unsigned long long)room, strerror(errno));
	return p;
}

static int file_new(u64 room)
{
	char name[] = "/tmp/svajob.XXXXXX";
	int fd = mkstemp(name);

	if (fd < 0 || ftruncate(fd, room))
		die("a file of %llu bytes: %s", (unsigned long long)room, strerror(errno));
	unlink(name);
	return fd;
}

static void pages_read(const volatile char *p, u64 len)
{
	u64 at;

	for (at = 0; at < len; at += PAGE)
		(void)p[at];
}

/* Pages are there only if the device cannot wait for them. */
static struct buffer buffer_new(enum kind kind, u64 len, void *stack, u64 *state)
{
	u64 room = (len + 2 * PAGE - 1) & ~(PAGE - 1);
	struct buffer b = { .kind = kind, .len = len, .room = room };
	int fd;

	switch (kind) {
	case MALLOC:
		b.base = malloc(room);
		break;
	case STACK:
		room = len;
		b.base = stack;
		break;
	case FILE_BACKED:
		fd = file_new(room);
		b.base = map_new_pages(room, chance(state) & 1 ? MAP_SHARED : MAP_PRIVATE, fd);
		close(fd);
		break;
	case MLOCK:
		b.base = map_new_pages(room, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		/* Where the limit forbids it, it is one more of mmap's. */
		(void)mlock(b.base, room);
		break;
	case HUGE:
		room = ((len + HUGE_SZ) & ~(HUGE_SZ - 1ull)) + HUGE_SZ;
		b.base = map_new_pages(room, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		madvise(b.base, room, MADV_HUGEPAGE);
		break;
	case SHARED:
	case CLEAN:
		b.base = map_new_pages(room, MAP_SHARED | MAP_ANONYMOUS, -1);
		break;
	default:
		b.base = map_new_pages(room, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	}
	if (!b.base)
		die("no memory");
	b.room = room;
	b.p = (char *)b.base + (room > len ? chance(state) % (room - len) & ~7ull : 0);
	/* Read, not written: the first write is the device's, which the tables have to be told. */
	if (kind == CLEAN)
		pages_read(b.base, room);
	else if (!opt.faults)
		memset(b.base, 0, room);
	return b;
}

static void buffer_free(struct buffer *b)
{
	if (b->kind == MALLOC)
		free(b->base);
	else if (b->kind != STACK && munmap(b->base, b->room))
		die("munmap: %s", strerror(errno));
}

static void buffer_fill(struct buffer *b, u64 seed)
{
	unsigned char *p = b->p;
	u64 i;

	for (i = 0; i < b->len; i++)
		p[i] = labdev_pattern_byte(seed, i);
}

static void buffer_want(const struct buffer *b, u64 seed, const char *what)
{
	const unsigned char *p = b->p;
	u64 i;

	for (i = 0; i < b->len; i++)
		if (p[i] != labdev_pattern_byte(seed, i))
			die("%s in %s memory: byte %llu of %llu at %p: wanted %#x, seen: %#x", what,
			    kind_names[b->kind], (unsigned long long)i, (unsigned long long)b->len,
			    b->p, labdev_pattern_byte(seed, i), p[i]);
}

/* ---------------------------------------------------------------- good jobs */

static void job_ok(const struct labdev_job_wait *w, const struct buffer *b, const char *what)
{
	if (w->result != LABDEV_RES_OK)
		die("%s in %s memory at %p: wanted ok, seen: %s after %llu bytes, %u stalls, "
		    "%u requests, fault at %#llx", what, kind_names[b->kind], b->p,
		    result_name(w->result), (unsigned long long)w->done, w->stalls, w->page_reqs,
		    (unsigned long long)w->fault_addr);
	tally_add(&tally->jobs, 1);
	tally_add(&tally->bytes, w->done);
}

static void go_fill(int dev, struct buffer *dst, u64 seed)
{
	struct labdev_job_wait w = sva_run(dev, LABDEV_OP_WRITE, NULL, dst->p, dst->len, seed);

	job_ok(&w, dst, "fill");
	buffer_want(dst, seed, "fill");
}

static void go_sum(int dev, struct buffer *src, u64 seed)
{
	struct labdev_job_wait w;
	u64 sum;

	buffer_fill(src, seed);
	w = sva_run(dev, LABDEV_OP_READ, src->p, NULL, src->len, 0);
	job_ok(&w, src, "sum");
	sum = labdev_sum(LABDEV_SUM_BEGIN, src->p, src->len);
	if (w.sum != sum)
		die("sum of %s memory: wanted %#llx, seen: %#llx", kind_names[src->kind],
		    (unsigned long long)sum, (unsigned long long)w.sum);
}

static void go_copy(int dev, struct buffer *src, struct buffer *dst, u64 seed)
{
	struct labdev_job_wait w;

	buffer_fill(src, seed);
	w = sva_run(dev, LABDEV_OP_COPY, src->p, dst->p, src->len, 0);
	job_ok(&w, dst, "copy");
	buffer_want(dst, seed, "copy");
}

static void go_swap(int dev, struct buffer *b, u64 seed)
{
	struct labdev_job_wait w = sva_run(dev, LABDEV_OP_SWAP, NULL, b->p, b->len, seed);

	job_ok(&w, b, "swap");
	buffer_want(b, seed, "swap");
}

/* ---------------------------------------------------------------- bad jobs */

static void want_refused(const struct labdev_job_wait *w, const char *what)
{
	if (w->result == LABDEV_RES_OK || w->done)
		die("%s: wanted to be refused at once, seen: %s after %llu bytes", what,
		    result_name(w->result), (unsigned long long)w->done);
	tally_add(&tally->refused, 1);
}

/* Where the kernel puts nothing by itself: what is unmapped here stays so. */
#define HOLE		0x1000000000ull
#define HOLE_SZ		0x100000ull

static __thread unsigned int hole_nr;

static void *hole_map(void)
{
	void *at = (void *)(HOLE + hole_nr * HOLE_SZ);
	void *p = mmap(at, PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (p != at)
		die("a page at %p: %s", at, strerror(errno));
	return p;
}

/* Each must fault, for the device as for the program. */
static void go_bad(int dev, u64 *state)
{
	struct labdev_job_wait w;
	void *p = hole_map();

	switch (chance(state) % 4) {
	case 0:
		munmap(p, PAGE);
		w = sva_run(dev, LABDEV_OP_READ, p, NULL, 64, 0);
		want_refused(&w, "an address that is not mapped");
		return;
	case 1:
		if (mprotect(p, PAGE, PROT_NONE))
			die("mprotect: %s", strerror(errno));
		w = sva_run(dev, LABDEV_OP_READ, p, NULL, 64, 0);
		want_refused(&w, "memory that may not be read");
		break;
	case 2:
		*(volatile char *)p;
		if (mprotect(p, PAGE, PROT_READ))
			die("mprotect: %s", strerror(errno));
		w = sva_run(dev, LABDEV_OP_WRITE, NULL, p, 64, 1);
		want_refused(&w, "memory that may not be written");
		break;
	default:
		w = sva_run(dev, LABDEV_OP_READ, (void *)(1ull << 60), NULL, 64, 0);
		want_refused(&w, "an address of no table");
	}
	munmap(p, PAGE);
}

/* What was there, and was used, is not there any more when munmap() has returned. */
static void go_after_unmap(int dev, u64 *state)
{
	struct buffer b = { .kind = MMAP, .len = PAGE, .room = PAGE };
	struct labdev_job_wait w;

	b.base = hole_map();
	b.p = b.base;
	if (!opt.faults)
		memset(b.p, 0, PAGE);
	go_fill(dev, &b, chance(state));
	buffer_free(&b);
	w = sva_run(dev, LABDEV_OP_READ, b.p, NULL, 64, 0);
	want_refused(&w, "memory after munmap()");
}

static void go_after_unbind(void)
{
	u64 state = run.seed;
	struct buffer b = buffer_new(MMAP, PAGE, NULL, &state);
	struct labdev_job_wait w;
	int i;

	memset(b.base, 1, b.room);
	devices_unbind();
	for (i = 0; i < opt.nr_devices; i++) {
		w = sva_run(i, LABDEV_OP_READ, b.p, NULL, 64, 0);
		want_refused(&w, "a PASID after unbind");
	}
	devices_bind();
	go_fill(0, &b, 7);
	buffer_free(&b);
}

#endif
