/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the plugin's files ask of each other.
 *
 * Invariant: callbacks run on every vCPU's thread at once; what is shared is written at install
 * only, or is atomic, or is under the link's lock.
 */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "qemu_api.h"
#include "wire.h"

#define PLUGIN_MAX_VCPUS 512

/* The run is over: one line, "plugin: ...", and QEMU ends with status 3 at once. */
__attribute__((format(printf, 1, 2), noreturn)) void plugin_die(const char *format, ...);

/* ---------------------------------------------------------------- the link (link.c) */

/*
 * Connect to the server whose socket folder this is, and map its page map. Dies where that fails.
 */
void link_open(const char *dir, unsigned int timeout, unsigned int nr_vcpus);

/* NULL without a server. */
extern struct watch_map *link_watch;

/*
 * Send @p, whose type and contents are filled, and wait for the answer. Without a server: nothing.
 */
void link_ask(unsigned int vcpu, struct wire_packet *p);

/* ---------------------------------------------------------------- registers (regs.c) */

/* At vCPU init, in its context. */
void regs_init(void);

enum system_reg {
	REG_CPSR,
	REG_SP,
	REG_HCR_EL2,
	REG_VTTBR_EL2,
	REG_VTCR_EL2,
	REG_TCR_EL1,
	REG_TCR_EL2,
	NR_SYSTEM_REGS
};

/*
 * In callbacks with QEMU_PLUGIN_CB_R_REGS. x31 is the zero register; a register that the CPU does
 * not have is 0.
 */
u64 regs_x(unsigned int nr);
u64 regs_system(enum system_reg reg);

/* -------- what it does with an instruction */

/* Each looks at one instruction when it is translated; @word is its encoding. */
void dvm_translate(struct qemu_plugin_insn *insn, u32 word);
void store_translate(struct qemu_plugin_tb *tb, size_t index, struct qemu_plugin_insn *insn,
		     u32 word);
void count_translate(struct qemu_plugin_tb *tb, size_t index, struct qemu_plugin_insn *insn,
		     u32 word);
/* Before count_translate(), so that a round has the end marker and not the begin marker. */
void profile_translate(struct qemu_plugin_insn *insn, u32 word);

enum dvm_mode { DVM_OFF, DVM_ON, DVM_DROP };

void dvm_init(enum dvm_mode mode);
void store_init(void);
void count_init(qemu_plugin_id_t id, const char *path);
/* @path: NULL for none */
void profile_init(const char *path);

/* -------- a round between two markers, on its vCPU */

/* In callbacks that may read registers. */
void profile_begin(unsigned int vcpu);
/* An interrupt begins or is over. */
void profile_pause(unsigned int vcpu, bool pause);
/* @insns: as counted */
void profile_end(unsigned int vcpu, u64 id, u64 insns);

/* A line about what was seen, for the log at exit. */
void dvm_sum_up(void);
void store_sum_up(void);

#endif
