// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking at memory that the SMMU reads.
 *
 * Beside the layers. Invariant: nothing here can fault, whatever an entry says, and whoever frees
 * a translation table at the same time.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "../core/master.h"
#include "../hw/cdtab.h"
#include "views.h"

struct smmu3_master *smmu3_peek_master(struct smmu3_stream *stream)
{
	struct smmu3_master_stream *ms;

	lockdep_assert_held(&smmu3_attach_lock);
	ms = list_first_entry_or_null(&stream->masters, struct smmu3_master_stream, link);
	return ms ? ms->master : NULL;
}

phys_addr_t smmu3_peek_pa(const void *addr)
{
	/* DMA memory of an SMMU that is not coherent is a mapping of its own. */
	if (is_vmalloc_addr(addr))
		return page_to_phys(vmalloc_to_page(addr)) + offset_in_page(addr);
	return virt_to_phys((void *)addr);
}

bool smmu3_peek64(phys_addr_t pa, u64 *val)
{
	__le64 raw;

	if (!IS_ALIGNED(pa, sizeof(raw)) || !pfn_is_map_memory(PHYS_PFN(pa)))
		return false;
	/*
	 * Tables may be freed meanwhile, even unmapped (debug_pagealloc): a plain load could
	 * fault.
	 */
	if (copy_from_kernel_nofault(&raw, phys_to_virt(pa), sizeof(raw)))
		return false;
	*val = le64_to_cpu(raw);
	return true;
}

static bool cd_is_zero(const struct smmu3_cd *cd)
{
	return !memchr_inv(cd, 0, sizeof(*cd));
}

const struct smmu3_cd *smmu3_peek_next_cd(const struct smmu3_cdtab *tab, u32 *ssid)
{
	u32 step = tab->geom.two_level ? 1U << tab->geom.leaf_lg2 : 1U << tab->geom.cdmax_lg2;

	lockdep_assert_held(&smmu3_attach_lock);
	while (!(*ssid >> tab->geom.cdmax_lg2)) {
		const struct smmu3_cd *cd = smmu3_cdtab_cd(tab, *ssid);

		if (cd && !cd_is_zero(cd))
			return cd;
		/* No leaf: on to the next one. */
		*ssid = cd ? *ssid + 1 : (*ssid | (step - 1)) + 1;
	}
	return NULL;
}
