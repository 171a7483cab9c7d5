# SPDX-License-Identifier: GPL-2.0-only
# Modules, guest programs and the initramfs, each made once per content and kept in the cache.
# Nothing is written to the checkout. Sourced after kernel.sh.
#
# tests/style/build compiles the modules for stock kernels too, with more warnings and from the same headers; what it
# has compiled is taken from the cache: $kernel_headers is the headers' name, empty for other kernels.

# tree_hash PATTERN...: hash of the content of files and folders of the checkout.
tree_hash()
{
	# The patterns are the checkout's, not those of the caller's folder.
	# shellcheck disable=SC2068
	(cd "$repo_dir" && find $@ -type f \( -name '*.[chS]' -o -name '*.sh' -o -name Kbuild -o -name Makefile \
		-o -name '*.lds' -o -path 'tests/kselftest/*' -o -path 'tests/lab/lib/build.sh' \) ! -name '*.mod.c' -print0 2>/dev/null |
		sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
}

# cache_touch PATH: it is in use. Entries made from the checkout's content that nobody has used for
# ten days are removed when a new one is made.
cache_touch() { touch -c "$1" 2>/dev/null || true; }
cache_prune()
{
	find "$cache_dir" -mindepth 1 -maxdepth 1 \( -name 'smmu3-*' -o -name 'testmod-*' -o -name 'built-*' -o -name 'ctl-*' -o -name 'guest-*' \
		-o -name 'initrd-*' \) -mtime +10 -exec rm -rf {} + 2>/dev/null || true
}

# make_module DIR WHAT MAKEARGS...: kbuild's run inside the root on a copy of the tree in DIR.
make_module()
{
	local dir=$1
	shift
	in_root make -C "$kernel/build" M="$dir" -j2 "$@" modules
}

smmu3_built() { echo "$cache_dir/built-$(hash_of smmu3 "$kernel_headers" "$root" "$(tree_hash Kbuild include src)")"; }
test_modules_built() { echo "$cache_dir/built-$(hash_of tests "$kernel_headers" "$root" "$(tree_hash tests/modules tools/dmabench include)")"; }

# built_keep DIR MODULE...: DIR holds the modules from now on.
built_keep()
{
	local dir=$1 tmp=$1.tmp.$$
	shift
	[ ! -d "$dir" ] || return 0
	mkdir -p "$tmp" && cp "$@" "$tmp/" && mv -T "$tmp" "$dir"
}

# built_take FROM TO: TO becomes a copy of FROM, if there is one.
built_take()
{
	[ -n "${kernel_headers:-}" ] && [ -d "$1" ] && cp -r "$1" "$2.tmp.$$" && mv -T "$2.tmp.$$" "$2"
}

smmu3_fill()
{
	local dir=$1 mutants=$2 tmp=$1.tmp.$$ flags=(KCFLAGS=-Werror)
	[ -d "$dir" ] && return 0
	[ -n "$mutants" ] || ! built_take "$(smmu3_built)" "$dir" || return 0
	mkdir -p "$tmp"
	(cd "$repo_dir" && cp -a Kbuild include src "$tmp/")
	if [ -n "$mutants" ]; then
		flags+=(SMMU3_CFLAGS=-DSMMU3_MUTANTS)
		in_root patch -d "$tmp" -p1 -s -i "$mutants" || die "tests/lab/mutants.patch does not apply to src/"
	fi
	if with_log "building smmu3.ko for $kernel_release${mutants:+ with all mutants}" \
	     make_module "$tmp" "${flags[@]}" && [ -s "$tmp/smmu3.ko" ]; then
		mkdir "$tmp/out"
		cp "$tmp/smmu3.ko" "$tmp/out/"
		mv "$tmp/out" "$dir"
		rm -rf "$tmp"
	else
		rm -rf "$tmp"
		return 1
	fi
}

# smmu3_module [MUTANT]: set $smmu3_ko. With a mutant it is the module that has them all.
smmu3_module()
{
	local dir mutants=
	[ -z "${1:-}" ] || mutants=$repo_dir/tests/lab/mutants.patch
	dir=$cache_dir/smmu3-$(hash_of "$kernel" "$root" "$(tree_hash Kbuild include src)" ${mutants:+"$(cat "$mutants")"})
	[ -d "$dir" ] || cache_lock "$(basename "$dir")" smmu3_fill "$dir" "$mutants" ||
		die "smmu3.ko does not build for $kernel_release"
	cache_touch "$dir"
	smmu3_ko=$dir/smmu3.ko
}

testdev_fill()
{
	local dir=$1 tmp=$1.tmp.$$
	[ -d "$dir" ] && return 0
	! built_take "$(test_modules_built)" "$dir" || return 0
	mkdir -p "$tmp"
	cp -a "$repo_dir"/tests/modules/. "$repo_dir/include" "$repo_dir/tools/dmabench" "$tmp/"
	if with_log "building the DMA test driver for $kernel_release" make_module "$tmp" KCFLAGS=-Werror; then
		mkdir "$tmp/out"
		cp "$tmp"/*.ko "$tmp"/dmabench/*.ko "$tmp/out/"
		mv "$tmp/out" "$dir"
		rm -rf "$tmp"
	else
		rm -rf "$tmp"
		return 1
	fi
}

# test_modules: set $test_modules to a folder with the test-only modules.
test_modules()
{
	test_modules=$cache_dir/testmod-$(hash_of "$kernel" "$root" "$(tree_hash tests/modules tools/dmabench include)")
	[ -d "$test_modules" ] || cache_lock "$(basename "$test_modules")" testdev_fill "$test_modules" ||
		die "the test driver does not build for $kernel_release"
	cache_touch "$test_modules"
}

ctl_fill()
{
	local dir=$1 tmp=$1.tmp.$$
	[ -d "$dir" ] && return 0
	mkdir -p "$tmp"
	with_log "building smmu3ctl" in_root make -C "$repo_dir/tools/smmu3ctl" O="$tmp" CC="${guest_cc[0]}" CFLAGS=-O2 LDFLAGS=-static -j2 &&
		rm -f "$tmp"/*.o && mv -T "$tmp" "$dir" && return
	rm -rf "$tmp"
	return 1
}

# ctl_program: set $ctl to a folder with smmu3ctl for the guest. Wants $guest_cc.
ctl_program()
{
	ctl=$cache_dir/ctl-$(hash_of "$root" "${guest_cc[*]}" "$(tree_hash tools/smmu3ctl include/smmu3)")
	[ -d "$ctl" ] || cache_lock "$(basename "$ctl")" ctl_fill "$ctl" || die "smmu3ctl does not build"
	cache_touch "$ctl"
}

# Modules of the kernel that the guest's devices need, if they are modules there.
guest_modules="nvme virtio_pci virtio_blk virtio_net virtio_net rtc-pl031 arm_smmu_v3"

# module_copy PATH FOLDER: a kernel's module, as it can be inserted.
module_copy()
{
	local to
	to=$2/$(basename "${1%.ko*}").ko
	case $1 in
	*.xz) in_root xz -dc "$1" >"$to" ;;
	*.zst) in_root zstd -dcq "$1" >"$to" ;;
	*.gz) gzip -dc "$1" >"$to" ;;
	*)    cp "$1" "$to" ;;
	esac
}

guest_fill()
{
	local dir=$1 tmp=$1.tmp.$$ deb m path base=$kernel
	[ -d "$dir" ] && return 0
	mkdir -p "$tmp/bin" "$tmp/lab/bin" "$tmp/lab/modules" "$tmp/deb"
	say "collecting the guest's programs and the modules of $kernel_release"
	(cd "$tmp/deb" && apt_ask apt-get -qq download busybox-static:arm64) || return 1
	dpkg-deb --fsys-tarfile "$tmp"/deb/busybox-static*.deb | tar -x -C "$tmp/deb"
	cp "$(find "$tmp/deb" -path "*bin/busybox" -type f)" "$tmp/bin/busybox" || return 1
	rm -rf "$tmp/deb"
	for m in "$repo_dir"/tests/kselftest/*.c; do
		in_root "${guest_cc[@]}" -O2 -Wall -Wextra -Werror -static -pthread \
			-o "$tmp/lab/bin/$(basename "$m" .c)" "$m" || return 1
	done
	[ -d "$base/usr/lib/modules" ] && base=$kernel/usr
	: >"$tmp/lab/modules.list"
	for m in $guest_modules; do
		in_root modprobe -d "$base" -S "$kernel_release" --show-depends "$m" 2>/dev/null || true
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' >"$tmp/paths"
	while read -r path; do
		m=$(basename "$path")
		m=${m%%.ko*}.ko
		module_copy "$path" "$tmp/lab/modules" || return 1
		# The in-tree driver, a module in lab kernels only, is inserted where it is the one under test.
		[ "$m" = arm_smmu_v3.ko ] || echo "$m" >>"$tmp/lab/modules.list"
	done <"$tmp/paths"
	rm "$tmp/paths"
	mv "$tmp" "$dir"
}

# guest_base: set $guest_base to what every initramfs of this kernel has in common.
guest_base()
{
	guest_cc=(gcc)
	[ "$(host_arch)" = arm64 ] || guest_cc=(aarch64-linux-gnu-gcc)
	guest_base=$cache_dir/guest-$(hash_of "$kernel" "$root" "$(apt_version busybox-static:arm64)" \
		"$guest_modules" "$(tree_hash 'tests/kselftest/*.[ch]' 'tests/modules/labdev_*.h' tools/dmabench/marker.h tests/lab/lib/build.sh)")
	[ -d "$guest_base" ] || cache_lock "$(basename "$guest_base")" guest_fill "$guest_base" ||
		die "cannot make the guest's files for $kernel_release"
	cache_touch "$guest_base"
}

initrd_fill()
{
	local out=$1 tree=$1.tree.$$ ko
	[ -s "$out" ] && return 0
	cache_prune
	mkdir -p "$tree"
	cp -a "$guest_base/." "$tree/"
	mkdir -p "$tree/lab/tests"
	cp "$repo_dir"/tests/kselftest/guest/init "$tree/init"
	cp "$repo_dir"/tests/kselftest/guest/lib.sh "$tree/lab/"
	cp "$repo_dir"/tests/kselftest/guest/t "$tree/lab/bin/"
	cp "$ctl/smmu3ctl" "$tree/lab/bin/"
	cp "$repo_dir"/tests/kselftest/tests/*.sh "$repo_dir/tests/kselftest/cells" "$tree/lab/tests/"
	for ko in "$test_modules"/*.ko ${smmu3_ko:+"$smmu3_ko"}; do
		in_root "${guest_strip[@]}" --strip-debug -o "$tree/lab/$(basename "$ko")" "$ko"
	done
	in_root sh -c 'cd "$1"; for a in $(busybox --list); do [ $a = busybox ] || ln -sf busybox bin/$a; done
		find . | cpio -o -H newc --quiet -R 0:0 >"$2.tmp"' sh "$tree" "$out"
	rm -rf "$tree"
	mv "$out.tmp" "$out"
}

# guest_initrd: set $initrd. Wants $smmu3_ko (may be empty), $test_modules, $guest_base.
guest_initrd()
{
	guest_strip=(strip)
	[ "$(host_arch)" = arm64 ] || guest_strip=(aarch64-linux-gnu-strip)
	ctl_program
	initrd=$cache_dir/initrd-$(hash_of "$guest_base" "$test_modules" "$ctl" "${smmu3_ko:-}" \
		"$(tree_hash tests/kselftest)").cpio
	[ -s "$initrd" ] || cache_lock "$(basename "$initrd")" initrd_fill "$initrd" ||
		die "cannot make the initramfs"
	cache_touch "$initrd"
}
