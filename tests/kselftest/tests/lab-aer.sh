# SPDX-License-Identifier: GPL-2.0-only
# test: test device below a root port: the bus reset and the port's fatal error, in every state of RID and PASIDs
# when: model
labdev_load || return
ports_awake
set -- $(labdev_devices)
want_eq "the machine adds the device" ok "$(hot_add labdev)"
want_within 10 "it has a driver" '[ -n "$(hot_labdev)" ] && [ -e /dev/labdev-$(hot_labdev) ]' || return
d=$(hot_labdev)
note "$(labjob $d info)"
lab_job "$d: function level reset" --note --other $1 $d reset-attached
if grep -q -w bus $pci/$d/reset_method; then
	lab_job "$d: bus reset" --note --other $1 --by "echo bus >$pci/$d/reset_method && echo 1 >$pci/$d/reset" $d reset-attached
else
	skip_part "$d: bus reset" "the kernel offers: $(cat $pci/$d/reset_method)"
fi
port=$(basename $(dirname $(readlink -f $pci/$d)))
if [ -e $pci/$port/aer_rootport_total_err_fatal ]; then
	printf '#!/bin/sh\n. /lab/lib.sh\n[ "$(ask aer rp1)" = ok ]\n' >/tmp/aer
	chmod +x /tmp/aer
	dmesg_mark aer
	lab_job "$d: a fatal error of $port" --note --other $1 --by /tmp/aer $d reset-attached
	want_gt "$port: errors that the kernel has recovered from" 0 "$(dmesg_since aer | grep -c 'AER: device recovery successful')"
	want_eq "$port: failed recoveries" 0 "$(dmesg_since aer | grep -c 'AER: device recovery failed')"
else
	skip_part "$d: a fatal error of $port" "this kernel does not have the port's errors (CONFIG_PCIEAER)"
fi
lab_job "$d: jobs of every kind afterwards" $d ops
want_eq "the machine takes it away" ok "$(ask hot_remove labdev)"
want_within 20 "it is gone" "[ ! -e $pci/$d ]"
