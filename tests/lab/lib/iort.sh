# SPDX-License-Identifier: GPL-2.0-only
# An IORT written byte by byte, so that it may also be wrong (Arm DEN 0049). Sourced by the shapes that
# need one; the machine is QEMU's virt with its one SMMU at 0x9050000.

# iort_put BYTES VALUE...: little-endian numbers at the end of $iort, a string of hexadecimal digits.
iort_put()
{
	local n=$1 v i byte
	shift
	for v in "$@"; do
		for ((i = 0; i < n; i++)); do
			printf -v byte %02x $((v >> (8 * i) & 255))
			iort+=$byte
		done
	done
}

# iort_node TYPE LENGTH REVISION ID NR_MAPPINGS MAPPINGS_OFFSET: leaves the node's offset in $iort_at.
iort_node()
{
	iort_at=$((${#iort} / 2)) iort_nodes=$((iort_nodes + 1))
	iort_put 1 "$1"
	iort_put 2 "$2"
	iort_put 1 "$3"
	iort_put 4 "$4" "$5" "$6"
}

# iort_map FIRST LAST OUT NODE FLAGS
iort_map() { iort_put 4 "$1" $(($2 - $1)) "$3" "$4" "$5"; }

# iort_begin: the header's room, an ITS, the SMMU (its offset in $iort_smmu) and the root complex.
iort_begin()
{
	local its
	iort=$(printf '%096d' 0) iort_nodes=0
	iort_node 0 24 1 0 0 0
	its=$iort_at
	iort_put 4 1 0
	iort_node 4 88 4 1 1 68
	iort_smmu=$iort_at
	iort_put 8 0x9050000
	iort_put 4 1 0
	iort_put 8 0
	# Model; interrupts of events, PRI, errors, syncs; proximity, device ID.
	iort_put 4 0 106 107 109 108 0 0
	iort_map 0 0xffff 0 "$its" 0
	iort_node 2 56 3 2 1 36
	iort_put 4 1 0x03000000 0 0 64
	iort_map 0 0xffff 0 "$iort_smmu" 0
}

# iort_rmr SID BASE BYTES [NR_MAPPINGS]: memory reserved for a StreamID; there is one mapping, whatever it says.
iort_rmr()
{
	iort_node 6 68 3 3 "${4:-1}" 28
	iort_put 4 1 1 48
	iort_map 0 0 "$1" "$iort_smmu" 0
	iort_put 8 "$2" "$3"
	iort_put 4 0
}

# iort_end FILE: the header, with the checksum; newer than QEMU's, so that the kernel takes it.
iort_end()
{
	local body=$iort sum=0 i
	iort=
	iort_put 1 0x49 0x4f 0x52 0x54
	iort_put 4 $((${#body} / 2))
	iort_put 1 5 0 0x42 0x4f 0x43 0x48 0x53 0x20 0x42 0x58 0x50 0x43 0x20 0x20 0x20 0x20
	iort_put 4 2 0x2042414c 1 "$iort_nodes" 48 0
	iort+=${body:${#iort}}
	for ((i = 0; i < ${#iort}; i += 2)); do sum=$((sum + 0x${iort:i:2})); done
	printf -v sum %02x $((-sum & 255))
	iort=${iort:0:18}$sum${iort:20}
	# shellcheck disable=SC2059
	printf "$(sed 's/../\\x&/g' <<<"$iort")" >"$1"
	# For the eye: what it says.
	in_root iasl -p "$work/iort" -d "$1" >/dev/null 2>&1 || true
}
