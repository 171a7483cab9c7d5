# SPDX-License-Identifier: GPL-2.0-only
# Words for scenarios: where they begin, and what they check. A check that fails is written down in $work/why with what the
# machine answered, and the scenario goes on where it can: what it returns is then not looked at. Sourced after machine.
#
# A scenario is a file with "# scenario: TEXT", "# begins: image|installed|tried|enabled", "# short: yes|no", perhaps "# gives: STATE"
# (how it leaves the machine, for others to begin with), and a function scenario.

# wrong TEXT...: it is a failure. Always fails, so that "|| return" may follow.
wrong()
{
	{
		echo "$*"
		[ -z "$vm_output" ] || printf '%s\n' "$vm_output" | tail -n 15 | cut -c1-400 | sed 's/^/  | /'
	} >>"$work/why"
	say "  wrong: $*"
	return 1
}

step() { say "$(basename "$work"): $*"; }

# must COMMAND [SECONDS]: it exits with 0 in the machine.
must() { vm_run "$@" || wrong "exit $vm_status: $1"; }

# exits STATUS COMMAND: with exactly that.
exits()
{
	vm_run "$2"
	[ "$vm_status" = "$1" ] || wrong "exit $vm_status and not $1: $2"
}

# says PATTERN COMMAND: its output has a line that matches.
says()
{
	vm_run "$2"
	grep -qE -- "$1" <<<"$vm_output" || wrong "no line \"$1\" from: $2"
}

# says_not PATTERN COMMAND
says_not()
{
	vm_run "$2"
	! grep -qE -- "$1" <<<"$vm_output" || wrong "a line \"$1\" from: $2"
}

# json FILTER COMMAND: jq's FILTER holds for the JSON that the command writes to its standard output.
json()
{
	vm_run "{ $2; } 2>/dev/null >/run/e2e.json; jq -e ${1@Q} /run/e2e.json >/dev/null || { cat /run/e2e.json; exit 1; }"
	[ "$vm_status" = 0 ] || wrong "JSON of \"$2\" does not have: $1"
}

reboots() { vm_reboot || wrong "the machine does not come up after a reboot"; }

# driver NAME: that one has every SMMU, the root is behind it, and nothing waits for it.
driver()
{
	local got
	got=$(vm_driver)
	[ "$got" = "$1" ] || wrong "the SMMU's driver is ${got:-unknown}, not $1"
	vm_run 'findmnt -no SOURCE /; readlink -f /sys/class/nvme/nvme0/device/iommu_group
		cat /sys/class/nvme/nvme0/device/iommu_group/type; cat /sys/kernel/debug/devices_deferred'
	grep -q '^/dev/nvme0n1p2' <<<"$vm_output" || wrong "the root is not the NVMe disk"
	grep -q 'iommu_groups/[0-9]' <<<"$vm_output" || wrong "the disk has no IOMMU group"
	grep -qE '^DMA(-FQ)?$' <<<"$vm_output" || wrong "the disk's group is not translated"
	! grep -qvE '^/|^DMA' <<<"$vm_output" || wrong "devices are deferred"
}

# command_line PATTERN, command_line_not PATTERN: of the kernel that runs.
command_line() { says "$1" 'cat /proc/cmdline'; }
command_line_not() { says_not "$1" 'cat /proc/cmdline'; }

# in_tree: the machine runs with its kernel's own driver, by the distribution's entry.
in_tree()
{
	driver arm-smmu-v3
	command_line_not 'initcall_blacklist|rdinit='
}

# with_smmu3: smmu3 has it, by an entry of ours, and no kernel complaint is in the log.
with_smmu3()
{
	driver smmu3
	command_line 'initcall_blacklist=arm_smmu_driver_init'
	command_line 'rdinit=/smmu3-init'
	exits 0 'smmu3ctl status'
	says_not 'WARNING:|BUG:|Oops|Call trace:|Internal error|MISMATCH' dmesg
}

# enabled KVER: grubenv names that kernel, or "*".
enabled() { must "grub-editenv - list | sed -n 's/^smmu3_kernels=//p' | tr ' ' '\n' | grep -xF -- ${1@Q}"; }

# pending [KVER]: grubenv has that try open; none without KVER.
pending()
{
	vm_run "grub-editenv - list | sed -n 's/^smmu3_pending=//p'"
	[ "$vm_output" = "${1:-}" ] || wrong "smmu3_pending is \"$vm_output\", not \"${1:-}\""
}

# boots N [SINCE]: so many kernels have started since vm_boots said SINCE.
boots()
{
	local n=$(($(vm_boots) - ${2:-0}))
	[ "$n" = "$1" ] || wrong "$n boots, not $1"
}

# disk_works: the disk is written, read and compared past the cache, and QEMU saw its SMMU translate it.
disk_works()
{
	local n
	must 'd=/var/tmp/e2e; rm -rf $d; mkdir $d; head -c 48M /dev/urandom >$d/a; for i in 1 2 3; do
		dd if=$d/a of=$d/$i bs=1M oflag=direct status=none & done; wait; sync; echo 3 >/proc/sys/vm/drop_caches
		for i in 1 2 3; do dd if=$d/$i bs=1M iflag=direct status=none | cmp - $d/a || exit 1; done; rm -rf $d'
	n=$(vm_translated)
	[ "${n:-0}" -gt 0 ] || wrong "QEMU saw no access of the disk that its SMMU translated"
}

# installed: the packages are in, and the module is built for the running kernel.
installed()
{
	says '^smmu3/.*installed' 'dkms status'
	must 'dpkg -s smmu3-dkms smmu3-tools | grep -c "^Status: install ok installed" | grep -x 2'
	must "/usr/lib/smmu3/overlay check $vm_release"
}

# try_once: the usual way to the first boot with smmu3.
try_once()
{
	must 'smmu3ctl try'
	reboots && with_smmu3 && pending
}

# kept_make NAME BACKING-STATE FUNCTION: makes it.
kept_make()
{
	local own=$work
	work=$top/disks/$1.work
	mkdir -p "$work"
	: >"$work/why"
	begin "$2" && "$3" && vm_off && vm_keep "$top/disks/$1" >/dev/null
	vm_plug_off
	cat "$work/why" >>"$own/why"
	work=$own
}

# kept_disk NAME BACKING-STATE FUNCTION: a disk that several scenarios begin with, made by the first that asks; the others wait.
kept_disk()
{
	local lock
	mkdir -p "$top/disks"
	exec {lock}>"$top/disks/$1.lock"
	flock "$lock"
	[ -e "$top/disks/$1.qcow2" ] || kept_make "$@"
	exec {lock}>&-
	[ -e "$top/disks/$1.qcow2" ] || { wrong "no machine that is $1"; return 1; }
	vm_disk "$top/disks/$1.qcow2"
}

# kept_claim NAME: the machine that this scenario leaves is to be that disk; others wait for it. Not if there is one, or somebody is at it.
kept_claim()
{
	claim=''
	[ -n "$1" ] || return 0
	mkdir -p "$top/disks"
	[ ! -e "$top/disks/$1.qcow2" ] || return 0
	exec {claim}>"$top/disks/$1.lock"
	flock -n "$claim" && return 0
	exec {claim}>&-
	claim=''
}

# kept_give NAME: it is, if it was claimed and nothing is wrong with it.
kept_give()
{
	[ -n "$claim" ] || return 0
	[ -s "$work/why" ] || { vm_off && vm_keep "$top/disks/$1" >/dev/null; } || wrong "no machine that is $1"
	exec {claim}>&-
}

# compiler_cache: dkms compiles the same sources a dozen times in a run, each time twenty minutes of an emulated processor. The
# compiler is found by its name in /usr/local/bin first (lib/cached-compiler), where apt looks only if it is told.
compiler_cache()
{
	must 'apt-get install -y --no-install-recommends /debs/extra/ccache/*.deb && mkdir /var/cache/ccache &&
		printf "cache_dir = /var/cache/ccache\nhash_dir = false\ndepend_mode = true\n" >/etc/ccache.conf &&
		cp /debs/cached-compiler /usr/local/lib/ &&
		for c in /usr/bin/gcc-[0-9]* /usr/bin/aarch64-linux-gnu-gcc-[0-9]*; do ln -s /usr/local/lib/cached-compiler /usr/local/bin/${c##*/}; done &&
		echo "DPkg::Path \"/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\";" >/etc/apt/apt.conf.d/90ccache' 300
}

# compiled: that cache has been used.
compiled() { must 'n=$(ccache --print-stats | sed -n "s/^cache_miss[[:space:]]*//p"); echo "compiled: $n"; test "$n" -gt 10'; }

make_installed() { compiler_cache && must "$install_debs" 900 && installed && compiled; }
make_tried()     { try_once; }
make_enabled()   { must 'smmu3ctl enable' && reboots && with_smmu3; }

# begin STATE: the machine runs in that state.
begin()
{
	case $1 in
	image)     vm_disk ;;
	installed) kept_disk installed image make_installed || return 1 ;;
	tried)     kept_disk tried installed make_tried || return 1 ;;
	enabled)   kept_disk enabled tried make_enabled || return 1 ;;
	*) wrong "a scenario cannot begin with \"$1\""; return 1 ;;
	esac
	ln -sf "$top/debs.ext4" "$work/debs.ext4"
	vm_start
	vm_wait_boot || wrong "the machine does not come up"
}
