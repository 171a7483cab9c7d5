// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions while the lab runs, a line each, on standard input, and on a unix socket if one was
 * asked for. Each is answered with exactly one line.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lab.h"

#define LINE_MAX_SZ	256

struct control {
	struct loop_fd in;
	struct lab *lab;
	int out;
	char line[LINE_MAX_SZ];
	size_t have;
	bool too_long;
};

static struct control std = { .in.fd = -1 }, peer = { .in.fd = -1 };
static struct loop_fd listener = { .fd = -1 };
static char listener_path[128];

static void answer(struct control *c, const char *text)
{
	size_t n = strlen(text), done = 0;
	char line[1024];
	int left = 100;

	n = (size_t)snprintf(line, sizeof(line), "%s\n", text);
	if (n >= sizeof(line))
		n = sizeof(line) - 1, line[n - 1] = '\n';
	while (done < n && left--) {
		ssize_t w = write(c->out, line + done, n - done);

		if (w < 0 && errno != EINTR)
			return;		/* nobody listens; its end is seen when reading */
		done += w > 0 ? (size_t)w : 0;
	}
}

/* ---------------------------------------------------------------- what a witness has seen */

static struct model_stream_counters stream_sum(const struct lab *lab, u32 sid)
{
	struct model_stream_counters sum = { 0 };

	for (unsigned int i = 0; i < lab->nr_smmus; i++) {
		struct model_stream_counters c = model_stream_counters(lab->smmus[i].model, sid);

		sum.translated += c.translated;
		sum.bypassed += c.bypassed;
		sum.aborted += c.aborted;
		sum.disabled += c.disabled;
		sum.events += c.events;
	}
	return sum;
}

static struct lab_seen *seen_of(struct lab *lab, u32 sid)
{
	for (unsigned int i = 0; i < lab->nr_seen; i++) {
		if (lab->seen[i].sid == sid)
			return &lab->seen[i];
	}
	if (lab->nr_seen == LAB_MAX_SIDS)
		return NULL;
	lab->seen[lab->nr_seen] = (struct lab_seen){ .sid = sid };
	return &lab->seen[lab->nr_seen++];
}

static void totals(const struct lab *lab, u64 *commands, u64 *events, u64 *enabled)
{
	*commands = 0;
	*events = 0;
	*enabled = 0;
	for (unsigned int i = 0; i < lab->nr_smmus; i++) {
		const struct model_counters *c = model_counters(lab->smmus[i].model);

		*commands += c->commands;
		*events += c->events;
		*enabled += lab->smmus[i].enabled;
	}
}

/*
 * From here on everything is counted anew: of the functions' streams, and of those that were asked
 * for.
 */
static void mark(struct lab *lab)
{
	for (unsigned int i = 0; i < lab->nr_slots; i++) {
		for (unsigned int j = 0; j < lab->slots[i].fn.nr_sids; j++)
			seen_of(lab, lab->slots[i].fn.sids[j]);
	}
	for (unsigned int i = 0; i < lab->nr_seen; i++)
		lab->seen[i].count = stream_sum(lab, lab->seen[i].sid);
	totals(lab, &lab->seen_commands, &lab->seen_events, &lab->seen_enabled);
}

static void seen(struct lab *lab, struct control *c, const char *word)
{
	u64 commands, events, enabled;
	struct model_stream_counters now;
	struct lab_seen *s;
	char text[256], *end;
	u32 sid;

	sid = (u32)strtoul(word ? word : "", &end, 0);
	s = word && *word && !*end ? seen_of(lab, sid) : NULL;
	if (!s) {
		answer(c, "error seen wants a StreamID");
		return;
	}
	now = stream_sum(lab, sid);
	totals(lab, &commands, &events, &enabled);
#define U(x) ((unsigned long long)(x))
	snprintf(text, sizeof(text),
		 "translated=%llu bypassed=%llu aborted=%llu disabled=%llu commands=%llu "
		 "events=%llu "
		 "own_events=%llu enabled=%llu",
		 U(now.translated - s->count.translated), U(now.bypassed - s->count.bypassed),
		 U(now.aborted - s->count.aborted), U(now.disabled - s->count.disabled),
		 U(commands - lab->seen_commands), U(events - lab->seen_events),
		 U(now.events - s->count.events), U(enabled - lab->seen_enabled));
	mark(lab);
	answer(c, text);
}

static void counters(struct lab *lab, struct control *c, const char *word)
{
	unsigned long i = word ? strtoul(word, NULL, 0) : 0;
	const struct model_counters *m;
	char text[1024] = "";

	if (i >= lab->nr_smmus) {
		answer(c, "error there is no such SMMU");
		return;
	}
	m = model_counters(lab->smmus[i].model);
#define C(name) snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s" #name "=%llu", \
			 *text ? " " : "", U(m->name));
	MODEL_COUNTERS(C)
#undef C
	answer(c, text);
}

static void functions(struct lab *lab, struct control *c)
{
	char text[1024] = "";

	for (unsigned int i = 0; i < lab->nr_slots; i++) {
		const struct lab_slot *s = &lab->slots[i];

		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s:%s:%s",
			 *text ? " " : "", s->name, s->fn.ops->name,
			 vfu_connected(s->vfu) ? "connected" : "waiting");
	}
	answer(c, text);
}

static void question(struct control *c)
{
	struct lab *lab = c->lab;
	char *save, *word = strtok_r(c->line, " \t\r", &save),
		    *next = strtok_r(NULL, " \t\r", &save);
	char text[128];

	if (!word)
		return;
	if (!strcmp(word, "mark")) {
		mark(lab);
		answer(c, "ok");
	} else if (!strcmp(word, "seen")) {
		seen(lab, c, next);
	} else if (!strcmp(word, "counters")) {
		counters(lab, c, next);
	} else if (!strcmp(word, "functions")) {
		functions(lab, c);
	} else if (!strcmp(word, "violations")) {
		snprintf(text, sizeof(text), "fail=%llu warn=%llu", U(lab->violations[MODEL_FAIL]),
			 U(lab->violations[MODEL_WARN]));
		answer(c, text);
	} else if (!strcmp(word, "stages")) {
		const struct model_features *f = &lab->smmus[0].f;

		answer(c, !lab->nr_smmus     ? "none"
			  : f->s1p && f->s2p ? "nested"
			  : f->s1p	     ? "1"
					     : "2");
	} else if (!strcmp(word, "seed")) {
		snprintf(text, sizeof(text), "%llu", U(lab->seed));
		answer(c, text);
	} else if (!strcmp(word, "log")) {
		lab_log(lab, "test", "%s %s", next ? next : "", save ? save : "");
		answer(c, "ok");
	} else if (!strcmp(word, "quit")) {
		lab->quit = true;
		answer(c, "ok");
	} else {
		answer(c, "error mark, seen SID, counters [SMMU], functions, violations, stages, "
			  "seed, log TEXT or quit");
	}
}

/* ---------------------------------------------------------------- lines */

static void ended(struct control *c)
{
	/*
	 * Standard input without an end of its own, such as a closed FIFO, would wake us for ever.
	 */
	loop_close(c->lab, &c->in);
	c->have = 0;
}

static void ready(struct loop_fd *fd, unsigned int events)
{
	struct control *c = container_of(fd, struct control, in);
	char room[LINE_MAX_SZ];
	ssize_t n = read(fd->fd, room, sizeof(room));

	(void)events;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		ended(c);
		return;
	}
	for (ssize_t i = 0; i < n; i++) {
		if (room[i] != '\n') {
			if (c->have + 1 < sizeof(c->line))
				c->line[c->have++] = room[i];
			else
				c->too_long = true;
			continue;
		}
		c->line[c->have] = '\0';
		c->have = 0;
		if (c->too_long)
			answer(c, "error this line is too long");
		else
			question(c);
		c->too_long = false;
	}
}

static void accept_peer(struct loop_fd *fd, unsigned int events)
{
	int s = accept4(fd->fd, NULL, NULL, SOCK_CLOEXEC);

	(void)events;
	if (s < 0)
		return;
	if (peer.in.fd >= 0) {
		close(s);
		return;
	}
	peer.in.fd = s;
	peer.out = s;
	peer.have = 0;
	if (!loop_watch(peer.lab, &peer.in, false))
		loop_close(peer.lab, &peer.in);
}

static bool listen_at(struct lab *lab, const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(at.sun_path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	strcpy(at.sun_path, path);
	strcpy(listener_path, path);
	listener = (struct loop_fd){socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
				    accept_peer};
	return listener.fd >= 0 && !bind(listener.fd, (struct sockaddr *)&at, sizeof(at)) &&
	       !listen(listener.fd, 1) && loop_watch(lab, &listener, false);
}

bool control_start(struct lab *lab, const char *path)
{
	std.in = (struct loop_fd){ dup(0), ready };
	std.lab = lab;
	peer.lab = lab;
	std.out = 1;
	peer.in.ready = ready;
	/* A plain file or /dev/null cannot be waited for: then nobody will ask. */
	if (std.in.fd >= 0 && !loop_watch(lab, &std.in, false))
		loop_close(lab, &std.in);
	if (path && !listen_at(lab, path)) {
		fprintf(stderr, "server: --control %s: %s\n", path, strerror(errno));
		listener_path[0] = '\0';
		return false;
	}
	return true;
}

void control_stop(struct lab *lab)
{
	loop_close(lab, &std.in);
	loop_close(lab, &peer.in);
	loop_close(lab, &listener);
	if (listener_path[0])
		unlink(listener_path);
}
