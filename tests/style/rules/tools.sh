# SPDX-License-Identifier: GPL-2.0-only
# Rules that are other people's programs, run in the lab's root: the kernel's checkpatch and
# kernel-doc from the suite's linux-source, codespell. What a file passed is remembered by its content. Sourced by tests/style/run.

. "$style_dir/../lab/lib/say.sh"
. "$style_dir/../lab/lib/apt.sh"
. "$style_dir/../lab/lib/root.sh"

# The programs and their data, each a file of the directory that fetch_tools fills.
tool_files='checkpatch.pl spelling.txt const_structs.checkpatch kernel-doc'

# unpack_tools DIR SOURCE_DEB: the kernel's scripts out of a tarball inside of the package.
unpack_tools()
{
	local tmp=$1 f
	dpkg-deb --fsys-tarfile "$tmp"/linux-source*.deb | tar -xO --wildcards './usr/src/linux-source-*.tar.xz' |
		in_root xz -dc -T0 | tar -x -C "$tmp" --strip-components=2 --wildcards \
			'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
			'*/scripts/const_structs.checkpatch' '*/scripts/kernel-doc'
	rm -f "$tmp"/*.deb
	for f in $tool_files; do
		[ -s "$tmp/$f" ] || return 1
	done
}

fetch_tools()
{
	local dir=$1 tmp=$1.tmp.$$
	shift
	[ -d "$dir" ] && return 0
	rm -rf "$dir".tmp.*
	mkdir -p "$tmp"
	with_log "fetching checkpatch with its kernel's source (about 150 MB, once)" \
		sh -c 'cd "$1" && shift && APT_CONFIG="$1" && export APT_CONFIG && shift && apt-get -q download "$@"' \
		sh "$tmp" "$apt_conf" "$@" &&
		with_log "unpacking them" unpack_tools "$tmp" &&
		mv "$tmp" "$dir"
}

# checker_dir: set $checker to the programs with word lists that leave tests/style/words alone. The empty
# folders are where checkpatch looks for a kernel's bindings, and
# for names in mixed case.
checker_dir()
{
	local words f tmp
	checker=$tools/checker-$(hash_of "$(cat "$style_dir/words" "$style_dir/rules/tools.sh")")
	[ ! -d "$checker" ] || return 0
	words=$(sed 's/[ \t]*#.*//' "$style_dir/words" | grep . | paste -sd '|')
	tmp=$checker.tmp.$$
	mkdir -p "$tmp/include" "$tmp/Documentation/devicetree/bindings"
	: >"$tmp/Documentation/devicetree/bindings/vendor-prefixes.yaml"
	for f in $tool_files; do
		grep -vE "^($words)\|\|" "$tools/$f" >"$tmp/$f"
	done
	tr '|' '\n' <<<"$words" >"$tmp/words"
	mv -T "$tmp" "$checker" 2>/dev/null || rm -rf "$tmp"
}

# tools_dir: set $tools to the directory of the programs, $checker to the same with the right words.
tools_dir()
{
	local version source
	[ -z "${tools:-}" ] || return 0
	check_root_dir
	version=$(apt_version linux-source "$lab_suite")
	source=$(apt_ask apt-cache show "linux-source=$version" | sed -nE 's/^Depends: *(linux-source-[0-9.]+).*/\1/p' | head -n 1)
	[ -n "$source" ] || die "the mirror lacks linux-source"
	tools=$cache_dir/style-tools-$(hash_of "$tool_files" "$source=$version")
	[ -d "$tools" ] || cache_lock "$(basename "$tools")" fetch_tools "$tools" "$source=$version" ||
		die "cannot fetch the programs"
	checker_dir
}

# per_file NAME PROGRAM FILE...: run PROGRAM (words) on those FILEs that did not pass before, two
# dozen at a time, in the lab's root, and not in this tree because checkpatch leaves files where
# it runs. What it prints is the rule's finding.
per_file()
{
	local name=$1 program=$2 key f todo=() past
	shift 2
	[ $# -gt 0 ] || return 0
	past=$cache_dir/style-passed/$name-$(hash_of "$program")
	mkdir -p "$past"
	for f; do
		key=$(hash_of "$f" "$(cat "$f"; echo .)")
		[ -e "$past/$key" ] || todo+=("$f" "$past/$key")
	done
	[ ${#todo[@]} -gt 0 ] || return 0
	printf '%s\0' "${todo[@]}" |
		in_root xargs -0 -n 48 -P 2 "$style_dir/batch" "$program" "$tools" "$root_of_tree"
}

# Sources that live by the kernel's rules; programs of the lab and the host tests follow the
# style but not what only makes sense in a kernel.
kernel_c() { files 'src/*.[ch]' 'include/*.h' 'tests/kunit/*.[ch]' 'tests/modules/*.[ch]' 'tools/dmabench/*.[ch]'; }
program_c()
{
	files 'tests/host/*.[ch]' 'install/*.[ch]' 'tests/install/*.[ch]' 'tests/lab/*.[ch]' 'tests/kselftest/*.[ch]' 'tools/smmu3ctl/*.[ch]'
}

checkpatch='perl $checker/checkpatch.pl --no-tree --root=$checker --strict --terse --show-types --no-summary --quiet --max-line-length=100'

# Not for us: there is no MAINTAINERS file; macros that define functions or nothing are what the compat
# layer and stubs are made of; the specification has names like nGnRE; that a lock says what it
# protects is rule_locks, which reads kernel-doc too.
checkpatch_kernel='FILE_PATH_CHANGES,MACRO_ARG_REUSE,MACRO_ARG_UNUSED,CAMELCASE,UNCOMMENTED_DEFINITION,UNDOCUMENTED_DT_STRING'
checkpatch_program="$checkpatch_kernel,AVOID_EXTERNS,PREFER_KERNEL_TYPES,CONST_STRUCT,NEW_TYPEDEFS,SPLIT_STRING,ARRAY_SIZE,AVOID_BUG,CONSTANT_COMPARISON,PREFER_PR_LEVEL,USE_SPINLOCK_T,VOLATILE,BIT_MACRO,STRCPY,STRLCPY,STRNCPY,SSCANF_TO_KSTRTO,CONSIDER_KSTRTO,PRINTK_WITHOUT_KERN_LEVEL,NAKED_SSCANF,MEMORY_BARRIER,TRACE_PRINTK,USE_DEVICE_INITCALL"

# let_off FILE: types of checkpatch that tests/style/exempt lets FILE off, each after a comma.
let_off()
{
	local rule glob
	while read -r rule glob _; do
		# shellcheck disable=SC2053
		[[ $rule == checkpatch=* && $1 == $glob ]] && printf ',%s' "${rule#*=}"
	done < <(sed 's/#.*//' "$exempt_list")
}

# checkpatch_on IGNORE FILE...: the files with the same exemptions together.
checkpatch_on()
{
	local ignore=$1 f off program
	local -A group=()
	shift
	tools_dir
	for f; do
		group[$ignore$(let_off "$f")]+=" $f"
	done
	for off in "${!group[@]}"; do
		program=$(tr -s '\n\t' '  ' <<<"${checkpatch//\$checker/$checker}")
		per_file checkpatch "$program --ignore $off -f" ${group[$off]}
	done
}

rule_checkpatch()
{
	checkpatch_on "$checkpatch_kernel" $(kernel_c)
	checkpatch_on "$checkpatch_program" $(program_c)
}

# Words of everything that people read: checkpatch's own way with that dictionary takes ten times as long as all its rest.
rule_spelling()
{
	tools_dir
	per_file spelling "codespell --builtin clear --check-hidden --quiet-level 3 --ignore-words $checker/words" \
		$(text_files | grep -vxE 'COPYING|tests/style/(selftest|words)')
}

rule_kernel_doc()
{
	tools_dir
	per_file kernel-doc "perl $tools/kernel-doc -none -Werror" $(kernel_c)
}

# The lowest layer's headers compile by themselves, and twice, in a host process; what the
# kernel's headers give them there comes from tests/host/include.
rule_fmt_headers()
{
	local f list
	list=$(files 'src/fmt/*.h')
	[ -n "$list" ] || return 0
	tools_dir
	# shellcheck disable=SC2016
	in_root sh -c '
		for f; do
			printf "#include \"%s\"\n#include \"%s\"\n" "$f" "$f" |
				gcc -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter -fsyntax-only \
					-Itests/host/include -I. -Isrc -x c - 2>&1
		done' sh $list
}

# The other headers the same with the kernel's flags.
rule_kernel_headers_alone()
{
	"$style_dir/build" --headers trixie-backports arm64 >/dev/null 2>&1 ||
		"$style_dir/build" --headers trixie-backports arm64 2>&1 | grep -E '^#|^not ok'
}

# The mutants' patch fits the sources, to the letter.
rule_mutants()
{
	local out
	[ -e tests/lab/mutants.patch ] || return 0
	tools_dir
	out=$(in_root patch --dry-run -p1 -F0 -i tests/lab/mutants.patch 2>&1 </dev/null) ||
		grep -B1 FAILED <<<"$out" | sed 's,^,tests/lab/mutants.patch:1: ,'
}

rule_selftest()
{
	"$style_dir/selftest" 2>&1 | grep -E '^not ok|^#|^selftest:' || true
}
