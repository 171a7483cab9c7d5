// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bounded reader of the ACPI I/O Remapping Table.
 *
 * Arm DEN 0049 "I/O Remapping Table". Layer 0.
 * Invariant: no byte outside [table, table + min(size given, length in the header)) is read, and
 * no walk is longer than the number of nodes.
 */
#include <linux/string.h>
#include "iort.h"

/* Table: the ACPI header, then node count, node offset. */
#define TABLE_LENGTH		4
#define TABLE_NODE_COUNT	36
#define TABLE_NODE_OFFSET	40
#define TABLE_MIN_SZ		48

/* Node: type, length, revision, identifier, mapping count and offset, then data by type. */
#define NODE_TYPE		0
#define NODE_LENGTH		1
#define NODE_MAPPING_COUNT	8
#define NODE_MAPPING_OFFSET	12
#define NODE_MIN_SZ		16
#define NC_NAME			29
#define NC_MIN_SZ		30
#define RC_SEGMENT		28
#define RC_MIN_SZ		32
#define SMMU3_BASE		16
#define SMMU3_MIN_SZ		60

#define TYPE_NAMED_COMPONENT	1
#define TYPE_ROOT_COMPLEX	2
#define TYPE_SMMU2		3	/* version 1 or 2 */
#define TYPE_SMMU3		4

/* Mapping: input base, count - 1, output base, output node, flags. */
#define MAP_INPUT_BASE		0
#define MAP_ID_COUNT		4
#define MAP_OUTPUT_BASE		8
#define MAP_OUTPUT_REF		12
#define MAP_FLAGS		16
#define MAP_SZ			20
#define MAP_FLAG_SINGLE		1

/* A device behind more remapping nodes than this is behind a loop. */
#define MAX_HOPS		8

struct iort {
	const u8 *p;
	u32 sz;
};

struct node {
	u32 off, sz;
	u8 type;
	u32 nr_maps, maps;	/* @maps: offset in the table */
};

static u32 get16(const struct iort *t, u32 off)
{
	return t->p[off] | t->p[off + 1] << 8;
}

static u32 get32(const struct iort *t, u32 off)
{
	return get16(t, off) | get16(t, off + 2) << 16;
}

static u64 get64(const struct iort *t, u32 off)
{
	return get32(t, off) | (u64)get32(t, off + 4) << 32;
}

static const char *iort_open(struct iort *t, const void *table, size_t sz)
{
	t->p = table;
	t->sz = 0;
	if (sz < TABLE_MIN_SZ)
		return "the IORT is shorter than its header";
	if (memcmp(table, "IORT", 4))
		return "the IORT has a wrong signature";
	t->sz = get32(t, TABLE_LENGTH);
	if (t->sz < TABLE_MIN_SZ || t->sz > sz)
		return "the IORT has an impossible length";
	return NULL;
}

static u32 node_min_sz(u8 type)
{
	switch (type) {
	case TYPE_NAMED_COMPONENT:
		return NC_MIN_SZ;
	case TYPE_ROOT_COMPLEX:
		return RC_MIN_SZ;
	case TYPE_SMMU3:
		return SMMU3_MIN_SZ;
	default:
		return NODE_MIN_SZ;
	}
}

/* A node that lies in the table: enough to pass over it. */
static const char *node_frame(const struct iort *t, u32 off, struct node *n)
{
	if (off < TABLE_MIN_SZ || off > t->sz || t->sz - off < NODE_MIN_SZ)
		return "an IORT node lies outside the table";
	n->off = off;
	n->type = t->p[off + NODE_TYPE];
	n->sz = get16(t, off + NODE_LENGTH);
	n->nr_maps = 0;
	if (n->sz > t->sz - off)
		return "an IORT node reaches beyond the table";
	if (n->sz < NODE_MIN_SZ)
		return "an IORT node is shorter than its header";
	return NULL;
}

/* Types that a requester's ID may pass through; at any other its way ends. */
static bool node_has_way(const struct node *n)
{
	return n->type == TYPE_NAMED_COMPONENT || n->type == TYPE_ROOT_COMPLEX ||
	       n->type == TYPE_SMMU2 || n->type == TYPE_SMMU3;
}

/* What lies in the node: the fields of its type, and the mappings of those that have a way on. */
static const char *node_body(const struct iort *t, struct node *n)
{
	u32 nr, maps;

	if (n->sz < node_min_sz(n->type))
		return "an IORT node is shorter than its type needs";
	if (!node_has_way(n))
		return NULL;
	nr = get32(t, n->off + NODE_MAPPING_COUNT);
	maps = get32(t, n->off + NODE_MAPPING_OFFSET);
	if (!nr || !maps)
		return NULL;
	if (maps < NODE_MIN_SZ || maps > n->sz || nr > (n->sz - maps) / MAP_SZ)
		return "the ID mappings of an IORT node reach beyond it";
	n->nr_maps = nr;
	n->maps = n->off + maps;
	return NULL;
}

static const char *node_open(const struct iort *t, u32 off, struct node *n)
{
	return node_frame(t, off, n) ?: node_body(t, n);
}

/*
 * Nodes one after the other. 1: the frame of @n is filled; 0: no more; -1: broken. What lies in a
 * node is looked at where it is the one that is asked for: the faults of the others harm only them.
 */
static int node_next(const struct iort *t, u32 *i, u32 *off, struct node *n)
{
	if (*i == 0)
		*off = get32(t, TABLE_NODE_OFFSET);
	if (*i >= get32(t, TABLE_NODE_COUNT))
		return 0;
	if (node_frame(t, *off, n))
		return -1;
	*off += n->sz;
	(*i)++;
	return 1;
}

static const char *node_check_maps(const struct iort *t, const struct node *n)
{
	struct node out;
	u32 i;

	for (i = 0; i < n->nr_maps; i++) {
		if (node_open(t, get32(t, n->maps + i * MAP_SZ + MAP_OUTPUT_REF), &out))
			return "an IORT ID mapping refers to no node";
	}
	return NULL;
}

/* The room of a name: up to the mappings, where they follow it. */
static u32 nc_name_room(const struct node *n)
{
	u32 name = n->off + NC_NAME;

	return n->nr_maps && n->maps > name ? n->maps - name : n->sz - NC_NAME;
}

const char *smmu3_iort_check(const void *table, size_t sz)
{
	struct iort t;
	struct node n;
	const char *bad = iort_open(&t, table, sz);
	u32 i, off, count;

	if (bad)
		return bad;
	count = get32(&t, TABLE_NODE_COUNT);
	off = get32(&t, TABLE_NODE_OFFSET);
	for (i = 0; i < count; i++) {
		bad = node_frame(&t, off, &n);
		if (bad)
			return bad;
		off += n.sz;
		if (!node_has_way(&n))
			continue;
		bad = node_body(&t, &n);
		if (bad)
			return bad;
		if (n.type == TYPE_NAMED_COMPONENT &&
		    !memchr(t.p + n.off + NC_NAME, 0, nc_name_room(&n)))
			return "the name of an IORT named component does not end";
		bad = node_check_maps(&t, &n);
		if (bad)
			return bad;
	}
	return NULL;
}

/*
 * IORT-LAST-ID: the count of a mapping is one less than its IDs, which firmware gets wrong.
 * So the last ID of a range gives way to another mapping that begins there.
 *
 * Return: the offset of the mapping of @id, 0 if there is none.
 */
static u32 map_find(const struct iort *t, const struct node *n, u32 id)
{
	u32 i, last = 0;

	for (i = 0; i < n->nr_maps; i++) {
		u32 map = n->maps + i * MAP_SZ;
		u32 base = get32(t, map + MAP_INPUT_BASE), count = get32(t, map + MAP_ID_COUNT);

		if (get32(t, map + MAP_FLAGS) & MAP_FLAG_SINGLE) {
			/* The input does not matter; only a device's own node may say so. */
			if (n->type == TYPE_NAMED_COMPONENT || n->type == TYPE_ROOT_COMPLEX)
				return last ?: map;
			continue;
		}
		if (id < base || id - base > count)
			continue;
		if (last && id != base)
			continue;
		if (!count || id - base < count)
			return map;
		last = map;
	}
	return last;
}

static u32 map_output(const struct iort *t, u32 map, u32 id)
{
	u32 out = get32(t, map + MAP_OUTPUT_BASE);

	if (get32(t, map + MAP_FLAGS) & MAP_FLAG_SINGLE)
		return out;
	return out + (id - get32(t, map + MAP_INPUT_BASE));
}

/* From the node behind mapping @map on, until an SMMUv3. 1, 0 or -1 as smmu3_iort_pci_sid(). */
static int map_follow(const struct iort *t, u32 map, u32 id, u64 *smmu_base, u32 *sid)
{
	struct node n;
	int hops;

	for (hops = 0; map && hops < MAX_HOPS; hops++) {
		id = map_output(t, map, id);
		if (node_open(t, get32(t, map + MAP_OUTPUT_REF), &n))
			return -1;
		if (n.type == TYPE_SMMU3) {
			*smmu_base = get64(t, n.off + SMMU3_BASE);
			*sid = id;
			return 1;
		}
		map = map_find(t, &n, id);
	}
	return map ? -1 : 0;
}

int smmu3_iort_pci_sid(const void *table, size_t sz, u32 segment, u16 rid, u64 *smmu_base, u32 *sid)
{
	struct iort t;
	struct node n;
	u32 i = 0, off = 0;
	int ret;

	if (iort_open(&t, table, sz))
		return -1;
	while ((ret = node_next(&t, &i, &off, &n)) > 0) {
		if (n.type != TYPE_ROOT_COMPLEX || n.sz < RC_MIN_SZ ||
		    get32(&t, n.off + RC_SEGMENT) != segment)
			continue;
		if (node_body(&t, &n))
			return -1;
		ret = map_follow(&t, map_find(&t, &n, rid), rid, smmu_base, sid);
		if (ret)
			return ret;
	}
	return ret;
}

/*
 * All StreamIDs of one named component, as long as they belong to one SMMU. A mapping of a range
 * gives each of its IDs.
 */
static int nc_collect(const struct iort *t, const struct node *n, u64 *smmu_base, u32 *sids,
		      int max)
{
	u32 i, id, count, sid;
	int nr = 0, ret;
	u64 base;

	for (i = 0; i < n->nr_maps; i++) {
		u32 map = n->maps + i * MAP_SZ;
		bool single = get32(t, map + MAP_FLAGS) & MAP_FLAG_SINGLE;

		count = single ? 0 : get32(t, map + MAP_ID_COUNT);
		id = get32(t, map + MAP_INPUT_BASE);
		do {
			if (nr == max)
				return nr;
			ret = map_follow(t, map, id, &base, &sid);
			if (ret < 0)
				return ret;
			if (!ret)
				break;
			if (!nr)
				*smmu_base = base;
			if (base == *smmu_base)
				sids[nr++] = sid;
			else
				break;
			id++;
		} while (count--);
	}
	return nr;
}

int smmu3_iort_nc_sids(const void *table, size_t sz, const char *path, u64 *smmu_base, u32 *sids,
		       int max)
{
	size_t len = strlen(path) + 1;
	struct iort t;
	struct node n;
	u32 i = 0, off = 0;
	int ret;

	if (iort_open(&t, table, sz))
		return -1;
	while ((ret = node_next(&t, &i, &off, &n)) > 0) {
		if (n.type != TYPE_NAMED_COMPONENT || n.sz < NC_NAME + len ||
		    memcmp(t.p + n.off + NC_NAME, path, len))
			continue;
		if (node_body(&t, &n) || nc_name_room(&n) < len)
			return -1;
		return nc_collect(&t, &n, smmu_base, sids, max);
	}
	return ret;
}
