# SPDX-License-Identifier: GPL-2.0-only
# test: test device: IDENTITY and DMA in turn ten times --rounds under a job that sees no fault; BLOCKED under load
# when: model
labdev_load || return
set -- $(labdev_devices)
left=$((${lab_rounds:-1000} * 10))
# In parts: the runner waits for a word.
while [ $left -gt 0 ]; do
	part=$((left < 1000 ? left : 1000))
	lab_job "$1: IDENTITY, DMA and back, PASIDs coming and going, $part times" --note --rounds $part ${2:+--other $2} $1 hitless
	left=$((left - part))
done
dmesg_mark blocked
from=$(uptime_s)
lab_job "$1: paging domains to BLOCKED, the job goes on" --note --rounds 42 ${2:+--other $2} $1 blocked
# Four lines a stream in five seconds, and one that says how many were left out.
n=$(dmesg_since blocked | grep -c "smmu3.*$1") most=$((5 * (($(uptime_s) - from) / 5 + 2)))
[ $n -le $most ] && pass "$1: the log holds few of the faults ($n lines)" || fail "$1: the log holds few of the faults" "$most lines at most" $n
