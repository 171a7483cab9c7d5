# SPDX-License-Identifier: GPL-2.0-only
# The layers of src/ and who may include whom (src/README.md). Sourced by tests/style/run.
# A rule prints "file:line: what is wrong" for each breach and nothing else.

# includes FILE...: "file:line:form name" of every #include; form is q (quotes) or a (angles).
includes()
{
	[ $# -gt 0 ] || return 0
	awk '
	/^[ \t]*#[ \t]*include[ \t]*"/ { split($0, p, "\""); print FILENAME ":" FNR ":q " p[2] }
	/^[ \t]*#[ \t]*include[ \t]*</ { split($0, p, /[<>]/); print FILENAME ":" FNR ":a " p[2] }
	' "$@"
}

# in_tree FILE NAME: the file of this tree that FILE means by #include "NAME", or nothing.
in_tree()
{
	local dir=${1%/*} path part out=()
	for path in "$dir/$2" "src/$2" "include/$2"; do
		out=()
		IFS=/ read -ra parts <<<"$path"
		for part in "${parts[@]}"; do
			case $part in
			.|'') ;;
			..) unset "out[-1]" 2>/dev/null ;;
			*) out+=("$part") ;;
			esac
		done
		path=$(IFS=/; echo "${out[*]}")
		if [ -e "$path" ]; then
			echo "$path"
			return
		fi
	done
}

layer_of()
{
	local rest=${1#src/}
	case $1 in
	src/*/*) echo "${rest%%/*}" ;;
	include/*) echo include ;;
	*) echo outside ;;
	esac
}

# The number of a layer: an include goes to a number that is not higher.
declare -A layer_number=([fmt]=0 [hw]=1 [core]=2 [api]=3 [plat]=4)

# fmt is compiled in a host process too, so the kernel's headers that it may use are those of types,
# constants and text. None of them declares a lock, an allocation, a register access or printk.
fmt_kernel_headers='linux/types.h linux/bits.h linux/bitfield.h linux/string.h linux/array_size.h linux/errno.h
	linux/limits.h linux/log2.h linux/math.h linux/minmax.h linux/sizes.h linux/sprintf.h linux/stdarg.h linux/stddef.h'

# may_include FROM TO FILE: why a file of layer FROM may not include FILE of layer TO.
may_include()
{
	case $1:$2 in
	"$1:$1"|*:include) ;;
	*:outside) echo "reaches outside of src/ and include/" ;;
	fmt:*) echo "fmt is the lowest layer and includes no other" ;;
	debug:*) ;;
	compat:*) echo "compat is below the layers and includes none" ;;
	api:compat) ;;
	*:compat)
		[ "${3##*/}" != domain_ops.h ] || echo "only api/ deals in operations tables" ;;
	*:debug) ;;
	include:*) echo "a public header includes nothing of src/" ;;
	*)
		if [ -z "${layer_number[$2]:-}" ] || [ -z "${layer_number[$1]:-}" ]; then
			echo "there is no layer $([ -n "${layer_number[$1]:-}" ] && echo "$2" || echo "$1")"
		elif [ "${layer_number[$2]}" -gt "${layer_number[$1]}" ]; then
			echo "$1 may not include the higher layer $2"
		fi ;;
	esac
}

# Includes go to the same layer or a lower one.
rule_layers()
{
	local line where form name file from to why
	while read -r line name; do
		where=${line%:*} form=${line##*:} file=${line%%:*}
		from=$(layer_of "$file")
		to=$(in_tree "$file" "$name")
		if [ -n "$to" ]; then
			why=$(may_include "$from" "$(layer_of "$to")" "$to")
			[ -z "$why" ] || echo "$where: $file includes $to: $why"
		elif [ "$form" = q ] && [ "$name" != verdicts_gen.h ]; then
			echo "$where: \"$name\" is no file of this tree; a kernel header is written <$name>"
		fi
	done < <(includes $(files 'src/*/*.[ch]' 'include/*.h' | grep -v '^src/compat/probe/'))
}

# Kernel headers that belong to some layers only.
rule_kernel_headers()
{
	local line name where file from
	while read -r line name; do
		where=${line%:*} file=${line%%:*}
		from=$(layer_of "$file")
		exempt kernel_headers "$file" && continue
		case $from:$name in
		fmt:*)
			[ -n "$(in_tree "$file" "$name")" ] || [[ " $(echo $fmt_kernel_headers) " == *" $name "* ]] ||
				echo "$where: fmt compiles in a host process and may not use <$name>; it may use: $(echo $fmt_kernel_headers)" ;;
		api:*|compat:*) ;;
		core:linux/io-pgtable.h)
			[[ ${file##*/} == pgtable* ]] || echo "$where: in core/ only pgtable deals in <$name>" ;;
		*:linux/iommu.h|*:linux/iommufd.h|*:uapi/linux/iommufd.h|*:linux/io-pgtable.h)
			echo "$where: only api/ includes <$name>; $from/ knows tags, not domains" ;;
		esac
	done < <(includes $(files 'src/*/*.[ch]' | grep -v '^src/compat/probe/'))
}

# What a kernel has is known below src/compat only.
rule_versions()
{
	local list
	list=$(files 'src/*/*.[ch]' 'include/*.h' 'tests/kunit/*.[ch]' | grep -v '^src/compat/' |
		while read -r f; do exempt versions "$f" || echo "$f"; done)
	[ -z "$list" ] || grep -nHE '\b(HAVE_[A-Z0-9_]+|LINUX_VERSION_CODE|KERNEL_VERSION)\b|[<"/]verdicts(_gen)?\.h' $list |
		sed -E 's/^([^:]*:[0-9]+):.*\b(HAVE_[A-Z0-9_]+|LINUX_VERSION_CODE|KERNEL_VERSION|verdicts(_gen)?\.h).*/\1: \2 belongs below src\/compat; use or write an adapter there/'
}

# CONFIG_ conditionals are stubs in headers, not branches at call sites.
rule_config()
{
	local list
	list=$(files 'src/*/*.c' | grep -v '^src/compat/')
	[ -z "$list" ] || grep -nHE '^[[:space:]]*#[[:space:]]*(if|ifdef|ifndef|elif)\b.*\bCONFIG_' $list |
		sed -E 's/^([^:]*:[0-9]+):.*/\1: a CONFIG_ conditional in a .c file; make it a stub in a header/'
}

# No header includes itself by way of others.
rule_cycles()
{
	local line name file to
	while read -r line name; do
		file=${line%%:*}
		to=$(in_tree "$file" "$name")
		[ -z "$to" ] || echo "$file $to"
	done < <(includes $(files 'src/*/*.h' 'include/*.h')) | tsort 2>&1 >/dev/null |
		sed -n 's/^tsort: \([^:]*\/.*\)$/\1: is part of a cycle of includes/p'
}

# The model and the driver transcribe the specification separately.
rule_model()
{
	local line name where file to
	while read -r line name; do
		where=${line%:*} file=${line%%:*}
		case $name in
		smmu3/*|trace/events/smmu3*) echo "$where: the model shares no header with the driver" ;;
		esac
		to=$(in_tree "$file" "$name")
		case $to in
		src/*|include/*) echo "$where: the model shares no header with the driver ($to)" ;;
		esac
	done < <(includes $(files 'tests/lab/model/*.[ch]' 'tests/lab/server/*.[ch]' 'tests/lab/plugin/*.[ch]'))
}
