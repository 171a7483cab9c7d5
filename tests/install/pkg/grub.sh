# SPDX-License-Identifier: GPL-2.0-only
# 42_smmu3 behind the distribution's own 10_linux, for several layouts of a disk: the result is GRUB's language, and does
# what it should in every combination of its conditions. Sourced by inside.

# grub_stubs: what asks the disk; the answers are $grub_on (abstraction), $grub_fs and $grub_layout.
grub_stubs()
{
	mkdir -p "$work/grub.d" "$work/gbin" "$work/glib"
	cp "$tree/install/42_smmu3" "$work/grub.d/"
	cp "$tree/install/grub-entries.awk" "$work/glib/"
	cp /etc/grub.d/10_linux "$work/grub.d/"
	: >"$work/glib/smmu3-init"
	chmod +x "$work/glib/smmu3-init"
	cat >"$work/gbin/grub-probe" <<-'STUB'
	#!/bin/bash
	for ((i = 1; i <= $#; i++)); do
		case ${!i} in
		-t) i=$((i + 1)); t=${!i} ;;
		--target=*) t=${!i#*=} ;;
		esac
	done
	case $t in
	partmap) echo gpt ;;
	abstraction) echo "$grub_on" ;;
	fs) echo "$grub_fs" ;;
	fs_uuid) echo 1111-2222 ;;
	compatibility_hint) echo hd0,gpt2 ;;
	hints_string) echo --hint-bios=hd0,gpt2 ;;
	esac
	STUB
	cat >"$work/gbin/grub-mkrelpath" <<-'STUB'
	#!/bin/bash
	case $grub_layout in
	apart) echo "${1#/boot}" ;;
	subvolume) echo "/@$1" ;;
	*) echo "$1" ;;
	esac
	STUB
	chmod +x "$work"/gbin/*
}

# grub_make [NAME=VALUE...]: $work/ours.cfg and $work/theirs.cfg for the layout; $grub_said is what was said.
grub_make()
{
	local common=(pkgdatadir=/usr/share/grub grub_probe="$work/gbin/grub-probe" grub_mkrelpath="$work/gbin/grub-mkrelpath"
		grub_on="${grub_on:-}" grub_fs="${grub_fs:-ext2}" grub_layout="${grub_layout:-}" SMMU3_LIBDIR="$work/glib"
		GRUB_DEVICE=/dev/sda2 GRUB_DEVICE_UUID=1111-2222 GRUB_DISTRIBUTOR=Debian
		GRUB_CMDLINE_LINUX_DEFAULT="quiet panic=0 words=\"of two\"" "$@")
	env "${common[@]}" "$work/grub.d/10_linux" >"$work/theirs.cfg" 2>/dev/null || return
	grub_said=$(env "${common[@]}" "$work/grub.d/42_smmu3" 2>&1 >"$work/ours.cfg")
}

# boot_dirs: /boot with two kernels, and $fs, the root of the file system with the kernels.
boot_dirs()
{
	fs=$work/fs
	rm -rf "$fs" "$work/boot"
	mkdir -p "$work/boot/smmu3" "$work/boot/grub" "$fs"
	for v in $kver $other; do
		: >"$work/boot/vmlinuz-$v"
		: >"$work/boot/initrd.img-$v"
		touch -d 2020-01-01 "$work/boot/vmlinuz-$v"
	done
	case ${grub_layout:-} in
	apart) rm -rf "$fs" && ln -s "$work/boot" "$fs" ;;
	subvolume) mkdir "$fs/@" && ln -s "$work/boot" "$fs/@/boot" ;;
	*) ln -s "$work/boot" "$fs/boot" ;;
	esac
	mountpoint -q /boot && umount /boot
	mount --bind "$work/boot" /boot
}

# boots DEFAULT ENV... : what grubeval says; environment lines before "--", variables behind it.
boots()
{
	local default=$1
	shift
	: >"$work/env"
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		echo "$1" >>"$work/env"
		shift
	done
	[ $# -eq 0 ] || shift
	"$here/grubeval" "$work/ours.cfg" "$fs" "$work/env" "default=$default" "$@" 2>&1
}

# takes NAME yes|no OUTPUT: did this boot take smmu3?
takes()
{
	local took=no
	! grep -q '^linux .*rdinit=/smmu3-init' <<<"$3" || took=yes
	# The parameter and the overlay come together or not at all.
	if [ $took = yes ] && ! { grep -q '^linux .*initcall_blacklist=arm_smmu_driver_init.*panic=10 ' <<<"$3" &&
	     grep -qE '^initrd .*initrd\.img-[^ ]+ [^ ]*/smmu3/[^ ]+\.img$' <<<"$3" && ! grep -q 'panic=0' <<<"$3"; }; then
		took=half
	elif [ $took = no ] && grep -qE 'initcall_blacklist|/smmu3/|grubeval:' <<<"$3"; then
		took="half: $3"
	fi
	is "$1" "$2" "$took"
}

# grub_conditions NAME PREFIX: the table of what the entry and the default do in this layout.
grub_conditions()
{
	local n=grub.$1 img=$work/boot/smmu3/$kver.img try="smmu3>smmu3-$kver"
	ok "$n.syntax" sh -c "cat '$work/theirs.cfg' '$work/ours.cfg' | grub-script-check"
	rm -f "$img"
	takes "$n.no-overlay" no "$(boots "$try")"
	: >"$img" && touch -d 2019-01-01 "$img"
	takes "$n.stale" no "$(boots "$try")"
	touch "$img"
	takes "$n.fresh" yes "$(boots "$try")"
	is "$n.written-down" "smmu3_pending=$kver" "$(cat "$work/env")"
	takes "$n.pending" no "$(boots "$try" "smmu3_pending=$kver")"
	takes "$n.pending-other" no "$(boots "$try" "smmu3_pending=$other")"
	takes "$n.cannot-save" no "$(SAVES=no boots "$try")"
	takes "$n.not-enabled" no "$(boots "$2$kver$3")"
	takes "$n.enabled" yes "$(boots "$2$kver$3" "smmu3_kernels=$other $kver")"
	takes "$n.enabled-all" yes "$(boots "$2$kver$3" "smmu3_kernels=*")"
	takes "$n.enabled-other" no "$(boots "$2$kver$3" "smmu3_kernels=$other")"
	takes "$n.enabled-name-within" no "$(boots "$2$kver$3" "smmu3_kernels=${kver}x x$kver")"
	takes "$n.enabled-pending" no "$(boots "$2$kver$3" "smmu3_kernels=*" "smmu3_pending=$kver")"
	takes "$n.enabled-once-another" no "$(boots "$2$kver$3" "smmu3_kernels=*" -- boot_once=true)"
	takes "$n.enabled-no-overlay" no "$(boots "$2$other$3" "smmu3_kernels=*")"
	is "$n.default-stays" "default $2$other$3" "$(boots "$2$other$3" "smmu3_kernels=$kver")"
	touch -d 2019-01-01 "$img"
	takes "$n.enabled-stale" no "$(boots "$2$kver$3" "smmu3_kernels=*")"
}

grub_layouts()
{
	local ids='gnulinux-advanced-1111-2222>gnulinux-'
	grub_layout='' grub_fs=ext2
	boot_dirs && grub_make
	is grub.said "" "$grub_said"
	like grub.their-words 'linux.*ro +quiet words="of two"' "$(cat "$work/ours.cfg")"
	grub_conditions root "$ids" -advanced-1111-2222
	grub_layout=apart
	boot_dirs && grub_make GRUB_DISABLE_RECOVERY=true
	grub_conditions apart "$ids" -advanced-1111-2222
	grub_layout=''
	boot_dirs
	grub_make GRUB_DISABLE_SUBMENU=y GRUB_SAVEDEFAULT=true
	is grub.not-saved "" "$(grep savedefault "$work/ours.cfg")"
	grub_conditions no-submenu gnulinux- -advanced-1111-2222
	grub_layout=subvolume grub_fs=btrfs
	boot_dirs && grub_make
	like grub.read-only-fs 'does not write to btrfs' "$grub_said"
	is grub.read-only-fs.mark "# smmu3: grubenv: not writable: GRUB does not write to btrfs" "$(head -n 1 "$work/ours.cfg")"
	touch "$work/boot/smmu3/$kver.img"
	takes grub.read-only-fs.entry no "$(SAVES=no boots "smmu3>smmu3-$kver")"
	takes grub.read-only-fs.default no "$(SAVES=no boots "$ids$kver-advanced-1111-2222" "smmu3_kernels=*")"
	grub_fs=ext2 grub_on="lvm"
	grub_make
	like grub.lvm 'does not write to lvm' "$grub_said"
	grub_on='' grub_layout=''
}

# Every way to name a kernel that GRUB knows.
grub_names()
{
	local d title='Debian GNU/Linux, with Linux'
	boot_dirs && grub_make
	touch "$work/boot/smmu3"/{$kver,$other}.img
	for d in 0 '' gnulinux-simple-1111-2222 'Debian GNU/Linux' '1>0' 'Advanced options for Debian GNU/Linux>0' \
		"1>$title $other" "gnulinux-advanced-1111-2222>$title $other"; do
		is "grub.names.newest.$d" "default smmu3>smmu3-$other" "$(boots "$d" "smmu3_kernels=$other" | head -n 1)"
	done
	is grub.names.second "default smmu3>smmu3-$kver" "$(boots '1>2' "smmu3_kernels=*" | head -n 1)"
	is grub.names.recovery "default 1>1" "$(boots '1>1' "smmu3_kernels=*" | head -n 1)"
	is grub.names.foreign "default windows" "$(boots windows "smmu3_kernels=*" | head -n 1)"
	# With entries in front of the distribution's, a number is anybody's guess.
	printf '#!/bin/sh\n' >"$work/grub.d/09_mine" && chmod +x "$work/grub.d/09_mine"
	grub_make
	is grub.names.number-unknown "default 0" "$(boots 0 "smmu3_kernels=*" | head -n 1)"
	rm "$work/grub.d/09_mine"
}

grub_oddities()
{
	boot_dirs
	printf 'kernel\n' >"$work/boot/vmlinuz-5.10.0-old" && : >"$work/boot/vmlinuz-$kver.old"
	grub_make GRUB_DISTRIBUTOR="O'Brien > Linux"
	ok grub.odd.syntax sh -c "cat '$work/theirs.cfg' '$work/ours.cfg' | grub-script-check"
	like grub.odd.title "with Linux ${other/+/.}, smmu3'" "$(cat "$work/ours.cfg")"
	like grub.odd.no-initrd 'no entry for 5.10.0-old: it has no initrd' "$grub_said"
	is grub.odd.one-each 1 "$(grep -c "'smmu3-$kver'" "$work/ours.cfg")"
	is grub.odd.no-recovery "" "$(grep 'single' "$work/ours.cfg")"
	grub_make GRUB_CMDLINE_LINUX=rdinit=/bin/sh
	like grub.odd.rdinit 'rdinit= is on its command line already' "$grub_said"
	is grub.odd.rdinit.nothing "" "$(cat "$work/ours.cfg")"
	sed -i 's/^CLASS=.*os"$/CLASS="--class os --unrestricted"/' "$work/grub.d/10_linux"
	grub_make
	like grub.odd.password 'submenu .* --unrestricted .*smmu3' "$(cat "$work/ours.cfg")"
	printf '#!/bin/sh\nexit 1\n' >"$work/grub.d/10_linux"
	is grub.odd.broken 0 "$(status grub_odd_broken)"
	rm "$work/glib/smmu3-init"
	cp /etc/grub.d/10_linux "$work/grub.d/"
	grub_make
	is grub.odd.removed-package "" "$(cat "$work/ours.cfg")"
}

grub_odd_broken()
{
	env pkgdatadir=/usr/share/grub grub_probe=false SMMU3_LIBDIR="$work/glib" "$work/grub.d/42_smmu3"
}

grub_stubs
if ! mount --bind /boot /boot 2>/dev/null; then
	skip grub "nothing can be mounted on /boot here"
else
	grub_layouts
	grub_names
	. "$here/grub-real.sh"
	grub_oddities
fi
