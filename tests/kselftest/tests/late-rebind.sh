# SPDX-License-Identifier: GPL-2.0-only
# test: after a late load: a device bound anew is translated, and rmmod stops none that still is not
# when: late
d=0000:00:05.0
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
want_run "rmmod, with virtio-blk still untranslated" rmmod smmu3
want_eq "a line says that traffic passes" 1 "$(dmesg_since unload | grep -c 'smmu3 .*passes untranslated from now on')"
want_run "virtio-blk goes on" blkwork $(blk_disk 0000:00:06.0) 0 8 65536 2 63
load_smmu3
want_run "and once more after insmod" blkwork $(blk_disk 0000:00:06.0) 0 8 65536 2 64
