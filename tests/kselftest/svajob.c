// SPDX-License-Identifier: GPL-2.0-only
/*
 * svajob [OPTION...] DEVICE...: jobs of a device in the addresses of this program. Buffers of every
 * kind, many processes and threads; what must not work is refused, and nobody else notices. Works
 * with any device whose driver offers the calls of tests/modules/labdev_uapi.h. Exit 0 and a
 * report, or exit 1 and a line that says what was meant, wanted and seen; 77: it does not apply.
 *
 *	--faults stall|pri|none	how the device waits for a page that is not there (stall)
 *	--ats			translations come from the device's own cache
 *	--mode copy|fill|sum|swap|random (random)
 *	--buffer malloc|mmap|stack|file|mlock|huge|shared|random (random)
 *	--size N		bytes of a buffer, at most (65536)
 *	--processes N		(1)
 *	--threads N		of each (2)
 *	--rounds N		of each (20)
 *	--seed N		(1)
 *	--kill			processes are killed, at any time, and others take their place
 *	--bad			addresses that are not mapped, or not for this, in between
 *	--after unmap|unbind	the buffer after munmap, the PASID after unbind: must be refused
 *	--churn CALL[,CALL...]	a thread beside does it to buffers: unmap protect discard move fork
 *				collapse
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "labjob.h"

#define MAX_DEVICES	4
#define MAX_PROCESSES	64

struct thread threads[MAX_THREADS];
__thread int lab_on;
struct run run = { .threads = 2, .rounds = 20, .seed = 1 };

/* ---------------------------------------------------------------- options */

static const char *const mode_names[] = { "copy", "fill", "sum", "swap", "random" };
enum mode { COPY, FILL, SUM, SWAP, RANDOM_MODE };

static const char *const kind_names[] = {
	"malloc", "mmap", "stack", "file", "mlock", "huge", "shared", "random"
};

enum kind { MALLOC, MMAP, STACK, FILE_BACKED, MLOCK, HUGE, SHARED, RANDOM_KIND };

static const char *const churn_names[] = {
	"unmap", "protect", "discard", "move", "fork", "collapse"
};

enum churn { UNMAP, PROTECT, DISCARD, MOVE, FORK, COLLAPSE, NR_CHURN };

static struct {
	u32 flags;		/* of a job: LABDEV_F_* */
	bool faults;		/* pages need not be there */
	enum mode mode;
	enum kind kind;
	u64 size;
	unsigned int processes;
	bool kill, bad, after_unmap, after_unbind;
	u32 churn;
	const char *names[MAX_DEVICES];
	int nr_devices;
} opt = {
	.flags = LABDEV_F_STALL, .faults = true, .mode = RANDOM_MODE, .kind = RANDOM_KIND,
	.size = 65536, .processes = 1,
};

/**
 * struct tally - what a process has done; in memory that all share
 * @jobs: that ended well
 * @bytes: of those
 * @stalls: accesses that stalled
 * @requests: page requests
 * @refused: jobs that had to be refused, and were
 */
struct tally {
	u64 jobs, bytes, stalls, requests, refused;
};

static struct tally *tally;

static void tally_add(u64 *figure, u64 n)
{
	__atomic_fetch_add(figure, n, __ATOMIC_RELAXED);
}

/* ---------------------------------------------------------------- devices */

static int device_fd[MAX_DEVICES];
static u32 device_pasid[MAX_DEVICES];

static void devices_open(void)
{
	char path[64];
	int i;

	for (i = 0; i < opt.nr_devices; i++) {
		snprintf(path, sizeof(path), "/dev/labdev-%s", opt.names[i]);
		device_fd[i] = open(path, O_RDWR | O_CLOEXEC);
		if (device_fd[i] < 0)
			die("%s: %s", path, strerror(errno));
	}
	run.fd = device_fd[0];
	info_get();
}

static void devices_bind(void)
{
	int i, ret;

	for (i = 0; i < opt.nr_devices; i++) {
		ret = try_ioctl(device_fd[i], LABDEV_IOC_SVA_BIND, &device_pasid[i]);
		if (ret == -EOPNOTSUPP || ret == -ENODEV)
			skip("%s shares no address spaces (%s)", opt.names[i], strerror(-ret));
		must(ret, "SVA bind");
		if (device_pasid[i] != device_pasid[0])
			die("one process: wanted one PASID, seen: %u and %u", device_pasid[0],
			    device_pasid[i]);
	}
}

static void devices_unbind(void)
{
	int i;

	for (i = 0; i < opt.nr_devices; i++)
		must(try_ioctl(device_fd[i], LABDEV_IOC_SVA_UNBIND, &device_pasid[i]),
		     "SVA unbind");
}

static void devices_close(void)
{
	int i;

	for (i = 0; i < opt.nr_devices; i++)
		close(device_fd[i]);
}

/* A job of device @dev in this process's addresses. */
static struct labdev_job_wait sva_run(int dev, u32 op, void *src, void *dst, u64 len, u64 seed,
				      u32 flags)
{
	struct labdev_job_args a = {
		.op = op, .flags = flags, .pasid = device_pasid[dev], .rounds = 1, .group = 4,
		.src = (uintptr_t)src, .dst = (uintptr_t)dst, .len = len, .seed = seed,
	};
	struct labdev_job_wait w;

	lab_on = device_fd[dev];
	w = job_run(a);
	tally_add(&tally->stalls, w.stalls);
	tally_add(&tally->requests, w.page_reqs);
	return w;
}

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
		b.base = map_new_pages(room, MAP_SHARED | MAP_ANONYMOUS, -1);
		break;
	default:
		b.base = map_new_pages(room, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	}
	if (!b.base)
		die("no memory");
	b.room = room;
	b.p = (char *)b.base + (room > len ? chance(state) % (room - len) & ~7ull : 0);
	if (!opt.faults)
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
	struct labdev_job_wait w = sva_run(dev, LABDEV_OP_WRITE, NULL, dst->p, dst->len, seed,
					   opt.flags);

	job_ok(&w, dst, "fill");
	buffer_want(dst, seed, "fill");
}

static void go_sum(int dev, struct buffer *src, u64 seed)
{
	struct labdev_job_wait w;
	u64 sum;

	buffer_fill(src, seed);
	w = sva_run(dev, LABDEV_OP_READ, src->p, NULL, src->len, 0, opt.flags);
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
	w = sva_run(dev, LABDEV_OP_COPY, src->p, dst->p, src->len, 0, opt.flags);
	job_ok(&w, dst, "copy");
	buffer_want(dst, seed, "copy");
}

static void go_swap(int dev, struct buffer *b, u64 seed)
{
	struct labdev_job_wait w = sva_run(dev, LABDEV_OP_SWAP, NULL, b->p, b->len, seed,
					   opt.flags);

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
		w = sva_run(dev, LABDEV_OP_READ, p, NULL, 64, 0, opt.flags);
		want_refused(&w, "an address that is not mapped");
		return;
	case 1:
		if (mprotect(p, PAGE, PROT_NONE))
			die("mprotect: %s", strerror(errno));
		w = sva_run(dev, LABDEV_OP_READ, p, NULL, 64, 0, opt.flags);
		want_refused(&w, "memory that may not be read");
		break;
	case 2:
		*(volatile char *)p;
		if (mprotect(p, PAGE, PROT_READ))
			die("mprotect: %s", strerror(errno));
		w = sva_run(dev, LABDEV_OP_WRITE, NULL, p, 64, 1, opt.flags);
		want_refused(&w, "memory that may not be written");
		break;
	default:
		w = sva_run(dev, LABDEV_OP_READ, (void *)(1ull << 60), NULL, 64, 0, opt.flags);
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
	w = sva_run(dev, LABDEV_OP_READ, b.p, NULL, 64, 0, opt.flags);
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
		w = sva_run(i, LABDEV_OP_READ, b.p, NULL, 64, 0, opt.flags);
		want_refused(&w, "a PASID after unbind");
	}
	devices_bind();
	go_fill(0, &b, 7);
	buffer_free(&b);
}

/* ---------------------------------------------------------------- churn */

static bool churn_end;

/* What the mm does to pages while the device uses them: their contents stay. */
static void churn_one(enum churn what, void *p, u64 len)
{
	char *q = p;
	u64 at;

	switch (what) {
	case UNMAP:
		q = map_new_pages(len, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		memset(q, 1, len);
		munmap(q, len);
		break;
	case PROTECT:
		mprotect(p, len, PROT_READ);
		mprotect(p, len, PROT_READ | PROT_WRITE);
		break;
	case DISCARD:
		/* Out of the tables and in again, where the kernel can: to swap, or else not. */
		madvise(p, len, MADV_PAGEOUT);
		madvise(p, len, MADV_COLD);
		/* A device gives up when a page is gone again each time that it was brought in. */
		usleep(50000);
		break;
	case MOVE:
		q = map_new_pages(len, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		for (at = 0; at < len; at += PAGE)
			q[at] = 1;
		q = mremap(q, len, 2 * len, MREMAP_MAYMOVE);
		if (q != MAP_FAILED)
			munmap(q, 2 * len);
		break;
	case FORK:
		if (!fork())
			_exit(0);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		break;
	default:
		madvise(p, len, 25 /* MADV_COLLAPSE */);
		madvise(p, PAGE, MADV_NOHUGEPAGE);
		madvise(p, PAGE, MADV_HUGEPAGE);
	}
}

struct churn_job {
	void *p;
	u64 len;
	u64 rounds;
};

static void *churn_thread(void *arg)
{
	struct churn_job *job = arg;
	u64 state = run.seed * 77;

	while (!__atomic_load_n(&churn_end, __ATOMIC_RELAXED)) {
		enum churn what = chance(&state) % NR_CHURN;

		if (opt.churn & 1u << what)
			churn_one(what, job->p, job->len);
		job->rounds++;
	}
	return NULL;
}

/*
 * A job without end adds to each word of memory that the mm works on; nothing is lost, and nothing
 * faults.
 */
static void go_churn(void)
{
	u64 len = HUGE_SZ;
	char *base = map_new_pages(2 * len, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	char *p = (char *)(((uintptr_t)base + len - 1) & ~(len - 1));
	struct churn_job beside = { .p = p, .len = len };
	struct buffer b = { .kind = HUGE, .p = p, .base = base, .len = len, .room = 2 * len };
	pthread_t id;
	unsigned int i;

	madvise(p, len, MADV_HUGEPAGE);
	if (pthread_create(&id, NULL, churn_thread, &beside))
		die("no thread");
	for (i = 0; i < run.rounds; i++) {
		int dev = i % opt.nr_devices;
		/* One that a fork's copy on write cannot take from under the check. */
		u64 part = 16 * PAGE, at = i % (len / part) * part;
		struct buffer piece = { .kind = HUGE, .p = p + at, .len = part };

		/* While memory is read-only for a moment a write is refused, rightly. */
		if (opt.churn & 1u << PROTECT) {
			struct labdev_job_wait w = sva_run(dev, LABDEV_OP_READ, piece.p, NULL, part,
							   0, opt.flags);

			job_ok(&w, &piece, "read under churn");
		} else {
			go_fill(dev, &piece, run.seed + i);
		}
	}
	__atomic_store_n(&churn_end, true, __ATOMIC_RELAXED);
	pthread_join(id, NULL);
	buffer_free(&b);
	printf("churn_rounds=%llu ", (unsigned long long)beside.rounds);
}

/* ---------------------------------------------------------------- processes */

static void round_of(u64 *state)
{
	enum mode mode = opt.mode == RANDOM_MODE ? chance(state) % RANDOM_MODE : opt.mode;
	enum kind kind = opt.kind == RANDOM_KIND ? chance(state) % RANDOM_KIND : opt.kind;
	u64 len = (chance(state) % opt.size + 8) & ~7ull, seed = chance(state);
	int dev = chance(state) % opt.nr_devices;
	u64 stack[2][2048];
	struct buffer src, dst;

	if (kind == STACK && len > sizeof(stack[0]))
		len = sizeof(stack[0]);
	if (opt.bad && chance(state) % 4 == 0)
		go_bad(dev, state);
	if (opt.after_unmap)
		go_after_unmap(dev, state);
	src = buffer_new(kind, len, stack[0], state);
	switch (mode) {
	case FILL:
		go_fill(dev, &src, seed);
		break;
	case SUM:
		go_sum(dev, &src, seed);
		break;
	case SWAP:
		go_swap(dev, &src, seed);
		break;
	default:
		dst = buffer_new(kind, len, stack[1], state);
		go_copy(dev, &src, &dst, seed);
		buffer_free(&dst);
	}
	buffer_free(&src);
}

static void *thread_go(void *arg)
{
	struct thread *t = arg;
	unsigned int i;

	hole_nr = t->nr;
	for (i = 0; i < run.rounds; i++)
		round_of(&t->chance);
	return NULL;
}

static void process_go(unsigned int nr)
{
	unsigned int i;

	devices_open();
	devices_bind();
	for (i = 0; i < run.threads; i++) {
		threads[i] = (struct thread){ .nr = i, .chance = run.seed * 1000 + nr * 64 + i };
		if (pthread_create(&threads[i].id, NULL, thread_go, &threads[i]))
			die("no thread");
	}
	for (i = 0; i < run.threads; i++)
		pthread_join(threads[i].id, NULL);
	if (opt.after_unbind)
		go_after_unbind();
	/* Half of them leave it to the kernel. */
	if (nr % 2) {
		devices_unbind();
		devices_close();
	}
}

static pid_t process_start(unsigned int nr)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid)
		return pid;
	process_go(nr);
	exit(0);
}

/* A process that was killed is followed by another. Return: how many were killed. */
static unsigned int processes_run(void)
{
	unsigned int nr = 0, killed = 0, left = opt.processes, kills = opt.kill ? opt.processes : 0;
	pid_t pids[MAX_PROCESSES], pid;
	u64 state = run.seed * 31;
	unsigned int i;
	int status;

	for (i = 0; i < opt.processes; i++)
		pids[i] = process_start(nr++);
	while (left) {
		if (kills) {
			usleep(chance(&state) % 200000);
			kill(pids[chance(&state) % opt.processes], SIGKILL);
			kills--;
		}
		pid = waitpid(-1, &status, kills ? WNOHANG : 0);
		if (pid <= 0)
			continue;
		for (i = 0; i < opt.processes && pids[i] != pid; i++)
			;
		/* A child of the churn before. */
		if (i == opt.processes)
			continue;
		if (WIFEXITED(status) && WEXITSTATUS(status))
			exit(WEXITSTATUS(status));
		if (!WIFSIGNALED(status)) {
			left--;
			continue;
		}
		if (WTERMSIG(status) != SIGKILL)
			die("a process: wanted its end, seen: signal %d", WTERMSIG(status));
		killed++;
		pids[i] = process_start(nr++);
	}
	return killed;
}

/* ---------------------------------------------------------------- main */

static void usage(void)
{
	puts("svajob [--faults stall|pri|none] [--ats] [--mode MODE] [--buffer KIND] [--size N] "
	     "[--processes N] [--threads N] [--rounds N] [--seed N] [--kill] [--bad] "
	     "[--after unmap|unbind] [--churn CALL,...] DEVICE...");
	exit(2);
}

static u64 number(const char *text, u64 least, u64 most)
{
	char *end;
	u64 n = text ? strtoull(text, &end, 0) : 0;

	if (!text || !*text || *end || n < least || n > most)
		usage();
	return n;
}

static unsigned int choice(const char *text, const char *const *names, unsigned int nr)
{
	unsigned int i;

	for (i = 0; text && i < nr; i++)
		if (!strcmp(text, names[i]))
			return i;
	usage();
	return 0;
}

static void set_faults(const char *how)
{
	static const char *const names[] = { "stall", "pri", "none" };
	static const u32 flags[] = { LABDEV_F_STALL, LABDEV_F_ATS | LABDEV_F_PRI, 0 };
	unsigned int i = choice(how, names, ARRAY_SIZE(names));

	opt.flags = (opt.flags & LABDEV_F_ATS) | flags[i];
	opt.faults = i != 2;
}

static void set_churn(char *list)
{
	char *word;

	if (!list)
		usage();
	for (word = strtok(list, ","); word; word = strtok(NULL, ","))
		opt.churn |= 1u << choice(word, churn_names, NR_CHURN);
}

static void options(char **arg)
{
	for (; *arg; arg++) {
		if (!strcmp(*arg, "--faults"))
			set_faults(*++arg);
		else if (!strcmp(*arg, "--ats"))
			opt.flags |= LABDEV_F_ATS;
		else if (!strcmp(*arg, "--mode"))
			opt.mode = choice(*++arg, mode_names, ARRAY_SIZE(mode_names));
		else if (!strcmp(*arg, "--buffer"))
			opt.kind = choice(*++arg, kind_names, ARRAY_SIZE(kind_names));
		else if (!strcmp(*arg, "--size"))
			opt.size = number(*++arg, 8, 64u << 20);
		else if (!strcmp(*arg, "--processes"))
			opt.processes = number(*++arg, 1, MAX_PROCESSES);
		else if (!strcmp(*arg, "--threads"))
			run.threads = number(*++arg, 1, MAX_THREADS);
		else if (!strcmp(*arg, "--rounds"))
			run.rounds = number(*++arg, 0, 1000000);
		else if (!strcmp(*arg, "--seed"))
			run.seed = number(*++arg, 0, ~0ull);
		else if (!strcmp(*arg, "--kill"))
			opt.kill = true;
		else if (!strcmp(*arg, "--bad"))
			opt.bad = true;
		else if (!strcmp(*arg, "--after") && arg[1] && !strcmp(arg[1], "unmap"))
			opt.after_unmap = *++arg;
		else if (!strcmp(*arg, "--after") && arg[1] && !strcmp(arg[1], "unbind"))
			opt.after_unbind = *++arg;
		else if (!strcmp(*arg, "--churn"))
			set_churn(*++arg);
		else if (**arg == '-' || opt.nr_devices == MAX_DEVICES)
			usage();
		else
			opt.names[opt.nr_devices++] = *arg;
	}
	if (!opt.nr_devices)
		usage();
}

static void applies(void)
{
	bool ats = opt.flags & LABDEV_F_ATS;

	devices_open();
	/* ATS comes with the first bond. */
	devices_bind();
	info_get();
	if (ats && !(run.info.status & LABDEV_STATUS_ATS))
		skip("ATS is not enabled in this device");
	if ((opt.flags & LABDEV_F_PRI) && !(run.info.status & LABDEV_STATUS_PRI))
		skip("page requests are not enabled in this device");
	if (opt.churn)
		go_churn();
	devices_unbind();
	devices_close();
}

static double seconds_since(const struct timespec *begin)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - begin->tv_sec + (now.tv_nsec - begin->tv_nsec) / 1e9;
}

int main(int argc, char **argv)
{
	struct timespec begin;
	unsigned int killed;
	double s;

	(void)argc;
	options(argv + 1);
	tally = map_new_pages(sizeof(*tally), MAP_SHARED | MAP_ANONYMOUS, -1);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	applies();
	killed = processes_run();
	s = seconds_since(&begin);
	printf("processes=%u killed=%u jobs=%llu bytes=%llu stalls=%llu requests=%llu refused=%llu "
	       "jobs_per_s=%.0f MB_per_s=%.1f\n", opt.processes, killed,
	       (unsigned long long)tally->jobs, (unsigned long long)tally->bytes,
	       (unsigned long long)tally->stalls, (unsigned long long)tally->requests,
	       (unsigned long long)tally->refused, tally->jobs / s, tally->bytes / s / 1e6);
	return 0;
}
