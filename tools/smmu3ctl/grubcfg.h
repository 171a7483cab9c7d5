/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The entries of /boot/grub/grub.cfg, as far as it takes to know what GRUB would boot.
 */
#ifndef SMMU3CTL_GRUBCFG_H
#define SMMU3CTL_GRUBCFG_H

#include "ctl.h"

/**
 * struct grub_entry - a menu entry or a submenu
 * @title: what the menu shows
 * @id: --id or $menuentry_id_option; NULL: none
 * @kernel: the version in the name of the first kernel image that it loads; NULL: none
 * @parent: number of the submenu that it is in; -1: the top
 * @smmu3: it is one of ours: it can load the overlay
 */
struct grub_entry {
	char	*title, *id, *kernel;
	int	parent;
	bool	submenu, smmu3;
};

struct grubcfg {
	struct grub_entry	*entry;
	size_t			nr;
	char			*fallback;	/* default without next_entry, as it is written */
	const char		*why;		/* it cannot be used: why; NULL: it can */
	int			error;
};

void grubcfg_read(struct grubcfg *cfg);
void grubcfg_free(struct grubcfg *cfg);
/* What GRUB takes for a value of "default": "0", "1>2", a title, an id, a path of them; NULL. */
const struct grub_entry *grubcfg_resolve(const struct grubcfg *cfg, const char *name);
/* Is there an entry with this id? */
bool grubcfg_has_id(const struct grubcfg *cfg, const char *id);

#endif
