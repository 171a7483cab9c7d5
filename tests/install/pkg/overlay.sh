# SPDX-License-Identifier: GPL-2.0-only
# The overlay: made, checked, removed; and whatever gets in between. Sourced by inside.

overlay=$tree/install/overlay
ov() { "$overlay" --root "$m" "$@"; }
module_path=lib/modules/$kver/updates/dkms/smmu3.ko

overlay_new() { m=$work/$1; rm -rf "$m"; machine_tree "$m"; }

# holds: the overlay is the loader and this module, and nothing else.
holds()
{
	local x=$work/unpacked
	rm -rf "$x" && mkdir "$x"
	gzip -dc "$m/boot/smmu3/$kver.img" | (cd "$x" && cpio -i --quiet) &&
		[ "$(cd "$x" && echo *)" = "smmu3-init smmu3.ko" ] &&
		cmp "$x/smmu3.ko" "$1" && cmp "$x/smmu3-init" "$loader" && [ -x "$x/smmu3-init" ]
}

overlay_compressions()
{
	local c pack first
	overlay_new kinds
	cp "$m/$module_path" "$work/plain.ko"
	for c in plain xz zst gz; do
		case $c in
		plain) pack=$m/$module_path ;;
		xz) xz -kc "$work/plain.ko" >"$m/$module_path.xz"; pack=$m/$module_path.xz ;;
		zst) zstd -qc "$work/plain.ko" >"$m/$module_path.zst"; pack=$m/$module_path.zst ;;
		gz) gzip -c "$work/plain.ko" >"$m/$module_path.gz"; pack=$m/$module_path.gz ;;
		esac
		ok "overlay.make.$c" ov make "$kver" "$pack"
		ok "overlay.holds.$c" holds "$work/plain.ko"
		ok "overlay.check.$c" ov check "$kver"
		: "${first:=$(sha256sum <"$m/boot/smmu3/$kver.img")}"
		is "overlay.same-bytes.$c" "$first" "$(sha256sum <"$m/boot/smmu3/$kver.img")"
	done
	is overlay.info "version kernel srcversion sha256 module signed time" \
		"$(sed 's/:.*//' "$m/boot/smmu3/$kver.info" | xargs)"
	is overlay.info-module "/$module_path.gz" "$(sed -n 's/^module: //p' "$m/boot/smmu3/$kver.info")"
	is overlay.unsigned no "$(sed -n 's/^signed: //p' "$m/boot/smmu3/$kver.info")"
	printf '~Module signature appended~\n' >>"$m/$module_path"
	ov make "$kver" "$m/$module_path"
	like overlay.signed '^yes' "$(sed -n 's/^signed: //p' "$m/boot/smmu3/$kver.info")"
}

overlay_refusals()
{
	local before
	overlay_new refuse
	ov make "$kver" "$m/$module_path"
	before=$(cat "$m/boot/smmu3"/* | sha256sum)
	fake_module "$work/foreign.ko" 6.1.0-1-arm64
	like overlay.refuse.kernel 'built for kernel 6.1.0-1-arm64, not for' "$(ov make "$kver" "$work/foreign.ko" 2>&1)"
	fake_module "$work/name.ko" "$kver" X other
	like overlay.refuse.name 'is not smmu3' "$(ov make "$kver" "$work/name.ko" 2>&1)"
	echo text >"$work/text.ko"
	like overlay.refuse.elf 'is no kernel module' "$(ov make "$kver" "$work/text.ko" 2>&1)"
	echo garbage >"$work/bad.ko.xz"
	like overlay.refuse.xz 'cannot be unpacked' "$(ov make "$kver" "$work/bad.ko.xz" 2>&1)"
	like overlay.refuse.missing 'no such file' "$(ov make "$kver" "$work/nothing.ko" 2>&1)"
	is overlay.refuse.status 1 "$(status ov make "$kver" "$work/text.ko")"
	is overlay.refuse.untouched "$before" "$(cat "$m/boot/smmu3"/* | sha256sum)"
	like overlay.refuse.kver "is no kernel's version" "$(ov make ../x "$m/$module_path" 2>&1)"
	is overlay.usage 2 "$(status ov make "$kver")"
	is overlay.usage-verb 2 "$(status ov destroy "$kver")"
	like overlay.no-root 'no such folder' "$("$overlay" --root "$work/none" check "$kver" 2>&1)"
	rm "$m/usr/lib/smmu3/smmu3-init"
	like overlay.no-loader 'is smmu3-tools installed' "$(ov make "$kver" "$m/$module_path" 2>&1)"
}

# stale_case NAME PATTERN COMMAND...: after the command the overlay is refused for that reason, in one line.
stale_case()
{
	local name=$1 pattern=$2 said rc=0
	shift 2
	overlay_new stale
	ov make "$kver" "$m/$module_path"
	(cd "$m" && "$@")
	said=$(ov check "$kver" 2>&1) || rc=$?
	like "overlay.stale.$name" "$pattern" "$said"
	is "overlay.stale.$name.status" "1 1" "$rc $(wc -l <<<"$said")"
}

overlay_stale()
{
	stale_case none 'no overlay' rm "boot/smmu3/$kver.img"
	stale_case no-info 'is missing' rm "boot/smmu3/$kver.info"
	stale_case newer-kernel 'older than' touch -d '+1 hour' "boot/vmlinuz-$kver"
	stale_case corrupted 'not the one that' sh -c "echo x >>boot/smmu3/$kver.img"
	stale_case other-text 'another kernel' sed -i 's/^kernel: .*/kernel: 1.2.3/' "boot/smmu3/$kver.info"
	stale_case module-gone 'is gone' rm "$module_path"
	stale_case module-broken 'not the one from which' truncate -s 10 "$module_path"
	stale_case module-replaced 'not the one from which' fake_module "$module_path" "$kver" 0000000000000000000000A
	stale_case kernel-gone 'is not installed' rm "boot/vmlinuz-$kver"
}

overlay_no_space()
{
	local said rc=0
	overlay_new full
	ov make "$kver" "$m/$module_path"
	if ! mount -t tmpfs -o size=128k none "$m/boot/smmu3" 2>/dev/null; then
		skip overlay.no-space "no tmpfs can be mounted here"
		return
	fi
	# An overlay of before is there and must not outlive the module that it holds.
	echo old >"$m/boot/smmu3/$kver.img"
	said=$(ov make "$kver" "$m/$module_path" 2>&1) || rc=$?
	like overlay.no-space 'keeps its own driver' "$said"
	is overlay.no-space.status "1 1" "$rc $(wc -l <<<"$said")"
	is overlay.no-space.nothing-left "" "$(ls "$m/boot/smmu3")"
	umount "$m/boot/smmu3"
}

# overlay_cuts: the maker is killed before and behind each program that touches the disk. What GRUB would
# take is whole at any time, and what check accepts is what is there.
overlay_cuts()
{
	local tool when n bad=0 cuts=0 rc img info
	mkdir -p "$work/shim"
	for tool in cpio gzip sync mv sha256sum install; do
		for when in before after; do
			for n in 1 2 3; do
				overlay_new cut
				ov make "$kver" "$m/$module_path"
				fake_module "$m/$module_path" "$kver" 1111111111111111111111A
				rm -f "$work/shim"/* "$work/count"
				cat >"$work/shim/$tool" <<-SHIM
				#!/bin/bash
				echo x >>$work/count
				hit=\$([ \$(wc -l <$work/count) = $n ] && echo 1)
				[ -z "\$hit" ] || [ $when = after ] || { kill -9 \$(cat $work/pid); exit 1; }
				$(command -v $tool) "\$@"; rc=\$?
				[ -z "\$hit" ] || { kill -9 \$(cat $work/pid); exit 1; }
				exit \$rc
				SHIM
				chmod +x "$work/shim/$tool"
				# The process that is killed is the maker itself, not the shell around it.
				{ (echo $BASHPID >"$work/pid"; PATH=$work/shim:$PATH exec "$overlay" --root "$m" make "$kver" "$m/$module_path"); rc=$?; } \
					>/dev/null 2>&1
				[ $rc -ne 137 ] || cuts=$((cuts + 1))
				img=$m/boot/smmu3/$kver.img info=$m/boot/smmu3/$kver.info
				if [ -e "$img" ] && ! gzip -t "$img"; then
					bad=$((bad + 1)); echo "# $tool $when $n: a torn image"
				fi
				if ov check "$kver" >/dev/null && ! holds "$m/$module_path" >/dev/null 2>&1; then
					bad=$((bad + 1)); echo "# $tool $when $n: check accepts what is not there"
				fi
				if ! ov make "$kver" "$m/$module_path" || ! ov check "$kver" || ! holds "$m/$module_path"; then
					bad=$((bad + 1)); echo "# $tool $when $n: cannot be made again"
				fi
			done
		done
	done
	is overlay.cuts "0 torn, some" "$bad torn, $([ $cuts -ge 12 ] && echo some || echo "only $cuts")"
}

overlay_remove()
{
	overlay_new remove
	ov make "$kver" "$m/$module_path"
	ok overlay.remove ov remove "$kver"
	is overlay.remove.nothing-left no "$([ -e "$m/boot/smmu3" ] && echo yes || echo no)"
	ok overlay.remove.again ov remove "$kver"
}

overlay_compressions
overlay_refusals
overlay_stale
overlay_no_space
overlay_cuts
overlay_remove
