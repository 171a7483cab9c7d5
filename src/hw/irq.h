/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupts: wired, MSI or one combined line.
 *
 * ARM IHI 0070, 3.18 "Interrupts and notifications". Layer 1.
 */
#ifndef SMMU3_HW_IRQ_H
#define SMMU3_HW_IRQ_H

struct smmu3_device;

/* What interrupts tell of; one bit each. */
#define SMMU3_IRQ_EVENT		1U
#define SMMU3_IRQ_GERROR	2U
#define SMMU3_IRQ_PRI		4U

/**
 * smmu3_irq_setup() - allocate MSIs where the SMMU has them, request all lines
 * @smmu: with the wired lines of firmware in smmu->irqs
 *
 * Lines that firmware does not give are left out: smmu3_irq_missing().
 * Context: may sleep; before smmu3_reset().
 * Return: 0 or a negative errno, with one line in the log.
 */
int smmu3_irq_setup(struct smmu3_device *smmu);

/* After smmu3_irq_setup(): SMMU3_IRQ_* that no line tells of and that have to be looked for. */
unsigned int smmu3_irq_missing(const struct smmu3_device *smmu);

/**
 * smmu3_irq_look() - serve what no interrupt tells of
 * @smmu: the SMMU
 *
 * Context: may sleep; the SMMU is started, or stopped for a moment by a reset.
 */
void smmu3_irq_look(struct smmu3_device *smmu);

void smmu3_irq_teardown(struct smmu3_device *smmu);

/* Write the MSI registers and IRQ_CTRL; from smmu3_reset_enable(). 0 or -ETIMEDOUT. */
int smmu3_irq_program(struct smmu3_device *smmu);

#endif
