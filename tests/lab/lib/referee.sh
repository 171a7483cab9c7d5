# SPDX-License-Identifier: GPL-2.0-only
# A run on the model: which functions its machine has, the plugin, and the referee's verdict. Sourced after model.sh;
# reads cfg_model, cfg_seed, cfg_plugin and $work.

# How much of an adversary the model is where nothing else is said.
referee_adversary=prefetch=20,evict=5,delay=30,reorder=30,split=10

# Slots of the SMMUs, and of the test device behind each but the first; 7 and d are the root ports.
referee_smmu_slots=(8 b c 11) referee_device_slots=(9 e f 10)

# referee_build: server and plugin, before anything is started.
referee_build()
{
	server_build
	plugin_dir=
	[ "$cfg_plugin" = off ] || plugin_dir=$("$lab_dir/plugin/build") || die "the plugin does not build"
}

# referee_start: the server with the lab's machine: the same places as QEMU's devices have, and two test devices.
referee_start()
{
	local each machine i words
	IFS=+ read -ra each <<<"$cfg_model"
	for i in "${!each[@]}"; do
		words=${each[i]}
		[[ ${words%%,*} == *=* ]] || words=preset=$words
		# After the preset, which begins anew; what the user says comes last.
		each[i]=${words%%,*},$referee_adversary${words#"${words%%,*}"}
	done
	machine=(--smmu "8.0:${each[0]}")
	# Further SMMUs have a test device each.
	for ((i = 1; i < cfg_smmus; i++)); do
		words=${each[i]:-${each[-1]}}
		machine+=(--smmu "${referee_smmu_slots[i]}.0:$words" --fn "${referee_device_slots[i]}.0:labdev,smmu=$i")
	done
	# A disk does DMA on its own: shape bare has none.
	[ "$cfg_devices" = test ] || machine+=(--fn 5.0:nvme,serial=lab0,size=256)
	# Instructions that wait are as many as the host is slow: where they are counted nothing is waited for.
	[[ $cfg_plugin != count && $cfg_plugin != profile ]] || machine+=(--prompt)
	model_start "${machine[@]}" --fn 3.0:itd --fn "4.0:$model_edu" --fn 9.0:labdev \
		--fn "a.0:$model_second" --fn hot:nvme,rid=0x100,serial=hot0,size=64 --fn hotlab:labdev,rid=0x200 "${model_more[@]}" \
		--seed "$cfg_seed"
	model_ask stages
	cfg_stage=$answer
	say "model: ${each[*]}, seed $model_seed${plugin_dir:+, plugin $cfg_plugin}"
}

referee_arguments()
{
	local does
	model_arguments
	case $cfg_plugin in
	off)   return 0 ;;
	deaf)  does=dvm=drop,watch=on ;;
	count) does=dvm=on,watch=off,count=on ;;
	profile) does=dvm=on,watch=off,profile=$work/profile ;;
	*)     does=dvm=on,watch=on ;;
	esac
	qemu+=(-plugin "$plugin_dir/smmu3-plugin.so,server=$model_sockets,$does")
}

# referee_hot_add [labdev]: the disk below the first root port, or the test device below the second. QEMU lets go of
# one that was unplugged some time after the guest, and does not survive being turned away.
referee_hot_add()
{
	local name=hot port=rp0
	[ "${1:-}" != labdev ] || { name=hotlab port=rp1; }
	for _ in {1..50}; do
		grep -E "\] $name: (dis)?connected" "$work/model.log" | tail -n 1 | grep -q ' connected' || break
		sleep 0.2
	done
	qmp "{\"execute\":\"device_add\",\"arguments\":$(model_hot $name $port $name)}"
}

# referee_stop: the model's last words; sets referee_rc.
referee_stop()
{
	model_ask counters
	echo "$answer" >"$work/model.counters"
	model_stop
	referee_rc=$?
}

# referee_judge: fails, and says why, unless the driver broke no rule.
referee_judge()
{
	local fails warns
	fails=$(grep -c '^FAIL' "$work/model.report" 2>/dev/null)
	warns=$(grep -c '^WARN' "$work/model.report" 2>/dev/null)
	[ "${warns:-0}" = 0 ] || say "referee: $warns warnings ($work/model.report)"
	[ "$referee_rc" != 0 ] || return 0
	if [ "$referee_rc" = 1 ]; then
		say "referee: $fails violations; the first of each rule:"
		awk -F '\t' '$1 == "FAIL" && !seen[$2]++' "$work/model.report" | head -n 20 | sed 's/^/    /' >&2
	else
		say "the model's server ended with $referee_rc: $(tail -n 5 "$work/model.err")"
	fi
	say "again: the same options with --seed $model_seed; log: $work/model.log"
	return 1
}
