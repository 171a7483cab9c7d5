# SPDX-License-Identifier: GPL-2.0-only
# test: iommu-testdev: DMA at allowed, never mapped and just unmapped addresses
for d in $(itd_devices); do
	type=$(group_type $d)
	seen_mark
	m=$(td $d map 0 65536 both)
	iova=$(word iova "$m") pa=$(word pa "$m")
	note "$d: iova $iova pa $pa"
	w=$(td $d write 0 0 65536)
	want_eq "$d: a mapped write arrives" "ok 65536" "$(word outcome "$w") $(word found "$w")"
	w=$(td $d write 0 8192 100)
	want_eq "$d: so does a part of it" ok "$(word outcome "$w")"
	if [ $type = identity ]; then
		want_eq "$d: identity: the bus address is the physical one" $pa $iova
		want_through $d
		continue
	fi
	want_ne "$d: the bus address is not the physical one" $pa $iova
	want_through $d

	w=$(td $d write_at 0x7fff0000 $pa 64)
	want_eq "$d: a write at an address never mapped is refused" refused "$(word outcome "$w")"
	w=$(td $d write_at $pa $pa 64)
	want_eq "$d: a write at the physical address is refused" refused "$(word outcome "$w")"
	s=$(seen $d)
	want_gt "$d: the SMMU reports events for them" 1 "$(word events "$s")"

	td $d write 0 0 64 >/dev/null
	td $d unmap 0 >/dev/null
	usleep $(($(stale_wait $d) * 1000))
	w=$(td $d write 0 0 64)
	want_eq "$d: a write at an address just unmapped is refused (else: no TLB invalidation on unmap)" \
		refused "$(word outcome "$w")"

	n=200
	[ $(stale_wait $d) = 0 ] || n=40
	w=$(td $d rounds $n 4096 $(stale_wait $d))
	want_eq "$d: $n rounds of 4 KiB: all arrive, no stale one (else: no TLB invalidation on unmap)" "$n 0" \
		"$(word arrived "$w") $(word leaked "$w")"
	w=$(td $d rounds 8 2097152 $(stale_wait $d))
	want_eq "$d: 8 rounds of 2 MiB: all arrive, no stale one (else: no TLB invalidation on unmap)" "8 0" \
		"$(word arrived "$w") $(word leaked "$w")"
done
