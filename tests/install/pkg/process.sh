# SPDX-License-Identifier: GPL-2.0-only
# The loader as process 1 of a namespace, without a machine: what it does when it cannot go on. A restart is there the end
# of the namespace by SIGHUP, and it has no rights over this machine. Sourced by inside.

# process FILE...: run the loader in a root that holds it and copies of the files; sets said and rc.
process()
{
	local f
	rm -rf "$work/ns" && mkdir "$work/ns"
	cp "$loader" "$work/ns/smmu3-init"
	for f; do
		cp "$f" "$work/ns/"
	done
	said=$("${apart[@]}" chroot "$work/ns" /smmu3-init 2>&1)
	rc=$?
}

process_ends()
{
	local f=$work/smmu3.ko
	process
	is process.no-module.restarts "129 " "$rc $(ls "$work/ns")"
	like process.no-module.says 'smmu3-init: no /smmu3.ko \(error 2\)' "$said"
	echo garbage >"$f"
	process "$f"
	is process.refused.restarts "129 " "$rc $(ls "$work/ns")"
	like process.refused.says 'smmu3-init: smmu3.ko is refused.* \(error [0-9]+\)' "$said"
	like process.refused.next 'restarting; the next boot takes the kernel.s own driver' "$said"
	said=$("$loader" 2>&1)
	is process.not-first "2 smmu3-init: only the kernel starts this (rdinit=)" "$? $said"
}

# Without the right to load modules, were there one that the kernel of this machine takes.
apart=(setpriv --bounding-set=-sys_module unshare --pid --fork --mount)
if ! "${apart[@]}" true 2>/dev/null; then
	skip process "no namespace of processes can be made here"
elif ! "$loader" 2>&1 | grep -q smmu3-init; then
	skip process "the loader is of another architecture"
else
	process_ends
fi
