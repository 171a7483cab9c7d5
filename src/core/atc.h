/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ATS: the device's own translation cache.
 *
 * ARM IHI 0070, 3.9.1 "ATS Interface"; PCI Express, chapter 10 "ATS Specification". Layer 2.
 * Order: the STE admits ATS before the device is told to use it, and the device stops and its ATC
 * is empty before the STE no longer does.
 */
#ifndef SMMU3_CORE_ATC_H
#define SMMU3_CORE_ATC_H

#include <linux/types.h>

struct smmu3_master;
struct smmu3_stream;

/* Do device, path and SMMU support ATS? Also asks the parameter that forbids it. */
bool smmu3_atc_supported(const struct smmu3_master *master);
/* Tell a new master its translation unit: its virtual functions can enable ATS only then. */
void smmu3_atc_prepare(struct smmu3_master *master);
/* Returns false where the device refuses. Attach lock held. */
bool smmu3_atc_enable(struct smmu3_master *master);
/* The device stops, and asks for no pages; its ATC is empty when it returns. Attach lock held. */
void smmu3_atc_disable(struct smmu3_master *master);
/* Empty the ATC of one SubstreamID (0: requests without one); waits. */
void smmu3_atc_inv_ssid(struct smmu3_master *master, u32 ssid);

/*
 * Empty the whole ATC, where the device can hear of it. One that sleeps (D3) cannot, and comes back
 * from most sleeps with nothing in it. Attach lock held; waits.
 */
void smmu3_atc_inv_all(struct smmu3_master *master);

/* Is there a device that an ATC_INV would reach and that answered so far? Any context. */
bool smmu3_atc_answers(struct smmu3_stream *stream);

/**
 * smmu3_atc_bar() - after invalidations, answered or not: may the ATC still be used?
 * @stream: StreamID that was to be invalidated
 *
 * Where the ATC does not answer, what it holds must not be used any more: translated requests are
 * kept out. Nothing is done for one that answers.
 * Context: any; polls.
 * Return: 0: nothing stale can be used; -ETIMEDOUT: the SMMU does not answer either.
 */
int smmu3_atc_bar(struct smmu3_stream *stream);

/* An ATC that does not answer has been met: there may be streams that smmu3_atc_bar() is for. */
extern bool smmu3_atc_failed_ever;

/* The first master of a stream comes: what its predecessor did not answer is forgotten. */
void smmu3_atc_begin(struct smmu3_stream *stream);

/* Module parameter disable_ats, set before any SMMU is probed. */
extern bool smmu3_disable_ats;

#endif
