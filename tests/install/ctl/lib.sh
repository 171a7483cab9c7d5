# SPDX-License-Identifier: GPL-2.0-only
# Trees that stand for machines, and the words in which the cases are written. Sourced by run.
#
# A tree (trees/NAME.tree) is a list of: "d PATH" a folder, "f PATH" a text file whose lines follow, each behind "|",
# "x PATH HEX" a file's bytes, "l PATH TARGET" a link. "#" begins a comment.

kver=7.3.4+deb13-arm64
old_kver=6.12.118+deb13-arm64
srcversion=88A20D41D0D1D81F9E68FCD

# hex HEX: its bytes.
# shellcheck disable=SC2059
hex() { printf "$(sed 's/../\\x&/g' <<<"$1")"; }

# unpack NAME: the tree into the folder $root.
unpack()
{
	local line kind path rest out=/dev/null
	while IFS= read -r line; do
		case $line in
		'|'*) printf '%s\n' "${line#|}" >&3; continue ;;
		'#'*|'') continue ;;
		esac
		read -r kind path rest <<<"$line"
		path=$root$path
		case $kind in
		d) mkdir -p "$path"; continue ;;
		*) mkdir -p "${path%/*}" ;;
		esac
		case $kind in
		f) out=$path; : >"$out"; exec 3>>"$out" ;;
		x) hex "$rest" >"$path" ;;
		l) ln -sfn "$rest" "$path" ;;
		esac
	done <"$here/trees/$1.tree"
	exec 3>&-
}

# machine NAME...: $root becomes a new machine of these trees. What was unpacked once is copied.
machine()
{
	local base=$work/base.${*// /+}
	base=${base// /+}
	if [ ! -d "$base" ]; then
		root=$base
		mkdir -p "$root"
		local name
		for name; do unpack "$name"; done
	fi
	chmod -R u+rwX "$work/root" 2>/dev/null
	rm -rf "$work/root"
	cp -a "$base" "$work/root"
	root=$work/root
}

# put PATH TEXT: a file.
put()
{
	mkdir -p "$root$(dirname "$1")"
	printf '%s\n' "$2" >"$root$1"
}

# grubenv NAME=VALUE...: GRUB's environment block.
grubenv()
{
	local f=$root/boot/grub/grubenv
	{
		echo '# GRUB Environment Block'
		[ $# -eq 0 ] || printf '%s\n' "$@"
		head -c 1024 /dev/zero | tr '\0' '#'
	} | head -c 1024 >"$f"
}

# module KVER [VERSION [SRCVERSION]]: an installed smmu3.ko: an object file with the section .modinfo.
module()
{
	local dir=$root/lib/modules/$1/updates/dkms
	mkdir -p "$dir"
	cat >"$work/mod.c" <<-END
	#define INFO(n, t) static const char n[] __attribute__((section(".modinfo"), used)) = t
	INFO(a, "license=GPL"); INFO(b, "version=${2-0.1.0}"); INFO(c, "srcversion=${3-$srcversion}");
	INFO(d, "vermagic=$1 SMP preempt mod_unload modversions aarch64");
	END
	"$cc" -c -o "$dir/smmu3.ko" "$work/mod.c"
}

# sign KVER: a PKCS #7 signature behind the module, as sign-file puts it there. It is real, of the key whose
# certificate is /certificate in trees/signed.tree; what it signs is not looked at.
sign()
{
	local ko=$root/lib/modules/$1/updates/dkms/smmu3.ko n
	n=$(stat -c %s "$root/signature")
	cat "$root/signature" >>"$ko"
	hex "000002000000000000000000" | head -c 8 >>"$ko"
	hex "$(printf %08x "$n")" >>"$ko"
	printf '~Module signature appended~\n' >>"$ko"
}

# secure_boot 0|1 [MODE]: EFI with Secure Boot and the kernel's lockdown.
secure_boot()
{
	local vars=$root/sys/firmware/efi/efivars
	mkdir -p "$vars"
	hex "060000000$1" >"$vars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
	put /sys/kernel/security/lockdown "${2:-[none] integrity confidentiality}"
}

# enrol: the certificate of trees/signed.tree into the list of the machine owner's keys.
enrol() { { hex 06000000; cat "$root/certificate"; } >"$root/sys/firmware/efi/efivars/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23"; }

# overlay KVER [VERSION [SRCVERSION]]: an overlay that is newer than the kernel, with its .info.
overlay()
{
	local img=$root/boot/smmu3/$1.img
	put "/boot/smmu3/$1.img" "stands for a cpio of $1"
	put "/boot/smmu3/$1.info" "version: ${2-0.1.0}
kernel: $1
srcversion: ${3-$srcversion}
sha256: $(sha256sum "$img" | cut -d' ' -f1)
module: /lib/modules/$1/updates/dkms/smmu3.ko
signed: no
time: 2026-11-29T12:00:00Z"
	touch -d 2026-11-29T12:00:00Z "$img" "$root/boot/smmu3/$1.info"
}

# debian: a machine (as machine makes it) with two kernels, modules and overlays, nothing enabled.
debian()
{
	machine "$@" debian
	local k
	for k in $kver $old_kver; do
		touch -d 2026-11-01T00:00:00Z "$root/boot/vmlinuz-$k"
		module "$k"
		overlay "$k"
	done
	grubenv
}

# ---------------------------------------------------------------- running and judging

passed=0 failed=0 skipped=0 nr=0

pass() { nr=$((nr + 1)) passed=$((passed + 1)); echo "ok $nr - $1"; }
skip() { nr=$((nr + 1)) skipped=$((skipped + 1)); echo "ok $nr - $1 # SKIP $2"; }

# fail WHAT WANTED SEEN
fail()
{
	nr=$((nr + 1)) failed=$((failed + 1))
	echo "not ok $nr - $1"
	printf '#   wanted: %s\n#   seen:   %s\n' "$2" "$3"
}

want() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "$2" "$3"; fi; }

# ctl ARGS...: smmu3ctl on $root; $out, $err (files) and $rc.
out=$work/out err=$work/err
ctl()
{
	"${as[@]}" "$bin" --root "$root" "$@" >"$out" 2>"$err"
	rc=$?
}
as=()

# sane WHAT RC...: it ended with one of these codes, and no sanitizer complained.
sane()
{
	local what=$1 code
	shift
	if grep -q -E 'Sanitizer|runtime error' "$err"; then
		fail "$what" "no complaint" "$(grep -m 1 -E 'Sanitizer|runtime error' "$err")"
		return
	fi
	for code; do
		[ "$rc" != "$code" ] || { pass "$what"; return; }
	done
	fail "$what" "exit $*" "exit $rc; $(head -n 2 "$err" | tr '\n' ' ')"
}

# text NAME RC ARGS...: the output is expect/NAME.txt, the exit code RC.
text()
{
	local name=$1 code=$2 file=$here/expect/$1.txt
	shift 2
	ctl "$@"
	{
		echo "# SPDX-License-Identifier: GPL-2.0-only"
		echo "# smmu3ctl $*: exit $code"
		cat "$out"
		sed "s/^/stderr: /" "$err"
	} | sed "s|$root||g" >"$work/seen"
	if [ -n "${write:-}" ]; then
		cp "$work/seen" "$file"
	fi
	if [ "$rc" != "$code" ]; then
		fail "$name: smmu3ctl $*" "exit $code" "exit $rc"
	elif ! cmp -s "$file" "$work/seen"; then
		fail "$name: smmu3ctl $*" "expect/$name.txt" "another text:"
		diff -u "$file" "$work/seen" | sed 's/^/#     /' | head -n 40
	else
		pass "$name: smmu3ctl $*"
	fi
}

# json WHAT RC WANTED FILTER ARGS...: what jq's FILTER makes of the output (one value a line, joined by blanks).
json()
{
	local what=$1 code=$2 wanted=$3 filter=$4 seen
	shift 4
	ctl --json "$@"
	if ! seen=$(jq -e -r "if .schema == 1 and .command == \"$1\" then $filter else error(\"no schema or command\") end | tostring" "$out" 2>&1); then
		[ "$seen" = null ] || [ "$seen" = false ] || { fail "$what" "JSON" "$seen: $(head -c 200 "$out") $(head -n 1 "$err")"; return; }
	fi
	seen=${seen//$'\n'/ }
	if [ "$rc" != "$code" ]; then
		fail "$what" "exit $code" "exit $rc; $(head -n 2 "$err" | tr '\n' ' ')"
	else
		want "$what" "$wanted" "$seen"
	fi
}

# complains WHAT RC TEXT ARGS...: nothing on stdout, one line on stderr that holds TEXT.
complains()
{
	local what=$1 code=$2 words=$3
	shift 3
	ctl "$@"
	if [ "$rc" != "$code" ] || [ -s "$out" ] || [ "$(wc -l <"$err")" != 1 ] || ! grep -q -F -e "$words" "$err"; then
		fail "$what: smmu3ctl $*" "exit $code, only: ...$words..." "exit $rc; $(head -n 3 "$out" "$err" | tr '\n' ' ')"
	else
		pass "$what: $(cat "$err")"
	fi
}

# every WHAT: each command, as text and as JSON, on this machine: no crash, and JSON that is JSON.
every()
{
	local what=$1 args n=0 broken=
	while read -r args; do
		# shellcheck disable=SC2086
		ctl $args
		case $rc in 0|1|3|4|5|77) ;; *) broken+=" [$args: exit $rc]" ;; esac
		! grep -q -E 'Sanitizer|runtime error' "$err" || broken+=" [$args: $(grep -m 1 -E 'Sanitizer|runtime error' "$err")]"
		# shellcheck disable=SC2086
		ctl --json $args
		case $rc in 0|1|3|4|5|77) ;; *) broken+=" [$args --json: exit $rc]" ;; esac
		[ ! -s "$out" ] || jq -e .schema "$out" >/dev/null 2>&1 || broken+=" [$args: no JSON]"
		n=$((n + 2))
	done <<-'END'
	status
	verify
	doctor
	version
	show features
	show streams --all
	show ste
	show cd
	show asid
	show domains
	show queues
	show events
	show counters
	show ste 0x28
	show domains 00:05.0
	walk 0x18 0xffffe000 --ranges
	watch --count 1 --interval 0.1
	END
	want "$what: $n runs" "" "$broken"
}
