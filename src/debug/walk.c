// SPDX-License-Identifier: GPL-2.0-only
/*
 * streams/<sid>/walk: the page-table walk of one address, and all mapped ranges.
 *
 * ARM IHI 0070, 3.3.2, 3.4; Arm ARM DDI 0487, D8.2 "Translation process". Beside the layers.
 *
 * The walk goes the SMMU's way: STE in memory, CD in memory, tables in memory. Whoever maps and
 * unmaps is not held up; so an entry may be stale when it is printed, and a table may even be
 * memory of somebody else: then lines are nonsense, but nothing faults (smmu3_peek64()) and
 * nothing runs for ever.
 *
 * A position of the file is SubstreamID * 2^41 + k: k = 0 is the walk of walk_iova, k > 0 the
 * first mapped range at or after 4 KiB page k - 1.
 */
#include <linux/bitfield.h>
#include <linux/debugfs.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include "../core/master.h"
#include "../hw/device.h"
#include "pte.h"
#include "views.h"

#define POS_SSID_SHIFT	41
#define POS_PAGE_MASK	GENMASK_ULL(POS_SSID_SHIFT - 1, 0)
#define POS_PAGE_LG2	12
#define POS_END		((loff_t)BIT_ULL(62))

/* Of each SubstreamID; then a line says that there are more. */
#define RANGES_MAX	4096
/* Entries read in one go over the file; the attach lock may be held for so many. */
#define READS_MAX	(4U << 20)

unsigned long smmu3_walk_iova;

/**
 * struct walk_range - neighbouring mappings that differ in nothing but their address
 * @iova: first byte
 * @end: byte behind the last
 * @oa: output address of @iova
 * @attrs: &struct smmu3_pte.attrs
 * @nr: leaves by level
 */
struct walk_range {
	u64	iova, end, oa, attrs;
	u32	nr[SMMU3_PT_LAST_LEVEL + 1];
};

/**
 * struct walk - one reader
 * @stream: the stream
 * @pt: tables of the current SubstreamID
 * @why: there is nothing to walk; NULL: there is
 * @ssid: current SubstreamID
 * @range: current range
 * @lines: ranges printed for @ssid
 * @reads: entries read
 * @cut: why the list ends early, or NULL
 */
struct walk {
	struct smmu3_stream	*stream;
	struct smmu3_pt		pt;
	const char		*why;
	u32			ssid;
	struct walk_range	range;
	u32			lines;
	u32			reads;
	const char		*cut;
};

/* ---------------------------------------------------------------- where to walk */

static const char *walk_find_s1(struct walk *w, const struct smmu3_master *master)
{
	struct smmu3_cd cd;
	const struct smmu3_cd *entry = master ? smmu3_cdtab_cd(master->cdtab, w->ssid) : NULL;

	if (!entry)
		return "there is no CD";
	cd = *entry;
	return smmu3_pt_from_cd(&w->pt, &cd);
}

/* From the STE in memory to the tables. */
static const char *walk_find(struct walk *w)
{
	const struct smmu3_ste *entry = smmu3_strtab_ste(w->stream->smmu, w->stream->sid);
	struct smmu3_ste ste;
	u64 w0;

	if (!entry)
		return "there is no STE";
	ste = *entry;
	w0 = le64_to_cpu(ste.q[0]);
	if (!(w0 & STE_V))
		return "the STE is not valid";
	switch (FIELD_GET(STE_CONFIG, w0)) {
	case STE_CONFIG_S1:
		if (!w->ssid && FIELD_GET(STE_S1CDMAX, w0) &&
		    FIELD_GET(STE_S1DSS, le64_to_cpu(ste.q[1])) == S1DSS_BYPASS)
			return "bypass: addresses pass untranslated";
		return walk_find_s1(w, smmu3_peek_master(w->stream));
	case STE_CONFIG_S2:
	case STE_CONFIG_NESTED:
		return smmu3_pt_from_ste(&w->pt, &ste);
	case STE_CONFIG_BYPASS:
		return "bypass: addresses pass untranslated";
	default:
		return "abort: every transaction is terminated";
	}
}

static bool walk_is_nested(const struct walk *w)
{
	const struct smmu3_ste *entry = smmu3_strtab_ste(w->stream->smmu, w->stream->sid);

	return entry && FIELD_GET(STE_CONFIG, le64_to_cpu(entry->q[0])) == STE_CONFIG_NESTED;
}

/* ---------------------------------------------------------------- one address */

static bool walk_entry(struct walk *w, u8 level, u64 table, u64 iova, struct smmu3_pte *pte,
		       u64 *at)
{
	u64 raw;

	w->reads++;
	*at = table + smmu3_pt_index(&w->pt, level, iova) * sizeof(raw);
	if (!smmu3_peek64(*at, &raw))
		return false;
	smmu3_pte_decode(pte, &w->pt, level, raw);
	return true;
}

/*
 * The entry where the walk of an address ends.
 * Return: false where a table is no memory; pte->level tells how far it went in any case.
 */
static bool walk_last(struct walk *w, u64 iova, struct smmu3_pte *pte)
{
	u64 table = w->pt.root, at;
	u8 level;

	for (level = w->pt.start; ; level++) {
		pte->level = level;
		if (!walk_entry(w, level, table, iova, pte, &at))
			return false;
		if (pte->kind != SMMU3_PTE_TABLE)
			return true;
		table = pte->addr;
	}
}

static void walk_print_steps(struct seq_file *m, struct walk *w, u64 iova)
{
	u64 table = w->pt.root, at, mask;
	struct smmu3_pte pte;
	char text[160];
	u8 level;

	for (level = w->pt.start; ; level++) {
		if (!walk_entry(w, level, table, iova, &pte, &at)) {
			seq_printf(m, "level%u: at %#llx there is no memory\n", level, at);
			seq_puts(m, "result: not mapped, the table is broken\n");
			return;
		}
		smmu3_pte_to_text(text, sizeof(text), &w->pt, &pte);
		seq_printf(m, "level%u: index %#llx at %#llx raw 0x%016llx %s\n", level,
			   smmu3_pt_index(&w->pt, level, iova), at, pte.raw, text);
		if (pte.kind != SMMU3_PTE_TABLE)
			break;
		table = pte.addr;
	}
	if (!smmu3_pte_is_leaf(&pte)) {
		seq_puts(m, "result: not mapped\n");
		return;
	}
	mask = (1ULL << smmu3_pt_span_lg2(&w->pt, level)) - 1;
	smmu3_pte_attrs_to_text(text, sizeof(text), &w->pt, pte.attrs);
	seq_printf(m, "result: %#llx -> %#llx %s\n", iova, pte.addr | (iova & mask), text);
}

static void walk_print_head(struct seq_file *m, struct walk *w)
{
	u64 iova = READ_ONCE(smmu3_walk_iova);

	seq_printf(m, "# StreamID %#x SubstreamID %#x: walk of %#llx (parameter walk_iova)\n",
		   w->stream->sid, w->ssid, iova);
	if (w->why) {
		seq_printf(m, "result: nothing to walk, %s\n", w->why);
		return;
	}
	if (walk_is_nested(w))
		seq_puts(m, "# stage 1 on stage 2: what is walked here is stage 2\n");
	seq_printf(m, "tables: stage %u, granule %uK, input %u bits, level %u at %#llx\n",
		   w->pt.stage, 1U << (w->pt.granule_lg2 - 10), w->pt.ia_bits, w->pt.start,
		   w->pt.root);
	if (iova >> w->pt.ia_bits)
		seq_printf(m, "result: not mapped, %#llx has more than %u bits\n", iova,
			   w->pt.ia_bits);
	else
		walk_print_steps(m, w, iova);
	seq_puts(m, "# mapped ranges: first-last output attributes leaves\n");
}

/* ---------------------------------------------------------------- all ranges */

static bool walk_may_go_on(struct walk *w)
{
	if (w->reads >= READS_MAX)
		w->cut = "the tables are too large to be read in one go";
	else if (fatal_signal_pending(current))
		w->cut = "interrupted";
	else
		cond_resched();
	return !w->cut;
}

static u64 walk_span(const struct walk *w, const struct smmu3_pte *pte)
{
	return 1ULL << smmu3_pt_span_lg2(&w->pt, pte->level);
}

/* *@iova moves to the first mapped address there or behind it. */
static bool walk_next_leaf(struct walk *w, u64 *iova, struct smmu3_pte *pte)
{
	while (!(*iova >> w->pt.ia_bits) && walk_may_go_on(w)) {
		if (walk_last(w, *iova, pte) && smmu3_pte_is_leaf(pte))
			return true;
		*iova = (*iova | (walk_span(w, pte) - 1)) + 1;
	}
	return false;
}

/* The range that begins at or after @iova into w->range. */
static bool walk_next_range(struct walk *w, u64 iova)
{
	struct walk_range *r = &w->range;
	struct smmu3_pte pte;
	u64 oa;

	if (!walk_next_leaf(w, &iova, &pte))
		return false;
	if (w->lines >= RANGES_MAX) {
		w->cut = "too many ranges";
		return false;
	}
	oa = pte.addr | (iova & (walk_span(w, &pte) - 1));
	*r = (struct walk_range){ .iova = iova, .end = iova, .oa = oa, .attrs = pte.attrs };
	do {
		r->end = (iova | (walk_span(w, &pte) - 1)) + 1;
		r->nr[pte.level]++;
		iova = r->end;
		if (iova >> w->pt.ia_bits || !walk_may_go_on(w) || !walk_last(w, iova, &pte))
			break;
	} while (smmu3_pte_is_leaf(&pte) && pte.attrs == r->attrs &&
		 pte.addr == r->oa + (iova - r->iova));
	/* What cut this range short cuts the next one, too, and is said there. */
	w->cut = NULL;
	return true;
}

static void walk_print_range(struct seq_file *m, const struct walk *w)
{
	const struct walk_range *r = &w->range;
	char text[160];
	u8 level;

	smmu3_pte_attrs_to_text(text, sizeof(text), &w->pt, r->attrs);
	seq_printf(m, "0x%012llx-0x%012llx 0x%012llx %s", r->iova, r->end - 1, r->oa, text);
	for (level = 0; level <= SMMU3_PT_LAST_LEVEL; level++) {
		u8 lg2 = smmu3_pt_span_lg2(&w->pt, level);

		if (r->nr[level])
			seq_printf(m, " %ux%llu%s", r->nr[level], 1ULL << (lg2 % 10),
				   lg2 < 20 ? "K" : lg2 < 30 ? "M" : lg2 < 40 ? "G" : "T");
	}
	seq_puts(m, "\n");
}

/* ---------------------------------------------------------------- the file */

static loff_t walk_pos(u32 ssid, u64 page_plus_1)
{
	return ((loff_t)ssid << POS_SSID_SHIFT) + page_plus_1;
}

/* On to the next SubstreamID with a CD, if the stream has one. */
static void *walk_next_ssid(struct walk *w, loff_t *pos)
{
	const struct smmu3_master *master = smmu3_peek_master(w->stream);

	w->ssid++;
	w->lines = 0;
	if (!master || !smmu3_peek_next_cd(master->cdtab, &w->ssid)) {
		*pos = POS_END;
		return NULL;
	}
	*pos = walk_pos(w->ssid, 0);
	w->why = walk_find(w);
	return w;
}

/* What stands at *pos or, where nothing does, behind it; *pos is moved there. */
static void *walk_at(struct walk *w, loff_t *pos)
{
	u64 k = *pos & POS_PAGE_MASK;

	if (*pos >= POS_END)
		return NULL;
	w->ssid = *pos >> POS_SSID_SHIFT;
	w->why = walk_find(w);
	/* The line that says why the list is cut stands where the next range would. */
	if (!k || w->cut)
		return w;
	if (!w->why && walk_next_range(w, (k - 1) << POS_PAGE_LG2)) {
		*pos = walk_pos(w->ssid, (w->range.iova >> POS_PAGE_LG2) + 1);
		return w;
	}
	return w->cut ? w : walk_next_ssid(w, pos);
}

static void *walk_start(struct seq_file *m, loff_t *pos)
{
	struct walk *w = m->private;

	mutex_lock(&smmu3_attach_lock);
	if (!*pos) {
		w->reads = 0;
		w->lines = 0;
		w->cut = NULL;
	}
	return walk_at(w, pos);
}

/* Behind the line that says why: the next SubstreamID, if it was not the reader who ran out. */
static void *walk_after_cut(struct walk *w, loff_t *pos)
{
	w->cut = NULL;
	if (walk_may_go_on(w))
		return walk_next_ssid(w, pos);
	*pos = POS_END;
	return NULL;
}

static void *walk_next(struct seq_file *m, void *v, loff_t *pos)
{
	struct walk *w = m->private;

	if (*pos & POS_PAGE_MASK && w->cut)
		return walk_after_cut(w, pos);
	if (!(*pos & POS_PAGE_MASK)) {
		++*pos;
	} else {
		w->lines++;
		*pos = walk_pos(w->ssid, (w->range.end >> POS_PAGE_LG2) + 1);
	}
	return walk_at(w, pos);
}

static void walk_stop(struct seq_file *m, void *v)
{
	mutex_unlock(&smmu3_attach_lock);
}

static int walk_show(struct seq_file *m, void *v)
{
	struct walk *w = v;

	if (!(m->index & POS_PAGE_MASK))
		walk_print_head(m, w);
	else if (w->cut)
		seq_printf(m, "# cut here: %s\n", w->cut);
	else
		walk_print_range(m, w);
	return 0;
}

static const struct seq_operations smmu3_debug_walk_sops = {
	.start = walk_start, .next = walk_next, .stop = walk_stop, .show = walk_show,
};

static int walk_open(struct inode *inode, struct file *file)
{
	struct walk *w = __seq_open_private(file, &smmu3_debug_walk_sops, sizeof(*w));

	if (!w)
		return -ENOMEM;
	w->stream = inode->i_private;
	return 0;
}

const struct file_operations smmu3_debug_walk_fops = {
	.owner = THIS_MODULE, .open = walk_open, .read = seq_read, .llseek = seq_lseek,
	.release = seq_release_private,
};
