# SPDX-License-Identifier: GPL-2.0-only
# The image of the end-to-end machine: which packages it has, where they come from, and its place in the cache, by content:
# package versions and recipe. Sourced after say.sh, apt.sh, root.sh and disk.sh.

# image_apt: a configuration that sees the mirror as an arm64 machine does, in $guest_apt.
image_apt()
{
	guest_apt=${apt_conf%/*}/apt-arm64.conf
	sed 's/^APT::Architecture .*/APT::Architecture "arm64";/
		s/^APT::Architectures .*/APT::Architectures { "arm64"; };/' "$apt_conf" >"$guest_apt.$$"
	echo 'Dir::Cache::pkgcache ""; Dir::Cache::srcpkgcache ""; APT::Install-Recommends "false"; Debug::NoLocking "true";' \
		>>"$guest_apt.$$"
	mv "$guest_apt.$$" "$guest_apt"
}

guest_apt_get() { APT_CONFIG=$guest_apt apt-get -y "$@"; }

# image_resolve ARGS...: file names of the packages that an installation would fetch, in the order of their dependencies.
image_resolve() { guest_apt_get -qq --print-uris install "$@" | awk '{ print $2 }'; }

# image_fetch ARGS...: those packages are in the pool.
image_fetch()
{
	mkdir -p "$guest_pool/partial"
	guest_apt_get -q --download-only -o "Dir::Cache::archives=$guest_pool" install "$@"
}

# image_status FILE: a dpkg status in which all packages of the image are installed.
image_status()
{
	local deb want=()
	for deb in "${image_debs[@]}"; do
		deb=${deb%_*}
		want+=("${deb%%_*}=${deb#*_}")
	done
	APT_CONFIG=$guest_apt apt-cache show "${want[@]//%3a/:}" | sed '/^Package:/a Status: install ok installed' >"$1"
	[ "$(grep -c '^Package:' "$1")" = ${#image_debs[@]} ]
}

# image_upgrade_args: words for apt by which the newer kernel is what is missing in the image.
image_upgrade_args() { echo "-o Dir::State::status=$1 -t $lab_suite-backports linux-image-arm64 linux-headers-arm64"; }

# image_prune: what no checkout has used for ten days.
image_prune()
{
	find "$cache_dir" -mindepth 1 -maxdepth 1 -name 'image-*' -mtime +10 -exec rm -rf {} +
	find "$guest_pool" -name '*.deb' -ctime +10 -atime +10 -delete
}

# image_dir: set $image to the folder with disk.raw, vars.fd and kernels.ext4, which is made first; $upgrade_release
# is the newer kernel's.
image_dir()
{
	local words
	guest_pool=$cache_dir/guest-debs
	have mke2fs || PATH=$PATH:/usr/sbin:/sbin
	have mke2fs || die "mke2fs is missing: install the package e2fsprogs"
	root_dir
	image_apt
	# The pattern is apt's.
	read -ra words < <(echo '?essential' $(sed 's/#.*//' "$install_dir/packages"))
	mapfile -t image_debs < <(apt_kept image_resolve "${words[@]}")
	[ ${#image_debs[@]} -gt 50 ] || die "the mirror does not have all packages of the machine: tests/install/packages"
	cache_lock guest-debs image_fetch_all "${words[@]}" || die "cannot fetch the machine's packages"
	upgrade_release=$(printf '%s\n' "${upgrade_debs[@]}" | sed -n 's/^linux-image-\([0-9][^_]*\)_.*/\1/p')
	[ -n "$upgrade_release" ] || die "$lab_suite-backports has no kernel for the upgrade"
	image=$cache_dir/image-$(hash_of "${image_debs[*]}" "${upgrade_debs[*]}" "$(apt_version qemu-efi-aarch64)" \
		"$(cat "$install_dir"/guest/* "$install_dir"/lib/{unpack,recipe.sh,disk.sh})")
	[ -d "$image" ] || cache_lock "$(basename "$image")" image_fill "$image" || die "cannot make the machine's image"
	# Images that nobody has used for ten days are removed when a new one is made.
	touch -c "$image"
}

# image_fetch_all WORDS...: both lists of packages are in the pool; sets $upgrade_debs.
image_fetch_all()
{
	local status=$cache_dir/guest-debs/status-$(hash_of "${image_debs[*]}") deb missing=
	mkdir -p "$guest_pool"
	for deb in "${image_debs[@]}"; do [ -s "$guest_pool/$deb" ] || missing=1; done
	[ -z "$missing" ] || with_log "fetching the machine's packages (about 220 MB)" image_fetch "$@" || return 1
	[ -s "$status" ] || { image_status "$status.$$" && mv "$status.$$" "$status"; } || return 1
	# shellcheck disable=SC2046
	mapfile -t upgrade_debs < <(apt_kept image_resolve $(image_upgrade_args "$status"))
	missing=
	for deb in "${upgrade_debs[@]}"; do [ -s "$guest_pool/$deb" ] || missing=1; done
	# shellcheck disable=SC2046
	[ -z "$missing" ] || with_log "fetching the newer kernel (about 120 MB)" image_fetch $(image_upgrade_args "$status")
}
