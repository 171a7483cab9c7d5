# SPDX-License-Identifier: GPL-2.0-only
# test: virtio-blk: write, read back and compare
# when: virtio
for d in $(blk_devices); do
	disk=$(blk_disk $d)
	seen_mark
	want_run "$d 4 KiB blocks" blkwork $disk 0 4 4096 2 21
	want_run "$d 256 KiB blocks" blkwork $disk 16 32 262144 4 22
	want_through $d
done
