# SPDX-License-Identifier: GPL-2.0-only
# Every file of a machine, changed in one place of a hundred: bytes replaced, left out, doubled, and what the parsers look
# for put in. CTL_SEEDS (default "1 2 3") are the seeds; one that fails repeats by itself.

# shellcheck disable=SC2016
change='
BEGIN { srand($ENV{SEED}) }
chomp;
open(F, "<:raw", $_) or next;
{ local $/; $d = <F>; }
close F;
for (1 .. 1 + int(length($d) / 100)) {
	my ($at, $how) = (int(rand(length($d) + 1)), rand);
	if ($how < 0.3) { substr($d, $at, 1) = chr(int(rand(256))) if $at < length($d) }
	elsif ($how < 0.5) { substr($d, $at, int(rand(20))) = "" }
	elsif ($how < 0.7) { substr($d, $at, 0) = substr($d, int(rand(length($d) + 1)), int(rand(40))) }
	elsif ($how < 0.85) { substr($d, $at, 0) = ("\n", " ", ":", ": ", "=", "-", ",", "0x", "%s", "\0", "{", "}")[int(rand(12))] }
	else { substr($d, $at, 0) = "9" x 25 }
}
open(F, ">:raw", $_) and print F $d;
close F;
'
if ! command -v perl >/dev/null; then
	skip "changed files" "there is no perl"
else
	for seed in ${CTL_SEEDS:-1 2 3}; do
		debian dt-smmu3 signed; sign $kver; secure_boot 1; enrol
		find "$root" -type f -print0 | sort -z | SEED=$seed perl -0ne "$change"
		every "seed $seed"
	done
fi
