# SPDX-License-Identifier: GPL-2.0-only
# Words to the person at the terminal, the cache directory, and locks on it.
# Sourced; everything but results goes to stderr, so that stdout can be read.

lab_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
repo_dir=$(cd "$lab_dir/../.." && pwd)
cache_dir=${SMMU3_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/smmu3}

say()  { printf '%s\n' "lab: $*" >&2; }
die()  { printf '%s\n' "lab: error: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# cache_lock NAME COMMAND...: run COMMAND while holding the cache's lock NAME.
# Checkouts that share the cache wait for each other here and nowhere else.
cache_lock()
{
	local name=$1 fd rc
	shift
	mkdir -p "$cache_dir/locks"
	exec {fd}>"$cache_dir/locks/$name"
	if ! flock -n "$fd"; then
		say "waiting for another run that makes $name"
		flock "$fd"
	fi
	"$@" {fd}>&-
	rc=$?
	exec {fd}>&-
	return $rc
}

# with_log WHAT COMMAND...: run COMMAND with its output in a log; print WHAT, every ten seconds the
# log's last line, and the seconds it took; the log's tail if it fails.
with_log()
{
	local what=$1 log start=$SECONDS rc=0 pid tenths=0
	shift
	log=$(mktemp "${TMPDIR:-/tmp}/smmu3-log.XXXXXX")
	say "$what ..."
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		sleep 0.1
		tenths=$((tenths + 1))
		[ $((tenths % 100)) -ne 0 ] ||
			say "  $((SECONDS - start)) s: $(tail -n 1 "$log" | tr -d '\r' | cut -c1-90)"
	done
	wait $pid || rc=$?
	if [ $rc -ne 0 ]; then
		tail -n 40 "$log" >&2
		say "$what: failed ($rc); whole log: $log"
		return $rc
	fi
	rm -f "$log"
	say "$what: done in $((SECONDS - start)) s"
}

# hash_of TEXT...: a short name for a content.
hash_of()
{
	printf '%s\n' "$@" | sha256sum | cut -c1-16
}
