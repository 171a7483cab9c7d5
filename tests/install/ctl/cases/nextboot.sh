# SPDX-License-Identifier: GPL-2.0-only
# What the next boot would take, and why: each rule of the choice by itself.
next='[.next_boot.kernel, .next_boot.driver, .next_boot.once, .next_boot.why] | map(tostring) | join("|")'

debian dt-smmu3
json "nothing is enabled" 0 "$kver|in-tree|false|smmu3 is not enabled for this kernel" "$next" status
grubenv "smmu3_kernels=$old_kver"
json "another kernel is enabled" 0 "$kver|in-tree|false|smmu3 is not enabled for this kernel" "$next" status
grubenv "smmu3_kernels=$old_kver $kver"
json "enabled, among others" 0 "$kver|smmu3|false|enabled for this kernel" "$next" status
json "both are listed" 0 "$old_kver $kver" '.next_boot.enabled[]' status
grubenv "smmu3_kernels=*"
json "every kernel is enabled" 0 "$kver|smmu3|false|enabled for this kernel" "$next" status
grubenv "smmu3_kernels=${kver}x 7.3.4"
json "a name is not the beginning of another" 0 "$kver|in-tree|false|smmu3 is not enabled for this kernel" "$next" status

grubenv "smmu3_kernels=*" "smmu3_pending=$kver"
json "a try is pending" 0 "$kver|in-tree|false|enabled for this kernel, but the try of $kver was never confirmed (confirm it, or try again)" "$next" status
json "it is named" 0 "$kver" .next_boot.pending status
grubenv "smmu3_kernels=*" "smmu3_pending="
json "an empty value is none" 0 "$kver|smmu3|false|enabled for this kernel" "$next" status

grubenv "smmu3_kernels=*"
touch -d 2026-11-29T13:00:00Z "$root/boot/vmlinuz-$kver"
json "the kernel is newer than its overlay" 0 "$kver|in-tree|false|enabled for this kernel, but the overlay is not newer than the kernel's image" "$next" status
json "which is said of the overlay, too" 0 "true false false" '.next_boot.overlay | .present, .newer, .fresh' status
touch -d 2026-11-29T12:00:00.5Z "$root/boot/vmlinuz-$kver"
json "in the same second is not newer, for GRUB compares seconds" 0 false .next_boot.overlay.newer status
touch -d 2026-11-01T00:00:00Z "$root/boot/vmlinuz-$kver"
rm "$root/boot/smmu3/$kver.img"
json "there is no overlay" 0 "$kver|in-tree|false|enabled for this kernel, but there is no overlay for this kernel" "$next" status

debian dt-smmu3
grubenv "next_entry=smmu3>smmu3-$kver"
json "tried once" 0 "$kver|smmu3|true|tried once" "$next" status
grubenv "next_entry=smmu3>smmu3-$kver" "smmu3_pending=$old_kver"
json "tried once, while a try is pending" 0 "$kver|in-tree|true|tried once, but the try of $old_kver was never confirmed (confirm it, or try again)" "$next" status
grubenv "next_entry=1>2" "smmu3_kernels=*"
json "an entry that is not there is the first one" 0 "$kver|in-tree|true|GRUB was told to boot another entry once (next_entry)" "$next" status
grubenv "next_entry=1>1" "smmu3_kernels=*"
json "one shot of another kernel, by numbers" 0 "$old_kver|in-tree|true|GRUB was told to boot another entry once (next_entry)" "$next" status
grubenv "next_entry=gnulinux-advanced-1>gnulinux-$old_kver-advanced-1"
json "by ids" 0 "$old_kver|in-tree|true|GRUB was told to boot another entry once (next_entry)" "$next" status
grubenv "next_entry=Advanced options>Debian, with Linux $old_kver"
json "by titles" 0 "$old_kver|in-tree|true|GRUB was told to boot another entry once (next_entry)" "$next" status
grubenv "next_entry=uefi-firmware"
json "an entry without a kernel" 0 'null|null|true|GRUB'"'"'s entry "uefi-firmware" boots no kernel of Linux'"'"'s' "$next" status

sed -i 's/set default="0"/set default="${saved_entry}"/' "$root/boot/grub/grub.cfg"
grubenv "saved_entry=gnulinux-advanced-1>gnulinux-$old_kver-advanced-1" "smmu3_kernels=$old_kver"
json "the saved entry's kernel is enabled" 0 "$old_kver|smmu3|false|enabled for this kernel" "$next" status
grubenv "smmu3_kernels=$old_kver"
json "no saved entry is the first one" 0 "$kver|in-tree|false|smmu3 is not enabled for this kernel" "$next" status
grubenv "saved_entry=smmu3>smmu3-$old_kver"
json "the saved entry is ours" 0 "$old_kver|smmu3|false|the saved entry is that of smmu3" "$next" status

debian dt-smmu3
grubenv "smmu3_kernels=*"
sed -i "s/--id smmu3-$kver/--id other/" "$root/boot/grub/grub.cfg"
json "grub.cfg is older than the choice" 0 "$kver|in-tree|false|enabled, but grub.cfg has no entry smmu3-$kver (update-grub)" "$next" status
rm "$root/boot/grub/grub.cfg"
json "no GRUB" 0 "null|null|false|no /boot/grub/grub.cfg: another boot loader than GRUB" "$next" status
: >"$root/boot/grub/grub.cfg"
json "an empty grub.cfg" 0 "null|null|false|/boot/grub/grub.cfg has no entries" "$next" status

debian dt-smmu3
grubenv "smmu3_kernels=*"
truncate -s 1000 "$root/boot/grub/grubenv"
json "grubenv is cut" 0 "$kver|in-tree|false|/boot/grub/grubenv is damaged: it has not 1024 bytes, so nothing is enabled" "$next" status
head -c 1024 /dev/zero >"$root/boot/grub/grubenv"
json "grubenv is zeroes" 0 "$kver|in-tree|false|/boot/grub/grubenv is damaged: its first line is not GRUB's, so nothing is enabled" "$next" status
rm "$root/boot/grub/grubenv"
json "no grubenv" 0 "$kver|in-tree|false|there is no /boot/grub/grubenv, so nothing is enabled" "$next" status

# What a boot does not see, and people should: the overlay's content.
debian dt-smmu3
why='.next_boot.overlay | .fresh, .why'
json "fresh" 0 "true null" "$why" status
echo more >>"$root/boot/smmu3/$kver.img"
json "damaged" 0 "false the overlay is damaged: its sha256 is not the one in .info" "$why" status
overlay "$kver" 0.0.9
json "of another version" 0 "false the overlay holds version 0.0.9, installed is 0.1.0" "$why" status
overlay "$kver" 0.1.0 0123456789ABCDEF0123456
json "of another build" 0 "false the overlay holds another module (0123456789ABCDEF0123456) than is installed ($srcversion)" "$why" status
overlay "$kver"
rm -r "$root/lib/modules/$kver"
json "the module has gone" 0 "false no smmu3.ko is installed for this kernel any more" "$why" status
rm "$root/boot/smmu3/$kver.info"
json "without .info" 0 "false the overlay's .info file is missing or cannot be read" "$why" status
cp "$root/boot/smmu3/$old_kver.info" "$root/boot/smmu3/$kver.info"
json "with another kernel's .info" 0 "false the overlay's .info is that of kernel $old_kver" "$why" status

debian dt-smmu3
sed -i "s/submenu 'Advanced options'/submenu 'It'\\\\''s > advanced'/" "$root/boot/grub/grub.cfg"
grubenv "next_entry=It's >> advanced>1"
json "a title with a quote and with >" 0 "$old_kver|in-tree|true|GRUB was told to boot another entry once (next_entry)" "$next" status

# systemd-boot, by its EFI variables.
debian dt-smmu3
rm "$root/boot/grub/grub.cfg"
vars=$root/sys/firmware/efi/efivars guid=4a67b082-0a4c-41cf-b6c7-440b29bb8c4f
mkdir -p "$vars"
# efi_text NAME TEXT: a variable in UTF-16.
efi_text() { { hex 07000000; printf '%s\0' "$2" | sed 's/./&\x00/g; s/\x00\x00*$/\x00\x00/'; printf '\0'; } >"$vars/$1-$guid"; }
efi_text LoaderInfo "systemd-boot 257"
json "systemd-boot: only it knows its default" 0 "null|null|false|the boot loader is systemd-boot 257; bootctl list says what it takes" "$next" status
efi_text LoaderEntryOneShot "smmu3-$kver.conf"
json "systemd-boot: one shot of ours" 0 "$kver|smmu3|true|systemd-boot 257 was told to boot smmu3-$kver.conf once" "$next" status
efi_text LoaderEntryOneShot "auto-windows"
json "systemd-boot: one shot of another" 0 "null|in-tree|true|systemd-boot 257 was told to boot auto-windows once" "$next" status
