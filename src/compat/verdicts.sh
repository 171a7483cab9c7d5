#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Turns the probes' answers into a header. Usage: verdicts.sh OUT DIR PROBE...
#
# DIR holds, for each probe, PROBE.new.verdict and PROBE.old.verdict ("1": that
# form compiles). Exactly one of a pair must be 1. Anything else means that this
# kernel's interface is one that the driver does not know, and a guess would be a
# driver with the wrong types: stop, and say where the compiler's words are.

out=$1 dir=$2
shift 2
tmp=$out.tmp.$$
trap 'rm -f "$tmp"' EXIT
bad=0

{
	echo "/* SPDX-License-Identifier: GPL-2.0-only */"
	echo "/* Generated from the answers to src/compat/probe. Do not edit. */"
	for probe; do
		name=HAVE_$(printf %s "$probe" | tr '[:lower:]' '[:upper:]')
		read -r new < "$dir/$probe.new.verdict" || new=0
		read -r old < "$dir/$probe.old.verdict" || old=0
		case $new$old in
		10) echo "#define $name 1" ;;
		01) echo "#define $name 0" ;;
		*)
			bad=1
			[ "$new$old" = 11 ] && what="both forms compile" || what="neither form compiles"
			echo "smmu3: this kernel answers the probe '$probe' in no known way: $what" >&2
			echo "smmu3:   see $dir/$probe.new.verdict.log and $dir/$probe.old.verdict.log" >&2
			;;
		esac
	done
} > "$tmp"

# An answer of yesterday would be taken for one of today.
if [ "$bad" != 0 ]; then
	rm -f "$out"
	exit 1
fi
cmp -s "$tmp" "$out" || mv -f "$tmp" "$out"
touch "$out"
