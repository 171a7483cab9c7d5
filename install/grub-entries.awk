# SPDX-License-Identifier: GPL-2.0-only
# What 10_linux prints, read for 42_smmu3: to standard output our submenu, and the choice of default.
#   q       a quote
#   counts  1: nothing makes entries before 10_linux, and a number as default can be told
#   saves   why GRUB cannot write its environment block; empty: it can

# plain(S): S without the white space at both ends.
function plain(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); return s }

# title(S): what stands between the quotes of an entry, as it is written there.
function title(s,    i)
{
	s = plain(s)
	sub(/^(menuentry|submenu) /, "", s)
	if (substr(s, 1, 1) != q)
		return ""
	s = substr(s, 2)
	# The end: a quote that is not the first of the four characters that stand for one.
	for (i = 1; i <= length(s); i++) {
		if (substr(s, i, 1) != q)
			continue
		if (substr(s, i, 4) != q "\\" q q)
			return substr(s, 1, i - 1)
		i += 3
	}
	return ""
}

# id(S): the id of an entry.
function id(s)
{
	if (!match(s, /(\$menuentry_id_option|--id) +[^ ]+/))
		return ""
	s = substr(s, RSTART, RLENGTH)
	sub(/^[^ ]+ +/, "", s)
	gsub(q, "", s)
	return s
}

# name_of(I, ID, NAME, N): the I-th of the three words by which default can mean an entry.
function name_of(i, its_id, name, n)
{
	if (i == 1)
		return counts ? n "" : ""
	if (i == 2)
		return its_id
	gsub(/>/, ">>", name)
	return name
}

# means(KVER, NAME): default=NAME starts KVER.
function means(kver, name)
{
	if (name != "")
		meant[kver] = meant[kver] "if [ \"${default}\" = " q name q " ]; then set smmu3_kver=" q kver q "; fi\n"
}

function entry_means(kver,    i, j, a, b)
{
	for (i = 1; i <= 3; i++) {
		a = name_of(i, entry_id, entry_title, depth ? inner : top)
		if (!depth) {
			means(kver, a)
			continue
		}
		for (j = 1; j <= 3; j++) {
			b = name_of(j, sub_id, sub_title, top)
			if (a != "" && b != "")
				means(kver, b ">" a)
		}
	}
	# No default is the first entry.
	if (!depth && top == 0 && counts)
		meant[kver] = meant[kver] "if [ -z \"${default}\" ]; then set smmu3_kver=" q kver q "; fi\n"
}

# with_smmu3(S): the line that starts the kernel, with what makes smmu3 the driver. In front of the
# words that are there, for behind "--" they would be those of init; panic= is ours, so that a boot
# that cannot find its root ends, in the initrd of either maker.
function with_smmu3(s,    head)
{
	match(s, /^[ \t]*linux[a-z0-9]*[ \t]+[^ \t]+/)
	head = substr(s, 1, RLENGTH)
	s = " " substr(s, RLENGTH + 1) " "
	while (sub(/[ \t]panic=[^ \t]*/, "", s))
		;
	return head " initcall_blacklist=arm_smmu_driver_init rdinit=/smmu3-init panic=10 rd.shell=0 rd.emergency=reboot" \
		(plain(s) == "" ? "" : " " plain(s))
}

# path_of(S): the second word of a line.
function path_of(s,    w) { split(plain(s), w, /[ \t]+/); return w[2] }

function indented(text, by,    n, l, i, s)
{
	n = split(text, l, "\n")
	s = ""
	for (i = 1; i <= n; i++)
		if (l[i] != "")
			s = s by l[i] "\n"
	return s
}

# looks(TEXT): of an entry, the lines that find the file system with the kernel.
function looks(text,    n, l, i, s)
{
	n = split(text, l, "\n")
	s = ""
	for (i = 1; i <= n; i++)
		if (l[i] ~ /^[ \t]*(insmod (part_|ext2|xfs|fat|btrfs|zfs|f2fs|jfs|reiserfs|lvm|diskfilter|mdraid|raid)|set root=|search |if \[ x\$feature_platform_search_hint|else$|fi$|loopback )/)
			s = s l[i] "\n"
	return s
}

function leave_out(kver, why)
{
	print "smmu3: no entry for " kver ": " why >"/dev/stderr"
}

# one_more(KVER): the entry is complete; make ours of it.
function one_more(kver,    dir, overlay, head, start)
{
	if (kver in seen || entry_id !~ /-advanced-/)
		return
	seen[kver] = 1
	if (kver !~ /^[A-Za-z0-9][A-Za-z0-9.+_~-]*$/ || entry_title == "")
		return
	if (initrd == "") {
		leave_out(kver, "it has no initrd"); return
	}
	if (linux ~ /[ \t]rdinit=/) {
		leave_out(kver, "rdinit= is on its command line already"); return
	}
	dir = path_of(linux)
	sub(/[^\/]*$/, "", dir)
	overlay = dir "smmu3/" kver ".img"
	head = entry_line
	sub(/^[ \t]*menuentry /, "", head)
	head = substr(head, length(entry_title) + 3)
	sub(/(\$menuentry_id_option|--id) +[^ ]+/, "$menuentry_id_option " q "smmu3-" kver q, head)
	if (entry_line ~ / --unrestricted( |$)/)
		unrestricted = " --unrestricted"
	start = "set smmu3_go=\n" \
		"if [ -z \"${smmu3_pending}\" ]; then\n" \
		"\tif [ -f " overlay " ]; then\n" \
		"\t\tif [ " overlay " -nt " path_of(linux) " ]; then\n" \
		"\t\t\tset smmu3_pending=" q kver q "\n" \
		"\t\t\tsave_env smmu3_pending\n" \
		"\t\t\tset smmu3_pending=\n" \
		"\t\t\tload_env smmu3_pending\n" \
		"\t\t\tif [ \"${smmu3_pending}\" = " q kver q " ]; then set smmu3_go=1; fi\n" \
		"\t\tfi\n\tfi\nfi\n" \
		"if [ -n \"${smmu3_go}\" ]; then\n" \
		"\techo " q "With smmu3." q "\n" \
		indented(plain(with_smmu3(linux)) "\n" middle plain(initrd) " " overlay "\n", "\t") \
		"else\n" \
		"\techo " q "Without smmu3: no overlay, an old one, or an earlier try was not confirmed." q "\n" \
		indented(plain(linux) "\n" middle plain(initrd) "\n", "\t") \
		"fi\n"
	ours = ours "\tmenuentry " q entry_title ", smmu3" q head "\n" indented(before start, "\t\t") "\t}\n"
	order[++kernels] = kver
	good[kver] = looks(before) "if [ -f " overlay " ]; then\n\tif [ " overlay " -nt " path_of(linux) \
		" ]; then set default=" q "smmu3>smmu3-" kver q "; fi\nfi\n"
}

function entry_ends(    kver)
{
	kver = path_of(linux)
	sub(/^.*\//, "", kver)
	# linux.old is of the same kernel by name and another by content.
	if (kver ~ /^(vmlinuz|vmlinux|kernel)-/ && kver !~ /\.old$/) {
		sub(/^(vmlinuz|vmlinux|kernel)-/, "", kver)
		if (entry_id !~ /-recovery-/)
			entry_means(kver)
		one_more(kver)
	}
	if (depth)
		inner++
	else
		top++
}

BEGIN { top = inner = depth = kernels = in_entry = 0 }

in_entry {
	if (plain($0) == "}") {
		entry_ends()
		in_entry = 0
	} else if ($0 ~ /^[ \t]*linux[a-z0-9]*[ \t]/) {
		linux = $0
	} else if ($0 ~ /^[ \t]*initrd[a-z0-9]*[ \t]/) {
		initrd = $0
	} else if ($0 ~ /^[ \t]*(savedefault|recordfail)[ \t]*$/) {
		# Ours is never what GRUB saves by itself.
	} else if (linux == "") {
		before = before substr($0, depth + 2) "\n"
	} else {
		middle = middle substr($0, depth + 2) "\n"
	}
	next
}
/^[ \t]*menuentry / {
	in_entry = 1
	entry_line = $0
	entry_id = id($0)
	entry_title = title($0)
	linux = initrd = before = middle = ""
	next
}
/^[ \t]*submenu / { sub_id = id($0); sub_title = title($0); depth = 1; inner = 0; next }
depth && /^}/ { depth = 0; top++ }

END {
	if (!kernels)
		exit 0
	print "# smmu3: grubenv: " (saves == "" ? "writable" : "not writable: " saves)
	print "export smmu3_pending"
	print "submenu " q "Kernels with smmu3" q unrestricted " $menuentry_id_option " q "smmu3" q " {"
	printf "%s}\n", ours
	if (saves != "")
		exit 0
	print "# smmu3: the kernel that starts by itself, if it is chosen, takes smmu3"
	print "set smmu3_kver="
	print "set smmu3_on="
	print "if [ -z \"${smmu3_pending}\" ]; then if [ -z \"${boot_once}\" ]; then"
	for (k = 1; k <= kernels; k++)
		printf "%s", indented(meant[order[k]], "\t")
	print "\tif [ \"${smmu3_kernels}\" = " q "*" q " ]; then"
	print "\t\tset smmu3_on=1"
	print "\telse"
	print "\t\tfor smmu3_k in ${smmu3_kernels}; do"
	print "\t\t\tif [ \"${smmu3_k}\" = \"${smmu3_kver}\" ]; then set smmu3_on=1; fi"
	print "\t\tdone"
	print "\tfi"
	print "fi; fi"
	print "if [ -n \"${smmu3_on}\" ]; then"
	print "\tset smmu3_root=\"${root}\""
	for (k = 1; k <= kernels; k++) {
		print "\tif [ \"${smmu3_kver}\" = " q order[k] q " ]; then"
		printf "%s\tfi\n", indented(good[order[k]], "\t\t")
	}
	print "\tset root=\"${smmu3_root}\""
	print "fi"
}
