# SPDX-License-Identifier: GPL-2.0-only
# The SMMU reads memory past the caches, says firmware: queues and tables are then mapped
# uncached or cleaned. QEMU has no caches: what is shown is that every path works that
# way, not that no cleaning is missing.
shape_dt()
{
	dt_drop "$(dt_smmu)" dma-coherent
	dt_set "$(dt_smmu)" dma-noncoherent
}
