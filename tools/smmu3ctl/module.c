// SPDX-License-Identifier: GPL-2.0-only
/*
 * The smmu3.ko that is installed for a kernel: what it says of itself, and who signed it.
 *
 * The kernel knows a signer by the issuer and the serial number of its certificate; both stand byte
 * for byte in the module's signature and in the list of the machine owner's keys.
 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "module.h"

/* Shim leaves the list in one of these; the second has room for more keys. */
static const char * const module_mok[] = {
	"/sys/firmware/efi/efivars/MokListRT-605dab50-e046-4300-abb6-3dd810dd8b23",
	"/sys/firmware/efi/mok-variables/MokListRT",
};

static const char module_magic[] = "~Module signature appended~\n";

/* Stands between the signature and the magic; the kernel's include/linux/module_signature.h. */
struct module_signature {
	uint8_t		algo, hash, id_type, signer_len, key_id_len, pad[3];
	uint32_t	sig_len;	/* big endian */
};

static char *module_path(const char *kver)
{
	static const char * const base[] = { "/lib/modules", "/usr/lib/modules" };
	static const char * const dir[] = { "updates/dkms", "updates", "extra", "weak-updates" };
	static const char * const end[] = { "", ".xz", ".zst", ".gz" };
	size_t b, d, e;

	for (b = 0; b < CTL_ARRAY_SIZE(base); b++) {
		for (d = 0; d < CTL_ARRAY_SIZE(dir); d++) {
			for (e = 0; e < CTL_ARRAY_SIZE(end); e++) {
				char *path = ctl_format("%s/%s/%s/smmu3.ko%s", base[b], kver,
							dir[d], end[e]);

				if (ctl_exists(path))
					return path;
				free(path);
			}
		}
	}
	return NULL;
}

static char *module_content(struct module *m, size_t *len)
{
	static const struct {
		const char	*end;
		const char	*argv[3];
	} tool[] = {
		{ ".xz", { "xz", "-dc", NULL } }, { ".zst", { "zstd", "-dcq", NULL } },
		{ ".gz", { "gzip", "-dc", NULL } },
	};
	char *buf = NULL;
	size_t i;

	if (!ctl_readable(m->path)) {
		m->why = ctl_format("%s cannot be read", m->path);
		return NULL;
	}
	for (i = 0; i < CTL_ARRAY_SIZE(tool); i++) {
		if (!ctl_ends(m->path, tool[i].end))
			continue;
		buf = ctl_run(tool[i].argv, m->path, len);
		if (!buf)
			m->why = ctl_format("%s cannot be unpacked by %s", m->path,
					    tool[i].argv[0]);
		return buf;
	}
	buf = ctl_read(m->path, len);
	if (!buf)
		m->why = ctl_format("%s cannot be read: %s", m->path, strerror(errno));
	return buf;
}

/* A value of .modinfo, which is "name=value" strings one behind the other. */
static char *module_info(struct span info, const char *name)
{
	size_t n = strlen(name), at = 0;

	while (at < info.nr) {
		const char *s = (const char *)info.p + at;
		size_t len = strnlen(s, info.nr - at);

		if (len > n && s[n] == '=' && !memcmp(s, name, n))
			return ctl_format("%.*s", (int)(len - n - 1), s + n + 1);
		at += len + 1;
	}
	return NULL;
}

static bool module_in_list(const char *list, size_t len, const struct signer *signer)
{
	return memmem(list, len, signer->issuer.p, signer->issuer.nr) &&
	       memmem(list, len, signer->serial.p, signer->serial.nr);
}

static int module_enrolled(const struct signer *signer)
{
	int found = 0;
	size_t i, len;

	for (i = 0; i < CTL_ARRAY_SIZE(module_mok) && found != 1; i++) {
		char *list = ctl_read(module_mok[i], &len);

		if (list && module_in_list(list, len, signer))
			found = 1;
		else if (!list && errno != ENOENT)
			found = -1;
		free(list);
	}
	return found;
}

static void module_signed(struct module *m, struct span file)
{
	size_t magic = strlen(module_magic), tail = magic + sizeof(struct module_signature), sig;
	struct module_signature head;
	struct signer signer;
	struct span message;

	if (file.nr < tail || memcmp(file.p + file.nr - magic, module_magic, magic))
		return;
	memcpy(&head, file.p + file.nr - tail, sizeof(head));
	sig = be32toh(head.sig_len);
	message = (struct span){ file.p + file.nr - tail - sig, sig };
	if (sig > file.nr - tail || !der_signer(message, &signer)) {
		m->signer = ctl_strdup("(unreadable signature)");
		return;
	}
	m->signer = signer.name;
	m->enrolled = module_enrolled(&signer);
}

bool module_find(struct module *m, const char *kver)
{
	struct span file, info;
	char *buf;

	*m = (struct module){ .enrolled = -1 };
	m->path = *kver ? module_path(kver) : NULL;
	if (!m->path)
		return false;
	buf = module_content(m, &file.nr);
	if (!buf)
		return true;
	file.p = (unsigned char *)buf;
	info = elf_section(file, ".modinfo");
	if (info.p) {
		m->version = module_info(info, "version");
		m->srcversion = module_info(info, "srcversion");
		m->vermagic = module_info(info, "vermagic");
		module_signed(m, file);
	} else {
		m->why = ctl_format("%s is no kernel module", m->path);
	}
	free(buf);
	return true;
}

void module_free(struct module *m)
{
	free(m->path);
	free(m->version);
	free(m->srcversion);
	free(m->vermagic);
	free(m->signer);
	free(m->why);
	*m = (struct module){ .enrolled = -1 };
}
