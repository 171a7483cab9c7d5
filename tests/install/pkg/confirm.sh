# SPDX-License-Identifier: GPL-2.0-only
# try, confirm, enable and disable against copies of a machine. Sourced by inside.

c() { "$ctl" --root "$m" "$@"; }
env_of() { grub-editenv "$m/boot/grub/grubenv" list | sort | xargs; }
overlay_hash() { sed -n 's/^sha256: //p' "$m/boot/smmu3/$1.info"; }

# booted DIR: machine_tree with an overlay, in a boot that took smmu3 and is a good one.
booted()
{
	m=$work/$1
	rm -rf "$m"
	machine_tree "$m"
	mkdir -p "$m"/sys/bus/platform/{devices/9050000.smmuv3,drivers/smmu3,drivers/arm-smmu-v3} "$m/proc/sys/kernel" \
		"$m"/sys/kernel/{iommu_groups/0,debug} "$m/sys/module/smmu3" "$m/sys/class/iommu"
	echo 'of:NsmmuT(null)Carm,smmu-v3' >"$m/sys/bus/platform/devices/9050000.smmuv3/modalias"
	ln -s ../../drivers/smmu3 "$m/sys/bus/platform/devices/9050000.smmuv3/driver"
	: >"$m/sys/kernel/debug/devices_deferred"
	echo "$kver" >"$m/proc/sys/kernel/osrelease"
	echo "BOOT_IMAGE=/boot/vmlinuz-$kver initcall_blacklist=arm_smmu_driver_init rdinit=/smmu3-init panic=10 root=/dev/sda1" \
		>"$m/proc/cmdline"
	echo ABCDEF0123456789ABCDEF0 >"$m/sys/module/smmu3/srcversion"
	"$tree/install/overlay" --root "$m" make "$kver" "$m/lib/modules/$kver/updates/dkms/smmu3.ko"
	cat >"$m/boot/grub/grub.cfg" <<-CFG
	# smmu3: entries
	# smmu3: grubenv: writable
	submenu 'Kernels with smmu3' \$menuentry_id_option 'smmu3' {
		menuentry 'Linux $kver, smmu3' \$menuentry_id_option 'smmu3-$kver' {
			linux /boot/vmlinuz-$kver
		}
		menuentry 'Linux $other, smmu3' \$menuentry_id_option 'smmu3-$other' {
			linux /boot/vmlinuz-$other
		}
	}
	CFG
	grub-editenv "$m/boot/grub/grubenv" create
	grub-editenv "$m/boot/grub/grubenv" set "smmu3_pending=$kver" saved_entry=theirs
}

# not_confirmed NAME STATUS PATTERN COMMAND...: after the command in the tree this boot is not a good one.
not_confirmed()
{
	local name=$1 want=$2 pattern=$3 said rc=0
	shift 3
	booted bad
	(cd "$m" && "$@")
	said=$(c confirm --boot 2>&1 >/dev/null) || rc=$?
	is "confirm.$name.status" "$want" "$rc"
	like "confirm.$name.says" "$pattern" "$said"
	is "confirm.$name.pending-stays" "saved_entry=theirs smmu3_pending=$kver" "$(env_of)"
	is "confirm.$name.no-record" no "$([ -e "$m/var/lib/smmu3/confirmed" ] && echo yes || echo no)"
}

confirm_rules()
{
	local dev=sys/bus/platform/devices
	booted good
	ok confirm.good c confirm --boot
	is confirm.good.pending-gone "saved_entry=theirs" "$(env_of)"
	is confirm.good.record "$kver $(overlay_hash "$kver")" "$(cat "$m/var/lib/smmu3/confirmed")"
	ok confirm.good.again c confirm
	is confirm.good.one-line 1 "$(wc -l <"$m/var/lib/smmu3/confirmed")"
	booted dry
	like confirm.dry 'grub-editenv.*unset.*smmu3_pending' "$(c --dry-run confirm | tr '\n' ' ')"
	is confirm.dry.nothing-written "saved_entry=theirs smmu3_pending=$kver no" \
		"$(env_of) $([ -e "$m/var/lib/smmu3/confirmed" ] && echo yes || echo no)"
	not_confirmed in-tree 3 'is driven by arm-smmu-v3' ln -sfn ../../drivers/arm-smmu-v3 "$dev/9050000.smmuv3/driver"
	not_confirmed unbound 3 'is driven by nothing' rm "$dev/9050000.smmuv3/driver"
	not_confirmed second 3 '9060000.smmuv3 is driven by nothing' cp -r --no-target-directory "$dev/9050000.smmuv3" "$dev/9060000.smmuv3"
	not_confirmed no-smmu 77 'has no SMMUv3' rm -r "$dev/9050000.smmuv3"
	not_confirmed no-groups 1 'no device has an IOMMU group' rm -r sys/kernel/iommu_groups/0
	not_confirmed deferred 1 '0000:00:05.0 is deferred' sh -c 'echo "0000:00:05.0	platform: wait" >sys/kernel/debug/devices_deferred'
	ok confirm.deferred.ignored c confirm --ignore-deferred
	not_confirmed cannot-tell 4 'cannot be read' rm sys/kernel/debug/devices_deferred
	booted plain
	sed -i 's/rdinit=[^ ]*//; s/initcall_blacklist=[^ ]*//' "$m/proc/cmdline"
	is confirm.plain.boot 0 "$(status c confirm --boot)"
	is confirm.plain.by-hand 3 "$(status c confirm)"
	is confirm.plain.pending-stays "saved_entry=theirs smmu3_pending=$kver" "$(env_of)"
	booted rebuilt
	echo 0000 >"$m/sys/module/smmu3/srcversion"
	like confirm.rebuilt 'is not the one that runs' "$(c confirm 2>&1)"
	is confirm.rebuilt.no-record no "$([ -e "$m/var/lib/smmu3/confirmed" ] && echo yes || echo no)"
	is confirm.usage 2 "$(status c confirm this)"
}

# The second SMMU of not_confirmed must have no driver.
cp() { command cp "$@" && case " $* " in *9060000*) rm "${@: -1}/driver" ;; esac; }

choice_try()
{
	booted try
	ok try c try "$kver"
	is try.env "next_entry=smmu3>smmu3-$kver saved_entry=theirs" "$(env_of)"
	booted try-dry
	like try.dry 'next_entry=smmu3>smmu3-' "$(c --dry-run --json try)"
	is try.dry.nothing-written "saved_entry=theirs smmu3_pending=$kver" "$(env_of)"
	like try.no-overlay "kernel ${other/+/.} cannot take smmu3" "$(c try "$other" 2>&1)"
	is try.no-overlay.status 1 "$(status c try "$other")"
	touch -d '+1 hour' "$m/boot/vmlinuz-$kver"
	is try.stale 1 "$(status c try)"
	booted try-fs
	sed -i 's/writable/not writable: GRUB does not write to lvm/' "$m/boot/grub/grub.cfg"
	like try.cannot-save 'could not be written down: GRUB does not write to lvm' "$(c try 2>&1)"
	sed -i '/smmu3/d' "$m/boot/grub/grub.cfg"
	like try.no-entries 'run update-grub' "$(c try 2>&1)"
	rm "$m/boot/grub/grub.cfg"
	like try.no-grub 'other boot loaders' "$(c try 2>&1)"
	booted try-lockdown
	mkdir -p "$m/sys/kernel/security"
	echo 'none [integrity] confidentiality' >"$m/sys/kernel/security/lockdown"
	like try.unsigned 'signed modules only' "$(c try 2>&1)"
	booted try-env
	echo garbage >"$m/boot/grub/grubenv"
	is try.bad-grubenv 1 "$(status c try)"
	is try.usage 2 "$(status c try a b)"
	is try.bad-name 2 "$(status c try 'x y')"
}

choice_enable()
{
	booted enable
	like enable.pending 'has not been confirmed' "$(c enable 2>&1)"
	grub-editenv "$m/boot/grub/grubenv" unset smmu3_pending
	like enable.never-tried 'no boot with this overlay was confirmed' "$(c enable 2>&1)"
	is enable.never-tried.status 1 "$(status c enable --all)"
	c confirm >/dev/null
	ok enable c enable "$kver"
	ok enable.again c enable
	is enable.env "saved_entry=theirs smmu3_kernels=$kver" "$(env_of)"
	ok enable.disable c disable
	is enable.disable.env "saved_entry=theirs" "$(env_of)"
	ok enable.all c enable --all
	is enable.all.env "saved_entry=theirs smmu3_kernels=*" "$(env_of)"
	fake_module "$m/lib/modules/$other/smmu3.ko" "$other"
	"$tree/install/overlay" --root "$m" make "$other" "$m/lib/modules/$other/smmu3.ko"
	ok enable.one-less c disable "$kver"
	is enable.one-less.env "saved_entry=theirs smmu3_kernels=$other" "$(env_of)"
	c try "$kver" >/dev/null
	ok enable.none c disable --all
	is enable.none.env "saved_entry=theirs" "$(env_of)"
	# The confirmed overlay is replaced: that one was never tried.
	fake_module "$m/lib/modules/$kver/updates/dkms/smmu3.ko" "$kver" 2222222222222222222222A
	"$tree/install/overlay" --root "$m" make "$kver" "$m/lib/modules/$kver/updates/dkms/smmu3.ko"
	is enable.replaced 1 "$(status c enable)"
	is enable.usage 2 "$(status c enable --all "$kver")"
	chmod 444 "$m/boot/grub/grubenv"
	[ "$(id -u)" = 0 ] || is enable.no-permission 1 "$(status c disable --all)"
}

confirm_rules
choice_try
choice_enable
unset -f cp
