# SPDX-License-Identifier: GPL-2.0-only
# What runs when kernels and modules come and go: the kernel's hooks, dkms with our dkms.conf, kdump's command line, and
# the entries of loader/entries. Sourced by inside.

# hook NAME ARGS...: a hook below $m, whose tools are this tree's; sets said and rc.
hook()
{
	rc=0
	said=$(env SMMU3_LIBDIR="$tree/install" SMMU3_ROOT="$m" "$tree/install/$1" "${@:2}" 2>&1) || rc=$?
}
have_overlay() { [ -e "$m/boot/smmu3/$1.img" ] && echo yes || echo no; }

hooks_kernel()
{
	m=$work/hooks
	machine_tree "$m"
	hook kernel-postinst "$kver" "/boot/vmlinuz-$kver"
	is hooks.postinst "0 yes 1" "$rc $(have_overlay "$kver") $(wc -l <<<"$said")"
	hook kernel-postinst "$kver"
	is hooks.postinst.again "0 yes " "$rc $(have_overlay "$kver") $said"
	# A reinstalled kernel is newer than its overlay.
	touch -d '+1 hour' "$m/boot/vmlinuz-$kver"
	touch "$m/boot/smmu3/$kver.img"
	hook kernel-postinst "$kver"
	like hooks.postinst.newer 'overlay for .* made \(the overlay is older' "$said"
	hook kernel-postinst "$other"
	is hooks.no-module "0 no" "$rc $(have_overlay "$other")"
	like hooks.no-module.says "no module was built for ${other/+/.}" "$said"
	# The build failed for a kernel that had an overlay: it goes.
	rm "$m/lib/modules/$kver/updates/dkms/smmu3.ko"
	hook kernel-postinst "$kver"
	is hooks.build-failed "0 no 1" "$rc $(have_overlay "$kver") $(wc -l <<<"$said")"
	echo garbage >"$m/lib/modules/$kver/updates/dkms/smmu3.ko.xz"
	hook kernel-postinst "$kver"
	is hooks.broken-module "0 no 1" "$rc $(have_overlay "$kver") $(wc -l <<<"$said")"
	hook kernel-postinst
	is hooks.no-argument "0 " "$rc $said"
	rm "$m/lib/modules/$kver/updates/dkms/smmu3.ko.xz"
	fake_module "$m/lib/modules/$kver/updates/dkms/smmu3.ko"
	hook dkms-overlay make "$kver"
	is hooks.dkms-make "0 yes" "$rc $(have_overlay "$kver")"
	hook kernel-postrm "$kver"
	is hooks.postrm "0 no " "$rc $(have_overlay "$kver") $said"
	hook dkms-overlay make "$kver"
	hook dkms-overlay remove "$kver"
	is hooks.dkms-remove "0 no" "$rc $(have_overlay "$kver")"
	said=$(SMMU3_LIBDIR=$work/none "$tree/install/dkms-overlay" make "$kver") || rc=$?
	like hooks.no-tools 'the module stays idle' "$said"
}

# hooks_dkms_setup: dkms' own folders as file systems of this test; a compiler that makes a module when told to.
hooks_dkms_setup()
{
	local d version src
	version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$tree/dkms.conf")
	for d in /var/lib/dkms /usr/src /usr/lib/smmu3 /usr/lib/modules /boot; do
		mkdir -p "$d"
		mount -t tmpfs none "$d" || return
	done
	src=/usr/src/smmu3-$version
	mkdir -p "$src/install" "/lib/modules/$kver/build/include" "$work/dbin"
	cp "$tree/dkms.conf" "$src/"
	cp "$tree"/install/dkms-* "$src/install/"
	cp "$tree/install/overlay" /usr/lib/smmu3/
	cp "$loader" /usr/lib/smmu3/smmu3-init
	printf '%s\n' CONFIG_IOMMU_API=y CONFIG_IOMMU_IO_PGTABLE_LPAE=y >"/lib/modules/$kver/build/.config"
	echo kernel >"/boot/vmlinuz-$kver"
	touch -d 2020-01-01 "/boot/vmlinuz-$kver"
	fake_module "$work/made.ko"
	fake_module "$work/bench.ko" "$kver" 0123456789ABCDEF0123456 smmu3_dmabench
	cat >"$work/dbin/make" <<-MAKE
	#!/bin/bash
	[ ! -e $work/break ] || { echo "smmu3.c:1: error: this kernel is too new"; exit 2; }
	case "\$*" in *modules*)
		mkdir -p tools/dmabench
		cp $work/made.ko smmu3.ko && cp $work/bench.ko tools/dmabench/smmu3_dmabench.ko ;;
	esac
	MAKE
	printf '#!/bin/sh\nexit 0\n' | tee "$work/dbin/strip" >"$work/dbin/depmod"
	chmod +x "$work"/dbin/*
}

# dk ARGS...: dkms as on an arm64 machine.
dk()
{
	PATH=$work/dbin:$PATH dkms "$@" -a aarch64
}

hooks_dkms()
{
	local version said rc=0
	version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' "$tree/dkms.conf")
	if ! hooks_dkms_setup; then
		skip hooks.dkms "nothing can be mounted here"
		return
	fi
	m=
	dkms add -m smmu3 -v "$version" >/dev/null 2>&1
	said=$(dk install -m smmu3 -v "$version" -k "$kver" 2>&1) || rc=$?
	is hooks.dkms.install "0 yes" "$rc $(have_overlay "$kver")"
	[ "$(have_overlay "$kver")" = yes ] || sed 's/^/#   /' <<<"$said"
	ok hooks.dkms.fresh /usr/lib/smmu3/overlay check "$kver"
	dk uninstall -m smmu3 -v "$version" -k "$kver" >/dev/null 2>&1
	is hooks.dkms.uninstall no "$(have_overlay "$kver")"
	dk remove -m smmu3 -v "$version" -k "$kver" >/dev/null 2>&1
	dkms add -m smmu3 -v "$version" >/dev/null 2>&1
	# A kernel for which it does not build: 77 is dkms' word for "not for this kernel", on which no hook of a kernel
	# and no maintainer script ends.
	: >"$work/break"
	rc=0
	said=$(dk build -m smmu3 -v "$version" -k "$kver" 2>&1) || rc=$?
	is hooks.dkms.build-fails 77 "$rc"
	rc=0
	said=$(dk autoinstall -k "$kver" 2>&1) || rc=$?
	is hooks.dkms.autoinstall "0 no" "$rc $(have_overlay "$kver")"
	like hooks.dkms.autoinstall.says 'was skipped for module\(s\) smmu3' "$said"
	like hooks.dkms.log "does not build for ${kver/+/.}" "$(cat "/var/lib/dkms/smmu3/$version/build/make.log" 2>&1)"
	rm "$work/break"
	rc=0
	said=$(dk autoinstall -k "$kver" 2>&1) || rc=$?
	is hooks.dkms.next-time "0 yes" "$rc $(have_overlay "$kver")"
	umount /boot /usr/lib/modules /usr/lib/smmu3 /usr/src /var/lib/dkms
	rmdir /usr/lib/smmu3
}

hooks_kdump()
{
	m=$work/kdump
	mkdir -p "$m/proc"
	echo 'root=/dev/sda1 initcall_blacklist=arm_smmu_driver_init rdinit=/smmu3-init panic=10 rd.shell=0 rd.emergency=reboot ro crashkernel=512M x="a b"' \
		>"$m/proc/cmdline"
	hook kdump-cmdline
	is hooks.kdump '0 root=/dev/sda1 panic=10 ro x="a b"' "$rc $said"
	hook kdump-cmdline --env "$work/kenv/file"
	is hooks.kdump.env 'KDUMP_CMDLINE="root=/dev/sda1 panic=10 ro x=\"a b\""' "$(cat "$work/kenv/file")"
	echo 'root=/dev/sda1 ro crashkernel=512M' >"$m/proc/cmdline"
	hook kdump-cmdline
	is hooks.kdump.other-driver "0 " "$rc $said"
	hook kdump-cmdline --env "$work/kenv/file"
	is hooks.kdump.env-gone "0 no" "$rc $([ -e "$work/kenv/file" ] && echo yes || echo no)"
}

# bls VERB: sdboot for the machine below $m with an entry of the distribution's.
bls()
{
	rc=0
	said=$(env KERNEL_INSTALL_BOOT_ROOT="$m/efi" SMMU3_LIBDIR="$tree/install" SMMU3_ROOT="$m" "$tree/install/sdboot" "$1" "$kver" 2>&1) || rc=$?
}
bls_files() { (cd "$m/efi/loader/entries" && echo *); }

hooks_bls()
{
	local e
	m=$work/bls
	machine_tree "$m"
	mkdir -p "$m/efi/loader/entries" "$m/efi/id/$kver"
	e=$m/efi/loader/entries
	cat >"$e/id-$kver.conf" <<-ENTRY
	# Boot Loader Specification type#1 entry
	title      Debian
	version    $kver
	sort-key   debian
	options    root=/dev/sda1 ro panic=3
	linux      /id/$kver/linux
	initrd     /id/$kver/initrd.img
	ENTRY
	bls add
	is hooks.bls.no-overlay "0 id-$kver.conf" "$rc $(bls_files)"
	like hooks.bls.no-overlay.says 'no entry for .*no overlay' "$said"
	"$tree/install/overlay" --root "$m" make "$kver" "$m/lib/modules/$kver/updates/dkms/smmu3.ko"
	bls add
	is hooks.bls.add "0 id-$kver.conf smmu3-$kver+1.conf" "$rc $(bls_files)"
	is hooks.bls.options "options initcall_blacklist=arm_smmu_driver_init rdinit=/smmu3-init panic=10 rd.shell=0 rd.emergency=reboot root=/dev/sda1 ro" \
		"$(grep ^options "$e/smmu3-$kver+1.conf")"
	is hooks.bls.initrds "/id/$kver/initrd.img /id/$kver/smmu3.img" "$(awk '$1 == "initrd" { print $2 }' "$e/smmu3-$kver+1.conf" | xargs)"
	ok hooks.bls.image cmp "$m/boot/smmu3/$kver.img" "$m/efi/id/$kver/smmu3.img"
	bls enable
	is hooks.bls.enable-too-soon "1 zz-smmu3" "$rc $(awk '$1 == "sort-key" { print $2 }' "$e/smmu3-$kver+1.conf")"
	# The loader counts, and systemd-bless-boot takes the counter away.
	mv "$e/smmu3-$kver+1.conf" "$e/smmu3-$kver.conf"
	bls enable
	is hooks.bls.enable "0 0-smmu3" "$rc $(awk '$1 == "sort-key" { print $2 }' "$e/smmu3-$kver.conf")"
	bls add
	is hooks.bls.confirmed-stays "0 id-$kver.conf smmu3-$kver.conf" "$rc $(bls_files)"
	fake_module "$m/lib/modules/$kver/updates/dkms/smmu3.ko" "$kver" 3333333333333333333333A
	"$tree/install/overlay" --root "$m" make "$kver" "$m/lib/modules/$kver/updates/dkms/smmu3.ko"
	bls add
	is hooks.bls.new-overlay "0 id-$kver.conf smmu3-$kver+1.conf" "$rc $(bls_files)"
	# kernel-install writes the running kernel's command line into the distribution's entry.
	sed -i 's/^options .*/options    root=\/dev\/sda1 initcall_blacklist=arm_smmu_driver_init rdinit=\/smmu3-init panic=10 ro/' "$e/id-$kver.conf"
	bls add
	is hooks.bls.cleansed "options    root=/dev/sda1 ro" "$(grep ^options "$e/id-$kver.conf")"
	"$tree/install/overlay" --root "$m" remove "$kver"
	bls add
	is hooks.bls.overlay-gone "0 id-$kver.conf no" "$rc $(bls_files) $([ -e "$m/efi/id/$kver/smmu3.img" ] && echo yes || echo no)"
	rm -r "$m/efi/loader"
	bls add
	is hooks.bls.no-loader "0 " "$rc $said"
}

hooks_kernel
hooks_kdump
hooks_bls
hooks_dkms
