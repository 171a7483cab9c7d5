/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The server's inside: what its files ask of each other. function.h is what a kind of function sees
 * of it.
 *
 * One thread, one loop: no call here blocks on a peer.
 */
#ifndef SERVER_LAB_H
#define SERVER_LAB_H

#include <stdio.h>

#include "function.h"

#define LAB_MAX_SMMUS		4
#define LAB_MAX_FUNCTIONS	16
#define LAB_MAX_IRQS		64
#define LAB_MAX_SIDS		64

#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))

/* ---------------------------------------------------------------- loop.c */

/**
 * struct loop_fd - a descriptor that the loop watches
 * @fd: -1 while there is none
 * @ready: called with epoll's events; may remove any descriptor, also its own
 */
struct loop_fd {
	int fd;
	void (*ready)(struct loop_fd *fd, unsigned int events);
};

bool loop_init(struct lab *lab);
void loop_fini(struct lab *lab);
/* Watch @fd; @out: tell when it can be written, too. Called again it changes what is watched. */
bool loop_watch(struct lab *lab, struct loop_fd *fd, bool out);
/* Forget and close it. */
void loop_close(struct lab *lab, struct loop_fd *fd);
/* Until lab->quit. */
void loop_run(struct lab *lab);
/* Something happened that may have given work to a model or a function. */
void loop_kick(struct lab *lab);
/* Steps until all are idle, or there is no end to it. */
void loop_settle(struct lab *lab);
/* Called before each sleep. */
void lab_idle(struct lab *lab);
/* Disconnect peers that have taken away memory they gave. */
void lab_check_memory(struct lab *lab);
/* Call vfu_timer() of all functions once after about @ms milliseconds. */
void loop_timer(struct lab *lab, unsigned int ms);
u64 loop_now(void);	/* nanoseconds */

/* ---------------------------------------------------------------- memory.c */

struct memory;

struct memory *memory_new(void);
void memory_free(struct memory *mem);
/*
 * Guest memory [gpa, gpa + size) is @offset of @fd, for @owner. Return: 0 or an errno. @fd is not
 * kept. Owners that name the same memory share one mapping.
 */
int memory_map(struct memory *mem, const void *owner, u64 gpa, u64 size, int fd, u64 offset,
	       bool writable);
int memory_unmap(struct memory *mem, const void *owner, u64 gpa, u64 size);
void memory_unmap_all(struct memory *mem, const void *owner);
/*
 * The machine is gone: its memory stays to be looked at until memory_forget() or another owner's
 * memory.
 */
void memory_retire(struct memory *mem, const void *owner);
void memory_forget(struct memory *mem);
/*
 * The next owner of memory that its peer has taken away (the file was made shorter), or NULL; until
 * the owner has unmapped it.
 */
const void *memory_lost(struct memory *mem, u64 *gpa, u64 *size);
/*
 * -1: not, or not all, memory; nothing was done, or what was done is gone with memory that was lost
 * meanwhile.
 */
int memory_read(struct memory *mem, u64 gpa, void *buf, size_t n);
int memory_write(struct memory *mem, u64 gpa, const void *buf, size_t n);
int memory_cas64(struct memory *mem, u64 gpa, u64 want, u64 set, u64 *seen);
size_t memory_bytes(const struct memory *mem);

/* ---------------------------------------------------------------- vfu.c and its parts */

struct vfu;

/* The transport of @fn: a listening socket at @path. False: *@why says why. */
struct vfu *vfu_new(struct function *fn, const char *path, const char **why);
void vfu_free(struct vfu *v);
bool vfu_connected(const struct vfu *v);
void vfu_timer(struct vfu *v);
/* Signal the eventfd that QEMU has given for this vector. */
void vfu_signal(struct vfu *v, unsigned int vector);
/* A device's MSI-X: read the table's entry, then write through the device's SMMU what it says. */
void vfu_msix(struct vfu *v, unsigned int vector);
/*
 * Write to an address that is no memory, such as an interrupt controller's doorbell. -1: known to
 * fail.
 */
int vfu_post(struct vfu *v, u64 gpa, u32 data);

/* ---------------------------------------------------------------- config.c */

/* After init: BARs, and the state to which a reset goes back. */
void cfg_ready(struct function *fn);
void cfg_reset(struct function *fn);
/*
 * A write of the guest; the bytes that may be written change. Return: whether it asks for an FLR.
 */
bool cfg_write(struct function *fn, unsigned int offset, unsigned int n, const u8 *data);
u64 cfg_bar(const struct function *fn, unsigned int bar);
unsigned int cfg_find(const struct function *fn, u8 id);
/* Offset of the MSI-X table, or of the pending bits, in fn->msix_bar. */
u64 cfg_msix_table(const struct function *fn);
bool cfg_msix_enabled(const struct function *fn);
/* Plain MSI: false while this vector is masked or MSIs are off. */
bool cfg_msi_vector(const struct function *fn, unsigned int vector, u64 *address, u32 *data);
bool cfg_msix_contains(const struct function *fn, unsigned int bar, u64 offset);

/* ---------------------------------------------------------------- lab.c */

struct lab_smmu {
	struct lab *lab;
	struct model_features f;
	struct model *model;
	struct function *fn;	/* by which the guest sees it */
	unsigned int index;
	char name[8];		/* for the log */
	u64 queue[3];		/* CMDQ_BASE, EVENTQ_BASE, PRIQ_BASE: trace.c */
	u64 command[2], command_pa;	/* as far as it was read: trace.c */
	u64 enabled;		/* writes of CR0 that set SMMUEN */
};

/* What a witness has counted for one StreamID up to the last question. */
struct lab_seen {
	u32 sid;
	struct model_stream_counters count;
};

struct lab_slot {
	struct function fn;
	u8 initial[FUNCTION_CONFIG_SZ];
	struct vfu *vfu;
	char name[32];
	char *options[32];	/* NULL-terminated, what init did not hear of before */
	const char *words;	/* as on the command line */
	unsigned int smmu;
	bool has_smmu;
	bool plain_msi;		/* MSI where the kind asks for MSI-X */
	bool msi_direct;	/* stands behind no SMMU: QEMU itself may send its MSIs */
};

struct lab {
	u64 seed, random;
	bool prompt;	/* a store is answered when what it began has been done */
	u64 started;
	struct lab_smmu smmus[LAB_MAX_SMMUS];
	unsigned int nr_smmus;
	struct lab_slot slots[LAB_MAX_FUNCTIONS];
	unsigned int nr_slots;
	struct memory *mem;
	struct loop *loop;
	FILE *log, *report;
	u64 violations[2];	/* by enum model_verdict */
	struct lab_seen seen[LAB_MAX_SIDS];
	unsigned int nr_seen;
	u64 seen_commands, seen_events, seen_enabled;
	struct vfu *doorbell;	/* while a device's MSI is on its way: who posts it */
	struct plugin_link *plugin;
	struct loop_fd plugin_fd;
	bool quit;
};

#define slot_of(f) container_of(f, struct lab_slot, fn)

/* Kinds by name; NULL: there is none. lab_kinds() lists them. */
const struct function_ops *lab_kind(const char *name);
const char *lab_kinds(void);
bool lab_start(struct lab *lab, const char *socket_dir);
/* Models' last words, sockets and memory. */
void lab_stop(struct lab *lab);
/* Reset by the guest, or unplugged. */
void lab_function_reset(struct function *fn);
void lab_function_gone(struct function *fn);
bool lab_any_connected(const struct lab *lab);
/* One step of source @i: the models first, then the functions. */
bool lab_step(struct lab *lab, unsigned int i);
unsigned int lab_nr_steps(const struct lab *lab);
__attribute__((format(printf, 3, 4)))
void lab_log(struct lab *lab, const char *who, const char *format, ...);
void lab_violation(struct lab *lab, enum model_verdict verdict, const char *rule,
		   const char *section, const char *text);

/* ---------------------------------------------------------------- options.c, control.c */

/* The command line. False: it was wrong, and that has been said. */
struct options {
	const char *socket_dir, *log, *report, *control;
	char *smmus[LAB_MAX_SMMUS], *fns[LAB_MAX_FUNCTIONS];
	const char *features_file;
	unsigned int nr_smmus, nr_fns;
	u64 seed;
	bool has_seed, prompt;
};

bool options_parse(struct options *o, int argc, char **argv);
/* The lab refers to the words of @o from then on. */
bool options_apply(const struct options *o, struct lab *lab);
void options_free(struct options *o);

/* Questions by lines on stdin (answers on stdout), and on a socket at @path unless NULL. */
bool control_start(struct lab *lab, const char *path);
void control_stop(struct lab *lab);

#endif
