# SPDX-License-Identifier: GPL-2.0-only
# test: a machine without an SMMUv3 (shape no-smmu): the module does not stay, unless wait=1
# when: asked
dmesg_mark none
insmod /lab/smmu3.ko 2>/tmp/err
want_ne "insmod fails" 0 $?
# busybox tries a second system call when the first fails: the same line once more.
want_eq "with one line" "smmu3: this machine has no SMMUv3" \
	"$(dmesg_since none | grep 'smmu3: ' | grep -v -E 'taint|verification' | sed 's/^\[[^]]*\] *//' | sort -u)"
want_eq "and no trace" 0 "$(ls -d /sys/module/smmu3 $dbg 2>/dev/null | wc -l)"
dmesg_mark wait
want_run "insmod wait=1" insmod /lab/smmu3.ko wait=1
want_eq "it says that it waits, in one line" "1 1" "$(dmesg_since wait | grep -c 'smmu3: ') $(dmesg_since wait | grep -c 'waiting')"
want_run "the disk" blkwork $(nvme_disk 0000:00:05.0) 0 8 65536 2 72
want_run "rmmod" rmmod smmu3
