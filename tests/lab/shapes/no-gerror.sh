# SPDX-License-Identifier: GPL-2.0-only
# The SMMU's interrupt for global errors is missing.
shape_dt()
{
	local cells
	cells=$(dt_get "$(dt_smmu)" interrupts) || return 1
	# shellcheck disable=SC2086
	set -- $cells
	dt_set "$(dt_smmu)" interrupts "$1" "$2" "$3" "$4" "$5" "$6"
	dt_text "$(dt_smmu)" interrupt-names eventq priq
}
