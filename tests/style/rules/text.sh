# SPDX-License-Identifier: GPL-2.0-only
# What holds for every file of the tree. Sourced by tests/style/run.

# exempt RULE FILE: does tests/style/exempt let FILE off RULE?
exempt()
{
	local rule glob
	while read -r rule glob _; do
		# shellcheck disable=SC2053
		[[ $rule == "$1" && $2 == $glob ]] && return 0
	done < <(sed 's/#.*//' "$exempt_list")
	return 1
}

# text_files: every file that is text.
text_files()
{
	local f
	for f in $(files '*'); do
		[ -s "$f" ] && ! grep -qI . "$f" || echo "$f"
	done
}

rule_spdx()
{
	local f
	for f in $(text_files); do
		exempt spdx "$f" && continue
		head -n 3 "$f" | grep -q 'SPDX-License-Identifier: GPL-2.0' ||
			echo "$f:1: no SPDX-License-Identifier in the first lines"
	done
}

rule_newline()
{
	local f
	for f in $(text_files); do
		exempt newline "$f" && continue
		[ ! -s "$f" ] || [ -z "$(tail -c 1 "$f")" ] ||
			echo "$f:$(wc -l <"$f"): the last line has no newline"
		! grep -nE $'[ \t\r]+$' "$f" | sed -E "s|^([0-9]+):.*|$f:\1: white space at the end of the line|" | grep . || true
	done
}

# Nothing of the machine or the people that made it, and no mirror that may not be there.
# The expressions are written so as not to match themselves.
foreign='/wor[k]/|/tmp/re[f]\b|/tmp/bash_job[s]|(deb|security|snapshot|ftp)[.]debian[.]org|cdn-aw[s]|\b(claud[e]|anthropi[c]|chatgp[t]|copilo[t]|opena[i])\b'
rule_foreign()
{
	local list
	list=$(text_files)
	[ -z "$list" ] || grep -nHoiE "$foreign" $list | sed -E 's/^([^:]*:[0-9]+):(.*)/\1: "\2" is of one machine or one mirror only/'
}

rule_scripts()
{
	local f first
	for f in $(text_files); do
		IFS= read -r first <"$f" || true
		case $first in
		'#!'*bash*|'#!'*/sh*)
			[ -x "$f" ] || echo "$f:1: a script that is not executable"
			if [[ $first == *bash* ]]; then bash -n "$f"; else sh -n "$f"; fi 2>&1 |
				sed -E "s|^[^:]*: line ([0-9]+):|$f:\1:|" ;;
		'#!/usr/bin/make -f')
			# Debian's packaging knows it by that name and no other.
			[ "$f" = debian/rules ] || echo "$f:1: a makefile that is a program" ;;
		'#!'*) echo "$f:1: neither bash nor sh: ${first#??}" ;;
		*)
			case $f in
			*.sh) bash -n "$f" 2>&1 | sed -E "s|^[^:]*: line ([0-9]+):|$f:\1:|" ;;
			esac ;;
		esac
	done
}

# docs/domains.md is what the cells of the test lab-matrix say.
rule_cells()
{
	[ ! -e tests/lab/cells ] || tests/lab/cells 2>&1 | sed 's,^,docs/domains.md:1: ,'
}

# Sizes are an aim, not a rule: said, not failed.
note_sizes()
{
	local f n
	for f in $(files '*.[ch]' '*.sh'); do
		n=$(wc -l <"$f")
		[ "$n" -le 600 ] || exempt size "$f" || echo "$f: $n lines; over 600, stop and think"
	done
}
