# SPDX-License-Identifier: GPL-2.0-only
# test: translation by stage 2 (force_stage2=1, or an SMMU without stage 1): VMIDs, and its own invalidations
# when: asked
if [ -n "$lab_params" ]; then
	want_eq "parameter force_stage2" Y "$(cat /sys/module/smmu3/parameters/force_stage2)"
fi
d=$(first $(itd_devices))
ste=$(sed -n 's/^text: *//p' $dbg/by-device/$d/ste)
want_eq "the STE translates by stage 2" S2 "$(word Config "$ste")"
note "$ste"
want_gt "VMIDs in use" 4 "$(cat $dbg/*/vmids | grep -v -c '^#')"
want_eq "ASIDs in use" 0 "$(grep -v '^#' $dbg/*/asids | grep -c .)"
ipa=$(counter cmd_tlbi_s2_ipa) all=$(counter cmd_tlbi_s12_vmall) nh=$(counter cmd_tlbi_nh_va)
w=$(td $d rounds 50 4096 $(stale_wait $d))
want_eq "50 rounds: all arrive, no stale one" "50 0" "$(word arrived "$w") $(word leaked "$w")"
if [ "$(group_type $d)" = DMA ]; then
	want_gt "TLBI_S2_IPA counted" $((ipa + 49)) "$(counter cmd_tlbi_s2_ipa)"
	want_eq "no TLBI of stage 1" $nh "$(counter cmd_tlbi_nh_va)"
fi
echo 1 >$pci/$d/remove
echo 1 >/sys/bus/pci/rescan
want_within 10 "$d is back" "[ -e /sys/kernel/debug/smmu3_testdev/$d/do ]"
want_gt "a VMID's end is a TLBI_S12_VMALL" $all "$(counter cmd_tlbi_s12_vmall)"
td_do $d map 0 4096 both; td_do $d write 0 0 4096
want_eq "and DMA arrives" ok "$(word outcome "$w")"
