// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sections of an ELF file, which may be cut or garbage: every offset is checked before it is used.
 */
#include <elf.h>
#include <endian.h>
#include <string.h>
#include "module.h"

/* A section header by its number, in the CPU's byte order. */
static bool elf_header(struct span file, const Elf64_Ehdr *eh, unsigned int i, Elf64_Shdr *sh)
{
	uint64_t at = le64toh(eh->e_shoff) + (uint64_t)i * sizeof(*sh);

	if (le64toh(eh->e_shoff) > file.nr || at > file.nr || file.nr - at < sizeof(*sh))
		return false;
	memcpy(sh, file.p + at, sizeof(*sh));
	sh->sh_name = le32toh(sh->sh_name);
	sh->sh_offset = le64toh(sh->sh_offset);
	sh->sh_size = le64toh(sh->sh_size);
	return true;
}

static struct span elf_content(struct span file, const Elf64_Shdr *sh)
{
	if (sh->sh_offset > file.nr || sh->sh_size > file.nr - sh->sh_offset)
		return (struct span){ NULL, 0 };
	return (struct span){ file.p + sh->sh_offset, sh->sh_size };
}

struct span elf_section(struct span file, const char *name)
{
	size_t len = strlen(name) + 1;
	struct span names;
	Elf64_Ehdr eh;
	Elf64_Shdr sh;
	unsigned int i;

	if (file.nr < sizeof(eh))
		return (struct span){ NULL, 0 };
	memcpy(&eh, file.p, sizeof(eh));
	if (memcmp(eh.e_ident, ELFMAG, SELFMAG) || eh.e_ident[EI_CLASS] != ELFCLASS64 ||
	    eh.e_ident[EI_DATA] != ELFDATA2LSB || le16toh(eh.e_shentsize) != sizeof(sh))
		return (struct span){ NULL, 0 };
	if (!elf_header(file, &eh, le16toh(eh.e_shstrndx), &sh))
		return (struct span){ NULL, 0 };
	names = elf_content(file, &sh);
	for (i = 0; names.p && i < le16toh(eh.e_shnum); i++) {
		if (!elf_header(file, &eh, i, &sh))
			break;
		if (sh.sh_name < names.nr && names.nr - sh.sh_name >= len &&
		    !memcmp(names.p + sh.sh_name, name, len))
			return elf_content(file, &sh);
	}
	return (struct span){ NULL, 0 };
}
