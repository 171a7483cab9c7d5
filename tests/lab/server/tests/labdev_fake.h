/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An SMMU and a lab of a few lines for the unit tests of labdev: pages by address and PASID, and a
 * book of what the device has asked and answered. Invariant: it translates from its table only, at
 * the moment of the access.
 */
#ifndef TESTS_LABDEV_FAKE_H
#define TESTS_LABDEV_FAKE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../fn_labdev.h"

#define FAKE_PA		0x80000000ull
#define FAKE_PAGES	64
#define FAKE_IOVA	0x10000ull
#define FAKE_SID	0x48
#define FAKE_PCIE	0x40
#define FAKE_PRI	0x140

struct fake_page {
	bool valid, ssv, r, w, x;
	u32 ssid;
	u64 iova, pa;
};

struct fake {
	struct function fn;
	u8 memory[FAKE_PAGES * 4096];
	struct fake_page pages[32];
	bool master, ats, pri, pasid, ats_ca;
	unsigned int without_prefixes;	/* the capability that carries no TLP prefixes */
	bool stall_next, raz_next;	/* for the next access */
	bool shut_out;			/* the SMMU lets no translated access pass */
	unsigned int nr_emptied;
	u64 chance;			/* 0: lab_random() always says 0 */
	struct model_access last;
	unsigned int nr_dma, nr_translated, nr_asked, irqs, violations;
	struct model_page_request requests[64];
	unsigned int nr_requests;
	u32 done_itags[64];
	unsigned int nr_done;
	unsigned int notes[7];
	u64 note_iova, note_len;
	u32 note_ssid;
	bool note_ssv;
};

extern struct fake fake;

int fake_setup(void **state);
int fake_teardown(void **state);
struct labdev *fake_labdev(void);
/* Map a page of memory, for accesses without a PASID if @pasid is 0. */
void fake_map(u32 pasid, u64 iova, unsigned int page, bool r, bool w);
void fake_unmap(u32 pasid, u64 iova);
u8 *fake_memory(unsigned int page);
void fake_steps(unsigned int n);
/* Until nothing is left to do; fails if that takes for ever. */
void fake_run(void);
u32 reg32(u32 offset);
u64 reg64(u32 offset);
void set32(u32 offset, u32 value);
void set64(u32 offset, u64 value);

#endif
