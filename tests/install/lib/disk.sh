# SPDX-License-Identifier: GPL-2.0-only
# Partition tables and QEMU's overlays, written byte by byte: neither needs a tool that the lab's root lacks. Sourced.

# le NUMBER BYTES, be NUMBER BYTES: the number as binary.
le()
{
	local i
	for ((i = 0; i < $2; i++)); do printf "\\x$(printf %02x $((($1 >> (8 * i)) & 255)))"; done
}

be()
{
	local i
	for ((i = $2 - 1; i >= 0; i--)); do printf "\\x$(printf %02x $((($1 >> (8 * i)) & 255)))"; done
}

zeros() { head -c "$1" /dev/zero; }

# guid TEXT: its first three fields are little-endian.
guid()
{
	local a b c d e
	IFS=- read -r a b c d e <<<"$1"
	le 0x$a 4; le 0x$b 2; le 0x$c 2; be 0x$d 2; be 0x$e 6
}

# crc_of FILE: its CRC-32, little-endian, which gzip puts behind what it has packed.
crc_of() { gzip -c1 <"$1" | tail -c 8 | head -c 4; }

# gpt_entry TYPE GUID FIRST LAST NAME
gpt_entry()
{
	local i
	guid "$1"; guid "$2"; le "$3" 8; le "$4" 8; le 0 8
	for ((i = 0; i < ${#5}; i++)); do printf '%s\0' "${5:i:1}"; done
	zeros $((72 - 2 * ${#5}))
}

# gpt_header CRC-FILE MY-LBA OTHER-LBA ENTRIES-LBA LAST-LBA TABLE: the header with CRC-FILE's four bytes as its checksum.
gpt_header()
{
	printf 'EFI PART\0\0\1\0'
	le 92 4; cat "$1"; le 0 4; le "$2" 8; le "$3" 8; le 34 8; le $(($5 - 33)) 8
	guid "$gpt_disk_guid"; le "$4" 8; le 128 4; le 128 4; crc_of "$6"
}

# gpt_write DISK TMP ENTRY...: a table of partitions, each "TYPE GUID FIRST LAST NAME", with its copy at the end of the disk.
gpt_write()
{
	local disk=$1 tmp=$2 last entry
	last=$(($(stat -c %s "$disk") / 512 - 1))
	shift 2
	{
		for entry; do
			# shellcheck disable=SC2086
			gpt_entry $entry
		done
		zeros $(((128 - $#) * 128))
	} >"$tmp/entries"
	{ zeros 446; printf '\0\0\2\0\xee\xff\xff\xff'; le 1 4; le "$last" 4; zeros 48; printf '\x55\xaa'; } >"$tmp/mbr"
	gpt_half 1 "$last" 2 "$last" && gpt_half "$last" 1 $((last - 32)) "$last" || return 1
	dd if="$tmp/mbr" of="$disk" conv=notrunc status=none
	rm -f "$tmp"/{entries,mbr,header,crc}
}

# gpt_half MY-LBA OTHER-LBA ENTRIES-LBA LAST-LBA: one of the two copies, for gpt_write.
gpt_half()
{
	zeros 4 >"$tmp/crc"
	gpt_header "$tmp/crc" "$1" "$2" "$3" "$4" "$tmp/entries" >"$tmp/header"
	crc_of "$tmp/header" >"$tmp/crc"
	gpt_header "$tmp/crc" "$1" "$2" "$3" "$4" "$tmp/entries" >"$tmp/header"
	dd if="$tmp/header" of="$disk" bs=512 seek="$1" conv=notrunc status=none &&
		dd if="$tmp/entries" of="$disk" bs=512 seek="$3" conv=notrunc status=none
}

# qcow2_new FILE BACKING FORMAT BYTES: an empty overlay (version 3, clusters of 64 KiB) on top of BACKING: header, table and
# block of reference counts, first-level table, a cluster each.
qcow2_new()
{
	local l1=$((($4 + (1 << 29) - 1) >> 29)) extension=$(((${#3} + 7) / 8 * 8))
	{
		printf 'QFI\xfb'
		be 3 4; be $((104 + 8 + extension + 8)) 8; be ${#2} 4; be 16 4; be "$4" 8; be 0 4
		be $l1 4; be $((3 << 16)) 8; be $((1 << 16)) 8; be 1 4; be 0 4; be 0 8
		be 0 8; be 0 8; be 0 8; be 4 4; be 104 4
		be 0xe2792aca 4; be ${#3} 4; printf %s "$3"; zeros $((extension - ${#3})); be 0 8
		printf %s "$2"
	} >"$1"
	truncate -s 64K "$1"
	be $((2 << 16)) 8 >>"$1"
	truncate -s 128K "$1"
	{ be 1 2; be 1 2; be 1 2; be 1 2; } >>"$1"
	truncate -s 256K "$1"
}
