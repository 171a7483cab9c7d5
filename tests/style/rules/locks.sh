# SPDX-License-Identifier: GPL-2.0-only
# Each lock says what it protects. Sourced by tests/style/run.

# A lock of a structure or of a file has a comment on its line, ends a comment above it, or is
# described by its name (@lock:) in the structure's kernel-doc.
rule_locks()
{
	local list
	list=$(files 'src/*.[ch]' 'tests/modules/*.[ch]' 'tools/dmabench/*.[ch]')
	[ -n "$list" ] || return 0
	# shellcheck disable=SC2086
	awk '
	FNR == 1 { split("", doc); above = 0 }
	match($0, /^ \* @[a-z0-9_.]+:/) {
		name = substr($0, RSTART + 4, RLENGTH - 5); sub(/.*\./, "", name); doc[name] = 1
	}
	/^[ \t]*(static )?(struct (mutex|rw_semaphore)|spinlock_t|raw_spinlock_t|rwlock_t)[ \t]+[a-z0-9_]+;/ ||
	/^[ \t]*(static )?DEFINE_(MUTEX|SPINLOCK|RAW_SPINLOCK|RWLOCK)\(/ {
		name = $0
		sub(/^[ \t]*(static )?(struct )?[A-Za-z_]+[ \t(]+/, "", name); sub(/[;)].*/, "", name)
		if (!above && !/\/\*/ && !(name in doc))
			print FILENAME ":" FNR ": the lock " name " does not say what it protects"
	}
	{ above = !/SPDX/ && (/\*\/[ \t]*$/ || /^[ \t]*\/\//) }
	' $list
}
