// SPDX-License-Identifier: GPL-2.0-only
/*
 * A function's socket: one peer at a time, messages in and out, and its end. What a peer sends is
 * believed in nothing: a message that is wrong closes the connection with one line that says why,
 * and the function can be connected again.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "vfu.h"

static void drop_fds(struct vfu *v)
{
	/* Those that somebody has kept are -1. */
	while (v->nr_fds--) {
		if (v->fds[v->nr_fds] >= 0)
			close(v->fds[v->nr_fds]);
	}
	v->nr_fds = 0;
}

bool vfu_connected(const struct vfu *v)
{
	return v && v->peer.fd >= 0;
}

void vfu_close(struct vfu *v, const char *why)
{
	if (!vfu_connected(v))
		return;
	function_log(v->fn, "disconnected: %s", why);
	/* The memory goes last: what the function does at its end may still look at it. */
	loop_close(v->lab, &v->peer);
	vfu_forget(v);
	lab_function_gone(v->fn);
	if (lab_any_connected(v->lab))
		memory_unmap_all(v->lab->mem, v);
	else
		memory_retire(v->lab->mem, v);	/* the referee has last words about it */
	drop_fds(v);
	v->have = 0;
	v->out_have = 0;
	v->versioned = false;
	loop_kick(v->lab);
}

/* ---------------------------------------------------------------- out */

static void flush(struct vfu *v)
{
	size_t done = 0;

	while (done < v->out_have) {
		ssize_t n = send(v->peer.fd, v->out + done, v->out_have - done, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			/* Reading will say so, too; here only: nothing more can be said. */
			v->out_have = 0;
			return;
		}
		done += (size_t)n;
	}
	memmove(v->out, v->out + done, v->out_have - done);
	v->out_have -= done;
	if (v->out_have || done)
		loop_watch(v->lab, &v->peer, v->out_have);
}

static bool room_for(struct vfu *v, size_t n)
{
	size_t room = v->out_room ? v->out_room : 4096;
	u8 *out;

	while (room < v->out_have + n)
		room *= 2;
	if (room > VFU_MAX_OUT)
		return false;
	if (room == v->out_room)
		return true;
	out = realloc(v->out, room);
	if (!out)
		return false;
	v->out = out;
	v->out_room = room;
	return true;
}

void vfu_send(struct vfu *v, const struct vfu_header *h, const void *a, size_t a_sz, const void *b,
	      size_t b_sz)
{
	struct vfu_header head = *h;
	bool waiting = v->out_have;

	if (!vfu_connected(v))
		return;
	head.size = (u32)(sizeof(head) + a_sz + b_sz);
	if (!room_for(v, head.size)) {
		vfu_close(v, "the peer does not read what it is sent");
		return;
	}
	memcpy(v->out + v->out_have, &head, sizeof(head));
	if (a_sz)
		memcpy(v->out + v->out_have + sizeof(head), a, a_sz);
	if (b_sz)
		memcpy(v->out + v->out_have + sizeof(head) + a_sz, b, b_sz);
	v->out_have += head.size;
	if (!waiting)
		flush(v);
}

/* ---------------------------------------------------------------- in */

static void take_fds(struct vfu *v, struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		size_t n;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(fd));
			if (v->nr_fds < VFU_MAX_FDS)
				v->fds[v->nr_fds++] = fd;
			else
				close(fd);
		}
	}
}

/*
 * Read up to @want bytes of a message, never beyond its end: descriptors belong to the message with
 * whose first byte they came. Return: bytes, 0 for "later", -1 for the end with *@why.
 */
static ssize_t receive(struct vfu *v, size_t want, const char **why)
{
	union { struct cmsghdr align; char room[CMSG_SPACE(sizeof(int) * VFU_MAX_FDS)]; } control;
	struct iovec iov = { v->in + v->have, want - v->have };
	struct msghdr m = {.msg_iov = &iov,
			   .msg_iovlen = 1,
			   .msg_control = &control,
			   .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(v->peer.fd, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n > 0) {
		take_fds(v, &m);
		v->have += (size_t)n;
		if (!(m.msg_flags & MSG_CTRUNC))
			return n;
		*why = "more file descriptors in one message than were agreed";
		return -1;
	}
	*why = n < 0	 ? strerror(errno)
	       : v->have ? "the peer closed it in the middle of a message"
			 : "the peer closed it";
	return -1;
}

static bool header_ok(const struct vfu *v, const struct vfu_header *h, const char **why)
{
	if (h->size < sizeof(*h))
		*why = "a message smaller than its header";
	else if (h->size > VFU_MAX_MSG)
		*why = "a message larger than was agreed";
	else if ((h->flags & VFU_TYPE) > VFU_REPLY)
		*why = "a message that is neither command nor reply";
	else if (!v->versioned && (h->command != VFU_VERSION || (h->flags & VFU_TYPE)))
		*why = "a message before the version was agreed on";
	else
		return true;
	return false;
}

static bool message(struct vfu *v, const char **why)
{
	struct vfu_header h;
	bool ok;

	memcpy(&h, v->in, sizeof(h));
	v->have = 0;
	v->messages++;
	if (h.flags & VFU_REPLY)
		ok = vfu_answer(v, &h, v->in + sizeof(h), h.size - sizeof(h), why);
	else
		ok = vfu_command(v, &h, v->in + sizeof(h), h.size - sizeof(h), why);
	drop_fds(v);
	loop_kick(v->lab);
	return ok;
}

static void peer_ready(struct loop_fd *fd, unsigned int events)
{
	struct vfu *v = container_of(fd, struct vfu, peer);
	const char *why = NULL;

	if (events & EPOLLOUT)
		flush(v);
	/* A few at a time: models and other functions want their turn. */
	for (int i = 0; i < 8 && vfu_connected(v); i++) {
		struct vfu_header h = { .size = sizeof(h) };
		ssize_t n;

		if (v->have >= sizeof(h))
			memcpy(&h, v->in, sizeof(h));
		n = receive(v, h.size, &why);
		if (n < 0)
			break;
		if (!n)
			return;
		if (v->have < sizeof(h))
			continue;
		memcpy(&h, v->in, sizeof(h));
		if (!header_ok(v, &h, &why))
			break;
		if (v->have == h.size && !message(v, &why))
			break;
	}
	if (why)
		vfu_close(v, why);
}

static void listener_ready(struct loop_fd *fd, unsigned int events)
{
	struct vfu *v = container_of(fd, struct vfu, listener);
	int peer = accept4(fd->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	(void)events;
	if (peer < 0)
		return;
	if (vfu_connected(v)) {
		function_log(v->fn, "a second peer is turned away");
		close(peer);
		return;
	}
	if (!lab_any_connected(v->lab))
		memory_forget(v->lab->mem);
	v->peer.fd = peer;
	if (!loop_watch(v->lab, &v->peer, false))
		loop_close(v->lab, &v->peer);
	function_log(v->fn, "connected");
}

struct vfu *vfu_new(struct function *fn, const char *path, const char **why)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct vfu *v = calloc(1, sizeof(*v));
	struct stat st;

	*why = "no memory";
	if (!v)
		return NULL;
	v->fn = fn;
	v->lab = fn->lab;
	v->peer = (struct loop_fd){ -1, peer_ready };
	for (unsigned int i = 0; i < LAB_MAX_IRQS; i++)
		v->irq[i] = -1;
	*why = "the path is too long for a socket";
	if (strlen(path) >= sizeof(at.sun_path))
		goto err_free;
	strcpy(v->path, path);
	strcpy(at.sun_path, path);
	if (!lstat(path, &st) && S_ISSOCK(st.st_mode))
		unlink(path);	/* of a run that was killed */
	v->listener = (struct loop_fd){
		socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), listener_ready};
	if (v->listener.fd < 0 || bind(v->listener.fd, (struct sockaddr *)&at, sizeof(at)) ||
	    listen(v->listener.fd, 4) || !loop_watch(v->lab, &v->listener, false)) {
		*why = strerror(errno);
		goto err_close;
	}
	return v;

err_close:
	loop_close(v->lab, &v->listener);
err_free:
	free(v);
	return NULL;
}

void vfu_free(struct vfu *v)
{
	if (!v)
		return;
	loop_close(v->lab, &v->peer);
	loop_close(v->lab, &v->listener);
	unlink(v->path);
	vfu_forget(v);
	drop_fds(v);
	memory_unmap_all(v->lab->mem, v);
	free(v->out);
	free(v);
}
