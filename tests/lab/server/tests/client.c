// SPDX-License-Identifier: GPL-2.0-only
/*
 * A vfio-user client for tests of the server, and the server as a child. Nothing here waits longer
 * than ten seconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

unsigned int passed, failed;

void check(bool ok, const char *what)
{
	if (ok)
		passed++;
	else
		failed++;
	if (!ok)
		printf("not ok: %s\n", what);
}

int client_connect(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	if (s >= 0 && connect(s, (struct sockaddr *)&at, sizeof(at))) {
		close(s);
		s = -1;
	}
	return s;
}

bool client_raw(int s, const void *data, size_t n, const int *fds, unsigned int nr_fds)
{
	union { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int) * 32)]; } control = { 0 };
	struct iovec iov = { (void *)data, n };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };

	if (nr_fds) {
		struct cmsghdr *c = &control.align;

		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(sizeof(int) * nr_fds);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * nr_fds);
		memcpy(CMSG_DATA(c), fds, sizeof(int) * nr_fds);
	}
	return sendmsg(s, &m, MSG_NOSIGNAL) == (ssize_t)n;
}

bool client_send(int s, uint16_t id, uint16_t command, uint32_t flags, const void *body, size_t n,
		 const int *fds, unsigned int nr_fds)
{
	static struct message m;

	m.id = id;
	m.command = command;
	m.size = (uint32_t)(HEADER_SZ + n);
	m.flags = flags;
	m.error = 0;
	if (n)
		memcpy(m.body, body, n);
	return client_raw(s, &m, m.size, fds, nr_fds);
}

static bool fill(int s, void *to, size_t n)
{
	struct pollfd p = { .fd = s, .events = POLLIN };
	uint8_t *at = to;

	while (n) {
		ssize_t r;

		if (poll(&p, 1, 2000) <= 0)
			return false;
		r = read(s, at, n);
		if (r <= 0)
			return false;
		at += r;
		n -= (size_t)r;
	}
	return true;
}

bool client_receive(int s, struct message *m)
{
	return fill(s, m, HEADER_SZ) && m->size >= HEADER_SZ && m->size <= sizeof(*m) &&
	       fill(s, m->body, m->size - HEADER_SZ);
}

int client_ask(int s, uint16_t command, const void *body, size_t n, struct message *answer)
{
	static uint16_t id;
	static struct message own;

	if (!answer)
		answer = &own;
	if (!client_send(s, ++id, command, 0, body, n, NULL, 0) || !client_receive(s, answer))
		return -1;
	if (answer->id != id || answer->command != command || !(answer->flags & F_REPLY))
		return -1;
	return answer->flags & F_ERROR ? (int)answer->error : 0;
}

bool client_closed(int s)
{
	struct pollfd p = { .fd = s, .events = POLLIN };
	char c[4096];
	ssize_t n;

	do {
		if (poll(&p, 1, 2000) <= 0)
			return false;
		n = read(s, c, sizeof(c));
	} while (n > 0);
	return true;
}

int client_open(const char *path)
{
	static const char version[] =
		"\0\0\0\0{\"capabilities\":{\"max_msg_fds\":8,\"write_multiple\":true}}";
	int s = client_connect(path);

	if (s >= 0 && client_ask(s, C_VERSION, version, sizeof(version), NULL)) {
		close(s);
		s = -1;
	}
	return s;
}

int client_map(int s, uint64_t gpa, uint64_t size, uint64_t offset, int fd)
{
	const struct {
		uint32_t argsz, flags;
		uint64_t offset, gpa, size;
	} map = {32, 3, offset, gpa, size};
	static struct message m;

	if (!client_send(s, 77, C_MAP, 0, &map, sizeof(map), &fd, fd >= 0) ||
	    !client_receive(s, &m) || m.id != 77)
		return -1;
	return m.flags & F_ERROR ? (int)m.error : 0;
}

struct rw { uint64_t offset; uint32_t region, count; uint8_t data[4096]; };

int client_read(int s, uint32_t region, uint64_t offset, uint32_t n, void *to)
{
	const struct rw rw = { .offset = offset, .region = region, .count = n };
	static struct message m;
	int ret = client_ask(s, C_READ, &rw, 16, &m);

	if (!ret && m.size != HEADER_SZ + 16 + n)
		return -1;
	if (!ret)
		memcpy(to, m.body + 16, n);
	return ret;
}

int client_write(int s, uint32_t region, uint64_t offset, uint32_t n, const void *from)
{
	struct rw rw = { .offset = offset, .region = region, .count = n };

	memcpy(rw.data, from, n);
	return client_ask(s, C_WRITE, &rw, 16 + n, NULL);
}

uint64_t client_get(int s, uint32_t region, uint64_t offset, uint32_t n)
{
	uint64_t v = 0;

	return client_read(s, region, offset, n, &v) ? ~0ull : v;
}

int client_put(int s, uint32_t region, uint64_t offset, uint32_t n, uint64_t value)
{
	return client_write(s, region, offset, n, &value);
}

/* ---------------------------------------------------------------- the server */

static char line[1024];

static const char *read_line(int fd)
{
	size_t n = 0;

	while (n + 1 < sizeof(line) && fill(fd, line + n, 1) && line[n] != '\n')
		n++;
	line[n] = '\0';
	return line;
}

static int spawn(const char *program, const char *const *args, const char *dir, int in, int out,
		 int err)
{
	const char *argv[32] = { program, "--socket-dir", dir };
	int n = dir ? 3 : 1, pid;

	while (*args && n < 31)
		argv[n++] = *args++;
	pid = fork();
	if (pid)
		return pid;
	dup2(in, 0);
	dup2(out, 1);
	if (err >= 0)
		dup2(err, 2);
	execv(program, (char **)argv);
	_exit(127);
}

bool server_start(struct server *s, const char *program, const char *const *args)
{
	int in[2], out[2];

	strcpy(s->dir, "/tmp/smmu3-server.XXXXXX");
	if (!mkdtemp(s->dir) || pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		return false;
	s->pid = spawn(program, args, s->dir, in[0], out[1], -1);
	close(in[0]);
	close(out[1]);
	s->in = in[1];
	s->out = out[0];
	return !strncmp(read_line(s->out), "seed ", 5) && !strcmp(read_line(s->out), "ready");
}

int server_wait(struct server *s)
{
	int status = -1;

	for (int i = 0; i < 1000; i++) {
		if (waitpid(s->pid, &status, WNOHANG) == s->pid)
			break;
		usleep(10000);
		status = -1;
	}
	if (status == -1) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	close(s->in);
	close(s->out);
	rmdir(s->dir);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const char *server_ask(struct server *s, const char *text)
{
	char out[2048];
	int n = snprintf(out, sizeof(out), "%s\n", text);

	if (write(s->in, out, (size_t)n) != n)
		return "";
	return read_line(s->out);
}

const char *server_socket(const struct server *s, const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s.sock", s->dir, name);
	return path;
}

int server_refuses(const char *program, const char *const *args, unsigned int *lines, char *text,
		   size_t text_sz)
{
	int err[2], null[2], pid, status = -1;
	size_t have = 0;
	ssize_t n;

	if (pipe2(err, O_CLOEXEC) || pipe2(null, O_CLOEXEC))
		return -1;
	pid = spawn(program, args, NULL, null[0], null[1], err[1]);
	close(err[1]);
	while ((n = read(err[0], text + have, text_sz - 1 - have)) > 0)
		have += (size_t)n;
	text[have] = '\0';
	*lines = 0;
	for (size_t i = 0; i < have; i++)
		*lines += text[i] == '\n';
	waitpid(pid, &status, 0);
	close(err[0]);
	close(null[0]);
	close(null[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
