#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# enter.sh ROOT REPO CACHE TMP PWD COMMAND...: the inner half of in_root. Runs in fresh
# mount and pid namespaces as their root, so its mounts vanish with it.
set -eu
root=$1 repo=$2 cache=$3 tmp=$4 dir=$5
shift 5

bind()
{
	mkdir -p "$root$1" 2>/dev/null || true
	mount --rbind "$1" "$root$1"
}

mount --make-rprivate /
mount --bind "$root" "$root"
bind /dev
mount -t proc proc "$root/proc" 2>/dev/null || bind /proc
bind /sys
for d in "$tmp" "$repo" "$cache"; do
	bind "$d"
done
if [ -e /etc/resolv.conf ]; then
	cat /etc/resolv.conf >"$root/etc/resolv.conf" 2>/dev/null || true
fi
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
	LC_ALL=C.UTF-8 TERM="${TERM:-dumb}" TMPDIR="$tmp" \
	chroot "$root" /bin/sh -c 'cd "$1" 2>/dev/null || cd /; shift; exec "$@"' sh "$dir" "$@"
