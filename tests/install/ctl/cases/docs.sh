# SPDX-License-Identifier: GPL-2.0-only
# What is written about the tool agrees with it: keys of JSON, the manual page, completion.
tool=$repo/tools/smmu3ctl

# keys ARGS...: the names in an output, but those that come from debugfs.
keys()
{
	ctl --json "$@"
	jq -r '[paths | map(select(type == "string"))
		| select(any(.[:-1][]?; IN("properties", "queues", "gerrors", "counters", "rates")) | not)
		| last // empty] | unique[]' "$out"
}

debian dt-smmu3 signed
while read -r args; do
	# shellcheck disable=SC2086
	unknown=$(keys $args | while read -r key; do grep -q -E "[\`.]$key(\[\])?[\`.]" "$tool/schema.md" || echo "$key"; done)
	want "schema.md has each key of: $args" "" "$unknown"
done <<-'END'
status
verify
doctor
version
show features
show streams
show ste
show cd
show asid
show domains
show queues
show events
show counters
walk 0x18 0xffffe000 --ranges
watch --count 1 --interval 0.1
END

commands=$(sed -nE 's/^\t\{ "([a-z]+)",.*/\1/p' "$tool/main.c")
want "commands are found in main.c" 1 "$(grep -c '^doctor$' <<<"$commands")"
for command in $commands; do
	grep -q -E "^\.BI? $command( |$)" "$tool/smmu3ctl.8" || missing+=" $command"
done
want "the manual page has each command" "" "${missing:-}"
version=$(sed -nE 's/^#define SMMU3_VERSION "(.*)"$/\1/p' "$repo/include/smmu3/version.h")
want "the manual page has this version" "smmu3 $version" "$(sed -nE 's/^\.TH .*"(smmu3 [^"]*)".*/\1/p' "$tool/smmu3ctl.8")"
if command -v mandoc >/dev/null; then
	want "the manual page: mandoc's lint" "" "$(mandoc -T lint -W style "$tool/smmu3ctl.8" 2>&1 | grep -v 'referenced manual not found' | head -n 5)"
else
	skip "the manual page: mandoc's lint" "there is no mandoc"
fi
if command -v groff >/dev/null; then
	want "the manual page: groff's warnings" "" "$(groff -man -Tascii -ww -z "$tool/smmu3ctl.8" 2>&1 | head -n 5)"
else
	skip "the manual page: groff's warnings" "there is no groff"
fi

# complete WORDS...: what bash would offer for the last word.
complete_words()
{
	bash -c '. "$1"; shift; COMP_WORDS=(smmu3ctl "$@"); COMP_CWORD=$#; _smmu3ctl; echo "${COMPREPLY[*]}"' bash "$tool/smmu3ctl.bash" "$@"
}
want "completion: commands" "$(sort <<<"$commands" | tr '\n' ' ')" "$(complete_words "" | tr ' ' '\n' | sort | tr '\n' ' ')"
want "completion: a beginning" "status" "$(complete_words st)"
want "completion: what to show" "features streams ste cd asid domains queues events counters" "$(complete_words --json show "")"
want "completion: options of a command" "--ranges --root" "$(complete_words walk --r | tr ' ' '\n' | sort | tr '\n' ' ' | sed 's/ $//')"
for what in $(complete_words show ""); do
	ctl show "$what"
	[ "$rc" = 0 ] || bad+=" $what"
done
want "completion offers only what show knows" "" "${bad:-}"

# Commands of boot.c and ab.c are there where these files are.
for command in $commands; do
	case $command in
	try|enable|disable|confirm) [ -e "$tool/boot.c" ] || continue ;;
	ab) [ -e "$tool/ab.c" ] || continue ;;
	esac
	ctl help
	grep -q -E "^  $command +" "$out" || unlisted+=" $command"
	ctl help "$command"
	[ "$rc" = 0 ] && grep -q "^smmu3ctl $command" "$out" || unlisted+=" $command"
done
want "help lists each command, and has a line for each" "" "${unlisted:-}"
