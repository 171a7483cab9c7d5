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
 *	--buffer malloc|mmap|stack|file|mlock|huge|shared|random (random), or clean, which an SMMU
 *				without dirty state does not write to without faults
 *	--size N		bytes of a buffer, at most (65536)
 *	--processes N		(1)
 *	--threads N		of each (2)
 *	--rounds N		of each (20); LABJOB_SLOW=N in the environment divides them
 *	--seed N		(1); LABJOB_SEED=N in the environment makes it another
 *	--kill			processes are killed, at any time, and others take their place
 *	--bad			addresses that are not mapped, or not for this, in between
 *	--after unmap|unbind	the buffer after munmap, the PASID after unbind: must be refused
 *	--churn CALL[,CALL...]	a thread beside does it to buffers: unmap protect discard move fork
 *				collapse merge age migrate
 *	--life LIFE		one that ends in the middle of it: exec oom hang vast exhaust hold
 *				orphan; or a child that ends: rights
 *	--uacce			bonds by the kernel's UACCE, without its figures about faults
 *	--bench WHAT		figures: faults bind munmap (of --size)
 */
#define _GNU_SOURCE
#include "svajob.h"
#include "svajob_buffer.h"
#include "svajob_churn.h"
#include "svajob_life.h"
#include "svajob_bench.h"

struct thread threads[MAX_THREADS];
__thread int lab_on;
struct run run = { .threads = 2, .rounds = 20, .seed = 1 };

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

	bind_all();
	for (i = 0; i < run.threads; i++) {
		threads[i] = (struct thread){ .nr = i, .chance = run.seed * 1000 + nr * 64 + i };
		if (pthread_create(&threads[i].id, NULL, thread_go, &threads[i]))
			die("no thread");
	}
	for (i = 0; i < run.threads; i++)
		pthread_join(threads[i].id, NULL);
	if (opt.after_unbind)
		go_after_unbind();
	faults_want();
	/* Half of them leave it to the kernel. */
	if (nr % 2)
		unbind_all();
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

void usage(void)
{
	puts("svajob [--faults stall|pri|none] [--ats] [--mode MODE] [--buffer KIND] [--size N] "
	     "[--processes N] [--threads N] [--rounds N] [--seed N] [--kill] [--bad] "
	     "[--after unmap|unbind] [--churn CALL,...] [--life LIFE] [--uacce] "
	     "[--bench WHAT] DEVICE...");
	exit(2);
}

static unsigned int choice(const char *text, const char *const *names, unsigned int nr)
{
	unsigned int i;

	for (i = 0; text && i < nr; i++)
		if (!strcmp(text, names[i]))
			return i;
	usage();
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
			run.rounds = number(*++arg, 1, 1000000);
		else if (!strcmp(*arg, "--seed"))
			run.seed = number(*++arg, 0, ~0ull);
		else if (!strcmp(*arg, "--kill"))
			opt.kill = true;
		else if (!strcmp(*arg, "--uacce"))
			opt.uacce = true;
		else if (!strcmp(*arg, "--bad"))
			opt.bad = true;
		else if (!strcmp(*arg, "--after") && arg[1] && !strcmp(arg[1], "unmap"))
			opt.after_unmap = *++arg;
		else if (!strcmp(*arg, "--after") && arg[1] && !strcmp(arg[1], "unbind"))
			opt.after_unbind = *++arg;
		else if (!strcmp(*arg, "--churn"))
			set_churn(*++arg);
		else if (!strcmp(*arg, "--life") && arg[1])
			opt.life = *++arg;
		else if (!strcmp(*arg, "--bench") && arg[1])
			opt.bench = *++arg;
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
	if (opt.churn) {
		go_churn();
		faults_want();
	}
	unbind_all();
}

int main(int argc, char **argv)
{
	struct timespec begin;
	unsigned int killed;
	double s;

	(void)argc;
	options(argv + 1);
	environment_apply();
	tally = map_new_pages(sizeof(*tally), MAP_SHARED | MAP_ANONYMOUS, -1);
	clock_gettime(CLOCK_MONOTONIC, &begin);
	applies();
	if (opt.bench) {
		go_bench();
		return 0;
	}
	if (opt.life)
		go_life();
	killed = opt.life ? 0 : processes_run();
	s = seconds_since(&begin);
	printf("processes=%u killed=%u jobs=%llu bytes=%llu stalls=%llu requests=%llu refused=%llu "
	       "jobs_per_s=%.0f MB_per_s=%.1f\n", opt.processes, killed,
	       (unsigned long long)tally->jobs, (unsigned long long)tally->bytes,
	       (unsigned long long)tally->stalls, (unsigned long long)tally->requests,
	       (unsigned long long)tally->refused, tally->jobs / s, tally->bytes / s / 1e6);
	return 0;
}
