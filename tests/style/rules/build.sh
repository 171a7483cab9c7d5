# SPDX-License-Identifier: GPL-2.0-only
# The object list, the probes and the version number say the same. Sourced by tests/style/run.

# listed_sources [init]: the object list of Kbuild in its order. A line may hang on a configuration:
# smmu3-src += $(if $(CONFIG_X),src/...).
listed_sources()
{
	sed -nE 's/^smmu3-('"${1:-src|init}"') [+:]=.*\b(src\/[^ )]+\.c)\)?$/\2/p' Kbuild
}

# Every source is built, every line of the list exists once, and the list is sorted.
rule_objects()
{
	local listed have f
	listed=$(listed_sources)
	have=$(files 'src/*/*.c' | grep -v '^src/compat/probe/' || true)
	for f in $have; do
		grep -qxF "$f" <<<"$listed" || echo "$f:1: not in the object list of Kbuild"
	done
	for f in $listed; do
		[ -e "$f" ] || echo "Kbuild:$(grep -nF "$f" Kbuild | head -n 1 | cut -d: -f1): $f does not exist"
	done
	sort <<<"$listed" | uniq -d | sed 's/^\(..*\)/Kbuild:1: \1 is listed twice/'
	objects_sorted
}

objects_sorted()
{
	local n=0 last= key file
	while read -r file; do
		case $file in
		src/fmt/*) key=0 ;; src/hw/*) key=1 ;; src/core/*) key=2 ;; src/api/*) key=3 ;;
		src/plat/*) key=4 ;; src/debug/*) key=5 ;; *) key=6 ;;
		esac
		key=$key$file
		[[ ! $key < $last ]] || echo "Kbuild:$(grep -nF "$file" Kbuild | head -n 1 | cut -d: -f1): $file stands after ${last:1}: sorted by layer, then by name"
		last=$key
	done < <(listed_sources src)
}

# Each probe is a pair, and listed.
rule_probes()
{
	local listed f name
	listed=$(sed -nE 's/^smmu3-probes \+= *([^ #]+)$/\1/p' Kbuild)
	sort -c <<<"$listed" 2>/dev/null || echo "Kbuild:1: the probes are not sorted"
	for f in $(files 'src/compat/probe/*.c'); do
		name=${f##*/} name=${name%.c}
		case $name in
		*.new|*.old) ;;
		*) echo "$f:1: a probe is named <name>.new.c or <name>.old.c"; continue ;;
		esac
		grep -qxF "${name%.*}" <<<"$listed" || echo "$f:1: not in the list of probes in Kbuild"
	done
	for name in $listed; do
		for f in "src/compat/probe/$name".{new,old}.c; do
			[ -e "$f" ] || echo "Kbuild:$(grep -n "+= $name\$" Kbuild | cut -d: -f1): there is no $f"
		done
	done
}

rule_version()
{
	local header dkms
	header=$(sed -nE 's/^#define SMMU3_VERSION "(.*)"$/\1/p' include/smmu3/version.h)
	dkms=$(sed -nE 's/^PACKAGE_VERSION="?([^"]*)"?$/\1/p' dkms.conf)
	[ -n "$header" ] || echo "include/smmu3/version.h:1: no SMMU3_VERSION"
	[ "$header" = "$dkms" ] ||
		echo "dkms.conf:$(grep -n ^PACKAGE_VERSION dkms.conf | cut -d: -f1): PACKAGE_VERSION is \"$dkms\", include/smmu3/version.h says \"$header\""
	package_version "$header"
}

# rule_version's other half: the package's version is that of the driver.
package_version()
{
	local deb
	[ -e debian/changelog ] || return 0
	deb=$(sed -nE '1s/^smmu3 \(([^-)]*).*/\1/p' debian/changelog)
	[ "$deb" = "$1" ] || echo "debian/changelog:1: version \"$deb\", include/smmu3/version.h says \"$1\""
}
