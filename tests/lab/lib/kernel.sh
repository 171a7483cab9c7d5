# SPDX-License-Identifier: GPL-2.0-only
# Stock kernels by suite and flavour: the version is what the mirror holds today, never a
# number written here; or by series, such as 7.2, of which a mirror keeps older ones for a while.
# An unpacked kernel is a directory with
#	release  vmlinuz  config  modules/ (of /lib/modules/<release>)  build/ (for make -C)
# and lab kernels (tests/lab/labkernel) have the same shape.
# Sourced after say.sh, apt.sh and root.sh.
kernel_headers=

# kernel_meta FLAVOUR KIND: name of the package that always depends on the newest kernel.
kernel_meta() { echo "linux-$2-$1"; }

# deb_depends PACKAGE VERSION ARCH PATTERN: names in its Depends that match PATTERN.
deb_depends()
{
	apt_ask apt-cache show "$1:$3=$2" | sed -n 's/^Depends: //p' | tr ',' '\n' |
		sed 's/^ *//; s/ .*//; s/:.*//' | grep -E "$4" || true
}

# kernel_of_series N.M FLAVOUR: the newest image package of a series.
kernel_of_series()
{
	apt_ask apt-cache pkgnames "linux-image-$1." | sed 's/:.*//' |
		grep -xE "linux-image-$(sed 's/\./\\./g' <<<"$1")\.[0-9]+\+deb[0-9]+-$2" | sort -V | tail -n 1 || true
}

# kernel_packages SUITE FLAVOUR: "name:arch=version" lines of all packages that make up the
# suite's kernel; the first line is "release <uname -r>".
kernel_packages()
{
	local suite=$1 flavour=$2 version image headers p
	if [[ $suite =~ ^[0-9]+\.[0-9]+$ ]]; then
		image=$(kernel_of_series "$suite" "$flavour")
		[ -n "$image" ] || die "the mirror holds no kernel of series $suite and flavour $flavour any more"
		version=$(apt_version "$image:arm64")
		headers=${image/image/headers}
	else
		version=$(apt_version "linux-image-$flavour:arm64" "$suite")
		[ -n "$version" ] || die "suite $suite holds no kernel of flavour $flavour"
		image=$(deb_depends "linux-image-$flavour" "$version" arm64 '^linux-image-[0-9]')
		headers=$(deb_depends "linux-headers-$flavour" "$version" arm64 '^linux-headers-[0-9]')
		[ -n "$image" ] && [ -n "$headers" ] || die "cannot read what linux-image-$flavour $version depends on"
	fi
	echo "release ${image#linux-image-}"
	# From 7.x on the image's parts are packages of their own.
	for p in "$image" $(deb_depends "$image" "$version" arm64 '^linux-(binary|modules|base)-[0-9]'); do
		echo "$p:arm64=$version"
	done
	echo "$headers:arm64=$version"
	for p in $(deb_depends "$headers" "$version" arm64 '^linux-(headers.*-common|kbuild)'); do
		case $p in
		*kbuild*) echo "$p:$(host_arch)=$(apt_version "$p:$(host_arch)")" ;;
		*)        echo "$p:all=$version" ;;
		esac
	done
}

kernel_unpack()
{
	local dir=$1 debs=$2 rel=$3 deb header
	for deb in "$debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$dir" --no-same-owner \
			--exclude='./usr/share/*' || return 1
	done
	# The headers name each other by absolute path; let that be the final one.
	for header in "$dir"/usr/src/linux-headers-*; do
		[ -f "$header/Makefile" ] || continue
		[ -f "$header/.kernelvariables" ] || continue
		sed -i "s,/usr/src/,$4/usr/src/,g" "$header/Makefile"
	done
	echo "$rel" >"$dir/release"
	local modules=usr/lib/modules/$rel
	[ -d "$dir/$modules" ] || modules=lib/modules/$rel
	ln -sfn "$modules" "$dir/modules"
	ln -sfn "usr/src/linux-headers-$rel" "$dir/build"
	if [ -e "$dir/boot/vmlinuz-$rel" ]; then
		ln -sf "boot/vmlinuz-$rel" "$dir/vmlinuz"
		ln -sf "boot/config-$rel" "$dir/config"
	else
		ln -sf "$modules/vmlinuz" "$dir/vmlinuz"
		ln -sf "$modules/config" "$dir/config"
	fi
	[ -s "$dir/vmlinuz" ] && [ -s "$dir/build/Makefile" ] && [ -d "$dir/modules/kernel" ]
}

kernel_fill()
{
	local dir=$1 rel=$2 tmp=$1.tmp.$$
	shift 2
	[ -d "$dir" ] && return 0
	mkdir -p "$tmp/debs" "$tmp/tree"
	if with_log "fetching kernel $rel (about 115 MB)" \
	     sh -c 'cd "$1" && shift && APT_CONFIG="$1" && export APT_CONFIG && shift && apt-get -q download "$@"' \
		sh "$tmp/debs" "$apt_conf" "${@/:all=/=}" &&
	   with_log "unpacking kernel $rel" kernel_unpack "$tmp/tree" "$tmp/debs" "$rel" "$dir" &&
	   run_depmod "$tmp/tree" "$rel"; then
		mv "$tmp/tree" "$dir"
		rm -rf "$tmp"
	else
		rm -rf "$tmp"
		return 1
	fi
}

# Image packages hold no modules.dep; it is made at install.
run_depmod()
{
	local base=$1
	[ -d "$base/lib/modules" ] || base=$1/usr
	[ -e "$1/modules/modules.dep" ] && return 0
	[ -n "${root:-}" ] || root_dir
	in_root depmod -b "$base" "$2"
}

# kernel_headers_of PACKAGE...: those that a build of modules reads, one a line.
kernel_headers_of() { printf '%s\n' "$@" | grep -E '^linux-(headers|kbuild)-'; }

# kernel_headers_name RELEASE PACKAGE...: a name for them.
kernel_headers_name()
{
	local wanted
	mapfile -t wanted < <(kernel_headers_of "${@:2}")
	echo "headers-$1-$(hash_of "${wanted[@]}")"
}

# kernel_dir SUITE FLAVOUR: set $kernel to the directory of the suite's newest kernel, which is fetched first,
# $kernel_release to its release and $kernel_headers to the name of its headers.
kernel_dir()
{
	local packages
	apt_state
	mapfile -t packages < <(apt_kept kernel_packages "$1" "$2")
	[ "${#packages[@]}" -ge 5 ] || die "cannot resolve kernel $1 $2"
	kernel_release=${packages[0]#release }
	packages=("${packages[@]:1}")
	kernel_headers=$(kernel_headers_name "$kernel_release" "${packages[@]}")
	[ -n "${kernel_told:-}" ] || say "kernel $1 $2: $kernel_release (${packages[0]#*=})"
	kernel=$cache_dir/kernel-$kernel_release-$(hash_of "${packages[@]}")
	[ -d "$kernel" ] || cache_lock "$(basename "$kernel")" kernel_fill "$kernel" "$kernel_release" "${packages[@]}" ||
		die "cannot fetch kernel $kernel_release"
}
