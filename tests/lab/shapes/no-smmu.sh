# SPDX-License-Identifier: GPL-2.0-only
# A machine whose device tree has no SMMU.
shape_dt()
{
	dt_drop "$(dt_pcie)" iommu-map
	dt_text "$(dt_smmu)" compatible lab,nothing
}
