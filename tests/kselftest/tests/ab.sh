# SPDX-License-Identifier: GPL-2.0-only
# test: smmu3ctl ab record: a record of this driver, for tests/lab/ab; and that it takes no device or disk in use
# when: asked
# One device without a driver, for the mappings; another one shares addresses, where there is a second.
insmod /lab/smmu3_dmabench.ko
if [ -n "$lab_model" ]; then
	labdev_load || return
	set -- $(labdev_devices)
	[ $# -gt 1 ] && shift $(($# - 1))
else
	set -- $(edu_devices)
fi
dma=$1
disk=$(nvme_disk $(first $(nvme_devices)))
override() { cat $pci/$dma/driver_override; }

# plan WHAT WANTED ARGUMENTS...: what a record would do, or why not.
plan()
{
	local what=$1 want=$2
	shift 2
	out=$(smmu3ctl ab record --dry-run "$@" 2>&1)
	case $out in
	*"$want"*) pass "$what" ;;
	*)         fail "$what" "$want" "$(echo "$out" | tr '\n' ' ')" ;;
	esac
}

plan "a device with a driver is not taken" "$dma is in use by" --dma $dma
unbind_driver $dma
plan "one without is found" "dma: " --seconds 1
plan "an empty disk is taken" "$disk is WRITTEN TO" --disk $disk
plan "no terminal" "neither a block device nor a file" --disk /dev/null
echo something | dd of=$disk conv=notrunc 2>/dev/null
plan "no disk that holds something" "$disk holds something" --disk $disk
plan "but if that can go" "$disk is WRITTEN TO" --disk $disk --overwrite
dd if=/dev/zero of=$disk bs=4096 count=1 conv=notrunc,fsync 2>/dev/null

seen_mark
want_run "a record" smmu3ctl ab record -o /tmp/ab.json --dma $dma --disk $disk --seconds ${lab_seconds:-1} --rounds ${lab_rounds:-5}
s=$(ask "seen $(sid_of $(first $(nvme_devices)))")
want_gt "commands of the SMMU for it" 1000 $(word commands "$s")
want_eq "the device has no driver again" "" "$(readlink $pci/$dma/driver)"
want_eq "nor a wish for one" "(null)" "$(override)"
for what in dma-4k dma-64k dma-2m dma-sg32 dma-sg256 blkwork-4k blkwork-1m; do
	want_eq "$what is in it" yes "$(grep -q "\"workload\": \"$what\"" /tmp/ab.json && echo yes)"
done
want_run "a comparison with itself" smmu3ctl ab compare /tmp/ab.json /tmp/ab.json
case $out in
*better*|*worse*) fail "which finds no difference" "neither better nor worse" "$(echo "$out" | grep -m 1 -e better -e worse)" ;;
*) pass "which finds no difference" ;;
esac
while IFS= read -r line; do
	tell "    # ab $line"
done </tmp/ab.json
