/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events and page requests: counted, limited for each stream, printed, answered.
 *
 * ARM IHI 0070, chapters 7 and 8. Layer 2.
 */
#ifndef SMMU3_CORE_EVENT_H
#define SMMU3_CORE_EVENT_H

#include "../hw/device.h"

/* The sink that plat gives to every SMMU. */
extern const struct smmu3_sink smmu3_event_sink;

#endif
