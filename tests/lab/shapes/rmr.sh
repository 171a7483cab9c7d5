# SPDX-License-Identifier: GPL-2.0-only
# ACPI: memory reserved for the StreamID of iommu-testdev (an RMR node in the IORT), beyond what the
# kernel is told to use.
shape_machine() { cfg_append+=" mem=960M"; }
shape_tables()
{
	. "$lab_dir/lib/iort.sh"
	iort_begin
	iort_rmr 0x18 0x7e000000 0x100000
	iort_end "$1/iort.aml"
}
