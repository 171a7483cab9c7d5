# SPDX-License-Identifier: GPL-2.0-only
# What the kernel must never print. Sourced.

splat_pattern='WARNING:|BUG:|Oops|Kernel panic|KASAN|UBSAN|KCSAN|Call trace:|Unable to handle kernel|Internal error:'
splat_pattern+='|possible recursive locking|possible circular locking|inconsistent lock state|suspicious RCU usage|bad unlock balance|held lock freed'
splat_pattern+='|rcu.*(detected|self-detected) stall|blocked for more than|soft lockup|hard LOCKUP|unreferenced object|kmemleak: [0-9]+ new'
splat_pattern+='|DEBUG_LOCKS_WARN|list_(add|del) corruption|refcount_t:|sleeping function called|scheduling while atomic|bad page state|general protection'

# A splat's lines that say nothing bad: kernels announce their checkers.
splat_harmless='KASAN: KernelAddressSanitizer initialized|kasan: |KASAN init|RCU CPU stall warnings? timeout|Kernel panic .*not syncing: .*(expected by the lab)'
splat_harmless+='|kmemleak: (Kernel memory leak detector|Automatic memory scanning)|WARNING: .*(firmware|not a bug)'

# A panic that a test announced is none; the next kernel's lines count again. Nor is a process killed because its own
# group had no memory left, also where khugepaged waits for its mmap_lock and so keeps the reaper out for a while; nor is a data
# race that the kernel has without our modules: one of ours stands in the title of the report or among the first three
# functions of a stack.
splat_unexpected()
{
	sed '/(expected by the lab)/,/Booting Linux on physical CPU/d' "$1" | awk '
		/ invoked oom-killer: / { oom = 1 }
		/oom_reaper: unable to reap / { reaper = 1 }
		oom && /Call trace:/ { held = $0; oom = 0; next }
		reaper && /Call trace:/ { reaper = 0; next }
		/Memory cgroup stats for / { held = "" }
		{ print }
		END { if (held != "") print held }' | awk '
		function end() { if (!races || ours) printf "%s", text; text = ""; races = ours = 0 }
		/========================================/ { text = text $0 "\n"; if (++bars == 2) { bars = 0; end() } ; next }
		!bars { print; next }
		{ text = text $0 "\n" }
		/BUG: KCSAN/ { races = 1 }
		bars == 1 && !/BUG: / && text !~ /BUG: / { bars = 0; end() }
		/ by (task|interrupt)/ { depth = 0 }
		/\+0x[0-9a-f]*\/0x/ { depth++ }
		/\[smmu3/ && (/BUG: KCSAN/ || depth <= 3) { ours = 1 }
		END { end() }'
}

# splats_in FILE: its splat lines with some context, at most 60 lines; fails if there are none.
splats_in()
{
	splat_unexpected "$1" | grep -a -E "$splat_pattern" | grep -a -v -E "$splat_harmless" >/dev/null || return 1
	splat_unexpected "$1" | grep -a -n -E -A 25 "$splat_pattern" | head -n 60
}
