// SPDX-License-Identifier: GPL-2.0-only
/*
 * The server's end of the link to the QEMU plugin.
 *
 * Invariant: each packet of the plugin is answered once, after the operation for it has returned; a
 * packet that is not as wire.h says ends the connection with one line in the log, and nothing else.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "plugin_link.h"
#include "../plugin/wire.h"
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct plugin_link {
	struct plugin_link_ops ops;
	void *ctx;
	int epoll, listener, peer; /* peer: the one plugin, or -1 */
	bool greeted;
	struct watch_map *map;
	u8 *watchers; /* a page: how often it is watched */
	struct plugin_link_counts counts;
	struct sockaddr_un at;
	char watch_path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

__attribute__((format(printf, 2, 3))) static void say(struct plugin_link *l, const char *format,
						      ...)
{
	char text[256];
	va_list args;

	if (!l->ops.log)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	l->ops.log(l->ctx, text);
}

/* ---------------------------------------------------------------- making it */

/* A socket that nobody listens to is left over from a server that died. */
static bool name_is_free(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool used = fd >= 0 && !connect(fd, (const struct sockaddr *)at, sizeof(*at));

	if (fd >= 0)
		close(fd);
	if (!used)
		unlink(at->sun_path);
	return !used;
}

static const char *open_socket(struct plugin_link *l)
{
	struct epoll_event e = { .events = EPOLLIN };

	if (!name_is_free(&l->at))
		return "another server listens there";
	l->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->listener < 0 || l->epoll < 0 ||
	    bind(l->listener, (struct sockaddr *)&l->at, sizeof(l->at)) || listen(l->listener, 1) ||
	    epoll_ctl(l->epoll, EPOLL_CTL_ADD, l->listener, &e))
		return strerror(errno);
	return NULL;
}

static const char *open_map(struct plugin_link *l)
{
	int fd = open(l->watch_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		return strerror(errno);
	if (ftruncate(fd, sizeof(*l->map))) {
		close(fd);
		return strerror(errno);
	}
	l->map = mmap(NULL, sizeof(*l->map), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (l->map == MAP_FAILED) {
		l->map = NULL;
		return strerror(errno);
	}
	l->watchers = mmap(NULL, WATCH_NR_PAGES, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (l->watchers == MAP_FAILED) {
		l->watchers = NULL;
		return strerror(errno);
	}
	l->map->magic = WIRE_MAGIC;
	l->map->version = WIRE_VERSION;
	return NULL;
}

struct plugin_link *plugin_link_new(const char *dir, const struct plugin_link_ops *ops, void *ctx,
				    char *why, size_t why_sz)
{
	struct plugin_link *l = calloc(1, sizeof(*l));
	const char *wrong;
	int n;

	if (!l) {
		snprintf(why, why_sz, "out of memory");
		return NULL;
	}
	l->ops = *ops;
	l->ctx = ctx;
	l->epoll = -1;
	l->listener = -1;
	l->peer = -1;
	l->at.sun_family = AF_UNIX;
	n = snprintf(l->at.sun_path, sizeof(l->at.sun_path), "%s/" WIRE_SOCKET, dir);
	if (n < 0 || (size_t)n >= sizeof(l->at.sun_path)) {
		snprintf(why, why_sz, "%s: too long for a socket's name", dir);
		free(l);
		return NULL;
	}
	wrong = open_socket(l);
	if (wrong) {
		snprintf(why, why_sz, "%s: %s", l->at.sun_path, wrong);
		l->at.sun_path[0] = '\0'; /* not ours to remove */
		plugin_link_free(l);
		return NULL;
	}
	snprintf(l->watch_path, sizeof(l->watch_path), "%s/" WIRE_WATCH, dir);
	wrong = open_map(l);
	if (wrong) {
		snprintf(why, why_sz, "%s: %s", l->watch_path, wrong);
		plugin_link_free(l);
		return NULL;
	}
	return l;
}

static void drop_peer(struct plugin_link *l)
{
	if (l->peer < 0)
		return;
	epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->peer, NULL);
	close(l->peer);
	l->peer = -1;
}

void plugin_link_free(struct plugin_link *l)
{
	if (!l)
		return;
	drop_peer(l);
	if (l->listener >= 0)
		close(l->listener);
	if (l->epoll >= 0)
		close(l->epoll);
	if (l->map)
		munmap(l->map, sizeof(*l->map));
	if (l->watchers)
		munmap(l->watchers, WATCH_NR_PAGES);
	if (l->at.sun_path[0])
		unlink(l->at.sun_path);
	if (l->watch_path[0])
		unlink(l->watch_path);
	free(l);
}

/* ---------------------------------------------------------------- serving */

static void accept_peer(struct plugin_link *l)
{
	int fd = accept4(l->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct epoll_event e = { .events = EPOLLIN };

	if (fd < 0)
		return;
	if (l->peer >= 0) {
		say(l, "plugin: a second one came and was sent away");
		close(fd);
		return;
	}
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e)) {
		say(l, "plugin: %s", strerror(errno));
		close(fd);
		return;
	}
	l->peer = fd;
	l->greeted = false;
	l->counts.connections++;
}

static const char *take_dvm(struct plugin_link *l, const struct wire_packet *p)
{
	struct model_dvm d = {
		.by = p->dvm.by,
		.el = p->dvm.el,
		.asid = p->dvm.asid,
		.vmid = p->dvm.vmid,
		.addr = p->dvm.addr,
		.size = p->dvm.size,
		.leaf = p->dvm.leaf,
	};

	if (p->dvm.by > MODEL_DVM_IPA || p->dvm.el > MODEL_DVM_EL2_E2H || p->dvm.leaf > 1)
		return "TLB maintenance of no known kind";
	l->counts.dvm++;
	if (l->ops.dvm)
		l->ops.dvm(l->ctx, &d);
	return NULL;
}

static const char *take_store(struct plugin_link *l, const struct wire_packet *p)
{
	u64 page_mask = (1ull << WATCH_PAGE_LG2) - 1;

	if (!p->store.n || (p->store.pa & page_mask) + p->store.n > page_mask + 1 ||
	    p->store.pa >> WATCH_PA_BITS)
		return "a store that is not within one page";
	l->counts.stores++;
	if (l->ops.store)
		l->ops.store(l->ctx, p->store.pa, p->store.n);
	return NULL;
}

/* What is wrong with this packet, or NULL after it was dealt with. */
static const char *take(struct plugin_link *l, const struct wire_packet *p, ssize_t n)
{
	if (n != sizeof(*p))
		return "not a packet's size";
	if (p->magic != WIRE_MAGIC)
		return "not a plugin's packet";
	if (p->version != WIRE_VERSION)
		return "a plugin of another version: build both from one checkout";
	if (l->greeted && p->type == WIRE_HELLO)
		return "a second greeting";
	if (!l->greeted && p->type != WIRE_HELLO)
		return "no greeting first";
	switch (p->type) {
	case WIRE_HELLO:
		l->greeted = true;
		say(l, "plugin: connected, %u vCPUs", p->hello.nr_vcpus);
		return NULL;
	case WIRE_DVM: return take_dvm(l, p);
	case WIRE_STORE: return take_store(l, p);
	case WIRE_COUNT:
		l->counts.counts++;
		if (l->ops.count)
			l->ops.count(l->ctx, p->vcpu, p->count.id, p->count.insns,
				     p->count.excluded);
		return NULL;
	default: return "a packet of no known type";
	}
}

/* False: nothing (more) is there. */
static bool serve_peer(struct plugin_link *l)
{
	struct wire_packet p, answer;
	const char *wrong;
	ssize_t n;

	n = recv(l->peer, &p, sizeof(p), MSG_TRUNC | MSG_DONTWAIT);
	if (n < 0 && errno == EINTR)
		return true;
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
		return false;
	if (n <= 0) {
		say(l, "plugin: gone");
		drop_peer(l);
		return false;
	}
	wrong = take(l, &p, n);
	if (wrong) {
		l->counts.malformed++;
		say(l, "plugin: %s (%zd bytes); the link is closed", wrong, n);
		drop_peer(l);
		return false;
	}
	answer = (struct wire_packet){
		.magic = WIRE_MAGIC, .version = WIRE_VERSION, .type = WIRE_ACK, .seq = p.seq
	};
	if (send(l->peer, &answer, sizeof(answer), MSG_NOSIGNAL | MSG_DONTWAIT) != sizeof(answer)) {
		say(l, "plugin: takes no answer: %s", strerror(errno));
		drop_peer(l);
		return false;
	}
	return true;
}

void plugin_link_serve(struct plugin_link *l)
{
	unsigned int i;

	accept_peer(l);
	/* A bound, so that other peers of the server get their turn. */
	for (i = 0; i < 256 && l->peer >= 0; i++)
		if (!serve_peer(l))
			return;
}

int plugin_link_fd(const struct plugin_link *l) { return l->epoll; }

bool plugin_link_connected(const struct plugin_link *l) { return l->peer >= 0 && l->greeted; }

struct plugin_link_counts plugin_link_counts(const struct plugin_link *l) { return l->counts; }

void plugin_link_watch(struct plugin_link *l, u64 page_pa, bool on)
{
	u64 page = page_pa >> WATCH_PAGE_LG2;

	if (!l)
		return;
	if (page >= WATCH_NR_PAGES) {
		say(l, "plugin: stores at %#llx are beyond what can be watched",
		    (unsigned long long)page_pa);
		return;
	}
	if (on ? l->watchers[page] == 0xff : !l->watchers[page]) {
		say(l, "plugin: page %#llx is watched %s", (unsigned long long)page_pa,
		    on ? "too often" : "no more");
		return;
	}
	l->watchers[page] += on ? 1 : -1;
	/* The first to watch it, or the last to give it up. */
	if (l->watchers[page] == on)
		watch_set(l->map, page_pa, on);
}
