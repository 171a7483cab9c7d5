/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The link between the plugin in QEMU and the server: packets on a unix socket of type
 * SOCK_SEQPACKET, and the map of watched pages, a file that both have mapped. Both are in the
 * server's socket directory, under these names.
 *
 * Invariant: the plugin asks, the server answers each packet with one WIRE_ACK of the same number
 * before the vCPU goes on; the server never speaks first.
 */
#ifndef PLUGIN_WIRE_H
#define PLUGIN_WIRE_H

#include "../model/types.h"

#define WIRE_SOCKET "plugin"
#define WIRE_WATCH "watch"
#define WIRE_MAGIC 0x534d4c4bu
#define WIRE_VERSION 1

enum wire_type { WIRE_HELLO = 1, WIRE_DVM, WIRE_STORE, WIRE_COUNT, WIRE_ACK };

/**
 * struct wire_packet - every packet, in host byte order, both ends being on one machine
 * @magic: WIRE_MAGIC
 * @version: WIRE_VERSION
 * @type: enum wire_type
 * @seq: counts requests; an answer repeats it
 * @vcpu: that asks
 * @hello: the first packet
 * @dvm: TLB maintenance that the CPUs broadcast; fields as of struct model_dvm
 * @store: @n bytes from @pa on, not across a page's end, were stored to
 * @count: an end marker: @insns since the begin marker of the same @id, besides @excluded ones of
 * interrupts
 */
struct wire_packet {
	u32 magic;
	u16 version, type;
	u32 seq, vcpu;
	union {
		struct {
			u32 nr_vcpus;
			u32 pad;
		} hello;
		struct {
			u8 by, el, leaf, pad;
			u16 asid, vmid;
			u64 addr, size;
		} dvm;
		struct {
			u64 pa;
			u32 n, pad;
		} store;
		struct {
			u64 id, insns, excluded;
		} count;
		u64 words[6];
	};
};

_Static_assert(sizeof(struct wire_packet) == 64, "both ends agree on the packet's size");

/*
 * Physical addresses that can be watched: 1 TiB, more than QEMU's virt machine has RAM by default.
 */
#define WATCH_PA_BITS 40
#define WATCH_PAGE_LG2 12
#define WATCH_NR_PAGES (1ull << (WATCH_PA_BITS - WATCH_PAGE_LG2))

/**
 * struct watch_map - the file of watched pages; sparse, so that its size costs nothing
 * @magic: WIRE_MAGIC
 * @version: WIRE_VERSION
 * @nr: pages watched now; 0 lets the plugin return at once
 * @pad: up to a page
 * @bits: one a page, by physical address; only the server writes them
 */
struct watch_map {
	u32 magic, version;
	u64 nr;
	u8 pad[4080];
	u64 bits[WATCH_NR_PAGES / 64];
};

static inline bool watch_test(const struct watch_map *w, u64 pa)
{
	u64 page = pa >> WATCH_PAGE_LG2;

	return page < WATCH_NR_PAGES &&
	       __atomic_load_n(&w->bits[page / 64], __ATOMIC_ACQUIRE) >> page % 64 & 1;
}

static inline void watch_set(struct watch_map *w, u64 pa, bool on)
{
	u64 page = pa >> WATCH_PAGE_LG2, bit = 1ull << page % 64;

	if (on)
		__atomic_fetch_or(&w->bits[page / 64], bit, __ATOMIC_SEQ_CST);
	else
		__atomic_fetch_and(&w->bits[page / 64], ~bit, __ATOMIC_SEQ_CST);
	__atomic_fetch_add(&w->nr, on ? 1 : -1ull, __ATOMIC_SEQ_CST);
}

#endif
