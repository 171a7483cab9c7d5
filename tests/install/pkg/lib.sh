# SPDX-License-Identifier: GPL-2.0-only
# Results and fixtures of the installation's tests. Sourced.

passed=0 failed=0 skipped=0

# ok NAME COMMAND...: the command must succeed.
ok()
{
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then
		echo "ok - install.$name"
		passed=$((passed + 1))
	else
		echo "not ok - install.$name"
		printf '%s\n' "wanted: $*" "$out" | sed 's/^/#   /' | head -n 20
		failed=$((failed + 1))
	fi
}

# is NAME WANTED SEEN
is()
{
	if [ "$2" = "$3" ]; then
		echo "ok - install.$1"
		passed=$((passed + 1))
	else
		echo "not ok - install.$1"
		printf 'wanted: %s\nseen:   %s\n' "$2" "$3" | sed 's/^/#   /' | head -n 40
		failed=$((failed + 1))
	fi
}

# like NAME PATTERN SEEN: an extended regular expression that must be found.
like()
{
	if grep -qE -- "$2" <<<"$3"; then
		echo "ok - install.$1"
		passed=$((passed + 1))
	else
		echo "not ok - install.$1"
		printf 'wanted: /%s/\nseen:   %s\n' "$2" "$3" | sed 's/^/#   /' | head -n 40
		failed=$((failed + 1))
	fi
}

skip()
{
	echo "ok - install.$1 # SKIP $2"
	skipped=$((skipped + 1))
}

sum() { echo "$passed passed, $failed failed, $skipped skipped"; [ "$failed" = 0 ]; }

# status COMMAND...: its exit status, as text.
status() { "$@" >/dev/null 2>&1; echo $?; }

kver=6.12.118+deb13-arm64
other=7.3.4+deb13-arm64

# fake_module FILE [KVER [SRCVERSION [NAME]]]: as much of a module as anything but a kernel looks at.
fake_module()
{
	{
		printf '\177ELF\2\1\1\0'
		printf '%s\0' "license=GPL" "version=0.1.0" "srcversion=${3:-ABCDEF0123456789ABCDEF0}" \
			"name=${4:-smmu3}" "vermagic=${2:-$kver} SMP preempt mod_unload modversions aarch64"
		# Incompressible, as machine code nearly is.
		head -c 200000 "$fixture_noise"
	} >"$1"
}

# machine_tree DIR: a machine with two kernels, a module for the first, and our loader.
machine_tree()
{
	local v
	mkdir -p "$1"/{boot/grub,usr/lib/smmu3,proc,sys,var/lib} "$1/lib/modules/$kver/updates/dkms" "$1/lib/modules/$other"
	for v in $kver $other; do
		echo "kernel $v" >"$1/boot/vmlinuz-$v"
		echo "initrd $v" >"$1/boot/initrd.img-$v"
		touch -d '2020-01-01' "$1/boot/vmlinuz-$v"
	done
	cp "$loader" "$1/usr/lib/smmu3/smmu3-init"
	fake_module "$1/lib/modules/$kver/updates/dkms/smmu3.ko"
}
