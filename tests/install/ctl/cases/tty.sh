# SPDX-License-Identifier: GPL-2.0-only
# Colours: on a terminal only, and not where they are not wanted.
# on_tty WORDS...: how many colours smmu3ctl's output has on a terminal.
on_tty() { script -qec "$bin --root $root $*" /dev/null </dev/null 2>/dev/null | grep -c $'\033\\['; }

debian dt-smmu3
if ! command -v script >/dev/null; then
	skip "colours on a terminal" "there is no script to make one"
else
	export TERM=xterm
	want "a terminal has colours" 1 "$([ "$(on_tty status)" -gt 3 ] && echo 1)"
	want "not with --no-color" 0 "$(on_tty status --no-color)"
	want "not with NO_COLOR" 0 "$(NO_COLOR=1 on_tty status)"
	want "an empty NO_COLOR is none" 1 "$([ "$(NO_COLOR='' on_tty status)" -gt 3 ] && echo 1)"
	want "not on a dumb terminal" 0 "$(TERM=dumb on_tty status)"
	want "not in JSON" 0 "$(on_tty status --json)"
	export TERM=dumb
fi
ctl status
want "a file has none" 0 "$(grep -c $'\033' "$out")"
