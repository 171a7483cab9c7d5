/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lives of processes and of devices that end in the middle of it: exec, too many, memory at an end,
 * a fault that nobody serves, a reset, a device taken away.
 */
#ifndef SVAJOB_LIFE_H
#define SVAJOB_LIFE_H

#include <linux/userfaultfd.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "svajob_buffer.h"

/* A good job of each device, in memory of its own. */
static void life_goes_on(u64 seed)
{
	u64 state = seed;
	int i;

	for (i = 0; i < opt.nr_devices; i++) {
		struct buffer b = buffer_new(MMAP, 3 * PAGE, NULL, &state);

		go_fill(i, &b, seed + i);
		buffer_free(&b);
	}
}

/* ---------------------------------------------------------------- exec */

/* The file lives on with the bond of a process that has another address space now. */
static void life_exec(void)
{
	char device[16], pasid[16], slot[16], addr[32];
	u64 state = run.seed;
	struct buffer b;

	bind_all();
	b = buffer_new(MMAP, PAGE, NULL, &state);
	go_fill(0, &b, 1);
	fcntl(device_fd[0], F_SETFD, 0);
	snprintf(device, sizeof(device), "%d", device_fd[0]);
	snprintf(pasid, sizeof(pasid), "%u", device_pasid[0]);
	snprintf(slot, sizeof(slot), "%u", sva_start(0, LABDEV_OP_WRITE, NULL, b.p, b.len, 2, 0));
	snprintf(addr, sizeof(addr), "%#llx", (unsigned long long)(uintptr_t)b.p);
	setenv("SVAJOB_DEVICE", device, 1);
	setenv("SVAJOB_PASID", pasid, 1);
	setenv("SVAJOB_SLOT", slot, 1);
	setenv("SVAJOB_ADDR", addr, 1);
	execl("/proc/self/exe", "svajob", "--life", "exec-after", opt.names[0], NULL);
	die("exec: %s", strerror(errno));
}

static u64 inherited(const char *name)
{
	const char *text = getenv(name);

	if (!text)
		die("exec-after: %s is not set: it comes behind exec", name);
	return number(text, 0, ~0ull);
}

static void life_exec_after(void)
{
	struct labdev_job_wait w;

	device_fd[0] = inherited("SVAJOB_DEVICE");
	device_pasid[0] = inherited("SVAJOB_PASID");
	lab_on = device_fd[0];
	w = sva_wait(inherited("SVAJOB_SLOT"));
	if (w.result == LABDEV_RES_OK)
		die("the job from before exec: wanted it refused, seen: ok");
	w = sva_run(0, LABDEV_OP_READ, (void *)inherited("SVAJOB_ADDR"), NULL, 64, 0);
	want_refused(&w, "the address space before exec");
	bind_all();
	if (device_pasid[0] == inherited("SVAJOB_PASID"))
		die("exec: wanted another PASID than %u, which is still bound", device_pasid[0]);
	life_goes_on(3);
	unbind_all();
}

/* ---------------------------------------------------------------- too many */

/* Processes until there is no PASID left; what one of them heard of its bind. */
static int exhaust_child(int report, int end)
{
	int ret, tries = 0;
	char c;

	devices_open();
	/* The PASID of a process that has ended may be the kernel's for a moment more. */
	do {
		ret = try_ioctl(device_fd[0], LABDEV_IOC_SVA_BIND, &device_pasid[0]);
	} while (ret == -ENOSPC && tries++ < 20 && !usleep(100000));
	if (!ret) {
		u64 state = 1;
		struct buffer b = buffer_new(MMAP, PAGE, NULL, &state);

		go_fill(0, &b, device_pasid[0]);
	}
	if (write(report, &ret, sizeof(ret)) != sizeof(ret))
		die("a pipe: %s", strerror(errno));
	/* Until all have told. */
	(void)!read(end, &c, 1);
	return 0;
}

static void life_exhaust(void)
{
	/* PASID 0 is none, and this process has one; with the SVA core it has it for good. */
	unsigned int most = run.info.max_pasids - 2, bound = 0, i;
	int report[2], end[2], ret, status;

	if (most + 2 > MAX_PROCESSES)
		skip("%u PASIDs to spare, more than there are processes to use them", most);
	if (pipe(report) || pipe(end))
		die("a pipe: %s", strerror(errno));
	bind_all();
	fflush(stdout);
	for (i = 0; i < most + 2; i++) {
		pid_t pid = fork();

		if (pid < 0)
			die("fork: %s", strerror(errno));
		if (!pid) {
			close(end[1]);
			exit(exhaust_child(report[1], end[0]));
		}
	}
	for (i = 0; i < most + 2; i++) {
		if (read(report[0], &ret, sizeof(ret)) != sizeof(ret))
			die("a pipe: %s", strerror(errno));
		bound += !ret;
		if (ret && ret != -ENOSPC)
			die("a bind too many: wanted ENOSPC, seen: %s", strerror(-ret));
	}
	close(end[1]);
	for (i = 0; i < most + 2; i++)
		if (wait(&status) < 0 || status)
			die("a process: wanted its end, seen: status %#x", status);
	if (bound != most)
		die("PASIDs: wanted %u more processes bound, seen: %u", most, bound);
	life_goes_on(4);
	unbind_all();
	printf("bound=%u ", bound);
}

/* ---------------------------------------------------------------- memory at an end */

#define OOM_GROUP "/sys/fs/cgroup/svajob"

static void oom_set(const char *file, const char *text)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), OOM_GROUP "/%s", file);
	fd = open(path, O_WRONLY);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		skip("%s: %s: no memory controller", path, strerror(errno));
	close(fd);
}

/* The device asks for more memory than the process may have. */
static void oom_child(void)
{
	const u64 len = 256u << 20, step = 1u << 20;
	char text[16];
	char *p;
	u64 at;

	snprintf(text, sizeof(text), "%d", getpid());
	oom_set("cgroup.procs", text);
	bind_all();
	p = map_new_pages(len, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	for (at = 0; at < len; at += step)
		sva_run(0, LABDEV_OP_WRITE, NULL, p + at, step, at);
	exit(0);
}

static void life_oom(void)
{
	int status;
	pid_t pid;

	mkdir(OOM_GROUP, 0755);
	oom_set("memory.max", "8388608");
	fflush(stdout);
	pid = fork();
	if (!pid)
		oom_child();
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("fork: %s", strerror(errno));
	rmdir(OOM_GROUP);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		exit(77);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		die("a process without memory: wanted it killed, seen: status %#x", status);
	bind_all();
	life_goes_on(5);
	unbind_all();
}

/* ---------------------------------------------------------------- a fault that nobody serves */

/**
 * struct hang - memory whose faults wait until this program lets them go
 * @fd: of userfaultfd
 * @p: a page
 * @slot: the device's job that waits for it
 */
struct hang {
	int fd;
	char *p;
	u32 slot;
};

static struct hang hang_begin(void)
{
	struct hang h = { .fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK) };
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register reg = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct pollfd told = { .fd = h.fd, .events = POLLIN };

	if (h.fd < 0)
		skip("userfaultfd: %s", strerror(errno));
	h.p = map_new_pages(PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	reg.range.start = (uintptr_t)h.p;
	reg.range.len = PAGE;
	must(try_ioctl(h.fd, UFFDIO_API, &api), "UFFDIO_API");
	must(try_ioctl(h.fd, UFFDIO_REGISTER, &reg), "UFFDIO_REGISTER");
	h.slot = sva_start(0, LABDEV_OP_WRITE, NULL, h.p, 64, 6, 1);
	if (poll(&told, 1, WAIT_MS) != 1)
		die("a fault that waits: wanted to hear of it, seen: nothing");
	return h;
}

static void hang_end(struct hang *h)
{
	struct uffdio_zeropage zero = { .range = { (uintptr_t)h->p, PAGE } };
	int ret = try_ioctl(h->fd, UFFDIO_ZEROPAGE, &zero);

	if (ret && ret != -EEXIST)
		die("UFFDIO_ZEROPAGE: %s", strerror(-ret));
	close(h->fd);
	munmap(h->p, PAGE);
}

/* Others are served meanwhile, and so is this one in the end. */
static void hang_served(void)
{
	struct hang h = hang_begin();
	struct uffdio_zeropage zero = { .range = { (uintptr_t)h.p, PAGE } };
	struct buffer b = { .kind = MMAP, .p = h.p, .len = 64 };
	struct labdev_job_wait w;

	life_goes_on(7);
	must(try_ioctl(h.fd, UFFDIO_ZEROPAGE, &zero), "UFFDIO_ZEROPAGE");
	lab_on = device_fd[0];
	w = sva_wait(h.slot);
	job_ok(&w, &b, "a fault that waited");
	buffer_want(&b, 6, "a fault that waited");
	hang_end(&h);
}

/* The bond ends while it waits: the access is refused, and the unbind waits for nobody. */
static void hang_unbind(void)
{
	struct hang h = hang_begin();
	struct labdev_job_wait w;

	devices_unbind();
	lab_on = device_fd[0];
	w = sva_wait(h.slot);
	want_refused(&w, "a fault that waited when its bond ended");
	hang_end(&h);
	devices_bind();
	life_goes_on(8);
}

/* The device is reset while it waits, and knows nothing of the answer. */
static void hang_reset(void)
{
	struct hang h = hang_begin();
	struct labdev_job_wait w;

	must(try_ioctl(device_fd[0], LABDEV_IOC_RESET, NULL), "a reset");
	lab_on = device_fd[0];
	w = sva_wait(h.slot);
	if (w.result != LABDEV_RES_RESET)
		die("a fault that waited when the device was reset: wanted reset, seen: %s",
		    result_name(w.result));
	life_goes_on(9);
	hang_end(&h);
	life_goes_on(10);
}

static void life_hang(void)
{
	unsigned int i;

	bind_all();
	for (i = 0; i < run.rounds; i++) {
		hang_served();
		hang_unbind();
		hang_reset();
	}
	/* The process ends with one that waits. */
	hang_begin();
}

/* ---------------------------------------------------------------- much to forget */

#define VAST	(100ull << 30)

/* An unmap of much more than there are commands for. */
static void life_vast(void)
{
	struct labdev_job_wait w;
	char *p;
	u64 at;

	bind_all();
	p = map_new_pages(VAST, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
	madvise(p, VAST, MADV_NOHUGEPAGE);
	for (at = 0; at < VAST; at += VAST / 128) {
		struct buffer b = { .kind = MMAP, .p = p + at, .len = 64 };

		if (!opt.faults)
			memset(b.p, 0, b.len);
		go_fill(0, &b, at);
	}
	if (munmap(p, VAST))
		die("munmap: %s", strerror(errno));
	for (at = 0; at < VAST; at += VAST / 128) {
		w = sva_run(0, LABDEV_OP_READ, p + at, NULL, 64, 0);
		want_refused(&w, "memory after a large munmap()");
	}
	faults_want();
	unbind_all();
}

/* ---------------------------------------------------------------- a child has it for a while */

static pid_t child_new(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork: %s", strerror(errno));
	if (pid)
		return pid;
	for (;;)
		pause();
}

/*
 * Its parent may only read the page then, and write it again when the child has gone. A kernel may
 * leave it to others to find that out: the device does, by one fault.
 */
static void life_rights(void)
{
	unsigned int i;

	if (!opt.faults)
		usage();
	bind_all();
	for (i = 0; i < run.rounds; i++) {
		struct buffer b = { .kind = MMAP, .len = 64, .room = PAGE };
		struct labdev_job_wait w;
		pid_t child;

		b.base = map_new_pages(PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
		b.p = b.base;
		memset(b.p, 1, PAGE);
		child = child_new();
		w = sva_run(0, LABDEV_OP_READ, b.p, NULL, b.len, 0);
		job_ok(&w, &b, "a read beside a child");
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		w = sva_run(0, LABDEV_OP_WRITE, NULL, b.p, b.len, i);
		job_ok(&w, &b, "a write after a child");
		buffer_want(&b, i, "a write after a child");
		if (w.stalls + w.page_reqs > 2)
			die("a page that may be written again: wanted one fault or two, seen: "
			    "%u stalls and %u page requests", w.stalls, w.page_reqs);
		buffer_free(&b);
	}
	faults_want();
	unbind_all();
}

/* ---------------------------------------------------------------- the device is taken away */

static void life_hold(void)
{
	u64 state = run.seed;
	struct buffer b;
	u32 slot;
	int ret;

	bind_all();
	b = buffer_new(MMAP, 16 * PAGE, NULL, &state);
	slot = sva_start(0, LABDEV_OP_WRITE, NULL, b.p, b.len, 1, 0);
	puts("holding");
	fflush(stdout);
	job_want_taken_away(slot);
	ret = try_ioctl(device_fd[0], LABDEV_IOC_SVA_BIND, &device_pasid[0]);
	if (ret != -ENODEV)
		die("the device was taken away: wanted ENODEV, seen: %s", strerror(-ret));
	devices_close();
}

/* The UACCE device goes while its queue is open: the bond ends then, the test device stays. */
static void life_orphan(void)
{
	u64 state = run.seed;
	struct labdev_job_wait w;
	struct buffer b;
	int ret, i;

	if (!opt.uacce)
		usage();
	bind_all();
	b = buffer_new(MMAP, PAGE, NULL, &state);
	go_fill(0, &b, 1);
	puts("holding");
	fflush(stdout);
	for (i = 0; i < 2000; i++) {
		ret = try_ioctl(queue_fd[0], LABDEV_IOC_QUEUE, &device_pasid[0]);
		if (ret)
			break;
		usleep(10000);
	}
	if (ret != -ENXIO)
		die("its UACCE device went: wanted ENXIO, seen: %s", strerror(-ret));
	queue_note(0, LABDEV_NOTE_UNMAPPED);
	w = sva_run(0, LABDEV_OP_READ, b.p, NULL, 64, 0);
	want_refused(&w, "a PASID whose UACCE device has gone");
	close(queue_fd[0]);
	devices_close();
}

/* ---------------------------------------------------------------- all */

static const struct {
	const char *name;
	void (*go)(void);
} lives[] = {
	{ "exec", life_exec },
	{ "exec-after", life_exec_after },
	{ "exhaust", life_exhaust },
	{ "oom", life_oom },
	{ "hang", life_hang },
	{ "vast", life_vast },
	{ "rights", life_rights },
	{ "hold", life_hold },
	{ "orphan", life_orphan },
};

static void go_life(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(lives); i++) {
		if (strcmp(lives[i].name, opt.life))
			continue;
		lives[i].go();
		return;
	}
	usage();
}

#endif
