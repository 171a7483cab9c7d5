/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints as the layers call them.
 *
 * Beside the layers. Nothing at all where the driver runs over a register stub or in a host
 * process. A tracepoint that is off costs a jump that is patched out; what needs a look at the
 * driver's structures is gathered out of line (trace.c).
 */
#ifndef SMMU3_DEBUG_TRACE_H
#define SMMU3_DEBUG_TRACE_H

#include <linux/ktime.h>
#include <linux/types.h>

struct smmu3_cmd;
struct smmu3_device;
struct smmu3_entry_plan;
struct smmu3_evt;
struct smmu3_fault;
struct smmu3_master;
struct smmu3_space;
struct smmu3_stream;
struct smmu3_tag;

#if defined(SMMU3_MMIO_STUB) || defined(SMMU3_HOST)
static inline void smmu3_trace_cmd(const struct smmu3_device *smmu, u64 q0, u64 q1)
{
}

static inline void smmu3_trace_entry(const struct smmu3_device *smmu, bool is_cd, u32 sid, u32 ssid,
				     const struct smmu3_entry_plan *plan)
{
}

static inline void smmu3_trace_attach(const struct smmu3_master *master, u32 ssid,
				      unsigned int from, unsigned int to,
				      const struct smmu3_space *space)
{
}

static inline void smmu3_trace_inv(const struct smmu3_space *space, u64 iova, u64 size, u64 granule,
				   bool leaf)
{
}

static inline void smmu3_trace_asid_move(const struct smmu3_tag *tag, u16 from, bool lost)
{
}

static inline void smmu3_trace_event(const struct smmu3_device *smmu, const struct smmu3_evt *evt)
{
}

static inline void smmu3_trace_fault(const struct smmu3_stream *stream, u32 ssid, u16 tag,
				     bool stall, const struct smmu3_fault *fault)
{
}

static inline void smmu3_trace_fault_answer(const struct smmu3_stream *stream, u32 ssid, u16 tag,
					    bool stall, bool ok, ktime_t since)
{
}
#else
#include <linux/tracepoint-defs.h>

DECLARE_TRACEPOINT(smmu3_cmd);
DECLARE_TRACEPOINT(smmu3_entry);
DECLARE_TRACEPOINT(smmu3_attach);
DECLARE_TRACEPOINT(smmu3_inv);
DECLARE_TRACEPOINT(smmu3_asid_move);
DECLARE_TRACEPOINT(smmu3_event);
DECLARE_TRACEPOINT(smmu3_fault);
DECLARE_TRACEPOINT(smmu3_fault_answer);

/* Out of line; for the wrappers below only. */
void smmu3_trace_cmd_on(const struct smmu3_device *smmu, u64 q0, u64 q1);
void smmu3_trace_entry_on(const struct smmu3_device *smmu, bool is_cd, u32 sid, u32 ssid,
			  const struct smmu3_entry_plan *plan);
void smmu3_trace_attach_on(const struct smmu3_master *master, u32 ssid, unsigned int from,
			   unsigned int to, const struct smmu3_space *space);
void smmu3_trace_inv_on(const struct smmu3_space *space, u64 iova, u64 size, u64 granule,
			bool leaf);
void smmu3_trace_asid_move_on(const struct smmu3_tag *tag, u16 from, bool lost);
void smmu3_trace_event_on(const struct smmu3_device *smmu, const struct smmu3_evt *evt);
void smmu3_trace_fault_on(const struct smmu3_stream *stream, u32 ssid, u16 tag, bool stall,
			  const struct smmu3_fault *fault);
void smmu3_trace_fault_answer_on(const struct smmu3_stream *stream, u32 ssid, u16 tag, bool stall,
				 bool ok, ktime_t since);

/**
 * smmu3_trace_cmd() - a command enters the queue
 * @smmu: the SMMU
 * @q0: the command's first word
 * @q1: its second word
 *
 * Context: any, also under the queue's lock.
 */
static inline void smmu3_trace_cmd(const struct smmu3_device *smmu, u64 q0, u64 q1)
{
	if (tracepoint_enabled(smmu3_cmd))
		smmu3_trace_cmd_on(smmu, q0, q1);
}

/**
 * smmu3_trace_entry() - a table entry is about to be changed
 * @smmu: the SMMU
 * @is_cd: a CD; else an STE
 * @sid: StreamID (of a CD: the first of those that share its table)
 * @ssid: SubstreamID of a CD
 * @plan: the stores
 */
static inline void smmu3_trace_entry(const struct smmu3_device *smmu, bool is_cd, u32 sid, u32 ssid,
				     const struct smmu3_entry_plan *plan)
{
	if (tracepoint_enabled(smmu3_entry))
		smmu3_trace_entry_on(smmu, is_cd, sid, ssid, plan);
}

/**
 * smmu3_trace_attach() - what a device or one of its SubstreamIDs leads to has changed
 * @master: the device; attach lock held
 * @ssid: SubstreamID; 0: transactions without one
 * @from: &enum smmu3_target_kind before
 * @to: now
 * @space: the space it leads to now, or NULL
 */
static inline void smmu3_trace_attach(const struct smmu3_master *master, u32 ssid,
				      unsigned int from, unsigned int to,
				      const struct smmu3_space *space)
{
	if (tracepoint_enabled(smmu3_attach))
		smmu3_trace_attach_on(master, ssid, from, to, space);
}

/**
 * smmu3_trace_inv() - a range of a space is being invalidated everywhere
 * @space: the space
 * @iova: first byte
 * @size: bytes; 0: the whole space
 * @granule: size of the leaves
 * @leaf: only leaves changed
 *
 * Context: any.
 */
static inline void smmu3_trace_inv(const struct smmu3_space *space, u64 iova, u64 size, u64 granule,
				   bool leaf)
{
	if (tracepoint_enabled(smmu3_inv))
		smmu3_trace_inv_on(space, iova, size, granule, leaf);
}

/**
 * smmu3_trace_asid_move() - a space has another ASID on an SMMU
 * @tag: with the new number; attach lock held
 * @from: the old one
 * @lost: it could not be flushed
 */
static inline void smmu3_trace_asid_move(const struct smmu3_tag *tag, u16 from, bool lost)
{
	if (tracepoint_enabled(smmu3_asid_move))
		smmu3_trace_asid_move_on(tag, from, lost);
}

/**
 * smmu3_trace_event() - the SMMU reported an event
 * @smmu: the SMMU
 * @evt: the event; those that the log leaves out, too
 */
static inline void smmu3_trace_event(const struct smmu3_device *smmu, const struct smmu3_evt *evt)
{
	if (tracepoint_enabled(smmu3_event))
		smmu3_trace_event_on(smmu, evt);
}

/**
 * smmu3_trace_fault() - a fault is going to be served
 * @stream: the stream
 * @ssid: SubstreamID
 * @tag: STAG or PRG index
 * @stall: a stalled transaction; else a page request
 * @fault: what was wanted
 */
static inline void smmu3_trace_fault(const struct smmu3_stream *stream, u32 ssid, u16 tag,
				     bool stall, const struct smmu3_fault *fault)
{
	if (tracepoint_enabled(smmu3_fault))
		smmu3_trace_fault_on(stream, ssid, tag, stall, fault);
}

/**
 * smmu3_trace_fault_answer() - a fault, or a group of page requests, is answered
 * @stream: the stream
 * @ssid: SubstreamID
 * @tag: STAG or PRG index
 * @stall: a stalled transaction; else page requests
 * @ok: worth another try
 * @since: when it came
 */
static inline void smmu3_trace_fault_answer(const struct smmu3_stream *stream, u32 ssid, u16 tag,
					    bool stall, bool ok, ktime_t since)
{
	if (tracepoint_enabled(smmu3_fault_answer))
		smmu3_trace_fault_answer_on(stream, ssid, tag, stall, ok, since);
}
#endif

#endif
