# SPDX-License-Identifier: GPL-2.0-only
# test: NVMe: write, read back and compare with several block sizes and threads
for d in $(nvme_devices); do
	disk=$(nvme_disk $d)
	seen_mark
	want_run "$d 4 KiB blocks" blkwork $disk 0 4 4096 2 11
	want_run "$d 64 KiB blocks" blkwork $disk 16 32 65536 4 12
	want_run "$d 1 MiB blocks" blkwork $disk 64 64 1048576 2 13
	want_through $d
done
