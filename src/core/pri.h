/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PRI: a device asks for pages.
 *
 * ARM IHI 0070, 3.9.1 and chapter 8; PCI Express, chapter 10 "Page Request Interface". Layer 2.
 * Order: the device may ask once ATS is on and something serves what it asks for, and until ATS
 * goes off or the device goes into other hands: processes come and go, and a request that nothing
 * serves is refused.
 */
#ifndef SMMU3_CORE_PRI_H
#define SMMU3_CORE_PRI_H

#include <linux/types.h>

struct smmu3_master;

#if IS_ENABLED(CONFIG_PCI_PRI)
/* Do device and SMMU support it? Of a master that supports ATS. */
bool smmu3_pri_supported(const struct smmu3_master *master);
/* Does the device want the PASID in answers (PRG Response PASID Required)? */
bool smmu3_pri_answers_have_pasid(const struct smmu3_master *master);
/*
 * The device may ask. Not being able to is no error: it works with what is present. Attach lock
 * held.
 */
void smmu3_pri_enable(struct smmu3_master *master);
/* It may not any more. Attach lock held. */
void smmu3_pri_disable(struct smmu3_master *master);
#else
static inline bool smmu3_pri_supported(const struct smmu3_master *master)
{
	return false;
}

static inline bool smmu3_pri_answers_have_pasid(const struct smmu3_master *master)
{
	return false;
}

static inline void smmu3_pri_enable(struct smmu3_master *master)
{
}

static inline void smmu3_pri_disable(struct smmu3_master *master)
{
}
#endif

#endif
