# SPDX-License-Identifier: GPL-2.0-only
# test: the machine is what was asked for: driver, domain type, every PCI device in a group
smmus=$(ls /sys/class/iommu | grep -c -E '^smmu3\.')
case $lab_driver in
smmu3)
	want_gt "SMMUs that smmu3 drives" 0 "$(ls -d /sys/bus/platform/drivers/smmu3/*smmu* /sys/bus/platform/drivers/smmu3/arm-smmu-v3.* 2>/dev/null | wc -l)"
	want_eq "the in-tree driver has none" 0 "$(ls -d /sys/bus/platform/drivers/arm-smmu-v3/*smmu* 2>/dev/null | wc -l)"
	want_eq "debugfs directories" "$smmus" "$(ls -d $dbg/*/features 2>/dev/null | wc -l)"
	want_eq "as many as the machine has" "${lab_smmus:-1}" "$(ls -d $dbg/*/features 2>/dev/null | wc -l)"
	case $lab_stage in
	1) want="stage 1" ;;
	2) want="stage 2" ;;
	*) want="stages 1 and 2" ;;
	esac
	want_eq "what each SMMU offers" "$want" "$(dmesg | sed -n 's/.*: SMMUv3[^,]*, \(stages* [12 and]*\),.*/\1/p' | sort -u)" ;;
in-tree)
	want_eq "SMMUs that the in-tree driver has" "${lab_smmus:-1}" "$(ls -d /sys/bus/platform/drivers/arm-smmu-v3/*smmu* 2>/dev/null | wc -l)" ;;
esac
case $lab_domain,$lab_strict in
identity,*) want=identity ;;
dma,1)      want=DMA ;;
dma,0)      want=DMA-FQ ;;
esac
for d in $(nvme_devices) $(blk_devices) $(net_devices) $(itd_devices) $(edu_devices); do
	want_eq "$d default domain" $want "$(group_type $d)"
done
want_gt "groups" $([ -n "$lab_model" ] && echo 2 || echo 4) "$(ls /sys/kernel/iommu_groups | wc -l)"
