# SPDX-License-Identifier: GPL-2.0-only
# test: a mapping that the device may only read: reads pass, writes are refused
d=$(first $(itd_devices)) e=$(first $(edu_devices))
if [ "$(group_type $d)" = identity ]; then
	skip_test "an identity domain has no permissions"
	return
fi
m=$(td $d map 0 4096 to)
w=$(td $d write 0 0 64)
want_eq "$d: a write to a read-only mapping is refused" "refused 0" "$(word outcome "$w") $(word found "$w")"
m=$(td $d map 1 4096 from)
w=$(td $d write 1 0 64)
want_eq "$d: a write to a writable mapping arrives" "ok 64" "$(word outcome "$w") $(word found "$w")"

seen_mark
td $e map 0 4096 to >/dev/null
td $e map 1 4096 from >/dev/null
a=$(td $e fill 0 77)
c=$(td $e copy 0 1 4096)
want_eq "$e: what it read through a read-only mapping is what it wrote elsewhere" 1 "$(word same "$c")"
td $e write 0 0 512 >/dev/null
b=$(td $e sum 0)
want_eq "$e: its write to the read-only mapping changed nothing" "$(word sum "$a")" "$(word sum "$b")"
want_through $e
td $e unmap 0 >/dev/null; td $e unmap 1 >/dev/null; td $d unmap 0 >/dev/null; td $d unmap 1 >/dev/null
