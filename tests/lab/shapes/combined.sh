# SPDX-License-Identifier: GPL-2.0-only
# One combined interrupt. QEMU's SMMU has four lines and nothing that joins them, so the combined one is
# the event queue's: events show that the handler of a combined line serves the queue; a global
# error's signal is lost in this machine (the host tests call the handler with errors).
shape_dt()
{
	local cells
	cells=$(dt_get "$(dt_smmu)" interrupts) || return 1
	# shellcheck disable=SC2086
	set -- $cells
	dt_set "$(dt_smmu)" interrupts "$1" "$2" "$3"
	dt_text "$(dt_smmu)" interrupt-names combined
}
