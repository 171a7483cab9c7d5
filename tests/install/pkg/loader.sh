# SPDX-License-Identifier: GPL-2.0-only
# The loader as the first process of a stock kernel in QEMU. Sourced by run.

# loader_overlay FILE MODULE: an overlay, by the tool that makes them.
loader_overlay()
{
	local m=$work/m
	rm -rf "$m" && mkdir -p "$m/usr/lib/smmu3" "$m/boot"
	cp "$work/arm64/smmu3-init" "$m/usr/lib/smmu3/"
	echo kernel >"$m/boot/vmlinuz-$kernel_release"
	in_root "$repo_dir/install/overlay" --root "$m" make "$kernel_release" "$2" || return
	cat "$m/boot/smmu3/$kernel_release.img" >"$1"
}

loader_build()
{
	mkdir -p "$work/arm64" "$work/tree"
	cp "$repo_dir"/install/{Makefile,smmu3-init.c} "$work/arm64/"
	in_root make -s -C "$work/arm64" CC="${guest_cc[0]}" smmu3-init >&2 &&
		in_root "${guest_cc[@]}" -O2 -Wall -Wextra -Werror -static -o "$work/tree/init" "$here/pkg/guest-init.c" >&2 &&
		(cd "$work/tree" && echo init | in_root cpio -o -H newc --quiet | gzip -9n) >"$work/base.img"
}

# loader_boot NAME INITRD [MACHINE [WORDS]]: the console as text in $console; how it ended in $ended.
loader_boot()
{
	local log=$work/$1.log rc=0
	in_root timeout "$((60 * ${INSTALL_TIMEOUT_SCALE:-4}))" qemu-system-aarch64 -nodefaults -display none -no-reboot -cpu max -smp 1 -m 512M \
		-accel tcg -M "virt,gic-version=3${3-,iommu=smmuv3}" -device virtio-rng-pci,disable-legacy=on,iommu_platform=on \
		-kernel "$kernel/vmlinuz" -initrd "$2" -serial "file:$log" \
		-append "console=ttyAMA0 quiet initcall_blacklist=arm_smmu_driver_init rdinit=/smmu3-init panic=10 ${4:-}" || rc=$?
	console=$(tr -d '\r' <"$log")
	ended=$rc
	grep -q 'Kernel panic' <<<"$console" && ended=panic
	[ "${LOADER_LOGS:-}" = "" ] || cp "$log" "$LOADER_LOGS/"
}

# loader_restarts NAME PATTERN: it said why, /init was not started, and the machine was reset, not stuck.
loader_restarts()
{
	like "loader.$1.says" "$2" "$console"
	like "loader.$1.restarts" 'restarting; the next boot takes the kernel.s own driver' "$console"
	is "loader.$1.no-init" "0 0" "$(grep -c '^GUEST' <<<"$console") $ended"
}

loader_good()
{
	cat "$work/base.img" "$work/good.img" >"$work/initrd"
	loader_boot good "$work/initrd" ,iommu=smmuv3 'smmu3.late=refuse other="a smmu3.late=bypass b" trailing'
	is loader.good.pid "GUEST pid: 1" "$(grep '^GUEST pid' <<<"$console")"
	is loader.good.argv "GUEST argv: /init trailing" "$(grep '^GUEST argv' <<<"$console")"
	like loader.good.env '^GUEST env: .*HOME=/ ' "$console"
	like loader.good.bound '^GUEST driver: .*[0-9a-f]+\.smmuv3' "$console"
	is loader.good.parameter "GUEST late: refuse" "$(grep '^GUEST late' <<<"$console")"
	is loader.good.nothing-left "" "$(grep '^GUEST root' <<<"$console" | grep -o 'smmu3[^ ]*')"
	is loader.good.silent "" "$(grep 'smmu3-init' <<<"$console")"
}

loader_bad()
{
	# The tail is cut: what a module that was torn on its way looks like. The maker would take it; the kernel does not.
	head -c 100000 "$smmu3_ko" >"$work/torn.ko"
	mkdir -p "$work/torn"
	cp "$work/arm64/smmu3-init" "$work/torn/"
	cp "$work/torn.ko" "$work/torn/smmu3.ko"
	(cd "$work/torn" && printf '%s\n' smmu3-init smmu3.ko | in_root cpio -o -H newc --quiet | gzip -9n) >"$work/torn.img"
	cat "$work/base.img" "$work/torn.img" >"$work/initrd"
	loader_boot torn "$work/initrd"
	loader_restarts torn 'smmu3-init: smmu3.ko is refused: it was not built for this kernel, or is damaged \(error 8\)'

	(cd "$work/torn" && echo smmu3-init | in_root cpio -o -H newc --quiet | gzip -9n) >"$work/none.img"
	cat "$work/base.img" "$work/none.img" >"$work/initrd"
	loader_boot no-module "$work/initrd"
	loader_restarts no-module 'smmu3-init: no /smmu3.ko \(error 2\)'

	cat "$work/base.img" "$work/good.img" >"$work/initrd"
	loader_boot no-smmu "$work/initrd" ''
	loader_restarts no-smmu 'smmu3.ko is refused: no SMMUv3 could be bound \(error 19\)'

	loader_boot bad-parameter "$work/initrd" ,iommu=smmuv3 smmu3.late=perhaps
	loader_restarts bad-parameter 'smmu3.ko is refused: .* \(error 22\)'

	# Nothing that it could become: no /init.
	loader_boot no-init "$work/good.img"
	loader_restarts no-init 'smmu3-init: cannot start /init \(error 2\)'
}

loader_signed()
{
	loader_boot lockdown "$work/initrd" ,iommu=smmuv3 'lockdown=integrity'
	loader_restarts lockdown 'its signature is not accepted here'
}

guest_cc=(gcc)
[ "$(host_arch)" = arm64 ] || guest_cc=(aarch64-linux-gnu-gcc)
root_dir
kernel_dir trixie-security arm64
smmu3_module
if loader_build && loader_overlay "$work/good.img" "$smmu3_ko"; then
	loader_good
	loader_bad
	cat "$work/base.img" "$work/good.img" >"$work/initrd"
	loader_signed
else
	echo "not ok - install.loader: its files do not build"
	failed=$((failed + 1))
fi
