# SPDX-License-Identifier: GPL-2.0-only
# test: parameters of a late load: a bad value is refused, late=refuse leaves the SMMU alone
# when: late
disk=$(nvme_disk 0000:00:05.0)
seen_mark
dmesg_mark choice
load_smmu3 late=perhaps 2>/tmp/err
want_ne "insmod late=perhaps" 0 $?
want_gt "a line says what it may be" 0 "$(dmesg_since choice | grep -c 'smmu3: late=perhaps: .*bypass or refuse')"
load_smmu3 late=refuse 2>/tmp/err
want_ne "insmod late=refuse with devices in use" 0 $?
want_gt "a line lists them" 0 "$(dmesg_since choice | grep 'late=refuse' | grep -c 0000:00:05.0)"
want_eq "the module did not stay" "" "$(grep '^smmu3 ' /proc/modules)"
want_run "the disk works" blkwork $disk 0 8 65536 2 61
s=$(seen 0000:00:05.0)
want_eq "the SMMU was never enabled" "0 0" "$(word enabled "$s") $(word translated "$s")"
