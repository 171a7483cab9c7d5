// SPDX-License-Identifier: GPL-2.0-only
/*
 * The plugin's end of its link to the server: wire.h.
 *
 * Invariant: one request is under way at a time, so that the server sees what the vCPUs report in
 * one order; a server that is gone or silent ends QEMU with one line.
 */
#define _GNU_SOURCE
#include "plugin.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct watch_map *link_watch;

/* Protects link_seq, and a request with its answer. */
static pthread_mutex_t link_lock = PTHREAD_MUTEX_INITIALIZER;
static u32 link_seq;
static int link_fd = -1;
static unsigned int link_timeout;

void plugin_die(const char *format, ...)
{
	va_list args;

	fputs("plugin: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	fflush(NULL);
	/* Not exit(): QEMU's own end would wait for this very vCPU. */
	_exit(3);
}

static void connect_to(const char *path)
{
	struct timeval wait = { .tv_sec = link_timeout };
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(to.sun_path))
		plugin_die("%s: longer than the %zu characters of a socket's name", path,
			   sizeof(to.sun_path) - 1);
	strcpy(to.sun_path, path);
	link_fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (link_fd < 0 || connect(link_fd, (struct sockaddr *)&to, sizeof(to)))
		plugin_die("%s: no server there: %s", path, strerror(errno));
	if (setsockopt(link_fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) ||
	    setsockopt(link_fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof(wait)))
		plugin_die("%s: %s", path, strerror(errno));
}

static void map_watch(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);

	if (fd < 0)
		plugin_die("%s: %s", path, strerror(errno));
	if (size != sizeof(struct watch_map))
		plugin_die("%s: %lld bytes, wanted %zu", path, (long long)size,
			   sizeof(struct watch_map));
	link_watch = mmap(NULL, sizeof(struct watch_map), PROT_READ, MAP_SHARED, fd, 0);
	if (link_watch == MAP_FAILED)
		plugin_die("%s: %s", path, strerror(errno));
	close(fd);
	if (link_watch->magic != WIRE_MAGIC || link_watch->version != WIRE_VERSION)
		plugin_die("%s: not a map of watched pages, or of version %u, wanted %u", path,
			   link_watch->version, WIRE_VERSION);
}

void link_open(const char *dir, unsigned int timeout, unsigned int nr_vcpus)
{
	struct wire_packet p = { .type = WIRE_HELLO, .hello.nr_vcpus = nr_vcpus };
	char path[4096];

	link_timeout = timeout;
	snprintf(path, sizeof(path), "%s/%s", dir, WIRE_SOCKET);
	connect_to(path);
	link_ask(0, &p);
	snprintf(path, sizeof(path), "%s/%s", dir, WIRE_WATCH);
	map_watch(path);
}

static void send_packet(const struct wire_packet *p)
{
	ssize_t n;

	do {
		n = send(link_fd, p, sizeof(*p), MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		plugin_die("the server has taken no request for %u s", link_timeout);
	if (n != sizeof(*p))
		plugin_die("the server is gone: %s", strerror(errno));
}

static void receive_ack(u32 seq)
{
	struct wire_packet p;
	ssize_t n;

	do {
		n = recv(link_fd, &p, sizeof(p), MSG_TRUNC);
	} while (n < 0 && errno == EINTR);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		plugin_die("no answer from the server for %u s", link_timeout);
	if (n <= 0)
		plugin_die("the server is gone: %s", n ? strerror(errno) : "it closed the link");
	if (n != sizeof(p) || p.magic != WIRE_MAGIC || p.version != WIRE_VERSION ||
	    p.type != WIRE_ACK || p.seq != seq)
		plugin_die("the server's answer is malformed: %zd bytes, magic %#x, version %u, "
			   "type %u, number %u, wanted %u",
			   n, p.magic, p.version, p.type, p.seq, seq);
}

void link_ask(unsigned int vcpu, struct wire_packet *p)
{
	if (link_fd < 0)
		return;
	pthread_mutex_lock(&link_lock);
	p->magic = WIRE_MAGIC;
	p->version = WIRE_VERSION;
	p->vcpu = vcpu;
	p->seq = ++link_seq;
	send_packet(p);
	receive_ack(p->seq);
	pthread_mutex_unlock(&link_lock);
}
