# SPDX-License-Identifier: GPL-2.0-only
# What programs see: values by their documented keys (tools/smmu3ctl/schema.md), and exit codes.
debian dt-smmu3
json "status: active" 0 true .active status
json "status: the SMMU" 0 "9050000.smmuv3 devicetree smmu3 0.1.0 enabled 7 smmu3.9050000 false" \
	'.smmus[] | .name, .firmware, .driver, .version, .state, .devices, .iommu, .waiting' status
json "status: the module" 0 "0.1.0 live 0.1.0 null" '.module | .loaded, .state, .installed, .signer' status
json "status: this boot" 0 "$kver true false" '.kernel | .release, .blacklist, .loader' status
json "features: on and off" 0 "12 21" '.smmus[0].features | (map(select(.on)) | length), (map(select(.on | not)) | length)' show features
json "features: why" 0 "needs MSIs" '.smmus[0].features[] | select(.name == "CMD_SYNC writes to memory") | .why' show features
json "features: properties" 0 "enabled 16" '.smmus[0].properties | .state, .asid_bits' show features
json "streams: those with devices" 0 "0x0 0x10 0x18 0x20 0x28 0x30 0x38" '.streams[].sid' show streams
json "streams: all 64 of the level 2 table with --all" 0 64 '.streams | length' show streams --all
json "ste: by device, by short name, by StreamID, by netdev, by disk" 0 0x28 '.entries[].sid' show ste 0000:00:05.0
json "ste: by short name" 0 0x28 '.entries[].sid' show ste 00:05.0
json "ste: by StreamID" 0 0000:00:05.0 '.entries[].devices[]' show ste 0x28
json "ste: by StreamID, decimal" 0 0000:00:05.0 '.entries[].devices[]' show ste 40
json "ste: by network interface" 0 0x10 '.entries[].sid' show ste eth0
json "ste: by disk" 0 0x30 '.entries[].sid' show ste /dev/vda
json "ste: by NVMe controller" 0 0x28 '.entries[].sid' show ste nvme0
json "ste: words" 0 "8 0x0000000044f4910b" '.entries[0].words | length, .[0]' show ste 0x28
json "ste: every stream" 0 7 '.entries | length' show ste
json "cd: the descriptor" 0 "0x0 8 true" '.tables[0].descriptors[0] | .ssid, (.words | length), (.text | startswith("V=1 ASID=0x5"))' show cd 0x28
json "asid: of one device" 0 "ASID 0x5 paging null private 1 0000:00:05.0" '.tags[] | .kind, .number, .owner, .process, .sharing, .users, .devices[]' show asid 00:05.0
json "domains" 0 "0000:00:05.0 nvme 4 DMA translate" '.domains[] | select(.sid == "0x28") | .device, .driver, .group, .type, .rid' show domains
json "queues: numbers are numbers" 0 "4096 0 0x000000a6" '.smmus[0].queues | .cmdq_entries, .cmdq_fill, .cmdq_prod' show queues
json "queues: waits" 0 "1 1 49" '.smmus[0].sync_waits[0] | .from_us, .to_us, .count' show queues
json "events" 0 "16 0x18 0000:00:03.0 F_TRANSLATION 16" '.smmus[0] | .events, (.streams[0] | .sid, .device, .type, .count)' show events
json "events: of a stream without any" 0 0 '.smmus[0].streams | length' show events 0x28
json "events: global errors" 0 0 '.smmus[0].gerrors | add' show events
json "counters" 0 "166 79" '.smmus[0].counters | .cmds_posted, .cmd_syncs' show counters
json "walk" 0 "true 0x44a34000 4 0x44962000" '.walks[0] | .mapped, .output, (.levels | length), (.levels[0].text | sub("table at "; ""))' walk 00:03.0 0xffffe000
json "walk: ranges" 0 "1 0x0000ffffe000 0x0000ffffffff" '.walks[0].ranges | length, .[0].first, .[0].last' walk 0x18 4294959104 --ranges
json "walk: not mapped" 0 "false null not mapped" '.walks[0] | .mapped, .output, .result' walk 0x0 0xffffe000
json "watch" 0 "166 0 0" '.smmus[0] | .counters.cmds_posted, (.rates.cmds_posted | if . == 0 then 0 else . end), (.rates | has("streams") | if . then 1 else 0 end)' watch --count 1 --interval 0.1
json "verify: good" 0 "good 7 0" '.verdict, (.devices | length), (.findings | length)' verify
json "doctor" 0 "0 0" '.sum.fail, .sum.unknown' doctor
json "version" 0 "$(sed -nE 's/^#define SMMU3_VERSION "(.*)"$/\1/p' "$repo/include/smmu3/version.h")" .version version
json "options behind the command, too" 0 false .next_boot.once status --no-color --dry-run

# What watch sees between two looks.
( sleep 0.3; sed -i 's/^cmds_posted .*/cmds_posted 366/' "$root"/sys/kernel/debug/smmu3/*/counters
  sed -i 's/F_TRANSLATION 16/F_TRANSLATION 20/' "$root"/sys/kernel/debug/smmu3/*/events ) &
json "watch: a rate and an event" 0 "true 0x18 0000:00:03.0 F_TRANSLATION 4" \
	'(.smmus[0].rates.cmds_posted * .seconds | . > 199 and . < 201), (.events[0] | .sid, .device, .type, .count)' watch --count 1 --interval 1.5
wait

# Escapes: what is in a file cannot break the output.
debian dt-smmu3
printf '\001\033[31m"\\\377\xc3\xa4\xed\xa0\x80\t.\n' >"$root/sys/class/iommu/smmu3.9050000/smmu3/state"
json "JSON: control characters, quotes, bytes that are no UTF-8" 0 $'\001\033[31m"\\\xef\xbf\xbd\xc3\xa4\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\t.' '.smmus[0].state' status
ctl status
want "text: control characters do not reach the terminal" 0 "$(grep -c $'[\001\033]' "$out")"

# An SMMU that nobody drives is there all the same.
debian dt-in-tree
rm "$root/sys/bus/platform/devices/9050000.smmuv3/driver"
json "status: no driver" 3 "false null no driver" '.active, (.smmus[0] | .driver, .state)' status
put /sys/bus/platform/devices/9050000.smmuv3/waiting_for_supplier 1
json "status: waiting" 3 "null waiting for a supplier true" '.smmus[0] | .driver, .state, .waiting' status
debian acpi-smmu3
rm "$root"/sys/bus/platform/devices/arm-smmu-v3.*.auto/driver
json "status: no driver, by ACPI" 3 "acpi null acpi null" '.smmus[] | .firmware, .driver' status
rm "$root"/sys/bus/platform/devices/arm-smmu-v3.*.auto/modalias
json "status: a device that only sounds like one" 77 false .active status
