// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lab's server: SMMUv3 models and the PCI functions around them, for an unmodified QEMU. Ends
 * when it is told to or by SIGTERM: 0 if no driver has failed a rule, 1 if one has, 2 if it could
 * not do its work.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "lab.h"

struct ending {
	struct loop_fd fd;
	struct lab *lab;
};

static void told(struct loop_fd *fd, unsigned int events)
{
	(void)events;
	container_of(fd, struct ending, fd)->lab->quit = true;
}

static bool watch_signals(struct ending *end, struct lab *lab)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	*end = (struct ending){ { signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), told }, lab };
	return end->fd.fd >= 0 && loop_watch(lab, &end->fd, false);
}

static FILE *open_file(const char *path, bool *ok)
{
	FILE *f = path ? fopen(path, "we") : NULL;

	if (path && !f) {
		perror(path);
		*ok = false;
	}
	return f;
}

static int close_file(FILE *f, const char *path)
{
	if (!f || !fclose(f))
		return 0;
	perror(path);
	return 2;
}

static int run(struct lab *lab, const struct options *o)
{
	struct ending end = { .fd.fd = -1 };
	int rc = 2;

	if (lab_start(lab, o->socket_dir) && watch_signals(&end, lab) &&
	    control_start(lab, o->control)) {
		lab_log(lab, "server", "seed %llu, %u SMMUs, %u functions",
			(unsigned long long)lab->seed, lab->nr_smmus,
			lab->nr_slots - lab->nr_smmus);
		printf("ready\n");
		loop_run(lab);
		rc = 0;
	}
	if (lab->loop) {
		control_stop(lab);
		loop_close(lab, &end.fd);
		lab_stop(lab);
	}
	lab_log(lab, "server", "ends: %llu failures, %llu warnings",
		(unsigned long long)lab->violations[MODEL_FAIL],
		(unsigned long long)lab->violations[MODEL_WARN]);
	if (!rc && lab->violations[MODEL_FAIL])
		rc = 1;
	return rc;
}

static int serve(struct lab *lab, const struct options *o)
{
	bool ok = true;
	int rc, bad;

	lab->seed = o->seed;
	lab->random = o->seed;
	lab->prompt = o->prompt;
	lab->started = loop_now();
	lab->plugin_fd.fd = -1;
	printf("seed %llu\n", (unsigned long long)lab->seed);
	if (!options_apply(o, lab))
		return 2;
	lab->log = open_file(o->log, &ok);
	lab->report = open_file(o->report, &ok);
	rc = ok ? run(lab, o) : 2;
	bad = close_file(lab->log, o->log) | close_file(lab->report, o->report);
	return bad ? 2 : rc;
}

int main(int argc, char **argv)
{
	static struct lab lab;
	struct options o;
	int rc = 2;

	/* Who reads "ready" and answers reads lines. */
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (options_parse(&o, argc, argv))
		rc = serve(&lab, &o);
	options_free(&o);
	return rc;
}
