# SPDX-License-Identifier: GPL-2.0-only
# test: test device: jobs of every kind through the DMA API; wrong data and unmapped addresses are noticed
# when: model
labdev_load || return
for d in $(labdev_devices); do
	note "$d: $(labjob $d info)"
	seen_mark
	lab_job "$d: jobs of every kind" $d ops
	want_through $d
	lab_job "$d: what must not succeed is refused" --note $d refused
	lab_job "$d: unmaps under a job that never ends" --note --rounds 10 $d hammer
done
d=$(first $(labdev_devices))
lab_job "$d: its process's addresses, where the kernel and the IOMMU share them" $d sva
want_eq "$d: every job's end was told by an interrupt" 0 "$(word missed_irqs "$(labjob $d info)")"
