/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints: commands, attach, invalidation, events.
 *
 * ARM IHI 0070, chapters 4 and 7 name the numbers. Beside the layers; the driver calls these
 * through src/debug/trace.h only, which is empty where the driver runs over a register stub.
 * Invariant: fields are raw, and names are made when a record is printed: a record costs a few
 * stores.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM smmu3

#if !defined(SMMU3_TRACE_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define SMMU3_TRACE_EVENTS_H

#include <linux/device.h>
#include <linux/tracepoint.h>

#define smmu3_show_opcode(op)			\
	__print_symbolic(op,			\
		{ 0x01, "PREFETCH_CONFIG" },	\
		{ 0x02, "PREFETCH_ADDR" },	\
		{ 0x03, "CFGI_STE" },		\
		{ 0x04, "CFGI_STE_RANGE" },	\
		{ 0x05, "CFGI_CD" },		\
		{ 0x06, "CFGI_CD_ALL" },	\
		{ 0x10, "TLBI_NH_ALL" },	\
		{ 0x11, "TLBI_NH_ASID" },	\
		{ 0x12, "TLBI_NH_VA" },		\
		{ 0x13, "TLBI_NH_VAA" },	\
		{ 0x20, "TLBI_EL2_ALL" },	\
		{ 0x21, "TLBI_EL2_ASID" },	\
		{ 0x22, "TLBI_EL2_VA" },	\
		{ 0x23, "TLBI_EL2_VAA" },	\
		{ 0x28, "TLBI_S12_VMALL" },	\
		{ 0x2a, "TLBI_S2_IPA" },	\
		{ 0x30, "TLBI_NSNH_ALL" },	\
		{ 0x40, "ATC_INV" },		\
		{ 0x41, "PRI_RESP" },		\
		{ 0x44, "RESUME" },		\
		{ 0x45, "STALL_TERM" },		\
		{ 0x46, "SYNC" })

#define smmu3_show_event(type)				\
	__print_symbolic(type,				\
		{ 0x01, "F_UUT" },			\
		{ 0x02, "C_BAD_STREAMID" },		\
		{ 0x03, "F_STE_FETCH" },		\
		{ 0x04, "C_BAD_STE" },			\
		{ 0x05, "F_BAD_ATS_TREQ" },		\
		{ 0x06, "F_STREAM_DISABLED" },		\
		{ 0x07, "F_TRANSL_FORBIDDEN" },		\
		{ 0x08, "C_BAD_SUBSTREAMID" },		\
		{ 0x09, "F_CD_FETCH" },			\
		{ 0x0a, "C_BAD_CD" },			\
		{ 0x0b, "F_WALK_EABT" },		\
		{ 0x10, "F_TRANSLATION" },		\
		{ 0x11, "F_ADDR_SIZE" },		\
		{ 0x12, "F_ACCESS" },			\
		{ 0x13, "F_PERMISSION" },		\
		{ 0x20, "F_TLB_CONFLICT" },		\
		{ 0x21, "F_CFG_CONFLICT" },		\
		{ 0x24, "E_PAGE_REQUEST" },		\
		{ 0x25, "F_VMS_FETCH" })

/* What a stream or SubstreamID leads to: enum smmu3_target_kind. */
#define smmu3_show_kind(kind)			\
	__print_symbolic(kind,			\
		{ 0, "blocked" },		\
		{ 1, "identity" },		\
		{ 2, "translate" })

TRACE_EVENT(smmu3_cmd,
	TP_PROTO(const struct device *dev, u64 q0, u64 q1),
	TP_ARGS(dev, q0, q1),
	TP_STRUCT__entry(
		__string(dev, dev_name(dev))
		__field(u64, q0)
		__field(u64, q1)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->q0 = q0;
		__entry->q1 = q1;
	),
	TP_printk("%s %s q0=0x%016llx q1=0x%016llx", __get_str(dev),
		  smmu3_show_opcode(__entry->q0 & 0xff), __entry->q0, __entry->q1)
);

TRACE_EVENT(smmu3_entry,
	TP_PROTO(const struct device *dev, bool is_cd, u32 sid, u32 ssid, unsigned int stores,
		 unsigned int syncs, bool hitless),
	TP_ARGS(dev, is_cd, sid, ssid, stores, syncs, hitless),
	TP_STRUCT__entry(
		__string(dev, dev_name(dev))
		__field(bool, is_cd)
		__field(u32, sid)
		__field(u32, ssid)
		__field(u8, stores)
		__field(u8, syncs)
		__field(bool, hitless)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->is_cd = is_cd;
		__entry->sid = sid;
		__entry->ssid = ssid;
		__entry->stores = stores;
		__entry->syncs = syncs;
		__entry->hitless = hitless;
	),
	TP_printk("%s %s sid=0x%x ssid=0x%x stores=%u syncs=%u hitless=%d", __get_str(dev),
		  __entry->is_cd ? "CD" : "STE", __entry->sid, __entry->ssid, __entry->stores,
		  __entry->syncs, __entry->hitless)
);

TRACE_EVENT(smmu3_attach,
	TP_PROTO(const struct device *smmu, const struct device *dev, u32 ssid, unsigned int from,
		 unsigned int to, const char *owner, u16 tag),
	TP_ARGS(smmu, dev, ssid, from, to, owner, tag),
	TP_STRUCT__entry(
		__string(smmu, dev_name(smmu))
		__string(dev, dev_name(dev))
		__string(owner, owner)
		__field(u32, ssid)
		__field(u8, from)
		__field(u8, to)
		__field(u16, tag)
	),
	TP_fast_assign(
		__assign_str(smmu);
		__assign_str(dev);
		__assign_str(owner);
		__entry->ssid = ssid;
		__entry->from = from;
		__entry->to = to;
		__entry->tag = tag;
	),
	TP_printk("%s %s ssid=0x%x %s -> %s owner=%s tag=0x%x", __get_str(smmu), __get_str(dev),
		  __entry->ssid, smmu3_show_kind(__entry->from), smmu3_show_kind(__entry->to),
		  __get_str(owner), __entry->tag)
);

TRACE_EVENT(smmu3_inv,
	TP_PROTO(const void *space, u16 tag, u64 iova, u64 size, u64 granule, bool leaf,
		 unsigned int tlbs, unsigned int atcs),
	TP_ARGS(space, tag, iova, size, granule, leaf, tlbs, atcs),
	TP_STRUCT__entry(
		__field(const void *, space)
		__field(u64, iova)
		__field(u64, size)
		__field(u64, granule)
		__field(u32, tlbs)
		__field(u32, atcs)
		__field(u16, tag)
		__field(bool, leaf)
	),
	TP_fast_assign(
		__entry->space = space;
		__entry->iova = iova;
		__entry->size = size;
		__entry->granule = granule;
		__entry->tlbs = tlbs;
		__entry->atcs = atcs;
		__entry->tag = tag;
		__entry->leaf = leaf;
	),
	TP_printk("space=%p tag=%#x iova=%#llx size=%#llx granule=%#llx leaf=%d tlbs=%u atcs=%u",
		  __entry->space, __entry->tag, __entry->iova, __entry->size, __entry->granule,
		  __entry->leaf, __entry->tlbs, __entry->atcs)
);

TRACE_EVENT(smmu3_asid_move,
	TP_PROTO(const struct device *dev, const char *owner, u16 from, u16 to, bool lost),
	TP_ARGS(dev, owner, from, to, lost),
	TP_STRUCT__entry(
		__string(dev, dev_name(dev))
		__string(owner, owner)
		__field(u16, from)
		__field(u16, to)
		__field(bool, lost)
	),
	TP_fast_assign(
		__assign_str(dev);
		__assign_str(owner);
		__entry->from = from;
		__entry->to = to;
		__entry->lost = lost;
	),
	TP_printk("%s %s from=0x%x to=0x%x%s", __get_str(dev), __get_str(owner), __entry->from,
		  __entry->to, __entry->lost ? " (the old one could not be flushed)" : "")
);

TRACE_EVENT(smmu3_event,
	TP_PROTO(const struct device *dev, u32 sid, u8 type, const u64 *raw),
	TP_ARGS(dev, sid, type, raw),
	TP_STRUCT__entry(
		__string(dev, dev_name(dev))
		__field(u32, sid)
		__field(u8, type)
		__array(u64, raw, 4)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->sid = sid;
		__entry->type = type;
		memcpy(__entry->raw, raw, sizeof(__entry->raw));
	),
	TP_printk("%s sid=0x%x type=0x%02x %s raw=0x%016llx:0x%016llx:0x%016llx:0x%016llx",
		  __get_str(dev), __entry->sid, __entry->type, smmu3_show_event(__entry->type),
		  __entry->raw[0], __entry->raw[1], __entry->raw[2], __entry->raw[3])
);

#define smmu3_show_access(access)		\
	__print_flags(access, "|",		\
		{ 1, "read" },			\
		{ 2, "write" },			\
		{ 4, "exec" },			\
		{ 8, "priv" })

TRACE_EVENT(smmu3_fault,
	TP_PROTO(const struct device *dev, u32 sid, u32 pasid, u16 tag, bool stall, u64 addr,
		 unsigned int access),
	TP_ARGS(dev, sid, pasid, tag, stall, addr, access),
	TP_STRUCT__entry(
		__string(dev, dev_name(dev))
		__field(u64, addr)
		__field(u32, sid)
		__field(u32, pasid)
		__field(u16, tag)
		__field(u8, access)
		__field(bool, stall)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->addr = addr;
		__entry->sid = sid;
		__entry->pasid = pasid;
		__entry->tag = tag;
		__entry->access = access;
		__entry->stall = stall;
	),
	TP_printk("%s sid=0x%x pasid=0x%x %s=0x%x addr=0x%llx %s", __get_str(dev), __entry->sid,
		  __entry->pasid, __entry->stall ? "stag" : "prgi", __entry->tag, __entry->addr,
		  smmu3_show_access(__entry->access))
);

TRACE_EVENT(smmu3_fault_answer,
	TP_PROTO(const struct device *dev, u32 sid, u32 pasid, u16 tag, bool stall, bool ok,
		 u64 ns),
	TP_ARGS(dev, sid, pasid, tag, stall, ok, ns),
	TP_STRUCT__entry(
		__string(dev, dev_name(dev))
		__field(u64, ns)
		__field(u32, sid)
		__field(u32, pasid)
		__field(u16, tag)
		__field(bool, stall)
		__field(bool, ok)
	),
	TP_fast_assign(
		__assign_str(dev);
		__entry->ns = ns;
		__entry->sid = sid;
		__entry->pasid = pasid;
		__entry->tag = tag;
		__entry->stall = stall;
		__entry->ok = ok;
	),
	TP_printk("%s sid=0x%x pasid=0x%x %s=0x%x %s after %llu ns", __get_str(dev), __entry->sid,
		  __entry->pasid, __entry->stall ? "stag" : "prgi", __entry->tag,
		  __entry->ok ? "retry" : "refused", __entry->ns)
);

#endif

#include <trace/define_trace.h>
