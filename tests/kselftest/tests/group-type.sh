# SPDX-License-Identifier: GPL-2.0-only
# test: a group's type through sysfs, DMA <-> identity and DMA -> DMA-FQ; only translation stops stray DMA
d=$(first $(itd_devices))
type_file=$pci/$d/iommu_group/type
was=$(group_type $d)

# set_type TYPE: with the device's driver unbound, as the kernel demands.
set_type()
{
	unbind_driver $d
	echo $1 >$type_file 2>/tmp/err
	local rc=$?
	bind_driver $d smmu3_testdev
	return $rc
}

# raw: outcome of a write at the physical address of a buffer.
raw()
{
	local m
	m=$(td $d map 0 4096 both)
	word outcome "$(td $d write_at $(word pa "$m") $(word pa "$m") 64)"
}

for type in identity DMA identity DMA-FQ identity DMA; do
	if ! set_type $type; then
		fail "type $type is taken" "success" "$(cat /tmp/err)"
		continue
	fi
	want_eq "the group says so" $type "$(group_type $d)"
	seen_mark
	m=$(td $d map 0 4096 both)
	w=$(td $d write 0 0 4096)
	want_eq "$type: a mapped write arrives (else: a stale STE, no CFGI_STE)" ok "$(word outcome "$w")"
	want_through $d
	if [ $type = identity ]; then
		want_eq "$type: iova is the physical address" "$(word pa "$m")" "$(word iova "$m")"
		want_eq "$type: a write at a physical address arrives (else: a stale STE, no CFGI_STE)" ok "$(raw)"
	else
		want_eq "$type: a write at a physical address is refused (else: a stale STE, no CFGI_STE)" refused "$(raw)"
		w=$(td $d rounds 20 4096 $(stale_wait $d))
		want_eq "$type: unmapped addresses are dead" "20 0" "$(word arrived "$w") $(word leaked "$w")"
	fi
	td $d unmap 0 >/dev/null
done

# DMA -> DMA-FQ is allowed while the driver is bound.
want_eq "DMA-FQ online is taken" 0 "$(echo DMA-FQ >$type_file 2>/dev/null; echo $?)"
want_eq "the group says so" DMA-FQ "$(group_type $d)"
w=$(td $d rounds 20 4096 60)
want_eq "DMA-FQ online: unmapped addresses are dead 60 ms later" "20 0" "$(word arrived "$w") $(word leaked "$w")"
want_ne "identity under a bound driver is refused" 0 "$(echo identity >$type_file 2>/dev/null; echo $?)"
set_type $was || fail "the type is as before" $was "$(cat /tmp/err)"
