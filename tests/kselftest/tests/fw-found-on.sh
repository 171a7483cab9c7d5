# SPDX-License-Identifier: GPL-2.0-only
# test: an SMMU that firmware or an earlier kernel left enabled is disabled first, and then works (late load)
# when: asked
base=
for f in /sys/bus/platform/devices/*.smmuv3; do base=${f##*/} base=0x${base%%.*}; done
want_ne "the SMMU's registers" 0x "${base:-0x}"
disk=$(nvme_disk 0000:00:05.0)
want_run "before" blkwork $disk 0 4 65536 1 71
echo 1 >$pci/$(first $(edu_devices))/remove
sync
# CR0.SMMUEN with no stream table at all, as a kernel would leave it that crashed in the middle.
devmem $((base + 0x20)) 32 1
want_eq "CR0ACK: it is enabled" 0x00000001 "$(devmem $((base + 0x24)) 32)"
dmesg_mark on
want_run "insmod" load_smmu3
want_eq "one line says that it was found enabled" 1 "$(dmesg_since on | grep 'smmu3 ' | grep -c 'found enabled')"
note "$(dmesg_since on | grep 'found enabled' | sed 's/^\[[^]]*\] *//')"
want_run "the disk afterwards" blkwork $disk 0 8 65536 2 72
echo 1 >/sys/bus/pci/rescan
e=$(first $(edu_devices))
want_within 10 "a device that comes now" "[ -e /sys/kernel/debug/smmu3_testdev/$e/do ]"
want_eq "is translated" DMA "$(group_type $e)"
td_do $e map 0 4096 to; td_do $e map 1 4096 from
seen_mark
td_do $e copy 0 1 4096
want_eq "and its DMA is right" same=1 "$w"
want_through $e
