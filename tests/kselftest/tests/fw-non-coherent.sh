# SPDX-License-Identifier: GPL-2.0-only
# test: firmware says that the SMMU does not read coherently: the driver believes it
# when: asked
said=$(dmesg | grep -E 'smmu3 .*(SMMUv3\.[0-9])' | head -n 1)
want_eq "the driver says non-coherent walks" 1 "$(echo "$said" | grep -c ' non-coherent walks')"
for f in $dbg/*/features; do
	note "$(grep -i -m 1 coher $f)"
done
d=$(first $(itd_devices))
s=$dbg/by-device/$d
if [ "$(group_type $d)" != identity ]; then
	# STE.S1CIR and S1COR 0: non-cacheable; 1 would be write-back.
	text=$(sed -n 's/^text: *//p' $s/ste)
	want_eq "the STE tells the SMMU to read CDs uncached" "0 0" "$(word S1CIR "$text") $(word S1COR "$text")"
	text=$(sed -n 's/^text: *//p' $s/cd)
	note "$text"
	want_eq "the CD tells it to read tables uncached" "0 0" "$(word IR0 "$text") $(word OR0 "$text")"
fi
