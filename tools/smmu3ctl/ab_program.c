// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that do work, and what they print. Invariant: a program that hangs is ended, and none is
 * left behind when smmu3ctl is told to stop.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ab.h"

#define MAX_BYTES	(16u << 20)

/* What a program has said so far by one of its two ends. */
struct stream {
	int	fd;
	char	*text;
	size_t	len;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

bool ab_program_there(const char *name)
{
	char *path = ctl_strdup(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	char *rest = path, *dir, *full;
	bool there = false;

	while (!there && (dir = strsep(&rest, ":"))) {
		full = ctl_format("%s/%s", *dir ? dir : ".", name);
		there = !access(full, X_OK);
		free(full);
	}
	free(path);
	return there;
}

static pid_t start(const char *const *argv, struct stream *out, struct stream *err)
{
	int o[2], e[2], null;
	pid_t pid;

	if (pipe2(o, O_CLOEXEC))
		return -1;
	if (pipe2(e, O_CLOEXEC)) {
		close(o[0]);
		close(o[1]);
		return -1;
	}
	fflush(NULL);
	pid = fork();
	if (!pid) {
		null = open("/dev/null", O_RDONLY);
		if (null < 0 || dup2(null, 0) < 0 || dup2(o[1], 1) < 0 || dup2(e[1], 2) < 0)
			_exit(127);
		signal(SIGPIPE, SIG_DFL);
		execvp(argv[0], (char *const *)argv);
		dprintf(2, "%s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	close(o[1]);
	close(e[1]);
	out->fd = o[0];
	err->fd = e[0];
	return pid;
}

/* false: it has ended, or says more than can be meant. */
static bool take(struct stream *s)
{
	ssize_t n;

	s->text = ctl_realloc(s->text, s->len + 65537);
	n = read(s->fd, s->text + s->len, 65536);
	if (n < 0 && errno == EINTR)
		return true;
	if (n > 0 && s->len + n <= MAX_BYTES) {
		s->len += n;
		return true;
	}
	close(s->fd);
	s->fd = -1;
	return false;
}

/* Until both ends are closed; false: it had to be ended. */
static bool listen_to(pid_t pid, struct stream *out, struct stream *err, double end)
{
	bool killed = false;

	while (out->fd >= 0 || err->fd >= 0) {
		struct pollfd p[2] = { { out->fd, POLLIN, 0 }, { err->fd, POLLIN, 0 } };

		if (!killed && (ab_stopped || now() > end)) {
			kill(pid, ab_stopped ? SIGTERM : SIGKILL);
			killed = true;
			end = now() + 5;
		}
		if (killed && now() > end)
			break;
		if (poll(p, 2, 200) <= 0)
			continue;
		if (p[0].revents)
			take(out);
		if (p[1].revents)
			take(err);
	}
	return !killed;
}

/* The last line that says something, for a message. */
static char *last_words(const struct stream *s)
{
	char *text = ctl_format("%.*s", (int)s->len, s->text ? s->text : ""), *last, *words;

	ctl_trim(text);
	last = strrchr(text, '\n');
	words = ctl_format("%.200s", last ? last + 1 : text);
	free(text);
	return words;
}

static char *reason(const char *name, const struct stream *err, bool in_time, int status)
{
	char *words = last_words(err), *why;

	if (ab_stopped)
		why = ctl_format("%s: stopped by a signal", name);
	else if (!in_time)
		why = ctl_format("%s did not end in time", name);
	else if (WIFSIGNALED(status))
		why = ctl_format("%s ended by signal %d", name, WTERMSIG(status));
	else
		why = ctl_format("%s: exit %d%s%s", name, WEXITSTATUS(status), *words ? ": " : "",
				 words);
	free(words);
	return why;
}

char *ab_program(const char *const *argv, unsigned int seconds, size_t *len, char **why, int *rc)
{
	struct stream out = { .fd = -1 }, err = { .fd = -1 };
	pid_t pid = start(argv, &out, &err);
	bool in_time, good;
	int status = 0;

	*len = 0;
	if (pid < 0) {
		*why = ctl_format("%s cannot be started: %s", argv[0], strerror(errno));
		return NULL;
	}
	in_time = listen_to(pid, &out, &err, now() + seconds);
	if (out.fd >= 0)
		close(out.fd);
	if (err.fd >= 0)
		close(err.fd);
	if (!in_time)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	good = in_time && !ab_stopped && WIFEXITED(status) && (rc || !WEXITSTATUS(status));
	if (!good) {
		*why = reason(argv[0], &err, in_time, status);
		free(out.text);
		free(err.text);
		return NULL;
	}
	if (rc) {
		*rc = WEXITSTATUS(status);
		out.text = ctl_realloc(out.text, out.len + err.len + 1);
		memcpy(out.text + out.len, err.text ? err.text : "", err.len);
		out.len += err.len;
	}
	free(err.text);
	out.text = ctl_realloc(out.text, out.len + 1);
	out.text[out.len] = '\0';
	*len = out.len;
	return out.text;
}
