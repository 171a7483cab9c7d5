# SPDX-License-Identifier: GPL-2.0-only
# How the end-to-end machine's disk is made: Debian trixie for arm64 as it is installed, without an emulated user space and
# without privileges. The packages are unpacked here; the machine itself configures them at its first boot
# (guest/second-stage), and boots once by its firmware (image_check). What stands here is part of the image's name.
# Sourced after image.sh and machine.

image_root_uuid=5d3b0a62-6f1c-4f0e-9d57-0a3f5e6c1b01
image_esp_uuid=5D3B-0A62
gpt_disk_guid=0E6F3C1D-77A1-4C35-8B1B-0A3F5E6C1B00
image_esp_type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
image_root_type=B921B045-1DF0-41C3-AF44-4C6F280D3FAE
image_mib=6144

# image_files TREE: what the image has beside its packages.
image_files()
{
	local tree=$1 f
	mkdir -p "$tree"/etc/{smmu3-image,default,initramfs-tools/conf.d} "$tree/usr/local/sbin" "$tree/boot/efi" "$tree"/etc/systemd/{system,system.conf.d}
	mkdir -p "$tree"/{dev,proc,sys,run,tmp,root,depot,debs}
	chmod 1777 "$tree/tmp"
	echo smmu3-lab >"$tree/etc/hostname"
	printf '127.0.0.1 localhost\n127.0.1.1 smmu3-lab\n' >"$tree/etc/hosts"
	echo "UUID=$image_root_uuid / ext4 errors=remount-ro 0 1
UUID=$image_esp_uuid /boot/efi vfat umask=0077 0 2
LABEL=depot /depot ext4 ro,noauto,x-systemd.automount,x-systemd.device-timeout=20s 0 0
LABEL=debs /debs ext4 ro,noauto,x-systemd.automount,x-systemd.device-timeout=20s 0 0" >"$tree/etc/fstab"
	# On a busy host all takes its time, and that is no finding: neither the kernel nor systemd is to lose patience.
	printf '[Manager]\nDefaultTimeoutStartSec=900s\nDefaultDeviceTimeoutSec=900s\n' \
		>"$tree/etc/systemd/system.conf.d/patience.conf"
	# Two seconds so that an entry can be chosen by key; what is printed goes to the log of the serial line.
	echo 'GRUB_TIMEOUT=2
GRUB_DISTRIBUTOR=Debian
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="console=ttyAMA0 nowatchdog rcupdate.rcu_cpu_stall_suppress=1"
GRUB_TERMINAL=console' >"$tree/etc/default/grub"
	printf '# Only what this machine has: it is booted often, and slowly.\nMODULES=dep\n' \
		>"$tree/etc/initramfs-tools/conf.d/modules"
	# The only source of packages: the folder that the runner hangs in.
	echo "deb [trusted=yes allow-insecure=yes] file:/depot/kernels ./" >"$tree/etc/apt/sources.list"
	echo "$image_esp_uuid" >"$tree/etc/smmu3-image/esp-uuid"
	for f in agent second-stage; do
		install -m 755 "$install_dir/guest/$f" "$tree/usr/local/sbin/${f/#agent/smmu3-agent}"
	done
	install -m 644 "$install_dir/guest/smmu3-agent.service" "$tree/etc/systemd/system/"
}

# image_initrd TREE OUT: the kernel's modules for the disk, busybox, and the first process.
image_initrd()
{
	local tree=$1 out=$2 d=$2.tree release path name
	release=$(basename "$tree"/boot/vmlinuz-*)
	release=${release#vmlinuz-}
	depmod -b "$tree" "$release"
	mkdir -p "$d/bin" "$d/modules"
	cp "$tree/usr/bin/busybox" "$d/bin/busybox"
	ln -s busybox "$d/bin/sh"
	for name in nvme ext4; do
		modprobe -d "$tree" -S "$release" --show-depends "$name"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r path; do
		name=$(basename "$path")
		name=${name%.xz}
		case $path in
		*.xz) xz -dc "$path" >"$d/modules/$name" ;;
		*)    cp "$path" "$d/modules/$name" ;;
		esac
		echo "$name" >>"$d/modules/list"
	done
	cp "$install_dir/guest/initrd-init" "$d/init"
	[ -s "$d/modules/list" ] || return 1
	(cd "$d" && find . | cpio -o -H newc --quiet -R 0:0) >"$out"
	cp "$tree/boot/vmlinuz-$release" "${out%/*}/vmlinuz"
}

# image_disk DIR: a raw disk with an EFI partition, still empty, and DIR/tree as root. mke2fs is the machine's own.
image_disk()
{
	local dir=$1 out=$1/disk.raw last=$((image_mib * 2048 - 2049))
	truncate -s "${image_mib}M" "$out"
	gpt_write "$out" "$dir" "$image_esp_type ${gpt_disk_guid%0}1 2048 133119 ESP" \
		"$image_root_type ${gpt_disk_guid%0}2 133120 $last root" || return 1
	as_lab mke2fs -q -F -t ext4 -L root -U "$image_root_uuid" -d "$dir/tree" \
		-E "offset=$((133120 * 512)),root_owner=0:0" "$out" "$(((image_mib - 66) * 1024))k" &&
		as_lab rm -rf "$dir/tree"
}

# image_make DIR DEB...: in the root; the tree and the initrd of the first boot.
image_make()
{
	local dir=$1 tree=$1/tree
	set -e
	"$install_dir/lib/unpack" "$tree" "${@:2}"
	# Its preinst knows how to fill another root.
	DPKG_ROOT=$tree sh "$tree/var/lib/dpkg/info/base-passwd.preinst" install
	image_files "$tree"
	image_initrd "$tree" "$dir/initrd"
	rm -rf "$dir/initrd.tree"
}

# image_log_tail: the end of the machine's serial line, without what its firmware says to terminals.
image_log_tail() { tail -n "${1:-15}" "$work/console.log" | tr -d '\r' | cut -c1-160 >&2; }

# image_configure DIR: the machine's first boot, without firmware, in which it configures its packages.
image_configure()
{
	local until=$((SECONDS + 900 * vm_scale))
	work=$1
	: >"$work/console.log"
	vm_arguments
	qemu+=(-no-reboot -kernel "$work/vmlinuz" -initrd "$work/initrd" -append "console=ttyAMA0 panic=-1 loglevel=5"
		-drive "if=none,id=root,format=raw,cache=unsafe,discard=unmap,file=$work/disk.raw"
		-device "nvme,serial=root,drive=root,bus=rp0")
	vm_launch
	while kill -0 "$qemu_pid" 2>/dev/null; do
		[ $SECONDS -lt $until ] || { vm_plug_off; break; }
		sleep 1
	done
	vm_plug_off
	grep -aq '^IMAGE: configured' "$work/console.log" && return 0
	image_log_tail 40
	return 1
}

# image_check DIR: boots by its firmware and writes down there which loader it has; the same disk is then final.
image_check()
{
	work=$1 image=$1
	cp --sparse=always "$root/usr/share/AAVMF/AAVMF_VARS.fd" "$work/vars.fd" || return 1
	vm_start "format=raw,file=$work/disk.raw"
	if ! vm_wait_boot || ! vm_run 'grub-install && update-grub && test -z "$(dpkg --audit)" && efibootmgr' ||
	   [ "$(vm_driver)" != arm-smmu-v3 ] || ! vm_off; then
		printf '%s\n' "$vm_output" >&2
		image_log_tail 40
		vm_plug_off
		return 1
	fi
}

# image_kernels DIR: the newer kernel and what it needs, as a repository on a disk of its own.
image_kernels()
{
	local d=$1/depot/kernels deb
	mkdir -p "$d"
	for deb in "${upgrade_debs[@]}"; do
		cp "$guest_pool/$deb" "$d/${deb//%3a/:}" || return 1
		dpkg-deb -f "$guest_pool/$deb"
		echo "Filename: ./${deb//%3a/:}"
		echo "Size: $(stat -c %s "$guest_pool/$deb")"
		echo "SHA256: $(sha256sum <"$guest_pool/$deb" | cut -d' ' -f1)"
		echo
	done >"$d/Packages"
	image_folder_disk "$1/depot" "$1/kernels.ext4" depot && rm -rf "$1/depot"
}

# image_folder_disk FOLDER OUT LABEL: a disk with a copy of FOLDER.
image_folder_disk()
{
	local kib
	kib=$(du -sk "$1" | cut -f1)
	rm -f "$2"
	truncate -s "$((kib + kib / 10 + 4096))K" "$2"
	as_lab mke2fs -q -F -t ext4 -O ^has_journal -m 0 -L "$3" -d "$1" -E root_owner=0:0 "$2"
}

image_fill()
{
	local dir=$1 tmp=$1.tmp.$$ debs=()
	[ -d "$dir" ] && return 0
	mkdir -p "$tmp"
	debs=("${image_debs[@]/#/$guest_pool/}")
	if with_log "unpacking ${#debs[@]} packages for the machine's disk" \
	     in_root "$BASH" "$install_dir/image" --make "$tmp" "${debs[@]}" &&
	   with_log "writing the machine's disk" image_disk "$tmp" &&
	   with_log "the newer kernel's repository" image_kernels "$tmp" &&
	   with_log "the machine configures its packages" image_configure "$tmp" &&
	   with_log "the machine boots by its firmware" image_check "$tmp"; then
		rm -f "$tmp"/*.in "$tmp"/*.out "$tmp"/{initrd,vmlinuz,trace.log,qemu.err}
		{ printf 'packages: %s\n' "${#debs[@]}"; printf '%s\n' "${image_debs[@]}"; } >"$tmp/info"
		mv "$tmp" "$dir"
		image_prune
	else
		as_lab rm -rf "$tmp/tree"
		say "what is left of it: $tmp"
		return 1
	fi
}
