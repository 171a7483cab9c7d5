# SPDX-License-Identifier: GPL-2.0-only
# test: parameters: wrong values are refused with one line; late=refuse leaves everything as it is
# when: asked
disk=$(nvme_disk 0000:00:05.0)
mark=0
# refused WHAT LINES TEXT PARAMETERS...: insmod fails, with so many lines of ours, one of which holds TEXT.
refused()
{
	local what=$1 lines=$2 text=$3
	shift 3
	mark=$((mark + 1))
	dmesg_mark params$mark
	if insmod /lab/smmu3.ko "$@" 2>/tmp/err; then
		fail "$what" "insmod fails" "it succeeds"
		return
	fi
	usleep 200000
	# busybox tries a second system call when the first fails: the same lines once more.
	said=$(dmesg_since params$mark | grep smmu3 | grep -v -E 'taint|verification' | sed 's/^\[[^]]*\] *//' | sort -u)
	want_eq "$what: refused, lines" "$lines" "$(echo "$said" | grep -c .)"
	want_eq "$what: it says: $text" 1 "$(echo "$said" | grep -c -e "$text")"
	echo "$said" | while read -r l; do note "$l"; done
	want_eq "$what: not loaded" 0 "$(ls -d /sys/module/smmu3 2>/dev/null | wc -l)"
}

blkwork $disk 0 16 65536 2 72 12 >/tmp/across 2>&1 &
pid=$!
# The kernel adds a line of its own: "... invalid for parameter ...".
# Lines about the module itself, once a boot, are not counted.
refused "late=maybe" 2 'it is bypass or refuse' late=maybe
refused "remove=" 2 'it is abort or bypass' remove=
refused "cmdq_entries=100" 2 'it is a power of two from 64 to 524288' cmdq_entries=100
refused "force_stage2=7" 1 "invalid for parameter .force_stage2'" force_stage2=7
refused "late=refuse" 2 'late=refuse.*0000:00:05.0' late=refuse
want_eq "groups" 0 "$(ls /sys/kernel/iommu_groups | wc -l)"
seen_mark
blkwork $disk 32 4 65536 1 73 >/dev/null 2>&1
s=$(seen 0000:00:05.0)
want_eq "the SMMU was not touched: it is off" 0 "$(word translated "$s")"
wait $pid
want_eq "traffic across it all: $(cat /tmp/across)" 0 $?
