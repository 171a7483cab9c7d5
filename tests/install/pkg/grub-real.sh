# SPDX-License-Identifier: GPL-2.0-only
# The same entries, read by GRUB itself (grub-emu) from a disk image with its environment block: what it takes for
# default, what it would load, and what is on the disk afterwards. Sourced by grub.sh.

# real_config: of both menus, with commands that need a machine made harmless: what would be loaded is printed, then
# GRUB ends.
real_config()
{
	cat <<-'HEAD'
	if [ -s $prefix/grubenv ]; then
		load_env
	fi
	if [ "${next_entry}" ] ; then
		set default="${next_entry}"
		set next_entry=
		save_env next_entry
		set boot_once=true
	else
		set default="${saved_entry}"
	fi
	set menuentry_id_option="--id"
	export menuentry_id_option
	set timeout=0
	set root=hd0
	HEAD
	cat "$work/theirs.cfg" "$work/ours.cfg" | sed -E '
		s/^([ \t]*)(insmod|load_video|search|gfxmode|set root=).*/\1true/
		s/^([ \t]*)echo[ \t].*/\1true/
		s/^([ \t]*)linux[ \t]+([^ \t]+)(.*rdinit=.smmu3-init.*)/\1echo "BOOTS \2 with"/
		s/^([ \t]*)linux[ \t]+([^ \t]+).*/\1echo "BOOTS \2 without"/
		s/^([ \t]*)initrd[ \t]+(.*)/\1echo "INITRD \2"\n\1halt/'
}

# real NAME WANTED [VARIABLE=VALUE...]: what GRUB boots; the state of the environment block is in $real_env.
real()
{
	local name=$1 wanted=$2 seen
	shift 2
	rm -rf "$work/disk" "$work/disk.img"
	mkdir -p "$work/disk/boot/grub"
	command cp -a "$work/boot/." "$work/disk/boot/"
	real_config >"$work/disk/boot/grub/grub.cfg"
	if [ -z "${real_no_env:-}" ]; then
		grub-editenv "$work/disk/boot/grub/grubenv" create
		[ $# -eq 0 ] || grub-editenv "$work/disk/boot/grub/grubenv" set "$@"
	fi
	mke2fs -q -t ext2 -d "$work/disk" "$work/disk.img" 8M >/dev/null 2>&1
	echo "(hd0) $work/disk.img" >"$work/device.map"
	TERM=vt100 timeout 60 script -qec "grub-emu -m '$work/device.map' -r hd0 -d /boot/grub" "$work/screen" </dev/null >/dev/null 2>&1
	# A line longer than the screen is wrapped at its 79th column.
	seen=$(tr -d '\r\n' <"$work/screen" | grep -aoE 'BOOTS /[^ ]+ with(out)?' | tail -n 1)
	is "grub.real.$name" "BOOTS /boot/vmlinuz-$wanted" "$seen"
	real_env=$(debugfs -R 'cat /boot/grub/grubenv' "$work/disk.img" 2>/dev/null | grep -a = | sort | xargs)
}

grub_real()
{
	local id="gnulinux-advanced-1111-2222>gnulinux-$kver-advanced-1111-2222" img=$work/boot/smmu3/$kver.img
	boot_dirs && grub_make
	real nothing "$other without"
	touch "$img"
	real try "$kver with" "next_entry=smmu3>smmu3-$kver"
	is grub.real.try.env "next_entry= smmu3_pending=$kver" "$real_env"
	real after-a-bad-try "$other without" "smmu3_pending=$kver" "smmu3_kernels=*"
	real try-while-pending "$kver without" "next_entry=smmu3>smmu3-$kver" "smmu3_pending=$other"
	real enabled "$kver with" "smmu3_kernels=x $kver" "saved_entry=$id"
	is grub.real.enabled.env "saved_entry=$id smmu3_kernels=x $kver smmu3_pending=$kver" "$real_env"
	real enabled-all "$kver with" "smmu3_kernels=*" "saved_entry=1>2"
	real enabled-not-this "$other without" "smmu3_kernels=*" saved_entry=0
	real enabled-once-another "$other without" "smmu3_kernels=*" "saved_entry=$id" next_entry=0
	touch -d 2019-01-01 "$img"
	real stale "$kver without" "smmu3_kernels=*" "saved_entry=$id"
	touch "$img"
	real_no_env=1 real no-block "$other without"
}

if command -v grub-emu >/dev/null; then
	grub_real
else
	skip grub.real "grub-emu is not made for this architecture"
fi
