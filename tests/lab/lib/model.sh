# SPDX-License-Identifier: GPL-2.0-only
# A machine whose SMMU is the model: the server in the background, QEMU's arguments for its functions,
# and the device tree that leads a driver to them. Sourced after build.sh and shape.sh; reads $work, cfg_memory.
#
#	model_start OPTIONS...	start the server; OPTIONS as of tests/lab/server (--smmu, --fn, --seed ...)
#	$model_machine		what -M must say, also where the device tree is dumped
#	model_arguments		append to the array qemu: the functions of pcie.0
#	model_append		print what the kernel's command line must say
#	model_dt		edit $dtb (the words of shape.sh)
#	model_hot NAME BUS ID	print what device_add wants to plug a function below a root port
#	model_ask WORDS...	a question to the server; sets answer
#	model_stop		end it; returns its status: 0 clean, 1 violations (in $work/model.report), 2 broken
#
# Settings: model_irqs=wired|combined|msi|none (msi: the SMMU's own, by GICv2m), model_ats=1|0; what the second test
# device and edu are: model_second=WORDS, model_edu=WORDS; more functions: model_more=(--fn ...).
#
# Why GICv2m: an MSI that the server posts carries no requester ID, which an ITS would want for its DeviceID. QEMU's
# GICv3 offers LPIs also without an ITS, and Linux then looks for no GICv2m, unless it is told to ignore LPIs.
model_machine=virt,gic-version=3,msi=gicv2m
model_irqs=wired model_ats=1 model_second=labdev model_edu=edu,dma_mask=0xffffffffffffffff model_more=()
model_pid= model_smmus=() model_fns=()

# server_build: set $model_server to the server's program, built in the lab's root.
server_build()
{
	[ -z "${model_server:-}" ] || return 0
	model_server=$("$lab_dir/server/build") || die "the server does not build"
}

# model_words TEXT: the words of "ADDR:KIND,WORD,..." one a line.
model_words() { tr ',' '\n' <<<"${1#*:}"; }

# model_rid ADDR WORDS: the requester ID: what rid= says, or of slot.function.
model_rid()
{
	local rid slot fn
	rid=$(model_words "$1:$2" | sed -n 's/^rid=//p' | head -n 1)
	[ -z "$rid" ] || { printf %x $((rid)); return; }
	slot=${1%%.*} fn=${1#*.}
	[ "$fn" != "$1" ] || fn=0
	printf %x $((0x$slot << 3 | 0x$fn))
}

# model_map ADDR WORDS: pairs of requester ID and StreamID, one a line. A function with several StreamIDs has as many
# requester IDs; one whose requester ID is not among its StreamIDs has been given the first.
model_map()
{
	local rid sid sids
	rid=$(model_rid "$1" "$2")
	sids=$(model_words "$1:$2" | sed -n 's/^sids=//p' | tail -n 1)
	sids=$(for sid in ${sids//+/ }; do printf '%x ' $((sid)); done)
	case " $sids" in
	' ')         echo "$rid $rid" ;;
	*" $rid "*)  for sid in $sids; do echo "$sid $sid"; done ;;
	*)           echo "$rid ${sids%% *}" ;;
	esac
}

# model_on_bus ADDR: whether it is a slot of pcie.0, there from the start.
model_on_bus() { [[ $1 =~ ^[01]?[0-9a-fA-F](\.[0-7])?$ ]]; }

model_collect()
{
	model_smmus=() model_fns=() model_prompt=
	while [ $# -gt 0 ]; do
		case $1 in
		--smmu) model_smmus+=("$2"); shift ;;
		--fn)   model_fns+=("$2"); shift ;;
		--prompt) model_prompt=1 ;;
		esac
		shift
	done
}

model_start()
{
	local line
	server_build
	model_collect "$@"
	model_sockets=$work/model
	mkdir -p "$model_sockets"
	rm -f "$work"/model.{in,out}
	mkfifo "$work/model.in" "$work/model.out"
	exec {fd_model_in}<>"$work/model.in" {fd_model_out}<>"$work/model.out"
	lab_exec=exec in_root "$model_server" --socket-dir "$model_sockets" --log "$work/model.log" \
		--report "$work/model.report" "$@" <"$work/model.in" >"$work/model.out" 2>"$work/model.err" &
	model_pid=$!
	while read -r -t 20 line <&"$fd_model_out"; do
		case $line in
		'seed '*) model_seed=${line#seed } ;;
		ready)    return 0 ;;
		esac
		kill -0 "$model_pid" 2>/dev/null || break
	done
	model_stop
	die "the model's server does not start: $(cat "$work/model.err")"
}

# model_device SOCKET-NAME PLACE: a -device as JSON; PLACE is "bus":...,"addr":... and more.
model_device()
{
	# A prompt server's answer is waited for.
	echo "{\"driver\":\"vfio-user-pci\",$2${model_prompt:+,\"x-no-posted-writes\":true},\"socket\":{\"type\":\"unix\",\"path\":\"$model_sockets/$1.sock\"}}"
}

model_arguments()
{
	local f
	for f in "${model_smmus[@]}" "${model_fns[@]}"; do
		model_on_bus "${f%%:*}" || continue
		qemu+=(-device "$(model_device "${f%%:*}" "\"bus\":\"pcie.0\",\"addr\":\"${f%%:*}\"")")
	done
}

model_append() { echo irqchip.gicv3_nolpi=1; }
model_hot() { model_device "$1" "\"bus\":\"$2\",\"id\":\"$3\""; }

# The interrupt controller that takes MSIs.
model_msi_parent()
{
	local gic frame
	gic=/$(dt_names | grep '^intc@')
	frame=$(dt_names "$gic" | grep '^v2m@')
	dt_phandle "$gic/$frame"
}

model_dt()
{
	local pcie f i=0 node n words rid sid map=() phandles=()
	pcie=$(dt_pcie)
	[ "$model_ats" = 0 ] || dt_set "$pcie" ats-supported
	# Below a node that is no bus: the platform code makes no device of it, the shim does.
	dt_node /lab-smmus
	dt_set /lab-smmus '#address-cells' 1
	dt_set /lab-smmus '#size-cells' 0
	for f in "${model_smmus[@]}"; do
		rid=$(model_rid "${f%%:*}" "")
		node=/lab-smmus/smmu@$rid
		dt_node "$node"
		dt_set "$node" reg "$rid"
		dt_text "$node" compatible arm,smmu-v3
		dt_set "$node" '#iommu-cells' 1
		dt_set "$node" dma-coherent
		dt_set "$node" lab,function "$rid"
		case $model_irqs in
		combined) dt_set "$node" lab,combined ;;
		none)     dt_set "$node" lab,no-wires ;;
		msi)      dt_set "$node" lab,no-wires; dt_set "$node" msi-parent "$(model_msi_parent)" ;;
		esac
		phandles+=("$(dt_phandle "$node")")
		i=$((i + 1))
	done
	for f in "${model_fns[@]}"; do
		words=${f#*:}
		n=$(model_words "$f" | sed -n 's/^smmu=//p')
		[ "$n" != none ] && [ "$i" -gt 0 ] || continue
		while read -r rid sid; do
			map+=("$rid" "${phandles[${n:-0}]}" "$sid" 1)
		done < <(model_map "${f%%:*}" "$words")
	done
	[ ${#map[@]} -eq 0 ] || dt_set "$pcie" iommu-map "${map[@]}"
}

model_ask()
{
	answer="error the server is gone"
	kill -0 "$model_pid" 2>/dev/null || return
	printf '%s\n' "$*" >&"$fd_model_in"
	read -r -t 10 answer <&"$fd_model_out" || answer="error no answer from the server"
}

model_stop()
{
	local rc
	[ -n "$model_pid" ] || return 0
	kill -0 "$model_pid" 2>/dev/null && { printf 'quit\n' >&"$fd_model_in"; }
	for _ in {1..100}; do
		kill -0 "$model_pid" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL "$model_pid" 2>/dev/null && say "the server had to be killed"
	wait "$model_pid" 2>/dev/null
	rc=$?
	model_pid=
	exec {fd_model_in}>&- {fd_model_out}>&-
	return $rc
}
