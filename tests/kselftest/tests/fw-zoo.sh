# SPDX-License-Identifier: GPL-2.0-only
# test: one good SMMU beside broken ones (shape zoo): one clear line for each of these, all else works
# when: asked
lines_of() { dmesg | grep "smmu3 $1: "; }

# broken DEVICE TEXT: not bound, and one line that holds TEXT.
broken()
{
	want_eq "$1: lines in the log" 1 "$(lines_of $1 | wc -l)"
	want_eq "$1: it says: $2" 1 "$(lines_of $1 | grep -c "$2")"
	want_eq "$1: no driver has it" 0 "$(ls -d /sys/bus/platform/devices/$1/driver 2>/dev/null | wc -l)"
	note "$(lines_of $1 | sed 's/^\[[^]]*\] *//' | tail -n 1)"
}

broken 7f000000.fake 'read as zero'
broken 7f020000.fake 'no acknowledgement of GBPA'
broken 7f040000.fake 'IDR1.SIDSIZE is above 32'
broken 7f060000.fake 'IDR5 has no translation granule'
broken 7f080000.small 'registers'
broken 7f0a0000.cells '#iommu-cells'
good=$(basename $(ls -d /sys/bus/platform/drivers/smmu3/*.good))
broken ${good%.good}.smmuv3 "can't request region"
want_eq "$good: one line" 1 "$(lines_of $good | wc -l)"

second=$(basename $(ls -d /sys/bus/platform/drivers/smmu3/*.second))
want_eq "$second: it works, and a line beside the usual one" "2 1" \
	"$(lines_of $second | wc -l) $(lines_of $second | grep -c 'no interrupt for events, global errors')"
want_eq "its command queue works" 0 "$(awk '$1 == "sync_timeouts" { print $2 }' $dbg/$second/counters)"
want_eq "SMMUs driven" 2 "$(ls -d $dbg/*/features | wc -l)"
for d in $(nvme_devices) $(blk_devices) $(net_devices) $(itd_devices); do
	want_eq "$d has its domain" DMA "$(group_type $d)"
done
note "the guest was up in $(cut -d' ' -f1 /proc/uptime) s"
