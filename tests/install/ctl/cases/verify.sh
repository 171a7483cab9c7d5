# SPDX-License-Identifier: GPL-2.0-only
# Each thing that verify and doctor must find, put there.
f=/sys/kernel/debug/smmu3/9050000.smmuv3
attr=/sys/class/iommu/smmu3.9050000/smmu3

# finds WHAT TEXT: verify has exactly one finding, which holds TEXT, and exits with 5.
finds() { json "verify: $1" 5 "wrong 1 true" '.verdict, (.findings | length), (.findings[0] | contains("'"$2"'"))' verify; }

debian dt-smmu3
put $attr/state failed;					finds "a failed SMMU" "its state is failed"
debian dt-smmu3; put $attr/sync_timeouts 1;		finds "a timeout" "did not complete in time: 1"
debian dt-smmu3; put $attr/gerrors 2;			finds "a global error" "global errors: 2"
debian dt-smmu3; put $attr/recoveries 3;		finds "a recovery" "command queue: 3"
debian dt-smmu3
echo 'MISMATCH: word1 memory 0x1 driver 0x0' >>"$root$f/streams/0x28/ste"
finds "an entry that is another in memory" "ste of StreamID 0x28: MISMATCH: word1 memory 0x1 driver 0x0"
debian dt-smmu3
echo 'MISMATCH: ssid 0x1 has no CD, the driver believes in one' >>"$root$f/streams/0x28/cd"
finds "a descriptor that is missing" "cd of StreamID 0x28"
debian dt-smmu3; put /sys/kernel/iommu_groups/4/type identity;	finds "a group's domain that is not the device's" "0000:00:05.0: its group's domain is identity, it is attached to translate"
debian dt-smmu3; sed -i 's/Config=S1/Config=bypass/' "$root$f/streams/0x28/ste"; finds "an entry in bypass" "attached to translate, its stream table entry says bypass"
debian dt-smmu3; rm "$root/sys/bus/pci/devices/0000:00:05.0/iommu_group"; finds "a device without a group" "it has a StreamID (0x28) and no group"
debian dt-smmu3
sed -i 's/^device: .*/device: (no device)/; s/^rid: .*/rid: blocked/' "$root$f/streams/0x28/"{ste,domain}
finds "a live entry of no device" "StreamID 0x28: no device has it, and its entry says S1"
debian dt-smmu3
sed -i 's/Config=S1.*/Config=bypass/; s/^device: \(.*\)/device: \1\nheld_bypass: in use already\nheld_for: \1/' "$root$f/streams/0x28/ste"
finds "a device that is held in bypass" "0000:00:05.0: its DMA passes untranslated: in use already"
debian dt-smmu3; sed -i 's/F_TRANSLATION 16/C_BAD_STE 16/' "$root$f/events"; finds "an event that is the driver's fault" "16 events C_BAD_STE of StreamID 0x18 (0000:00:03.0)"
debian dt-smmu3; printf '0000:00:09.0\tpci: wait for supplier 9050000.smmuv3\n' >"$root/sys/kernel/debug/devices_deferred"; finds "a device that waits for the SMMU" "deferred: 0000:00:09.0"
debian dt-smmu3; printf 'usb1\tclock\n' >"$root/sys/kernel/debug/devices_deferred"
json "verify: a device that waits for something else is a note" 0 "good 0" '.verdict, (.findings | length)' verify
debian dt-smmu3; ln -sfn ../vfio-pci "$root/sys/bus/pci/devices/0000:00:05.0/driver"; sed -i 's/^rid: .*/rid: blocked/' "$root$f/streams/0x28/domain"; sed -i 's/Config=S1.*/Config=abort/' "$root$f/streams/0x28/ste"
json "verify: a device of a program's has what domain that likes" 0 good .verdict verify
debian acpi-smmu3; ln -sfn ../arm-smmu-v3 "$root/sys/bus/platform/devices/arm-smmu-v3.1.auto/driver"
finds "one SMMU of two with another driver" "arm-smmu-v3.1.auto: driven by arm-smmu-v3"
json "status: then it is not active" 3 false .active status
debian dt-smmu3; rm -r "$root$f/events"
json "verify: what cannot be read makes it incomplete" 4 incomplete .verdict verify

# ---------------------------------------------------------------- doctor

# diagnoses WHAT RC CHECK RESULT TEXT: that check has that result, and says TEXT.
diagnoses() { json "doctor: $1" "$2" "true" '[.checks[] | select(.check == "'"$3"'" and .result == "'"$4"'" and (.text | contains("'"$5"'")) and (.todo != null))] | length > 0' doctor; }

debian dt-in-tree; put /proc/sys/kernel/osrelease 6.1.0-40-arm64;	diagnoses "an old kernel" 5 kernel fail "older than 6.12"
debian dt-in-tree; sed -i s/CONFIG_IOMMU_IO_PGTABLE_LPAE=y// "$root/boot/config-$kver"; diagnoses "a kernel without page tables" 5 config fail CONFIG_IOMMU_IO_PGTABLE_LPAE
debian dt-in-tree; sed -i s/CONFIG_ARM_SMMU_V3=y/CONFIG_ARM_SMMU_V3=m/ "$root/boot/config-$kver"; diagnoses "a modular in-tree driver" 3 config warn "is a module"
debian dt-in-tree; rm -r "$root/lib/modules/$kver";			diagnoses "no module" 5 module fail "no smmu3.ko"
debian dt-in-tree; cp "$root/lib/modules/$old_kver/updates/dkms/smmu3.ko" "$root/lib/modules/$kver/updates/dkms/"; diagnoses "another kernel's module" 5 module fail "built for another kernel: $old_kver"
debian dt-in-tree; module $kver 0.0.9;				diagnoses "another version's module" 5 module warn "is version 0.0.9"
debian dt-in-tree; echo nonsense >"$root/lib/modules/$kver/updates/dkms/smmu3.ko"; diagnoses "a module that is none" 5 module fail "is no kernel module"
for tool in xz zstd gzip; do
	case $tool in zstd) end=zst ;; gzip) end=gz ;; *) end=$tool ;; esac
	if ! command -v $tool >/dev/null; then skip "doctor: a module packed by $tool" "there is no $tool"; continue; fi
	debian dt-in-tree
	$tool -q "$root/lib/modules/$kver/updates/dkms/smmu3.ko"; rm -f "$root/lib/modules/$kver/updates/dkms/smmu3.ko"
	json "doctor: a module packed by $tool" 3 "ok /lib/modules/$kver/updates/dkms/smmu3.ko.$end, version 0.1.0" '.checks[] | select(.check == "module") | .result, .text' doctor
	echo garbage >"$root/lib/modules/$kver/updates/dkms/smmu3.ko.$end"
	diagnoses "garbage that ends in .$end" 5 module fail "cannot be unpacked by $tool"
done
debian dt-in-tree; secure_boot 1 "none [integrity] confidentiality"; diagnoses "Secure Boot and no signature" 5 signature fail "is not signed, and this boot refuses"
debian dt-in-tree signed; secure_boot 1 "none [integrity] confidentiality"; sign $kver; diagnoses "a key that is not enrolled" 5 signature fail "signed by DKMS module signing key, whose key is not enrolled"
enrol; json "doctor: an enrolled key" 3 "ok signed by DKMS module signing key, whose key is enrolled" '.checks[] | select(.check == "signature") | .result, .text' doctor
debian dt-in-tree signed; secure_boot 0; sign $kver; json "doctor: Secure Boot off" 3 "ok signed by DKMS module signing key; no signature is needed" '.checks[] | select(.check == "signature") | .result, .text' doctor
json "status: the signer" 3 "DKMS module signing key off none" '.module.signer, .security.secure_boot, .security.lockdown' status
debian dt-in-tree; rm "$root/boot/smmu3/$kver.img";			diagnoses "no overlay" 3 overlay warn "no overlay for this kernel"
debian dt-in-tree; rm "$root/boot/smmu3/$kver.img"; grubenv "smmu3_kernels=$kver"; diagnoses "no overlay for a kernel that is enabled" 5 overlay fail "no overlay for this kernel"
debian dt-in-tree; touch -d 2026-12-01 "$root/boot/vmlinuz-$old_kver"; diagnoses "another kernel's stale overlay" 5 overlay fail "$old_kver: the overlay is not newer"
debian dt-in-tree; rm "$root/usr/lib/smmu3/smmu3-init";		diagnoses "no loader" 5 files fail smmu3-init
debian dt-in-tree; grubenv "smmu3_pending=$kver";			diagnoses "a try that never came up" 3 grubenv warn "did not come up"
put /proc/cmdline "quiet initcall_blacklist=arm_smmu_driver_init rdinit=/smmu3-init"; diagnoses "a blacklist without the module" 5 "command line" fail "smmu3 is not loaded"
debian dt-smmu3; grubenv "smmu3_pending=$kver"; put /proc/cmdline "quiet initcall_blacklist=arm_smmu_driver_init rdinit=/smmu3-init panic=10"; diagnoses "a try that is not confirmed yet" 0 grubenv warn "not confirmed yet"
debian dt-in-tree; put /proc/cmdline "quiet rdinit=/smmu3-init"; diagnoses "the loader without the blacklist" 5 "command line" fail "is not kept away"
debian dt-smmu3; put /sys/kernel/kexec_crash_loaded 1; put /proc/cmdline "quiet initcall_blacklist=arm_smmu_driver_init rdinit=/smmu3-init panic=10"
diagnoses "a crash kernel of which nothing is known" 0 kdump unknown "cannot be seen"
put /var/crash/kexec_cmd '/sbin/kexec -p --command-line="quiet initcall_blacklist=arm_smmu_driver_init nr_cpus=1" /var/lib/kdump/vmlinuz'
diagnoses "a crash kernel without a driver" 5 kdump fail "kept from its own driver"
put /var/crash/kexec_cmd '/sbin/kexec -p --command-line="quiet nr_cpus=1" /var/lib/kdump/vmlinuz'
json "doctor: a crash kernel as it should be" 0 "ok" '.checks[] | select(.check == "kdump") | .result' doctor
put /sys/kernel/kexec_crash_loaded 0; json "doctor: no crash kernel" 0 "0" '[.checks[] | select(.check == "kdump")] | length' doctor
debian dt-in-tree; put /sys/kernel/kexec_crash_loaded 1; json "doctor: a crash kernel of a boot without smmu3" 3 "ok" '.checks[] | select(.check == "kdump") | .result' doctor
debian dt-in-tree; truncate -s 7 "$root/boot/grub/grubenv";		diagnoses "a cut grubenv" 5 grubenv fail "has not 1024 bytes"
debian dt-in-tree; put /proc/mounts "/dev/mapper/vg-root / ext4 rw 0 0"; diagnoses "/boot on LVM" 3 save_env warn "cannot write there"
debian dt-in-tree; put /proc/mounts "/dev/vda2 / btrfs rw 0 0";	diagnoses "/boot on btrfs" 3 save_env warn btrfs
debian dt-in-tree; sed -i 's/--id smmu3-6/--id x-6/' "$root/boot/grub/grub.cfg"; diagnoses "an overlay without its entry" 5 grub fail "no entry smmu3-$old_kver"
debian dt-in-tree; put /etc/default/grub 'GRUB_CMDLINE_LINUX="initcall_blacklist=arm_smmu_driver_init"'; diagnoses "a blacklist for every boot" 5 defaults fail "every boot"
debian dt-smmu3; put /sys/module/smmu3/srcversion 0; diagnoses "another module loaded than installed" 0 loaded warn "installed is $srcversion"
debian dt-in-tree; rm "$root/sys/bus/platform/devices/9050000.smmuv3/driver"; diagnoses "an SMMU without a driver" 5 driver fail "has no driver"
debian acpi-smmu3; head -c 60 "$root/sys/firmware/acpi/tables/IORT" >"$work/iort"; cp "$work/iort" "$root/sys/firmware/acpi/tables/IORT"; diagnoses "a broken IORT" 5 firmware fail "no valid table"
debian acpi-smmu3; rm -r "$root"/sys/bus/platform/devices/*; diagnoses "an IORT of which the kernel made nothing" 77 firmware fail "describes 2 SMMUv3"
debian dt-in-tree signed; secure_boot 1 "none [integrity] confidentiality"; sign $kver; enrol
mkdir -p "$root/sys/firmware/efi/mok-variables"
mv "$root"/sys/firmware/efi/efivars/MokListRT-* "$root/sys/firmware/efi/mok-variables/MokListRT"
json "doctor: a key that shim's table has" 3 "ok signed by DKMS module signing key, whose key is enrolled" '.checks[] | select(.check == "signature") | .result, .text' doctor
