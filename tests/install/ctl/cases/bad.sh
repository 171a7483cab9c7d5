# SPDX-License-Identifier: GPL-2.0-only
# Bad input: wrong words, devices that are not there, files that are cut or garbage, no permission.
debian dt-smmu3
complains "no such command" 2 "there is no command statsu" statsu
complains "no such option" 2 "there is no option --jsno" status --jsno
complains "an option without its value" 2 "--interval: a value is missing" watch --interval
complains "a value where none goes" 2 "--ranges=1: it takes no value" walk a 0x0 --ranges=1
complains "too many words" 2 "it takes no arguments" status now
complains "show what" 2 "WHAT [DEVICE" show
complains "show nothing we know" 2 "there is no tables" show tables
complains "no such device" 1 "there is no device 0000:00:1f.0" show ste 0000:00:1f.0
complains "a path for a device" 1 "there is no device ../../etc" show ste ../../etc
complains "an empty device" 1 "there is no device" show ste ""
complains "no such stream" 1 "has a stream 0x999" show ste 0x999
complains "a device behind no SMMU" 1 "9050000.smmuv3 is behind no SMMU" show ste 9050000.smmuv3
complains "the loopback is no device" 1 "there is no device lo" show ste lo
complains "walk: no address" 2 "fffc0000 is no address" walk 00:05.0 fffc0000
complains "walk: an address of 65 bits" 2 "is no address" walk 00:05.0 0x10000000000000000
complains "walk: a signed address" 2 "is no address" walk 00:05.0 " -1"
complains "walk: no PASID" 2 "is no PASID" walk 00:05.0 0x0 --pasid 0x100000
complains "walk: a PASID that the stream has not" 1 "has no PASID 0x7" walk 00:03.0 0xffffe000 --pasid 7
complains "walk: the file follows another address" 1 "somebody else walks" walk 00:03.0 0x1000
complains "watch: interval" 2 "0.1 to 86400" watch --interval 0
complains "watch: interval, not a number" 2 "0.1 to 86400" watch --interval nan
complains "watch: count" 2 "from 1 on" watch --count 0
complains "help: no such command" 2 "there is no command x" help x
root=$work/nowhere
complains "--root that is not there" 2 "it is no folder" status
debian dt-smmu3
ctl
sane "no command at all is a usage error" 2
"$bin" --root "$root" status >/dev/full 2>"$err"
rc=$?
sane "a full disk is no success" 1

debian dt-in-tree
complains "show without smmu3" 1 "smmu3 is not loaded" show features
complains "walk without smmu3" 1 "smmu3 is not loaded" walk eth0 0x1000
complains "watch without smmu3" 1 "drives no SMMU here" watch --count 1
mkdir "$work/empty" 2>/dev/null
root=$work/empty
ctl status; sane "status of an empty folder cannot tell" 4
ctl verify; sane "verify of an empty folder cannot tell" 4
ctl doctor; sane "doctor of an empty folder ends" 5

# ---------------------------------------------------------------- files that are not what they should be

# each COMMAND: on every file of the machine, as $1.
each() { find "$root" -type f -exec bash -c "$1" each {} \; ; }

debian dt-smmu3 signed; sign $kver; secure_boot 1; enrol
every "as it should be"
each ': >"$1"'
every "every file is empty"
debian dt-smmu3 signed; sign $kver; secure_boot 1; enrol
each 'truncate -s $(($(stat -c %s "$1") / 2)) "$1"'
every "every file is cut in the middle"
debian dt-smmu3
head -c 20000 "$bin" >"$work/garbage"
each "cp '$work/garbage' \"\$1\""
every "every file is garbage"
debian dt-smmu3
each 'tr "\n" " " <"$1" >"$1.x"; mv "$1.x" "$1"'
every "every file is one line"
debian dt-smmu3
each 'sed -i "s/0x/-0x/g; s/: /:/g; s/[0-9][0-9]*/99999999999999999999999/2" "$1"'
every "numbers that are too large, and signs"
debian acpi-smmu3
each 'sed -i "s/ /: : = /g" "$1"'
every "more colons than fields"
debian dt-smmu3
each 'rm "$1"; mkdir "$1"'
every "folders in place of files"

# The module's file at every length, and with each of the first bytes wrong: offsets of ELF and lengths of DER.
debian dt-in-tree signed; sign $kver; secure_boot 1; enrol
ko=$root/lib/modules/$kver/updates/dkms/smmu3.ko
cp "$ko" "$work/ko"
size=$(stat -c %s "$ko") n=0 broken=
for ((i = 0; i < 64; i++)); do
	if [ $((i % 2)) = 0 ]; then
		head -c $((size * i / 64)) "$work/ko" >"$ko"
	else
		cp "$work/ko" "$ko"
		# Half of them in the ELF header, half in the signature.
		printf '\377' | dd of="$ko" bs=1 conv=notrunc seek=$((i % 4 == 1 ? i : size - 453 + i)) status=none
	fi
	ctl --json version
	[ "$rc" = 0 ] && jq -e .schema "$out" >/dev/null || broken+=" $i:$rc"
	n=$((n + 1))
done
want "a module that is cut or wrong: $n ways" "" "$broken"

# ---------------------------------------------------------------- no permission

debian dt-smmu3
grubenv "smmu3_kernels=*"
chmod 0 "$root/sys/kernel/debug" "$root/boot/grub/grub.cfg" "$root/sys/module/smmu3/parameters/walk_iova"
if [ "$(id -u)" != 0 ]; then
	as=()
elif command -v setpriv >/dev/null && setpriv --reuid=65534 --regid=65534 --clear-groups test -r "$root/proc/cmdline"; then
	as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
else
	as=(none)
fi
if [ "${as[*]}" = none ]; then
	skip "without root" "this root user cannot become somebody else (setpriv)"
else
	text user-status 0 status
	text user-verify 4 verify
	text user-features 0 show features
	text user-domains 0 show domains eth0
	text user-counters 0 show counters
	text user-watch 0 watch --count 1 --interval 0.1
	complains "tables need root" 4 "debugfs can be read by root only" show ste
	complains "a walk needs root" 4 "debugfs can be read by root only" walk 00:05.0 0x1000
	json "what is not complete says so" 0 "features false" '.what, .complete' show features
	json "grub.cfg that cannot be read" 0 "null /boot/grub/grub.cfg cannot be read; as root it can" '.next_boot | .driver, .why' status
	json "doctor: what cannot be seen is unknown" 0 "0 true" '.sum.fail, (.sum.unknown >= 2)' doctor
fi
as=()
chmod -R u+rwX "$root"
