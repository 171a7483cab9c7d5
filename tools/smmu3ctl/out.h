/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree of values between out.c, which builds it and prints JSON, and text.c, which prints it
 * for people. Private to the two.
 */
#ifndef SMMU3CTL_OUT_H
#define SMMU3CTL_OUT_H

#include "ctl.h"

enum out_kind {
	OUT_OBJECT, OUT_ARRAY, OUT_TABLE,
	OUT_STRING, OUT_NUMBER, OUT_BOOL, OUT_NULL,
	OUT_TEXT,			/* a line that JSON does not have */
};

/**
 * struct out_node - a value
 * @key: NULL in arrays
 * @title: NULL: not in text
 * @text: of a value without children
 * @child: first child
 * @last: last child
 * @next: next child of the same parent
 * @parent: NULL: the root
 * @kind: what it is
 * @color: on a terminal
 */
struct out_node {
	char		*key, *title, *text;
	struct out_node	*child, *last, *next, *parent;
	enum out_kind	kind;
	enum out_color	color;
};

static inline bool out_is_leaf(const struct out_node *n)
{
	return n->kind >= OUT_STRING;
}

void out_print_text(const struct out_node *root);

#endif
