# SPDX-License-Identifier: GPL-2.0-only
# test: test device with several StreamIDs: one domain behind all, every invalidation for each, PASIDs too
# when: asked
labdev_load || return
d=$(first $(devices_of 0x8086:0x2260))
want_ne "a device with several StreamIDs (shape model-aliased)" "" "$d"
other=$(first $(devices_of 0xfffe:0x5301))
n=$(word sids "$(labjob $d info)")
want_eq "StreamIDs of $d" 4 "$n"
streams="0x50 0x80 0x88 0x93"

if smmu3_here; then
	tables=
	for s in $streams; do
		text=$(sed -n 's/^text: *//p' $dbg/*/streams/$s/ste)
		want_eq "StreamID $s translates" S1 "$(word Config "$text")"
		tables="$tables $(word S1ContextPtr "$text")"
	done
	note "CDs: $tables"
fi
i=0
for s in $streams; do
	seen_mark
	lab_job "$d, StreamID $s: jobs of every kind" --sid $i $d ops
	seen=$(ask "seen $s")
	want_gt "$d, StreamID $s: translated" 0 "$(word translated "$seen")"
	want_eq "$d, StreamID $s: nothing went past it" "0 0" "$(word bypassed "$seen") $(word disabled "$seen")"
	lab_job "$d, StreamID $s: what must not succeed is refused" --note --sid $i $d refused
	lab_job "$d, StreamID $s: unmaps under a job that never ends" --note --rounds 5 --sid $i $d hammer
	lab_job "$d, StreamID $s: the device's cache" --note --rounds 10 --sid $i $d ats
	lab_job "$d, StreamID $s: PASIDs" --note --sid $i $d pasid
	i=$((i + 1))
done
labjob --note --rounds 50 --seed 9 $other storm >/tmp/beside 2>&1 &
beside=$!
lab_job "$d: a storm on all StreamIDs" --note --threads 4 --rounds 50 --seed 3 --sid all $d storm
lab_job "$d: the same through its cache" --note --ats --threads 4 --rounds 50 --seed 4 --sid all $d storm
lab_job "$d: PASIDs on all StreamIDs" --note --threads 3 --rounds 20 --seed 5 --sid all $d pasid-storm
wait $beside
want_eq "$other: a storm meanwhile: $(cat /tmp/beside)" 0 $?
lab_job "$d: a reset with jobs under way" --note --sid all $d flr

# The domain changes under all of its streams.
type_file=$pci/$d/iommu_group/type
was=$(group_type $d)
unbind_driver $d
for type in identity DMA identity "$was"; do
	want_run "group type $type" sh -c "echo $type >$type_file"
	bind_driver $d smmu3_labdev
	want_within 10 "$d has its file again" "[ -e /dev/labdev-$d ]"
	i=0
	for s in $streams; do
		seen_mark
		lab_job "$d, StreamID $s: jobs, $type" --sid $i $d ops
		seen=$(ask "seen $s")
		case $type in
		identity) want_gt "StreamID $s: past the tables" 0 "$(word bypassed "$seen")" ;;
		*)        want_eq "StreamID $s: nothing went past them" 0 "$(word bypassed "$seen")" ;;
		esac
		i=$((i + 1))
	done
	unbind_driver $d
done
bind_driver $d smmu3_labdev
echo 1 >$pci/$d/remove
want_within 5 "$d is gone" "[ ! -e $pci/$d ]"
if smmu3_here; then
	for s in $streams; do
		want_eq "without the device StreamID $s aborts (STE.Config 0)" 0 \
			$((($(sed -n 's/^word0: *//p' $dbg/*/streams/$s/ste) >> 1) & 7))
	done
fi
echo 1 >/sys/bus/pci/rescan
want_within 10 "$d is back" "[ -e /dev/labdev-$d ]"
lab_job "$d: jobs on all StreamIDs when it is back" --sid all $d ops
