/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A model of the Arm System MMU version 3, non-secure programming interface: what a device, an
 * interconnect and a system see of it. Arm IHI 0070.
 *
 * One thread. The model never blocks and keeps no time of its own: all that it does later is done
 * by model_step(), and what is done when follows from the seed and env->now. Physical memory,
 * interrupts and devices are reached through struct model_env, any call of which may fail.
 */
#ifndef MODEL_H
#define MODEL_H

#include "features.h"
#include "types.h"

struct model;

enum model_irq { MODEL_IRQ_EVENTQ, MODEL_IRQ_PRIQ, MODEL_IRQ_CMD_SYNC, MODEL_IRQ_GERROR };

enum model_access_kind { MODEL_READ, MODEL_WRITE, MODEL_ATOMIC };

/**
 * struct model_access - one transaction of a client device
 * @sid: StreamID
 * @ssid: SubstreamID, if @ssv
 * @ssv: a SubstreamID is given
 * @addr: input address, or an address from ATS if @translated
 * @len: bytes; does not cross a 4 KiB boundary
 * @kind: read, write or both at once
 * @priv: privileged
 * @inst: instruction fetch
 * @translated: an ATS Translated transaction
 * @no_stall: the device cannot take a stall (PCIe); a fault terminates
 * @cookie: given back in env->stall_end
 */
struct model_access {
	u32 sid;
	u32 ssid;
	bool ssv;
	u64 addr;
	u32 len;
	enum model_access_kind kind;
	bool priv;
	bool inst;
	bool translated;
	bool no_stall;
	u64 cookie;
};

/* What a transaction came to. */
enum model_outcome {
	MODEL_DONE,		/* memory was accessed */
	MODEL_ABORTED,		/* the device sees an abort */
	MODEL_RAZ_WI,		/* terminated silently: reads zero, writes are lost */
	MODEL_STALLED,		/* env->stall_end follows, always */
};

/* How a stalled transaction ends. */
enum model_stall_end { MODEL_STALL_RETRY, MODEL_STALL_ABORT, MODEL_STALL_RAZ_WI };

/**
 * struct model_ats_answer - a Translation Completion
 * @ok: false: Unsupported Request or Completer Abort, see @ca
 * @ca: Completer Abort: the device must not try again
 * @r: readable
 * @w: writable
 * @x: executable
 * @priv: for privileged requests
 * @global: the translation serves all PASIDs
 * @pa: address to put on translated transactions (physical, or an IPA with split-stage ATS)
 * @size: bytes for which it is valid, a power of two; @pa and the asked address are within it at
 *	the same offset
 * No r and no w: nothing is mapped, and nothing may be cached.
 */
struct model_ats_answer {
	bool ok, ca;
	bool r, w, x, priv, global;
	u64 pa;
	u64 size;
};

/**
 * struct model_atc_inv - an Invalidate Request for a device's ATC
 * @sid: StreamID
 * @ssid: PASID, if @ssv
 * @global: of all PASIDs
 * @addr: first address, aligned to @size
 * @size: bytes, a power of two; 0: all
 * @itag: give it back with model_atc_inv_done()
 */
struct model_atc_inv {
	u32 sid, ssid;
	bool ssv, global;
	u64 addr, size;
	u32 itag;
};

struct model_page_request {
	u32 sid, ssid;
	bool ssv;
	u64 addr;		/* page address, 4 KiB */
	u16 prgi;		/* page request group index, 9 bits */
	bool last, r, w, x, priv;
};

enum model_page_response { MODEL_PRI_DENIED = 0, MODEL_PRI_FAILURE = 1, MODEL_PRI_SUCCESS = 2 };

/* Severity of what the referee says: a warning is counted and does not fail a run. */
enum model_verdict { MODEL_WARN, MODEL_FAIL };

/**
 * struct model_env - the system around an SMMU
 * @ctx: first argument of every call
 * @read: read @n bytes at @pa; -1 is an external abort
 * @write: write; single-copy atomic for aligned 1, 2, 4 and 8 bytes
 * @cas64: compare and swap of an aligned 64-bit word: *@seen gets what was there; -1 is an
 *	external abort
 * @irq: an edge on a wired interrupt
 * @msi: an MSI write; -1 is an external abort
 * @atc_inv: deliver to the device; it answers with model_atc_inv_done(), at once or later. False:
 *	no such device (UR)
 * @page_response: deliver to the device
 * @stall_end: a stalled transaction ends. With MODEL_STALL_RETRY the device presents it anew
 * @watch: tell of stores to this 4 KiB page by model_store() from now on (or no longer)
 * @report: the referee: @rule is its name, @section of the specification, @text one line
 * @log: one line about what happened: for a person
 * @now: nanoseconds, for the time-out of ATC invalidations and the referee's "never answered"
 *
 * All may be NULL except @read and @write.
 */
struct model_env {
	void *ctx;
	int (*read)(void *ctx, u64 pa, void *buf, size_t n);
	int (*write)(void *ctx, u64 pa, const void *buf, size_t n);
	int (*cas64)(void *ctx, u64 pa, u64 want, u64 set, u64 *seen);
	void (*irq)(void *ctx, enum model_irq irq);
	int (*msi)(void *ctx, u64 pa, u32 data);
	bool (*atc_inv)(void *ctx, const struct model_atc_inv *inv);
	void (*page_response)(void *ctx, u32 sid, u32 ssid, bool ssv, u16 prgi,
			      enum model_page_response code);
	void (*stall_end)(void *ctx, u64 cookie, enum model_stall_end how);
	void (*watch)(void *ctx, u64 page_pa, bool on);
	void (*report)(void *ctx, enum model_verdict verdict, const char *rule,
		       const char *section, const char *text);
	void (*log)(void *ctx, const char *text);
	u64 (*now)(void *ctx);
};

/**
 * model_new() - an SMMU in its reset state
 * @f: features, checked by model_features_check()
 * @env: copied
 * @seed: all that is decided at random follows from it
 *
 * Return: the model; NULL without memory.
 */
struct model *model_new(const struct model_features *f, const struct model_env *env, u64 seed);

/*
 * The referee's last words (faults and page requests without an answer, ...), then the memory is
 * freed.
 */
void model_free(struct model *m);

/* Back to the reset state, as a power cycle: counters and the referee's findings stay. */
void model_reset(struct model *m);

/**
 * model_mmio_read() - read a register
 * @m: model
 * @offset: in the register map: page 0 at 0, page 1 at 0x10000, ECMDQ pages behind
 * @n: bytes, 4 or 8
 *
 * Return: the value; 0 for what is RES0, after a report if the access itself is wrong.
 */
u64 model_mmio_read(struct model *m, u64 offset, unsigned int n);
void model_mmio_write(struct model *m, u64 offset, unsigned int n, u64 value);

/* Bytes of the register map. */
u64 model_mmio_size(const struct model *m);

/**
 * model_step() - do one piece of what is pending: a command, a completion, an interrupt, a whim
 * of the adversary
 * Return: whether more is pending that does not wait for somebody else.
 */
bool model_step(struct model *m);

/**
 * model_dma() - a transaction, translated and performed
 * @m: model
 * @a: transaction
 * @buf: a->len bytes to write, or that are read into; with MODEL_ATOMIC both ways (exchange)
 */
enum model_outcome model_dma(struct model *m, const struct model_access *a, void *buf);

/**
 * model_ats_request() - a Translation Request
 * @m: model
 * @a: sid, ssid, ssv, addr, priv, inst, and kind: MODEL_WRITE unless the request has NW (no write)
 * @answer: filled
 */
void model_ats_request(struct model *m, const struct model_access *a,
		       struct model_ats_answer *answer);

/*
 * A page request of a device; an answer comes by env->page_response, also when the queue is full.
 */
void model_page_request(struct model *m, const struct model_page_request *r);

/* A stop marker, or a request with neither r, w nor x and last set, is a model_page_request too. */

/*
 * The device has done what model_atc_inv asked. After features.atc_timeout it is too late: the
 * CMD_SYNC has failed, and only the tag is free again.
 */
void model_atc_inv_done(struct model *m, u32 sid, u32 itag);

/* The device's ATC holds nothing any more, unasked: ATS was switched off in the device. */
void model_atc_emptied(struct model *m, u32 sid);

/* The device was reset: its ATC is empty, and what it was asked before it will not answer. */
void model_device_reset(struct model *m, u32 sid);

/*
 * Whether the SMMU would now let Translated transactions of this stream pass: whether what its ATC
 * holds is of any use.
 */
bool model_translated_passes(struct model *m, u32 sid);

/* The device will never do so (it was removed): invalidations pending for it time out. */
void model_device_gone(struct model *m, u32 sid);

/* TLB maintenance of the CPUs (DVM). Ranges come decoded. */
enum model_dvm_by {
	MODEL_DVM_ALL, MODEL_DVM_ASID, MODEL_DVM_VA, MODEL_DVM_VAA,
	MODEL_DVM_VMALL, MODEL_DVM_VMALLS12, MODEL_DVM_IPA,
};

enum model_dvm_el { MODEL_DVM_EL1, MODEL_DVM_EL2, MODEL_DVM_EL2_E2H };

struct model_dvm {
	enum model_dvm_by by;
	enum model_dvm_el el;
	u16 asid, vmid;
	u64 addr, size;		/* bytes, where an address matters */
	bool leaf;
};

/* Returns when the maintenance is complete, as the CPU's DSB would see it. */
void model_dvm(struct model *m, const struct model_dvm *d);

/* A store of the guest to a watched page, after it was done. */
void model_store(struct model *m, u64 pa, unsigned int n);

/*
 * ---------------------------------------------------------------- what a test's driver tells the
 * referee
 */

/*
 * dma_unmap has returned: no access of this stream to these addresses may succeed until
 * model_note_mapped().
 */
void model_note_unmapped(struct model *m, u32 sid, u32 ssid, bool ssv, u64 iova, u64 len);
void model_note_mapped(struct model *m, u32 sid, u32 ssid, bool ssv, u64 iova, u64 len);

/* Between the two the stream goes to or from BLOCKED: bypass must not be seen on it. */
void model_note_no_bypass(struct model *m, u32 sid, bool begin);

/*
 * Between the two the configuration changes hitlessly for accesses with this SubstreamID, or
 * without any: V=0 must not be seen in the STE nor in the CD that they need, and no access of the
 * stream may fault.
 */
void model_note_hitless(struct model *m, u32 sid, u32 ssid, bool ssv, bool begin);

/* ---------------------------------------------------------------- what it counts */

#define MODEL_COUNTERS(C)						\
	C(translated) C(bypassed) C(aborted) C(disabled)		\
	C(commands) C(syncs) C(tlbi) C(cfgi) C(atc_inv) C(pri_resp) C(resume) C(dvm)	\
	C(atc_timeouts)							\
	C(events) C(events_lost) C(page_requests) C(page_requests_lost)	\
	C(stalls) C(ats_requests) C(ats_translated) C(faults)		\
	C(tlb_hits) C(tlb_misses) C(walks) C(prefetches) C(evictions)	\
	C(mmio_reads) C(mmio_writes) C(irqs) C(msis) C(stores)

struct model_counters {
#define C(name) u64 name;
	MODEL_COUNTERS(C)
#undef C
};

/* Of the whole SMMU. "enabled": writes of CR0 that set SMMUEN, as a lab's witness counts them. */
const struct model_counters *model_counters(const struct model *m);

/* Of one StreamID; zero where nothing was seen. */
struct model_stream_counters {
	u64 translated, bypassed, aborted, disabled, events;
};

struct model_stream_counters model_stream_counters(const struct model *m, u32 sid);

/* Violations so far, by severity. */
u64 model_violations(const struct model *m, enum model_verdict verdict);

#endif
