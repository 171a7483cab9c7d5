/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an SMMU is: the fields of SMMU_IDR0 to IDR6, IIDR and AIDR, by the specification's names,
 * and how
 * adversarial the model is. Chosen per run by presets and "name=value" words.
 *
 * Arm IHI 0070, chapter 6 "Memory map and registers".
 */
#ifndef MODEL_FEATURES_H
#define MODEL_FEATURES_H

#include "types.h"

/*
 * MODEL_FEATURES(F): F(name, register, high, low, what) for each field that can be set. The
 * tables of
 * features.c, the parser's names and the register values all come from this list.
 */
#define MODEL_FEATURES(F)							\
	F(s2p,		0,  0,  0,	"stage 2 translation")			\
	F(s1p,		0,  1,  1,	"stage 1 translation")			\
	F(ttf,		0,  3,  2,	"table formats: 2 is AArch64")		\
	F(cohacc,	0,  4,  4,	"coherent access to tables and queues")	\
	F(btm,		0,  5,  5,	"broadcast TLB maintenance")		\
	F(httu,		0,  7,  6,	"hardware updates: 1 access, 2 dirty")	\
	F(dormhint,	0,  8,  8,	"dormant hint")				\
	F(hyp,		0,  9,  9,	"EL2 stream worlds")			\
	F(ats,		0, 10, 10,	"PCIe ATS")				\
	F(ns1ats,	0, 11, 11,	"no split-stage ATS")			\
	F(asid16,	0, 12, 12,	"16-bit ASIDs")				\
	F(msi,		0, 13, 13,	"message signalled interrupts")		\
	F(sev,		0, 14, 14,	"wake-up events")			\
	F(pri,		0, 16, 16,	"PCIe page requests")			\
	F(vmw,		0, 17, 17,	"VMID wildcards")			\
	F(vmid16,	0, 18, 18,	"16-bit VMIDs")				\
	F(cd2l,		0, 19, 19,	"two-level CD tables")			\
	F(ttendian,	0, 22, 21,	"table endianness: 2 is little")	\
	F(atsrecerr,	0, 23, 23,	"ATS error records")			\
	F(stall_model,	0, 25, 24,	"0 both, 1 no stall, 2 stall only")	\
	F(term_model,	0, 26, 26,	"termination always aborts")		\
	F(st_level,	0, 28, 27,	"two-level stream tables")		\
	F(sidsize,	1,  5,  0,	"StreamID bits")			\
	F(ssidsize,	1, 10,  6,	"SubstreamID bits")			\
	F(priqs,	1, 15, 11,	"PRI queue, log2 of entries")		\
	F(eventqs,	1, 20, 16,	"event queue, log2 of entries")		\
	F(cmdqs,	1, 25, 21,	"command queue, log2 of entries")	\
	F(attr_perms_ovr, 1, 26, 26,	"permission overrides")			\
	F(attr_types_ovr, 1, 27, 27,	"attribute overrides")			\
	F(ecmdq,	1, 31, 31,	"enhanced command queues")		\
	F(had,		3,  2,  2,	"hierarchical attribute disable")	\
	F(pbha,		3,  3,  3,	"page-based hardware attributes")	\
	F(xnx,		3,  4,  4,	"stage 2 execute-never by EL")		\
	F(pps,		3,  5,  5,	"PASID on page responses")		\
	F(fwb,		3,  8,  8,	"stage 2 forces write-back")		\
	F(stt,		3,  9,  9,	"small translation tables")		\
	F(ril,		3, 10, 10,	"range invalidation")			\
	F(bbml,		3, 12, 11,	"break-before-make level")		\
	F(e0pd,		3, 13, 13,	"E0PD")					\
	F(ptwnnc,	3, 14, 14,	"walks in Device memory are Normal Non-cacheable") \
	F(oas,		5,  2,  0,	"output address: 0 32 1 36 2 40 3 42 4 44 5 48 6 52 bits") \
	F(gran4k,	5,  4,  4,	"4 KiB granule")			\
	F(gran16k,	5,  5,  5,	"16 KiB granule")			\
	F(gran64k,	5,  6,  6,	"64 KiB granule")			\
	F(ds,		5,  7,  7,	"52-bit addresses with 4 and 16 KiB")	\
	F(vax,		5, 11, 10,	"input address: 0 48 1 52 bits")	\
	F(stall_max,	5, 31, 16,	"stalled transactions")			\
	F(ecmdq_page,	6, 19, 16,	"CMDQ_CONTROL_PAGE_LOG2NUMQ")		\
	F(ecmdq_pages,	6, 27, 24,	"CMDQ_CONTROL_PAGE_LOG2NUMP")		\
	F(iidr,		7, 31,  0,	"implementation identification")	\
	F(aidr,		8,  7,  0,	"architecture: 0 3.0, 1 3.1, 2 3.2, 3 3.3")

struct model_features {
#define F(name, reg, high, low, what) u32 name;
	MODEL_FEATURES(F)
#undef F
	/*
	 * The adversary, each 0 (never) to 100 (whenever allowed). The word "adversary=n" sets all:
	 */
	u32 prefetch;		/* fetch configuration and translations that nobody asked for */
	u32 evict;		/* drop cached entries at random */
	u32 delay;		/* complete commands, SYNC and ATC invalidations late */
	u32 reorder;		/* perform commands between two SYNCs in another order */
	u32 split;		/* let other work run between parts of one transaction */
	/*
	 * Milliseconds until an ATC invalidation times out (3.9.1.4); 0: never. PCIe gives a device
	 * a minute, and its Root Complex up to half a minute more; presets take the minute.
	 */
	u32 atc_timeout;
	/* Microseconds that a CMD_SYNC takes at least; 0: as soon as it may. */
	u32 sync_us;
};

#define MODEL_ATC_TIMEOUT	60000u

/**
 * model_features_init() - the features of a preset
 * @f: filled
 * @preset: "minimal", "mmu-600", "mmu-700", "maximal", or "qemu" (what QEMU's SMMUv3 offers)
 *
 * Return: false if there is no such preset.
 */
bool model_features_init(struct model_features *f, const char *preset);

/**
 * model_features_set() - one "name=value" word, or "preset=name", which begins anew
 * @f: changed only on success
 * @word: the word, as on a command line or in a configuration file
 * @why: on failure what is wrong with it, one line
 * @why_sz: bytes at @why
 */
bool model_features_set(struct model_features *f, const char *word, char *why, size_t why_sz);

/**
 * model_features_load() - a configuration file: a word a line, '#' begins a comment
 * @f: changed only on success
 * @path: the file
 * @why: on failure "file:line: what is wrong"
 * @why_sz: bytes at @why
 */
bool model_features_load(struct model_features *f, const char *path, char *why, size_t why_sz);

/**
 * model_features_check() - combinations that no SMMU may have (stall_model reserved, ATS without
 * PCIe, oas 7, ...)
 * @f: features
 * @why: on failure what is wrong, with the section
 * @why_sz: bytes at @why
 */
bool model_features_check(const struct model_features *f, char *why, size_t why_sz);

/*
 * The value of IDR@nr (0 to 6), IIDR (7) or AIDR (8), computed from the fields and what the model
 * fixes.
 */
u32 model_features_idr(const struct model_features *f, unsigned int nr);

#endif
