# SPDX-License-Identifier: GPL-2.0-only
# test: virtio-net: bytes to and from the host, each with the other side's checksum
# when: virtio
if [ ! -d /sys/class/net ]; then
	skip_test "this kernel has no network"
	return
fi
peer="10.0.2.100 7"
d=$(first $(net_devices))
seen_mark

head -c 3000000 /dev/urandom >/tmp/out
want=$(sha256sum </tmp/out | cut -c1-64)
got=$( { echo "put 3000000"; cat /tmp/out; } | nc $peer | head -n 1 | cut -c1-64)
want_eq "3 MB to the host, sum made there" "$want" "$got"

echo "get 3000000" | nc $peer >/tmp/in
want=$(head -n 1 /tmp/in | cut -c1-64)
got=$(tail -c +66 /tmp/in | sha256sum | cut -c1-64)
want_eq "3 MB from the host, sum made there" "$want" "$got"
want_eq "size of the answer" 3000065 "$(wc -c </tmp/in)"

rm -f /tmp/out /tmp/in
want_run "ping with large packets" ping -q -c 3 -s 1400 10.0.2.2
want_through $d
