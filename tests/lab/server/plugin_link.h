/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The server's end of the link to the QEMU plugin (tests/lab/plugin/wire.h): TLB maintenance,
 * stores to watched pages and instruction counts come in, watched pages go out.
 *
 * Invariant: nothing here blocks or waits for the guest. A vCPU stands still until
 * plugin_link_serve() has called the operation for what it reported.
 */
#ifndef SERVER_PLUGIN_LINK_H
#define SERVER_PLUGIN_LINK_H

#include "../model/model.h"

struct plugin_link;

/**
 * struct plugin_link_ops - what the plugin reports
 * @dvm: broadcast TLB maintenance: call model_dvm() of each SMMU
 * @store: @n bytes at @pa, on a watched page, were stored to: call model_store() of each SMMU
 * @count: an end marker: @insns since the begin marker, besides @excluded in interrupts
 * @log: one line for a person
 *
 * All of them get the @ctx of plugin_link_new() first; any may be NULL.
 */
struct plugin_link_ops {
	void (*dvm)(void *ctx, const struct model_dvm *d);
	void (*store)(void *ctx, u64 pa, unsigned int n);
	void (*count)(void *ctx, unsigned int vcpu, u64 id, u64 insns, u64 excluded);
	void (*log)(void *ctx, const char *text);
};

struct plugin_link_counts {
	u64 dvm, stores, counts, connections, malformed;
};

/**
 * plugin_link_new() - make the socket "plugin" and the file "watch" in @dir
 * @dir: socket folder of the server; the names must not be in use by another server
 * @ops: copied
 * @ctx: first argument of every operation
 * @why: on failure what is wrong, one line
 * @why_sz: bytes at @why
 *
 * Return: the link, to which a plugin may connect now or never, or NULL.
 */
struct plugin_link *plugin_link_new(const char *dir, const struct plugin_link_ops *ops, void *ctx,
				    char *why, size_t why_sz);

/*
 * Readable whenever plugin_link_serve() has something to do; one descriptor for the whole life of
 * the link.
 */
int plugin_link_fd(const struct plugin_link *l);

/* Do all that is there: accept, answer, notice the end. Returns at once if there is nothing. */
void plugin_link_serve(struct plugin_link *l);

/**
 * plugin_link_watch() - for model_env.watch: report stores to this 4 KiB page from now on, or no
 * longer
 * @l: link; NULL does nothing
 * @page_pa: any address in the page
 * @on: calls count: as often off as on
 *
 * In force when it returns for all stores that begin then. A store that another vCPU has under way
 * is reported or not.
 */
void plugin_link_watch(struct plugin_link *l, u64 page_pa, bool on);

/* Whether a plugin is there. */
bool plugin_link_connected(const struct plugin_link *l);

struct plugin_link_counts plugin_link_counts(const struct plugin_link *l);

/*
 * Closes the link, which ends a QEMU that still uses it, and removes the socket and the file. NULL
 * does nothing.
 */
void plugin_link_free(struct plugin_link *l);

#endif
