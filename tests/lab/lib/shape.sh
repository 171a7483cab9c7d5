# SPDX-License-Identifier: GPL-2.0-only
# Shapes: machines whose firmware tells another story than QEMU's own. A shape is a file
# tests/lab/shapes/NAME.sh with any of these functions; several shapes of one run follow each other:
#
#	shape_machine		before anything: settings of the run, such as cfg_smmus
#	shape_devices		adds to the array qemu
#	shape_dt		edits the device tree with the words below
#	shape_tables DIR	(ACPI) puts tables into DIR that the kernel takes instead of the machine's
#	shape_judge		after the run: prints what is wrong and fails, or succeeds
#
# Sourced after machine.sh; reads cfg_shape and $work.

# each_shape FUNCTION ARGS...: call it for every shape that has it.
each_shape()
{
	local name rc=0
	for name in ${cfg_shape//,/ }; do
		unset -f shape_machine shape_devices shape_dt shape_tables shape_judge
		[ -f "$lab_dir/shapes/$name.sh" ] || die "no shape $name; there are:" $(shape_names)
		. "$lab_dir/shapes/$name.sh"
		! declare -F "$1" >/dev/null || "$@" || rc=1
	done
	return $rc
}

shape_names()
{
	local f
	for f in "$lab_dir"/shapes/*.sh; do basename "$f" .sh; done
}

shapes_have() { local f; for f in ${cfg_shape//,/ }; do grep -q "^$1()" "$lab_dir/shapes/$f.sh" && return 0; done; return 1; }

# ---------------------------------------------------------------- words for shape_dt

# Edits wait in $work/dt-edits until somebody reads, so that entering the root is paid for once.
dt_edit()  { printf 'fdtput %s\n' "${*@Q}" >>"$work/dt-edits"; }
dt_set()   { dt_edit -t x "$dtb" "$@"; }	# NODE PROPERTY CELLS...
dt_text()  { dt_edit -t s "$dtb" "$@"; }	# NODE PROPERTY STRINGS...
dt_node()  { dt_edit -c "$dtb" "$1"; }		# NODE
dt_drop()  { dt_edit -d "$dtb" "$@"; }		# NODE PROPERTIES...
dt_get()   { dt_written && in_root fdtget -t x "$dtb" "$@"; }	# NODE PROPERTY
dt_names() { dt_written && in_root fdtget -l "$dtb" "${1:-/}"; }	# [NODE]
dt_smmu()  { [ -z "$cfg_model" ] || { echo /lab-smmus/smmu@40; return; }; echo "/$(dt_names | grep -E '^smmu' | head -n 1)"; }
dt_pcie()  { echo "/$(dt_names | grep '^pcie@' | head -n 1)"; }

# dt_written: the edits so far are in the tree.
dt_written()
{
	[ -s "$work/dt-edits" ] || return 0
	in_root sh -ec '. "$1"' sh "$work/dt-edits" || die "the device tree cannot be edited: $work/dt-edits${cfg_shape:+, shape $cfg_shape}"
	: >"$work/dt-edits"
}

# dt_phandle NODE: its phandle in hexadecimal, given to it where it has none.
dt_phandle()
{
	local p
	# In a file: this runs in a subshell.
	p=$(awk -v node="$1" '$1 == node { print $2 }' "$work/phandles" 2>/dev/null)
	[ -z "$p" ] || { echo "$p"; return; }
	if ! p=$(dt_get "$1" phandle 2>/dev/null); then
		p=$(printf %x $((0x9001 + $(wc -l 2>/dev/null <"$work/phandles" || echo 0))))
		dt_set "$1" phandle "$p"
	fi
	echo "$1 $p" >>"$work/phandles"
	echo "$p"
}

# ---------------------------------------------------------------- used by the runner

shape_begin() { [ -z "$cfg_shape" ] || each_shape shape_machine; }

# shape_arguments: after the machine's devices are in the array qemu.
shape_arguments()
{
	[ -n "$cfg_shape$cfg_model" ] || return 0
	each_shape shape_devices
	[ -n "$cfg_model" ] || shapes_have shape_dt || return 0
	[ "$cfg_firmware" = dt ] || die "shape $cfg_shape edits the device tree: not with --firmware $cfg_firmware"
	dtb=$work/machine.dtb
	# With as many serial lines as the run has: the tree names them.
	in_root "${qemu[@]}" -serial null -serial null -machine dumpdtb="$dtb.raw" 2>"$work/dumpdtb.err" </dev/null
	[ -s "$dtb.raw" ] || die "QEMU gives no device tree: $(cat "$work/dumpdtb.err")"
	# QEMU's is a mebibyte of mostly nothing, more than a kernel takes when QEMU has doubled it.
	in_root dtc -q -I dtb -O dtb -o "$dtb" "$dtb.raw" || die "QEMU's device tree cannot be read"
	rm -f "$work/phandles" "$work/dt-edits"
	[ -z "$cfg_model" ] || model_dt || die "the device tree cannot be edited for the model"
	each_shape shape_dt || die "shape $cfg_shape: the device tree cannot be edited"
	dt_written
	in_root dtc -q -I dtb -O dts -o "$work/machine.dts" "$dtb"
	qemu+=(-dtb "$dtb")
}

# shape_initrd: tables go in front of the initramfs, where the kernel looks for them.
shape_initrd()
{
	local tree=$work/tables
	[ -n "$cfg_shape" ] && shapes_have shape_tables || return 0
	[ "$cfg_firmware" = acpi ] || die "shape $cfg_shape replaces ACPI tables: not with --firmware $cfg_firmware"
	mkdir -p "$tree/kernel/firmware/acpi"
	each_shape shape_tables "$tree/kernel/firmware/acpi" || die "shape $cfg_shape: no tables"
	in_root sh -c 'cd "$1" && find kernel | cpio -o -H newc --quiet -R 0:0' sh "$tree" >"$work/initrd-tables"
	cat "$initrd" >>"$work/initrd-tables"
	initrd=$work/initrd-tables
}
