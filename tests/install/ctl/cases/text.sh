# SPDX-License-Identifier: GPL-2.0-only
# What people see, on machines of each kind, against expect/.
debian dt-smmu3
grubenv "smmu3_kernels=$kver"
text smmu3-status 0 status
text smmu3-verify 0 verify
text smmu3-features 0 show features
text smmu3-streams 0 show streams
text smmu3-ste 0 show ste 00:05.0
text smmu3-cd 0 show cd eth0
text smmu3-asid 0 show asid
text smmu3-domains 0 show domains nvme0n1
text smmu3-queues 0 show queues
text smmu3-events 0 show events
text smmu3-counters 0 show counters
text smmu3-walk 0 walk 0000:00:03.0 0xffffe000 --ranges
text smmu3-watch 0 watch --count 2 --interval 0.1
text smmu3-doctor 0 doctor
text smmu3-version 0 version
text help-walk 0 help walk

machine no-smmu
text no-smmu-status 77 status
text no-smmu-verify 77 verify
text no-smmu-doctor 77 doctor

debian dt-in-tree
text in-tree-status 3 status
text in-tree-verify 3 verify
text in-tree-doctor 3 doctor

debian acpi-smmu3
text acpi-status 0 status
text acpi-streams 0 show streams
text acpi-verify 0 verify
text acpi-doctor 0 doctor
