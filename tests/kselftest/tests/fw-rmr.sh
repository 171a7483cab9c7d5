# SPDX-License-Identifier: GPL-2.0-only
# test: a StreamID with memory reserved in the IORT (shape rmr): in bypass whenever no domain has it
# when: asked
d=0000:00:03.0 other=$(first $(edu_devices))
ste_config() { echo $((($(sed -n 's/^word0: *//p' $dbg/*/streams/$1/ste) >> 1) & 7)); }
want_gt "the kernel took our IORT" 0 "$(dmesg | grep -c -i 'table upgrade: override \[IORT')"
want_gt "the stream is known as reserved" 0 "$(cat $dbg/*/streams/$(sid_of $d)/* | grep -c RMR)"
note "$(cat $dbg/*/streams/$(sid_of $d)/* | grep -m 1 RMR)"
td_do $d map 0 4096 both
td_do $d write 0 0 4096
want_eq "with a driver it is translated" "ok DMA" "$(word outcome "$w") $(group_type $d)"
echo 1 >$pci/$d/remove
echo 1 >$pci/$other/remove
want_eq "without a device it passes (STE.Config 4)" 4 "$(ste_config $(sid_of $d))"
want_eq "another's aborts (0)" 0 "$(ste_config $(sid_of $other))"
echo 1 >/sys/bus/pci/rescan
want_within 10 "$d is back" "[ -e /sys/kernel/debug/smmu3_testdev/$d/do ]"
td_do $d map 0 4096 both
td_do $d write 0 0 4096
want_eq "and is translated" ok "$(word outcome "$w")"
