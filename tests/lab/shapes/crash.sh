# SPDX-License-Identifier: GPL-2.0-only
# A machine with a crash kernel: the same kernel, initramfs and driver once more, put into the memory of
# crashkernel= by QEMU. The test fw-crash makes the first kernel panic, and runs again in the second.
crash_base=0x50000000 crash_size=0x10000000
crash_image=0x51000000 crash_initrd=0x5a000000 crash_dtb=0x5f000000

shape_machine() { cfg_append+=" crashkernel=$crash_size@$crash_base lab.crash=$crash_image,$crash_dtb,$crash_base"; }

shape_dt()
{
	local sz append dtb_was=$dtb
	cp "$dtb" "$work/crash.dtb"
	dtb=$work/crash.dtb
	sz=$(stat -c %s "$initrd")
	append=$(machine_append)
	append=${append% crashkernel=*}
	# The page that the second kernel looks for a description of the first one in: there is none.
	dt_text /chosen bootargs "${append/lab.tests=$cfg_tests/lab.tests=fw-crash} nr_cpus=1 elfcorehdr=0x1000@0x5ff00000"
	dt_set /chosen linux,initrd-start 0 "${crash_initrd#0x}"
	dt_set /chosen linux,initrd-end 0 "$(printf %x $((crash_initrd + sz)))"
	dt_set /chosen linux,usable-memory-range 0 "${crash_base#0x}" 0 "${crash_size#0x}"
	dtb=$dtb_was
	qemu+=(-device "loader,file=$(readlink -f "$kernel/vmlinuz"),addr=$crash_image,force-raw=on"
		-device "loader,file=$initrd,addr=$crash_initrd,force-raw=on"
		-device "loader,file=$work/crash.dtb,addr=$crash_dtb,force-raw=on")
}
