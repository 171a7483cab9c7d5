/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stream table: memory and updates of live entries.
 *
 * ARM IHI 0070, 3.3.1 "Stream table lookup", 3.21.3 "Configuration structures and configuration
 * invalidation completion". Layer 1.
 * Invariant: an entry that no device claims aborts. A level 2 table becomes visible only when
 * all its entries abort; it stays until the SMMU goes.
 */
#ifndef SMMU3_HW_STRTAB_H
#define SMMU3_HW_STRTAB_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include "../fmt/ste.h"
#include "../fmt/geometry.h"
#include "dmamem.h"

struct smmu3_device;

/**
 * struct smmu3_strtab - the stream table of an SMMU
 * @geom: its shape
 * @l1: level 1 descriptors, two-level only
 * @linear: entries, linear only
 * @dma: address of @l1 or @linear
 * @l2: level 2 tables by index, NULL where none; written once under @lock, then only read
 * @lock: serialises allocation of level 2 tables
 * @nr_l2: level 2 tables allocated
 * @ats_lock: serialises stores of the word with EATS, so that ATS that was barred stays out
 * @preset: the table belongs to the SMMU (IDR1.TABLES_PRESET)
 * @mem: memory of the level 1 or linear table otherwise
 */
struct smmu3_strtab {
	struct smmu3_strtab_geom	geom;
	__le64				*l1;
	struct smmu3_ste		*linear;
	dma_addr_t			dma;
	struct smmu3_ste		**l2;
	struct mutex			lock;
	unsigned int			nr_l2;
	raw_spinlock_t			ats_lock;
	bool				preset;
	struct smmu3_dmamem		mem;
};

int smmu3_strtab_init(struct smmu3_device *smmu);
void smmu3_strtab_fini(struct smmu3_device *smmu);
/**
 * smmu3_strtab_claim() - take over a preset table (IDR1.TABLES_PRESET)
 * @smmu: the SMMU, disabled
 *
 * What firmware left in the table is replaced by entries that abort. Nothing to do for a table of
 * our own.
 */
void smmu3_strtab_claim(struct smmu3_device *smmu);

/* Write STRTAB_BASE and STRTAB_BASE_CFG. */
void smmu3_strtab_program(struct smmu3_device *smmu);

/* Does the table cover a StreamID? */
bool smmu3_strtab_covers(const struct smmu3_device *smmu, u32 sid);

/**
 * smmu3_strtab_ensure() - make sure that a StreamID has an entry
 * @smmu: the SMMU
 * @sid: StreamID
 *
 * Context: may sleep.
 * Return: 0; -ERANGE: the StreamID lies beyond the table; -ENOMEM.
 */
int smmu3_strtab_ensure(struct smmu3_device *smmu, u32 sid);

/* The entry of a StreamID, NULL where smmu3_strtab_ensure() has not made one. Any context. */
struct smmu3_ste *smmu3_strtab_ste(const struct smmu3_device *smmu, u32 sid);

/**
 * smmu3_strtab_install() - change a live entry
 * @smmu: the SMMU
 * @sid: StreamID with an entry
 * @target: the new entry
 *
 * When it returns the SMMU uses the new entry and caches nothing of the old one. Cannot fail: an
 * SMMU that does not answer is being recovered, which reads the entry anew.
 * Context: may be called with a mutex held; the caller serialises updates of one entry.
 */
void smmu3_strtab_install(struct smmu3_device *smmu, u32 sid, const struct smmu3_ste *target);

/**
 * smmu3_strtab_clear_eats() - an entry refuses ATS from now on
 * @smmu: the SMMU
 * @sid: StreamID
 *
 * One store, so that this is possible where no entry can be planned. sink->ats_barred() has to say
 * so before, else the next smmu3_strtab_install() lets it in again. Nothing is invalidated.
 * Context: any.
 */
void smmu3_strtab_clear_eats(struct smmu3_device *smmu, u32 sid);

/**
 * smmu3_strtab_bar_ats() - the same, and know that no translated request passes any more
 * @smmu: the SMMU
 * @sid: StreamID
 *
 * Context: any; polls.
 * Return: 0; -ETIMEDOUT: as smmu3_cmdq_wait().
 */
int smmu3_strtab_bar_ats(struct smmu3_device *smmu, u32 sid);

/*
 * Store an entry while the SMMU is disabled or the entry has never been reachable; no command
 * is sent.
 */
void smmu3_strtab_preset_ste(struct smmu3_device *smmu, u32 sid, const struct smmu3_ste *target);

/* Bytes of memory in use. */
size_t smmu3_strtab_mem(const struct smmu3_device *smmu);

#endif
