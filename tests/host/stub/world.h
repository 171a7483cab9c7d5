/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices and spaces for the tests of layer 2, and their whole state as a text. Layer: tests.
 */
#ifndef SMMU3_HOST_WORLD_H
#define SMMU3_HOST_WORLD_H

#include "core/attach.h"
#include "core/inv.h"
#include "core/master.h"
#include "core/space.h"
#include "stub.h"

#define WORLD_SPACES	6
/* The table of a space: no other field of an entry looks like it. */
#define WORLD_TTB(i)	(0x5a0000000000ULL + (((u64)(i) + 1) << 24))
#define WORLD_TEXT_SZ	(64 << 10)

/**
 * struct world - one SMMU or two, devices behind them, spaces to attach
 * @s: the SMMUs; s[1] may be NULL
 * @pdev: PCI devices; 0 and 1 behind s[0], 2 behind s[1]
 * @master: their masters; NULL where there is none
 * @space: 0 to 3 stage 1, 4 and 5 stage 2
 * @nr_spaces: initialised
 */
struct world {
	struct stub		*s[2];
	struct pci_dev		pdev[3];
	struct smmu3_master	*master[3];
	struct smmu3_space	space[WORLD_SPACES];
	unsigned int		nr_spaces;
};

/* @ats: SMMU and devices have ATS. Devices have 8 bits of PASID. StreamIDs: 8 and 9; 16; 32. */
struct world *world_make(struct kunit *test, const struct stub_cfg *cfg, bool two_smmus, bool ats);
/* Detach, free, and see that nothing is left. */
void world_free(struct kunit *test, struct world *w);

/*
 * Everything that an attach may change, one line each: STEs, CDs, tags, invalidation sets, uses,
 * flags of masters and devices. What is not valid to the SMMU and was never reachable is left
 * out.
 */
void world_text(const struct world *w, char *buf, size_t sz);
/* Fail with the first line that differs. */
void world_expect_same(struct kunit *test, const char *before, const char *after, const char *what);

int world_attach(struct world *w, unsigned int master, enum smmu3_target_kind kind,
		 unsigned int space);

#endif
