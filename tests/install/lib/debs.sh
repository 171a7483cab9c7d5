# SPDX-License-Identifier: GPL-2.0-only
# The packages under test, and two more versions made of them: an older one, and a newer one whose module does not build.
# With packages that the image lacks they reach the machine as a read-only disk, /debs. Sourced after image.sh.

install_debs='apt-get install -y --no-install-recommends /debs/now/*.deb'
older_version=0.0.9 broken_version=99.0

# debs_find: set $debs_dir to the folder with the packages: the one given, or that of "make deb".
debs_find()
{
	if [ -z "$debs_dir" ]; then
		with_log "making the packages" make -C "$repo_dir" deb || die "the packages cannot be made"
		debs_dir=$repo_dir/build
	fi
	compgen -G "$debs_dir/smmu3-dkms_*.deb" >/dev/null && compgen -G "$debs_dir/smmu3-tools_*_arm64.deb" >/dev/null ||
		die "no smmu3-dkms_*.deb and smmu3-tools_*_arm64.deb in $debs_dir"
}

# deb_rename TREE OLD NEW: the version, wherever an unpacked package has it.
deb_rename()
{
	local tree=$1 old=${2//./\\.} src
	sed -i "s/^Version: .*/Version: $3/; s/\\(smmu3-[a-z]* ([<>=]* *\\)${old}[^)]*/\\1$3/" "$tree/DEBIAN/control"
	for src in postinst prerm preinst postrm; do
		[ ! -f "$tree/DEBIAN/$src" ] || sed -i "s/$old/$3/g" "$tree/DEBIAN/$src"
	done
	src=$tree/usr/src/smmu3-$2
	[ -d "$src" ] || return 0
	mv "$src" "$tree/usr/src/smmu3-$3"
	src=$tree/usr/src/smmu3-$3
	sed -i "s/^\\(PACKAGE_VERSION=\\).*/\\1\"$3\"/" "$src/dkms.conf"
	sed -i "s/\\(SMMU3_VERSION[ \\t]*\\)\".*\"/\\1\"$3\"/" "$src/include/smmu3/version.h"
	[ -z "${4:-}" ] || echo "$4" >>"$src/include/smmu3/version.h"
}

# debs_version OUT VERSION [LINE]: the packages as VERSION; LINE is put into the module's source.
debs_version()
{
	local deb tree=$1/tree version
	mkdir -p "$1"
	for deb in "$debs_dir"/smmu3-dkms_*.deb "$debs_dir"/smmu3-tools_*_arm64.deb; do
		rm -rf "$tree"
		dpkg-deb -R "$deb" "$tree" || return 1
		version=$(dpkg-deb -f "$deb" Version)
		deb_rename "$tree" "${version%%-*}" "$2" "${3:-}" || return 1
		(cd "$tree" && find . -path ./DEBIAN -prune -o -type f -print0 | xargs -0 md5sum | sed 's,\./,,' >DEBIAN/md5sums)
		dpkg-deb --root-owner-group -Zgzip -z1 -b "$tree" "$1" >/dev/null || return 1
	done
	rm -rf "$tree"
}

# What some scenarios install besides: a compiler cache, systemd-boot in GRUB's place, kdump, dracut in initramfs-tools'; what programs need to be
# compiled, which a module does not.
extra_packages=(ccache systemd-boot "kdump-tools makedumpfile" dracut "fio iperf3" libc6-dev)

# debs_extra OUT: each of those in a folder of its first one's name, with what the image lacks of what it needs.
debs_extra()
{
	local packages words debs deb
	for packages in "${extra_packages[@]}"; do
		# shellcheck disable=SC2206
		words=(-o "Dir::State::status=$guest_pool/status-$(hash_of "${image_debs[*]}")" $packages)
		mapfile -t debs < <(apt_kept image_resolve "${words[@]}")
		[ ${#debs[@]} -gt 0 ] || return 1
		for deb in "${debs[@]}"; do
			[ -s "$guest_pool/$deb" ] ||
				with_log "fetching ${packages%% *} for the machine" cache_lock guest-debs image_fetch "${words[@]}" || return 1
		done
		mkdir -p "$1/${packages%% *}"
		cp "${debs[@]/#/$guest_pool/}" "$1/${packages%% *}/" || return 1
	done
}

# debs_sources OUT: what is needed to build and install by hand, and debian/tests, without what a build left there.
debs_sources()
{
	local made=(--exclude='*.o' --exclude='*.ko' --exclude='*.cmd' --exclude=install/smmu3-init --exclude=tools/smmu3ctl/smmu3ctl)
	mkdir -p "$1" && (cd "$repo_dir" && tar -c "${made[@]}" Kbuild Makefile debian include install src tools) | tar -x -C "$1"
}

# debs_make OUT: now/, older/, broken/, extra/, src/, cached-compiler.
debs_make()
{
	mkdir -p "$1/now"
	cp "$debs_dir"/smmu3-dkms_*.deb "$debs_dir"/smmu3-tools_*_arm64.deb "$1/now/" &&
		cp "$install_dir/lib/cached-compiler" "$1/" &&
		debs_extra "$1/extra" &&
		debs_sources "$1/src" &&
		debs_version "$1/older" "$older_version" &&
		debs_version "$1/broken" "$broken_version" '#error "this build is broken on purpose"'
}

# debs_disk: the disk with them, once a run.
debs_disk()
{
	[ ! -e "$top/debs.ext4" ] || return 0
	debs_make "$top/debs" || die "the packages' versions cannot be made"
	image_folder_disk "$top/debs" "$top/debs.ext4" debs || die "no disk for the packages"
}
