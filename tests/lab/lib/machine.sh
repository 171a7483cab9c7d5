# SPDX-License-Identifier: GPL-2.0-only
# The virtual machine: its shape as QEMU's arguments, and the answers to what the guest asks
# while it runs. Sourced after build.sh; reads the run's cfg_* variables and $work.

# machine_events: QEMU's own trace of its SMMU, the witness that is the same for every driver.
machine_events()
{
	printf '%s\n' smmuv3_translate_success smmuv3_translate_bypass smmuv3_translate_disable \
		smmuv3_translate_abort smmuv3_cmdq_opcode smmuv3_propagate_event smmuv3_write_mmio \
		smmuv3_find_ste_2lvl smmuv3_get_cd
}

machine_disks()
{
	truncate -s 256M "$work/nvme.img" "$work/nvme1.img"
	truncate -s 64M "$work/blk.img" "$work/hot.img"
}

# machine_smmus: the SMMUs and, for more than one, further root complexes (ACPI only: without
# firmware nobody enumerates them).
machine_smmus()
{
	local i
	if [ -n "$cfg_model" ]; then
		qemu+=(-M "$model_machine$cfg_el2,memory-backend=ram")
		return
	fi
	# The machine's own SMMU has both stages and nesting, whatever its stage= says.
	if [ "$cfg_smmus" = 1 ] && [ -z "$cfg_stage" ]; then
		qemu+=(-M "virt,gic-version=3$cfg_el2,iommu=smmuv3,memory-backend=ram")
		return
	fi
	qemu+=(-M "virt,gic-version=3$cfg_el2,memory-backend=ram")
	qemu+=(-device "arm-smmuv3,primary-bus=pcie.0,id=smmu0,stage=${cfg_stage:-nested}")
	for ((i = 1; i < cfg_smmus; i++)); do
		qemu+=(-device "pxb-pcie,id=pcie.$i,bus_nr=$((i * 32)),bus=pcie.0,addr=1$i.0")
		qemu+=(-device "arm-smmuv3,primary-bus=pcie.$i,id=smmu$i,stage=${cfg_stage:-nested}")
		qemu+=(-device "pcie-root-port,id=rp$i,bus=pcie.$i,chassis=$((i * 8)),slot=$((i * 8)),addr=2.0")
		qemu+=(-device "iommu-testdev,bus=rp$i")
	done
	[ "$cfg_smmus" -gt 1 ] || return 0
	qemu+=(-device "pcie-root-port,id=rpdisk,bus=pcie.1,chassis=9,slot=9,addr=3.0")
	qemu+=(-drive "if=none,id=disk1,format=raw,cache=unsafe,file=$work/nvme1.img")
	qemu+=(-device "nvme,serial=lab1,drive=disk1,bus=rpdisk")
}

machine_devices()
{
	local virtio=disable-legacy=on,iommu_platform=on net=
	# virtio_net takes the MSI descriptors' lock under the CPU hot-plug lock, the kernel's IOMMU core the latter
	# under the group's, and an ITS the group's under the MSI lock: lockdep reports that circle of the
	# kernel's own, with any IOMMU driver, and then looks no further. Without MSI-X it does not close.
	grep -q '^CONFIG_PROVE_LOCKING=y' "$kernel/config" && net=,vectors=0
	if [ -n "$cfg_model" ]; then
		qemu+=(-device "pcie-root-port,id=rp0,chassis=1,slot=1,bus=pcie.0,addr=7.0"
			-device "pcie-root-port,id=rp1,chassis=2,slot=2,bus=pcie.0,addr=d.0")
		return
	fi
	qemu+=(
		-device "iommu-testdev,bus=pcie.0,addr=3.0"
		-device "edu,bus=pcie.0,addr=4.0,dma_mask=0xffffffffffffffff"
	)
	[ "$cfg_devices" = all ] || return 0
	qemu+=(
		-netdev "user,id=net0,restrict=on,guestfwd=tcp:10.0.2.100:7-cmd:$lab_dir/lib/netpeer"
		-device "virtio-net-pci,netdev=net0,$virtio,bus=pcie.0,addr=2.0,romfile=$net"
		-drive "if=none,id=disk0,format=raw,cache=unsafe,file=$work/nvme.img"
		-device "nvme,serial=lab0,drive=disk0,bus=pcie.0,addr=5.0"
		-drive "if=none,id=blk0,format=raw,cache=unsafe,file=$work/blk.img"
		-device "virtio-blk-pci,drive=blk0,$virtio,bus=pcie.0,addr=6.0"
		-device "pcie-root-port,id=rp0,chassis=1,slot=1,bus=pcie.0,addr=7.0"
		-drive "if=none,id=hot0,format=raw,cache=unsafe,file=$work/hot.img"
	)
}

machine_append()
{
	local a="rdinit=/init console=ttyAMA0 panic=-1 oops=panic iommu.strict=$cfg_strict"
	# A data race of the kernel's own is a warning to KCSAN: it may be printed, not end the machine.
	grep -q '^CONFIG_KCSAN=y' "$kernel/config" || a+=" panic_on_warn=1"
	case $cfg_domain in
	identity) a+=" iommu.passthrough=1" ;;
	dma)      a+=" iommu.passthrough=0" ;;
	esac
	[ "$cfg_driver" = in-tree ] || a+=" initcall_blacklist=arm_smmu_driver_init"
	# Late: give up on the SMMU at once. First: a busy host may not make devices do without it.
	case $cfg_load in
	late)  a+=" deferred_probe_timeout=1" ;;
	first) a+=" deferred_probe_timeout=300" ;;
	esac
	# Checked caches have no sheaves, whose stale pointers hide from kmemleak what was lost.
	! grep -q '^CONFIG_DEBUG_KMEMLEAK=y' "$kernel/config" || a+=" slab_debug=F"
	a+=" lab.driver=$cfg_driver lab.load=$cfg_load lab.domain=$cfg_domain lab.strict=$cfg_strict lab.smmus=$cfg_smmus lab.devices=$cfg_devices${cfg_stage:+ lab.stage=$cfg_stage}"
	# A table that is freed while the SMMU can reach it shows: the referee knows the pattern.
	[ -z "$cfg_model" ] || a+=" $(model_append) page_poison=1 lab.model=1 lab.seed=$cfg_seed"
	[[ $cfg_model != *stall_model=2* ]] || a+=" lab.stall=forced"
	a+=" lab.tests=$cfg_tests${cfg_params:+ lab.params=$cfg_params}${cfg_shell:+ lab.shell=1}${cfg_rounds:+ lab.rounds=$cfg_rounds}${cfg_slow:+ lab.slow=$cfg_slow}"
	echo "$a${cfg_append:+ $cfg_append}"
}

# machine_arguments: fill the array qemu.
machine_arguments()
{
	qemu=(qemu-system-aarch64 -nodefaults -display none -no-reboot -cpu "$cfg_cpu" -smp "$cfg_cpus" -m "${cfg_memory}"
		-object "memory-backend-memfd,id=ram,size=${cfg_memory},share=on"
		-accel "tcg,thread=multi,tb-size=256")
	machine_smmus
	machine_devices
	shape_arguments
	[ -z "$cfg_model" ] || referee_arguments
	[ "$cfg_firmware" = dt ] || qemu+=(-bios /usr/share/qemu-efi-aarch64/QEMU_EFI.fd)
	qemu+=(-kernel "$kernel/vmlinuz" -initrd "$initrd" -append "$(machine_append)")
	if [ -n "$cfg_shell" ]; then
		qemu+=(-chardev stdio,id=console,mux=on,signal=off,"logfile=$work/console.log" -serial chardev:console -mon console,mode=readline)
	else
		qemu+=(-serial "file:$work/console.log")
	fi
	qemu+=(-chardev "pipe,id=ctl,path=$work/ctl" -serial chardev:ctl
		-chardev "pipe,id=qmp,path=$work/qmp" -mon chardev=qmp,mode=control
		-D "$work/trace.log" -trace "events=$work/events")
}

# ---------------------------------------------------------------- answers

# qmp JSON: one command to QEMU's monitor; sets answer to "ok" or its error. Its events are
# passed over.
qmp()
{
	local line
	printf '%s\n' "$1" >&"$fd_qmp_in"
	for _ in {1..20}; do
		if ! read -r -t 1 line <&"$fd_qmp_out"; then
			kill -0 "$qemu_pid" 2>/dev/null || break
			continue
		fi
		case $line in
		*'"return"'*) answer=ok; return ;;
		*'"error"'*)  answer="error ${line//[$'\r\n']/}"; return ;;
		esac
	done
	answer="error no answer from the monitor"
}

trace_position() { stat -c %s "$work/trace.log" 2>/dev/null || echo 0; }

# trace_since POSITION SID: one line that sums up the trace from there on.
trace_since()
{
	tail -c "+$(($1 + 1))" "$work/trace.log" 2>/dev/null | awk -v want="$2" "$trace_awk"
}

trace_awk='
	function sid_is(    i) {
		for (i = 1; i <= NF; i++)
			if ($i ~ /^sid=/ || $i == "sid") {
				v = $i; sub(/^sid=/, "", v)
				return v == want || v == hex
			}
		return 0
	}
	BEGIN { hex = want; dec = 0; h = substr(tolower(want), 3)
		for (i = 1; i <= length(h); i++) dec = dec * 16 + index("0123456789abcdef", substr(h, i, 1)) - 1
		hex = dec "" }
	/^smmuv3_translate_success/ { if (sid_is()) t++ }
	/^smmuv3_translate_bypass/  { if (sid_is()) b++ }
	/^smmuv3_translate_abort/   { if (sid_is()) r++ }
	/^smmuv3_translate_disable/ { if (sid_is()) d++ }
	/^smmuv3_cmdq_opcode/       { c++ }
	/^smmuv3_write_mmio addr: 0x20 val:0x[0-9a-f]*[13579bdf] / { on++ }
	/^smmuv3_propagate_event/   { e++; if (sid_is()) es++ }
	END { printf "translated=%d bypassed=%d aborted=%d disabled=%d commands=%d events=%d own_events=%d enabled=%d\n", t, b, r, d, c, e, es, on }'

# machine_answer WORDS...: set answer to what the guest's question is answered with.
machine_answer()
{
	local now
	answer=ok
	case ${1:-} in
	mark|seen)
		if [ -n "$cfg_model" ]; then
			model_ask "$@"
			return
		fi ;;&
	mark)
		trace_mark=$(trace_position) ;;
	seen)
		now=$(trace_position)
		answer=$(trace_since "$trace_mark" "$2")
		trace_mark=$now ;;
	counters)
		answer="error without --model"
		[ -z "$cfg_model" ] || model_ask "$@" ;;
	hot_add)
		[ -z "$cfg_model" ] || { referee_hot_add "${2:-}"; return; }
		qmp '{"execute":"device_add","arguments":{"driver":"nvme","id":"hot","serial":"hot0","drive":"hot0","bus":"rp0"}}' ;;
	aer)
		qmp "{\"execute\":\"human-monitor-command\",\"arguments\":{\"command-line\":\"pcie_aer_inject_error ${2:-} DLP\"}}" ;;
	hot_remove)
		qmp "{\"execute\":\"device_del\",\"arguments\":{\"id\":\"hot${2:+lab}\"}}" ;;
	done)
		guest_done=1 ;;
	esac
}
