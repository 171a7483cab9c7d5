# SPDX-License-Identifier: GPL-2.0-only
# What the Debian mirror holds today. A private apt state in the cache (nothing of the
# machine's own apt is changed) answers which version a suite has, and downloads it.
# Sourced after say.sh.

lab_suite=trixie
lab_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# host_arch: Debian's name of this machine's architecture.
host_arch() { dpkg --print-architecture; }

# kept FILE COMMAND...: what COMMAND prints, from FILE if it has printed it before. Nothing is an answer that may change.
kept()
{
	local file=$1 said
	shift
	said=$(cat "$file" 2>/dev/null) || true
	if [ -z "$said" ]; then
		said=$("$@") || return 1
		[ -n "$said" ] || return 0
		mkdir -p "${file%/*}" && printf '%s\n' "$said" >"$file.$BASHPID" && mv "$file.$BASHPID" "$file"
	fi
	printf '%s\n' "$said"
}

# mirror_sites: two words, the archive's and the security archive's address, from MIRROR=
# and MIRROR_SECURITY= or from the machine's own apt configuration.
mirror_sites()
{
	kept "$cache_dir/mirrors/$(hash_of "${MIRROR:-} ${MIRROR_SECURITY:-}" "$(cat "$lab_dir/lib/apt.sh")" \
		"$(find /etc/apt -type f -exec sha256sum {} + 2>/dev/null | sort)")" mirror_sites_ask
}

mirror_sites_ask()
{
	local main=${MIRROR:-} security=${MIRROR_SECURITY:-} site release
	while read -r site release; do
		case $release in
		*-security) : "${security:=$site}" ;;
		*-updates)  : "${main:=$site}" ;;
		esac
	done < <(env -u APT_CONFIG apt-get indextargets --format '$(SITE) $(RELEASE)' 2>/dev/null | sort -u)
	if [ -z "$main" ]; then
		main=$(env -u APT_CONFIG apt-get indextargets --format '$(SITE)' 2>/dev/null |
			grep -m1 '/debian/*$' || true)
	fi
	[ -n "$main" ] || die "no Debian mirror in this machine's apt configuration; give one as MIRROR=<address>"
	: "${security:=${main%/}-security}"
	echo "$main $security"
}

# mirror_sources: sources.list lines for the lab's suite.
mirror_sources()
{
	local main security
	read -r main security < <(mirror_sites)
	[ -n "$main" ] || exit 1
	local by="[signed-by=$lab_keyring]"
	echo "deb $by $main $lab_suite main"
	echo "deb $by $main $lab_suite-updates main"
	echo "deb $by $main $lab_suite-backports main"
	echo "deb $by $security $lab_suite-security main"
}

apt_write_state()
{
	local d=$1 arch
	mkdir -p "$d"/etc/apt/{preferences.d,apt.conf.d,trusted.gpg.d} "$d"/var/lib/apt/lists/partial \
		"$d"/var/lib/dpkg "$d"/var/cache/apt/archives/partial
	: >"$d/var/lib/dpkg/status"
	mirror_sources >"$d/etc/apt/sources.list"
	arch=$(host_arch)
	{
		# Proxies and the like of this machine stay in force.
		env -u APT_CONFIG apt-config dump | grep -Ei '^Acquire::(http|https|ftp)::' || true
		echo "Dir \"$d\";"
		echo "Dir::State::status \"$d/var/lib/dpkg/status\";"
		echo "APT::Architecture \"$arch\";"
		echo "APT::Architectures { \"$arch\"; \"arm64\"; };"
		echo 'Acquire::Languages "none";'
		echo 'Acquire::Retries "3";'
		echo 'APT::Sandbox::User "";'
	} >"$d/apt.conf"
}

apt_refresh()
{
	local d=$1 stamp=$1/refreshed
	if [ -z "${LAB_REFRESH:-}" ] && [ -n "$(find "$stamp" -mmin -720 2>/dev/null)" ]; then
		return 0
	fi
	apt_write_state "$d" || return 1
	if with_log "reading what the mirror holds" env APT_CONFIG="$d/apt.conf" \
	   apt-get -q --error-on=any update; then
		rm -rf "$d/answers"
		touch "$stamp"
	elif [ -e "$stamp" ]; then
		say "the mirror cannot be read; going on with what it held $(date -r "$stamp" '+%F %R')"
	else
		return 1
	fi
}

# apt_state: make the state fresh (at most every 12 hours; LAB_REFRESH=1 forces it) and set apt_conf.
apt_state()
{
	local d
	[ -n "${apt_conf:-}" ] && return 0
	[ -e "$lab_keyring" ] || die "$lab_keyring is missing: install debian-archive-keyring"
	d=$cache_dir/apt-$(hash_of "$(mirror_sources)" "$(host_arch)") || exit 1
	mkdir -p "$d"
	cache_lock apt apt_refresh "$d" || die "cannot read the Debian mirror"
	apt_conf=$d/apt.conf
}

# apt_ask TOOL ARGS...: run apt-cache or apt-get on the lab's state.
apt_ask()
{
	env APT_CONFIG="$apt_conf" "$@"
}

# apt_kept COMMAND...: what the function COMMAND prints; it depends on its words and the state, and is asked anew
# when the state has been read anew.
apt_kept()
{
	kept "${apt_conf%/*}/answers/$(hash_of "$*" "$(cat "$lab_dir"/lib/{apt,root,kernel}.sh)")" "$@"
}

# apt_version PACKAGE [SUITE]: newest version of PACKAGE (in SUITE only, where given).
apt_version() { apt_kept apt_version_ask "$@"; }
apt_version_ask()
{
	apt_ask apt-cache madison "$1" |
		awk -F' *\\| *' -v s="${2:-}" 's == "" || index($3, " " s "/") { if (!n++) print $2 }'
}
