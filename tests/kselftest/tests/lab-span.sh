# SPDX-License-Identifier: GPL-2.0-only
# test: test devices behind two SMMUs: one domain on both, storms of unmaps; a domain that one of them cannot take
# when: model
labdev_load || return
smmu3_here || { skip_test "the in-tree driver has no domain behind two SMMUs"; return; }
smmu_of() { readlink -f $dbg/by-device/$1 | sed 's,/streams/.*,,'; }
set -- $(labdev_devices)
near=$1 far=
for d; do [ "$(smmu_of $d)" = "$(smmu_of $near)" ] || far=${far:-$d}; done
[ -n "$far" ] || { skip_test "there is one SMMU"; return; }
# What an address may be behind each.
bits() { sed -n 's/^output_bits: //p' $(smmu_of $1)/features | head -n 1; }
if [ "$(bits $near)" = "$(bits $far)" ]; then
	lab_job "$near and $far: unmaps of their domain" --note --rounds 40 --other $far $near span
	lab_job "$far and $near: through their caches" --note --ats --rounds 40 --seed 2 --other $near $far span
else
	lab_job "$near's domain for $far ($(bits $near), $(bits $far))" --other $far $near unfit
fi
