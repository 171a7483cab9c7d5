/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The translation half's inside: what STE, CD, walk, permission, attribute, HTTU and TLB files ask
 * of each other. Nothing else includes it.
 */
#ifndef MODEL_XLATE_H
#define MODEL_XLATE_H

#include "entry.h"
#include "internal.h"

/* ---------------------------------------------------------------- geometry (ste.c, cd.c) */

/* 3.4 Address sizes: bits of output and of intermediate addresses. */
unsigned int oas_bits(const struct model *m);
/* Bits of a PS or IPS encoding, capped to the OAS. */
unsigned int ps_bits(const struct model *m, u64 ps);
/*
 * Log2 of a granule of the TG0 encoding, 0 where this SMMU has it not. CD.TG1 is encoded
 * differently.
 */
unsigned int tg0_granule(const struct model *m, u64 tg);
unsigned int tg1_granule(const struct model *m, u64 tg);
/* Start level of stage 2; false: SL0, T0SZ and TG do not fit together. */
bool s2_start_level(const struct model *m, const u64 *ste, unsigned int granule, int *level);

enum regime ste_regime(const struct model *m, const u64 *ste);
bool ste_uses_vmid(const struct model *m, const u64 *ste);

/* One stage's tables, as a CD or an STE describes them. */
struct stage {
	u64 root;		/* aligned address of the first table */
	unsigned int granule;	/* log2 of bytes */
	unsigned int in_bits, out_bits;
	int start;		/* level of the first table */
	bool s2, ds, big_endian, hpd, affd, ha, hd;
	bool epd;		/* no walk: every miss is a translation fault */
	bool e0pd;		/* unprivileged accesses fault */
};

/*
 * The tables for @va; false: no table covers it. @canonical: @va as tables and TLBs see it, without
 * the tag.
 */
bool stage1_of(const struct model *m, const struct context *c, u64 va, struct stage *s,
	       u64 *canonical);
void stage2_of(const struct model *m, const struct context *c, struct stage *s);

/* ---------------------------------------------------------------- faults and wishes */

struct fault {
	enum event_type type;
	bool s2;
	enum event_class class;
	u64 ipa, fetch_addr;
	bool ttrnw;		/* class TTD: the descriptor was read, not written */
};

/* What an access asks for. */
struct want {
	bool r, w, x, priv;
	bool spec;		/* nobody asked: no dirty state, no count */
	bool probe;		/* the referee looks: no update, no caching, no count */
	bool ats;		/* an ATS request: permissions are reported, not demanded */
};

struct rights {
	bool r, w, x;
	bool clean;		/* w comes by making the page dirty in its descriptor */
};

/* ---------------------------------------------------------------- permissions (perm.c) */

/* Stage 1 permissions as a TLB keeps them. */
#define S1_USER		BIT(0)	/* AP[1]: unprivileged access */
#define S1_RO		BIT(1)	/* AP[2] */
#define S1_UXN		BIT(2)
#define S1_PXN		BIT(3)
#define S1_DBM		BIT(4)	/* a write makes it writable: HTTU of dirty state */
#define S1_WXN		BIT(5)
#define S1_PAN		BIT(6)
#define S1_EL2		BIT(7)	/* one privilege level */
/* Stage 2 permissions. */
#define S2_R		BIT(0)
#define S2_W		BIT(1)
#define S2_XN0		BIT(2)
#define S2_XN1		BIT(3)
#define S2_DBM		BIT(4)
#define S2_XNX		BIT(5)

/* What table descriptors take away, gathered on the way down. */
struct table_limits { bool no_user, ro, uxn, pxn; };
void perm_table(struct table_limits *t, u64 desc);

u16 perm_s1_bits(const struct context *c, const struct stage *s, enum regime el, u64 desc,
		 const struct table_limits *t);
u16 perm_s2_bits(const struct model *m, const struct stage *s, u64 desc);
struct rights perm_s1(u16 bits, bool priv);
struct rights perm_s2(u16 bits, bool priv);
/* Whether @r grants all of @w, clean counting as writable. */
bool perm_grants(const struct rights *r, const struct want *w);
/* @w under STE.PRIVCFG and INSTCFG. */
void perm_override(const struct model *m, const u64 *ste, struct want *w);

/* ---------------------------------------------------------------- attributes (attr.c) */

enum attr_type { ATTR_DEVICE, ATTR_NC, ATTR_WT, ATTR_WB };
enum attr_type attr_s1(const struct context *c, u64 desc);
enum attr_type attr_s2(const struct context *c, u64 desc, enum attr_type s1);
enum attr_type attr_input(const struct model *m, const u64 *ste);

/* ---------------------------------------------------------------- TLB (tlb.c) */

enum tlb_kind { TLB_S1, TLB_S2, TLB_WALK1, TLB_WALK2 };

/* 3.17 TLB tagging: all that tells one address space from another. */
struct tlb_tag {
	enum regime regime;
	bool vmid_used, asid_used, aset;
	u16 vmid, asid;
};

struct tlb_entry {
	struct tlb_tag tag;
	u16 vmid_ignored;	/* by CR0.VMW when it was added: tlb_add() sets it */
	u8 kind;
	bool global;
	u8 lg2;			/* bytes it matches */
	/* Log2 of what its stage 1 (or only) descriptor maps: any byte of that invalidates it. */
	u8 span;
	u8 granule;
	s8 level;		/* of the descriptor */
	u8 attr;
	u16 perm1, perm2;
	u64 addr;		/* input, aligned to lg2 */
	u64 out;		/* output, or address of the next table */
	u64 root;		/* the table base it was made from, for the referee only */
	u64 root2;
	u64 desc, desc_pa;	/* what was read, and where */
	struct table_limits limits;	/* of walk caches: what was taken away so far */
	bool stale;		/* survived an invalidation while its table was no longer linked */
	u64 stale_sync;		/* SYNCs completed by then */
	/* list of a hash bucket */
	s32 next;
};

void tlb_tag_of(const struct model *m, const struct context *c, bool s2, struct tlb_tag *tag);
/* An entry that translates @addr, or NULL. @conflict: another one does too, differently. */
const struct tlb_entry *tlb_find(struct model *m, enum tlb_kind kind, const struct tlb_tag *tag,
				 u64 addr, bool *conflict);
/* The walk cache for the deepest table on the way to @addr. */
const struct tlb_entry *tlb_find_walk(struct model *m, enum tlb_kind kind,
				      const struct tlb_tag *tag, u64 addr, const struct stage *s);
void tlb_add(struct model *m, const struct tlb_entry *e);
/* The referee's look at an entry that is being used by a context with these roots. */
void tlb_used(struct model *m, const struct tlb_entry *e, const struct context *c, u64 addr,
	      u64 root, u64 root2);

/* Where a transaction went: prefetches go near. */
void tlb_seen(struct model *m, u32 sid, u32 ssid, bool ssv, u64 addr);

/* ---------------------------------------------------------------- walks (walk.c) */

struct leaf {
	u64 out;		/* output for the asked address */
	unsigned int lg2, cont;	/* log2 of the descriptor's range, and with the contiguous hint */
	int level;
	u64 desc, desc_pa, desc_at;	/* as read; where in memory; the same before stage 2 */
	struct table_limits limits;
};

/* Set and clear bits of @leaf's descriptor in memory. RACED: walk again. */
enum httu_result leaf_update(struct model *m, const struct context *c, const struct stage *s,
			     struct leaf *leaf, u64 set, u64 clear, struct fault *f);

/* Walk @s for @addr to a valid leaf with its access flag seen to. */
bool walk(struct model *m, const struct context *c, const struct stage *s, u64 addr,
	  const struct want *w, struct leaf *leaf, struct fault *f);

/* ---------------------------------------------------------------- HTTU (httu.c) */

enum httu_result { HTTU_DONE, HTTU_RACED, HTTU_ABORT };
/*
 * Set bits in / clear bits of the descriptor at @pa, which was @desc. @desc becomes what is there.
 */
enum httu_result httu_update(struct model *m, u64 pa, bool big_endian, u64 *desc, u64 set,
			     u64 clear);

/* ---------------------------------------------------------------- both stages (translate.c) */

struct xl {
	u64 pa;
	u64 ipa;		/* output of stage 1 alone, where it was walked */
	unsigned int lg2;	/* bytes around it with the same translation */
	struct rights r;	/* of both stages, for the asked privilege */
	bool global;
	enum attr_type attr;
};

bool stage2_translate(struct model *m, const struct context *c, u64 ipa, const struct want *w,
		      enum event_class class, struct xl *o, struct fault *f);
bool translate(struct model *m, const struct context *c, u64 va, const struct want *w, struct xl *o,
	       struct fault *f);

/* ---------------------------------------------------------------- configuration (config.c) */

/* As config_lookup(), for somebody who only looks (@probe), or nobody asked (@spec). */
bool config_resolve(struct model *m, u32 sid, u32 ssid, bool ssv, const struct want *w,
		    struct context *c, struct event *e, bool *silent);
/* The @n-th of the contexts known, for prefetches. False: none. */
bool config_known(struct model *m, u64 n, u32 *sid, u32 *ssid, bool *ssv);

/* ---------------------------------------------------------------- ATS (ats_req.c) */

/*
 * Whether the STE in memory lets the stream use ATS: for the referee where the SMMU does not look.
 */
bool ats_allowed_in_memory(struct model *m, u32 sid);

#endif
