# SPDX-License-Identifier: GPL-2.0-only
# test: no CMD_PREFETCH_CONFIG where firmware says that it hangs the SMMU (shape hisilicon)
# when: asked
want_gt "the driver knows" 0 "$(cat $dbg/*/features | grep -i -c prefetch)"
note "$(cat $dbg/*/features | grep -i prefetch)"
d=$(first $(itd_devices))
echo 1 >$pci/$d/remove
echo 1 >/sys/bus/pci/rescan
want_within 10 "$d is back" "[ -e /sys/kernel/debug/smmu3_testdev/$d/do ]"
want_eq "CMD_PREFETCH_CONFIG sent" 0 "$(counter cmd_prefetch_config)"
want_gt "CMD_CFGI_STE sent" 0 "$(counter cmd_cfgi_ste)"
td_do $d map 0 4096 both; td_do $d write 0 0 4096
want_eq "DMA arrives" ok "$(word outcome "$w")"
