# SPDX-License-Identifier: GPL-2.0-only
# test: after a late load: a device bound anew is translated, and rmmod stops none that still is not
# when: late
d=0000:00:05.0

# others_work WHAT SEED: a device that is still not translated does its DMA.
others_work()
{
	if [ -z "$lab_model" ]; then
		want_run "$1" blkwork $(blk_disk 0000:00:06.0) 0 8 65536 2 $2
		return
	fi
	td_do 0000:00:03.0 map 0 4096 both
	td_do 0000:00:03.0 write 0 0 4096
	want_eq "$1" ok "$(word outcome "$w")"
	td_do 0000:00:03.0 unmap 0
}

[ -e /sys/module/smmu3 ] || load_smmu3
want_eq "before, $d has no group" none "$(group_type $d)"
want_gt "its stream is held" 0 "$(grep -c '^held_bypass: ' $dbg/*/streams/$(sid_of $d)/ste)"
unbind_driver $d nvme
bind_driver $d nvme
want_within 10 "the disk is back" '[ -b "$(nvme_disk $d)" ]'
want_eq "now it has a domain" "$([ $lab_domain = identity ] && echo identity || ([ $lab_strict = 1 ] && echo DMA || echo DMA-FQ))" "$(group_type $d)"
want_eq "its stream is not held any more" 0 "$(grep -c '^held_bypass: ' $dbg/*/streams/$(sid_of $d)/ste)"
seen_mark
want_run "NVMe afterwards" blkwork $(nvme_disk $d) 0 8 65536 2 62
want_through $d

for p in $pci/*; do
	[ -e $p/iommu_group ] && echo 1 >$p/remove
done
dmesg_mark unload
want_run "rmmod, with a device still untranslated" rmmod smmu3
want_eq "a line says that traffic passes" 1 "$(dmesg_since unload | grep -c 'smmu3 .*passes untranslated from now on')"
others_work "the device goes on" 63
load_smmu3
others_work "and once more after insmod" 64
