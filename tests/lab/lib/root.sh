# SPDX-License-Identifier: GPL-2.0-only
# The lab's root: a small Debian with compiler, QEMU and tools, made by mmdebstrap and
# run by chroot in namespaces of its own. Works as root and as an ordinary user with
# user namespaces; nothing is installed on the machine itself.
# Sourced after say.sh and apt.sh.

# Packages of the root for the architecture that runs it.
root_packages()
{
	local p
	for p in $(sed 's/#.*//' "$lab_dir/packages"); do
		case $p in
		cross:*)
			[ "$(host_arch)" = arm64 ] || echo "${p#cross:}" ;;
		*)
			echo "$p" ;;
		esac
	done
}

# as_lab COMMAND...: COMMAND where it may mount and chroot. An ordinary user becomes
# root of a user namespace with the ranges of /etc/subuid. lab_exec=exec makes the shell become
# it, so that who starts it in the background can stop it.
as_lab()
{
	if [ "$(id -u)" = 0 ]; then
		${lab_exec:-} unshare --mount --pid --fork --kill-child "$@"
	else
		${lab_exec:-} unshare --user --map-root-user --map-auto --mount --pid --fork --kill-child "$@"
	fi
}

check_as_lab()
{
	as_lab true 2>/dev/null && return 0
	if [ "$(id -u)" = 0 ]; then
		die "this root user may not make mount namespaces (a container without CAP_SYS_ADMIN?)"
	fi
	grep -q "^$(id -un):" /etc/subuid 2>/dev/null ||
		die "no line for $(id -un) in /etc/subuid: as root, usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $(id -un)"
	have newuidmap || die "newuidmap is missing: install the package uidmap"
	die "user namespaces are not permitted here (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)"
}

need_mmdebstrap()
{
	have mmdebstrap && return 0
	if [ "$(id -u)" = 0 ]; then
		with_log "installing mmdebstrap" sh -c 'apt-get -qy update; apt-get -qy install --no-install-recommends mmdebstrap' ||
			die "cannot install mmdebstrap"
	else
		die "mmdebstrap is missing: install the packages mmdebstrap and uidmap"
	fi
}

# root_pins PACKAGE...: apt preferences by which "name/suite" comes from that suite, with the
# other packages of its source.
root_pins()
{
	local p source
	for p in "$@"; do
		case $p in
		*/*)
			source=$(apt_ask apt-cache show "${p%/*}" | awk '/^Source:/ { print $2; exit }')
			printf 'Package: src:%s\nPin: release n=%s\nPin-Priority: 700\n\n' \
				"${source:-${p%/*}}" "${p#*/}" ;;
		esac
	done
}

root_fill()
{
	local dir=$1 tmp=$1.tmp.$$ packages
	shift
	[ -d "$dir" ] && return 0
	need_mmdebstrap
	check_as_lab
	packages=$(IFS=,; echo "${*%/*}")
	mirror_sources >"$tmp.list"
	root_pins "$@" >"$tmp.pins"
	if ! with_log "making the lab's root, $# packages and what they need (about 250 MB to fetch)" \
	     as_lab mmdebstrap --mode=root --variant=minbase --include="$packages" \
		--aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
		--dpkgopt=force-unsafe-io \
		--dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--setup-hook="install -D -m 644 '$tmp.pins' \"\$1/etc/apt/preferences.d/lab\"" \
		"$lab_suite" "$tmp" "$tmp.list"; then
		as_lab rm -rf "$tmp" "$tmp.list" "$tmp.pins"
		return 1
	fi
	rm -f "$tmp.list" "$tmp.pins"
	mv "$tmp" "$dir"
}

# root_versions PACKAGE...: "package version" lines as the mirror has them now.
root_versions()
{
	apt_ask apt-cache madison "${@%/*}" | awk -F' *\\| *' -v want="$*" '
		{ name = $1; gsub(/ |:.*/, "", name) }
		BEGIN { n = split(want, w, " ")
			for (i = 1; i <= n; i++) { split(w[i], s, "/"); suite[s[1]] = s[2] } }
		!(name in seen) && (suite[name] == "" || index($3, " " suite[name] "/")) {
			seen[name] = 1; print name, $2 }
		END { for (p in suite) if (!(p in seen)) print p, "missing" }' | sort
}

# root_dir [PACKAGE...]: set $root to the root (with further packages), which is made first.
root_dir()
{
	local packages versions
	apt_state
	mapfile -t packages < <(root_packages; [ $# -eq 0 ] || printf '%s\n' "$@")
	versions=$(apt_kept root_versions "${packages[@]}")
	if grep -q ' missing$' <<<"$versions"; then
		die "the mirror lacks for $(host_arch):" $(sed -n 's/ missing$//p' <<<"$versions")
	fi
	root=$cache_dir/root-$lab_suite-$(host_arch)-$(hash_of "${packages[*]}" "$versions")
	[ -d "$root" ] || cache_lock "$(basename "$root")" root_fill "$root" "${packages[@]}" ||
		die "cannot make the lab's root"
}

# check_root_dir: set $root to the root with what the checks of sources and programs need besides, one for all of them.
check_root_dir() { root_dir clang codespell libclang-rt-dev libcmocka-dev; }

# in_root COMMAND...: run COMMAND in $root, in this directory, with the checkout, the cache
# and TMPDIR at the same paths as outside.
in_root()
{
	as_lab "$BASH" "$lab_dir/lib/enter.sh" "$root" "$repo_dir" "$cache_dir" "${TMPDIR:-/tmp}" "$PWD" "$@"
}
