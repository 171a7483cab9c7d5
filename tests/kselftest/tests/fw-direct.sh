# SPDX-License-Identifier: GPL-2.0-only
# test: memory reserved for a device at its physical address (shapes direct, rmr): never a refused access
# when: asked
d=0000:00:03.0
type_file=$pci/$d/iommu_group/type
region=$(awk '$3 ~ /^direct/ { print $1; exit }' $pci/$d/iommu_group/reserved_regions)
at=$(printf '0x%x' $((${region:-0} + 0x1000)))
out=$(printf '0x%x' $((${region:-0} + 0x200000)))
was=$(group_type $d)
want_ne "the group knows the region" "" "$region"
note "$(tr '\n' ';' <$pci/$d/iommu_group/reserved_regions)"

# check WHEN: inside the region writes arrive, outside they do not.
check()
{
	td_do $d write_at $at $at 64
	want_eq "$1: a write in the region arrives" ok "$(word outcome "$w")"
	[ "$(group_type $d)" != identity ] || return
	td_do $d write_at $out $out 64
	want_eq "$1: one outside is refused" refused "$(word outcome "$w")"
	m=$(td $d map 0 65536 both)
	td_do $d write 0 0 65536
	want_eq "$1: an ordinary mapping beside it works" ok "$(word outcome "$w")"
	td_do $d unmap 0
}
check "at first"
seen_mark
td_do $d write_at $at $at 64
want_through $d

i=0 bad=0
while [ $i -lt 20 ]; do
	unbind_driver $d && bind_driver $d smmu3_testdev || bad=bind
	td_do $d write_at $at $at 4
	[ "$(word outcome "$w")" = ok ] || bad="round $i: $w"
	i=$((i + 1))
done
want_eq "20 rounds of the driver" "20 0" "$i $bad"

# DMA that never pauses while the type changes to and fro: hitless, or refused accesses show.
unbind_driver $d
itdhammer $d $at $at 3000 >/tmp/hammer 2>&1 &
pid=$!
usleep 200000
i=0 bad=
while [ -d /proc/$pid ] && [ $i -lt 200 ]; do
	for type in identity DMA; do
		echo $type >$type_file 2>/tmp/err || bad="$type: $(cat /tmp/err)"
	done
	i=$((i + 1))
done
wait $pid
note "$i times identity and back under: $(cat /tmp/hammer)"
want_eq "the types were taken" "" "$bad"
want_gt "switches" 1 $i
h=$(cat /tmp/hammer)
want_gt "writes" 100 "$(word writes "$h")"
want_eq "none of them was refused or went astray" "0 0" "$(word refused "$h") $(word astray "$h")"
echo $was >$type_file
bind_driver $d smmu3_testdev
want_eq "the type is as before" $was "$(group_type $d)"
check "at last"
