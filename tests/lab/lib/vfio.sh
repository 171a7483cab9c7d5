# SPDX-License-Identifier: GPL-2.0-only
# The kernel's own VFIO selftests, and the modules that they are about, for the guest. The tests are those of
# linux-source, not changed but for their patience; tests/vfio gives them a driver for the test device. Made once per content and
# kept in the cache. Sourced after build.sh.

vfio_package=linux-source-7.2
vfio_modules="vfio_iommu_type1 vfio-pci"
vfio_programs="vfio_dma_mapping_test vfio_dma_mapping_mmio_test vfio_pci_device_test vfio_pci_device_init_perf_test
	vfio_pci_driver_test vfio_pci_driver_small_test vfio_iommufd_setup_test"

vfio_fetch()
{
	local tmp=$1 top=linux-source-7.2
	cd "$tmp" && apt_ask apt-get -q download "$vfio_package=$2" "uuid-dev:arm64=$3" || return 1
	dpkg-deb --fsys-tarfile uuid-dev_*.deb | tar -x ./usr || return 1
	dpkg-deb --fsys-tarfile "$vfio_package"_*.deb | tar -xO "./usr/src/$top.tar.xz" | in_root xz -dc -T0 |
		tar -x --strip-components=1 "$top/tools/testing/selftests/vfio" "$top/tools/testing/selftests/kselftest.h" \
			"$top/tools/testing/selftests/kselftest_harness.h" "$top/tools/include" "$top/tools/arch/arm64/include" \
			"$top/include/uapi/linux/vfio.h" "$top/include/uapi/linux/iommufd.h" || return 1
	rm -f ./*.deb
	# Half a minute a test is for real machines; an emulated one that is busy clears no gibibyte in it.
	sed -i 's/^#define TEST_TIMEOUT_DEFAULT 30$/#define TEST_TIMEOUT_DEFAULT 400/' tools/testing/selftests/kselftest_harness.h
	grep -q '^#define TEST_TIMEOUT_DEFAULT 400$' tools/testing/selftests/kselftest_harness.h || return 1
	# Each job's test clears and maps a gibibyte, minutes of a kernel with KASAN: for those, the same with a 32nd of it.
	sed 's/&self->memcpy_region, SZ_1G/\&self->memcpy_region, SZ_32M/' tools/testing/selftests/vfio/vfio_pci_driver_test.c \
		>tools/testing/selftests/vfio/vfio_pci_driver_small_test.c
	grep -q SZ_32M tools/testing/selftests/vfio/vfio_pci_driver_small_test.c || return 1
	# The two newest interfaces alone; the rest of the compiler's headers may be older.
	mkdir -p uapi/linux && cp include/uapi/linux/*.h uapi/linux/
}

vfio_compile()
{
	local tmp=$1 tests=$1/tools/testing/selftests cc name file
	cc=("${guest_cc[@]}" -O2 -Wall -D_GNU_SOURCE -pthread -I"$tmp/uapi" -isystem "$tmp/usr/include" -I"$tmp/tools/include"
		-I"$tests" -I"$tests/vfio/lib/include" -I"$repo_dir/tests/modules")
	grep -q calloc_assert -r "$tests/vfio/lib/include" || cc+=(-include "$repo_dir/tests/vfio/missing.h")
	mkdir -p "$tmp/o" "$tmp/tree/lab/vfio"
	for file in "$tests"/vfio/lib/*.c "$repo_dir/tests/vfio/labdev.c"; do
		in_root "${cc[@]}" -c -o "$tmp/o/$(basename "$file" .c).o" "$file" || return 1
	done
	for name in $vfio_programs; do
		in_root "${cc[@]}" -static -s -Wl,--wrap=vfio_pci_driver_probe -o "$tmp/tree/lab/vfio/$name" "$tests/vfio/$name.c" \
			"$tmp"/o/*.o "$tmp/usr/lib/aarch64-linux-gnu/libuuid.a" || return 1
	done
}

vfio_programs_fill()
{
	local dir=$1 tmp=$1.tmp.$$
	[ -d "$dir" ] && return 0
	rm -rf "$dir".tmp.*
	mkdir -p "$tmp"
	if with_log "fetching the VFIO selftests of $vfio_package (about 165 MB)" vfio_fetch "$tmp" "$2" "$3" &&
	   with_log "compiling the VFIO selftests" vfio_compile "$tmp"; then
		mv "$tmp/tree" "$dir"
		rm -rf "$tmp"
	else
		rm -rf "$tmp"
		return 1
	fi
}

vfio_initrd_fill()
{
	local out=$1 tree=$1.tree.$$ base=$kernel m path
	[ -s "$out" ] && return 0
	mkdir -p "$tree"
	cp -a "$vfio_dir/." "$tree/"
	[ -d "$base/usr/lib/modules" ] && base=$kernel/usr
	# Not every kernel has every one; the test says what it misses.
	for m in $vfio_modules; do
		in_root modprobe -d "$base" -S "$kernel_release" --show-depends "$m" 2>/dev/null || true
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$tree.paths"
	while read -r path; do
		module_copy "$path" "$tree/lab/vfio" || return 1
		basename "${path%.ko*}" >>"$tree/lab/vfio/modules.list"
	done <"$tree.paths"
	in_root sh -c 'cd "$1" && find . | cpio -o -H newc --quiet -R 0:0 >"$2.tmp"' sh "$tree" "$out" || return 1
	rm -rf "$tree" "$tree.paths"
	mv "$out.tmp" "$out"
}

# vfio_initrd: set $vfio_initrd to what is put behind the initramfs where the test vfio is asked for.
vfio_initrd()
{
	local version uuid
	version=$(apt_version "$vfio_package")
	uuid=$(apt_version uuid-dev:arm64)
	[ -n "$version" ] && [ -n "$uuid" ] || die "the mirror has no package $vfio_package, or no uuid-dev for arm64"
	vfio_dir=$cache_dir/vfio-$(hash_of "$version" "$uuid" "$root" "$(tree_hash tests/vfio tests/modules/labdev_regs.h tests/lab/lib/vfio.sh)")
	[ -d "$vfio_dir" ] || cache_lock "$(basename "$vfio_dir")" vfio_programs_fill "$vfio_dir" "$version" "$uuid" ||
		die "the VFIO selftests cannot be made"
	cache_touch "$vfio_dir"
	vfio_initrd=$cache_dir/initrd-vfio-$(hash_of "$vfio_dir" "$kernel").cpio
	[ -s "$vfio_initrd" ] || cache_lock "$(basename "$vfio_initrd")" vfio_initrd_fill "$vfio_initrd" ||
		die "cannot collect the VFIO modules of $kernel_release"
	cache_touch "$vfio_initrd"
}
