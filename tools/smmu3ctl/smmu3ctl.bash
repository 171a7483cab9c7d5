# SPDX-License-Identifier: GPL-2.0-only
# Completion of smmu3ctl for bash.

# _smmu3ctl_devices: names of devices that are behind an SMMU, as they are on their bus, and those of network and disks.
_smmu3ctl_devices()
{
	local d
	for d in /sys/class/iommu/*/devices/* /sys/class/net/*/device /sys/class/block/*/device; do
		case $d in
		*'*'*) ;;
		*/device) d=${d%/device}; echo "${d##*/}" ;;
		*) echo "${d##*/}" ;;
		esac
	done
}

_smmu3ctl_kernels()
{
	local k
	for k in /boot/smmu3/*.img; do
		k=${k##*/}
		[ "$k" = '*.img' ] || echo "${k%.img}"
	done
}

# _smmu3ctl_where: which word is the command's, and how many arguments stand between it and the cursor.
_smmu3ctl_where()
{
	local i
	command='' nr=0
	for ((i = 1; i < cword; i++)); do
		case ${words[i]} in
		--root|--pasid|--interval|--count) i=$((i + 1)) ;;
		-*) ;;
		*) if [ -z "$command" ]; then command=${words[i]}; else nr=$((nr + 1)); fi ;;
		esac
	done
}

_smmu3ctl_options()
{
	echo --json --root --dry-run --no-color --help
	case $1 in
	'') echo --version ;;
	show) echo --all ;;
	walk) echo --pasid --ranges ;;
	watch) echo --interval --count ;;
	enable|disable) echo --all ;;
	confirm) echo --boot --ignore-deferred ;;
	ab) echo --dma --disk --overwrite --net --seconds --rounds --html --force -o ;;
	esac
}

_smmu3ctl()
{
	local words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
	local command nr list=
	# Device names have colons, at which bash divides words.
	if declare -F _comp_initialize >/dev/null; then
		_comp_initialize -n : -- "$@" || return
	elif declare -F _init_completion >/dev/null; then
		_init_completion -n : || return
	fi
	COMPREPLY=()
	case $prev in
	--root) compopt -o dirnames; return ;;
	--pasid|--interval|--count) return ;;
	esac
	_smmu3ctl_where
	case $cur in
	-*) list=$(_smmu3ctl_options "$command") ;;
	*)
		case $command:$nr in
		:*)	list="status try enable disable confirm verify show walk watch ab doctor version help" ;;
		help:0)	list="status try enable disable confirm verify show walk watch ab doctor version" ;;
		show:0)	list="features streams ste cd asid domains queues events counters" ;;
		show:1|walk:0) list=$(_smmu3ctl_devices) ;;
		try:0|enable:0|disable:0) list=$(_smmu3ctl_kernels) ;;
		ab:0)	list="record compare" ;;
		ab:*)	compopt -o default ;;
		esac ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$list" -- "$cur")
	! declare -F __ltrim_colon_completions >/dev/null || __ltrim_colon_completions "$cur"
}

complete -F _smmu3ctl smmu3ctl
