// SPDX-License-Identifier: GPL-2.0-only
/*
 * A server with nothing but the plugin's link, told what to do on its standard input: "watch PA",
 * "unwatch PA", "reset" (counters), "say" (print counters), "verbose" (print what comes in, or no
 * longer), "sleep SECONDS", "quit".
 *
 * Invariant: every number printed was counted here, none is the plugin's word.
 */
#define _GNU_SOURCE
#include "../../server/plugin_link.h"
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct {
	u64 stores, bytes, dvm, by[MODEL_DVM_IPA + 1], el[MODEL_DVM_EL2_E2H + 1], pages;
} seen;

static bool verbose;

static void on_dvm(void *ctx, const struct model_dvm *d)
{
	(void)ctx;
	seen.dvm++;
	seen.by[d->by]++;
	seen.el[d->el]++;
	seen.pages += d->size >> 12;
	if (verbose)
		printf("dvm by=%d el=%d asid=%u vmid=%u addr=%#" PRIx64 " size=%#" PRIx64
		       " leaf=%d\n",
		       d->by, d->el, d->asid, d->vmid, d->addr, d->size, d->leaf);
}

static void on_store(void *ctx, u64 pa, unsigned int n)
{
	(void)ctx;
	seen.stores++;
	seen.bytes += n;
	if (verbose)
		printf("store pa=%#" PRIx64 " n=%u\n", pa, n);
}

static void on_count(void *ctx, unsigned int vcpu, u64 id, u64 insns, u64 excluded)
{
	(void)ctx;
	printf("count id=%" PRIu64 " insns=%" PRIu64 " excluded=%" PRIu64 " vcpu=%u\n", id, insns,
	       excluded, vcpu);
}

static void on_log(void *ctx, const char *text)
{
	(void)ctx;
	printf("log %s\n", text);
}

static void say(void)
{
	printf("seen stores=%" PRIu64 " bytes=%" PRIu64 " dvm=%" PRIu64 " all=%" PRIu64
	       " asid=%" PRIu64 " va=%" PRIu64 " vaa=%" PRIu64 " vmall=%" PRIu64 " pages=%" PRIu64
	       " el1=%" PRIu64 " e2h=%" PRIu64 "\n",
	       seen.stores, seen.bytes, seen.dvm, seen.by[MODEL_DVM_ALL], seen.by[MODEL_DVM_ASID],
	       seen.by[MODEL_DVM_VA], seen.by[MODEL_DVM_VAA], seen.by[MODEL_DVM_VMALL], seen.pages,
	       seen.el[MODEL_DVM_EL1], seen.el[MODEL_DVM_EL2_E2H]);
}

/* False: it is to end. */
static bool command(struct plugin_link *l, const char *line)
{
	u64 pa;

	if (sscanf(line, "watch %" SCNi64, &pa) == 1)
		plugin_link_watch(l, pa, true);
	else if (sscanf(line, "unwatch %" SCNi64, &pa) == 1)
		plugin_link_watch(l, pa, false);
	else if (!strcmp(line, "reset\n"))
		memset(&seen, 0, sizeof(seen));
	else if (!strcmp(line, "verbose\n"))
		verbose = !verbose;
	else if (!strcmp(line, "say\n"))
		say();
	else if (sscanf(line, "sleep %" SCNi64, &pa) == 1)
		sleep(pa);
	else if (!strcmp(line, "quit\n"))
		return false;
	printf("done %s", line);
	return true;
}

int main(int argc, char **argv)
{
	static const struct plugin_link_ops ops = {
		.dvm = on_dvm, .store = on_store, .count = on_count, .log = on_log
	};
	struct pollfd fds[2] = { { .events = POLLIN }, { .fd = 0, .events = POLLIN } };
	struct plugin_link *l;
	char line[256], why[256];

	setvbuf(stdout, NULL, _IOLBF, 0);
	setvbuf(stdin, NULL, _IONBF, 0);
	if (argc != 2) {
		fprintf(stderr, "usage: fake_server DIR\n");
		return 2;
	}
	l = plugin_link_new(argv[1], &ops, NULL, why, sizeof(why));
	if (!l) {
		fprintf(stderr, "fake_server: %s\n", why);
		return 1;
	}
	fds[0].fd = plugin_link_fd(l);
	printf("ready\n");
	while (poll(fds, 2, -1) >= 0) {
		if (fds[0].revents)
			plugin_link_serve(l);
		if (fds[1].revents && (!fgets(line, sizeof(line), stdin) || !command(l, line)))
			break;
	}
	plugin_link_free(l);
	return 0;
}
