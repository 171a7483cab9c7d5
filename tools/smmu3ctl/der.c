// SPDX-License-Identifier: GPL-2.0-only
/*
 * As much of DER (X.690) and of PKCS #7 (RFC 2315) as it takes to say who signed a module.
 *
 * Invariant: a length is believed only if so many bytes are left.
 */
#include <string.h>
#include "module.h"

enum {
	DER_INTEGER = 0x02, DER_OID = 0x06, DER_SEQUENCE = 0x30, DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0, DER_CONTEXT_1 = 0xa1,
};

/**
 * der_take() - the element at the beginning
 * @from: moves behind the element
 * @tag: what it must be; 0: anything
 * @whole: the element with its head, or NULL
 *
 * Return: its content; p is NULL where there is no such element.
 */
static struct span der_take(struct span *from, unsigned int tag, struct span *whole)
{
	struct span none = { NULL, 0 }, in;
	const unsigned char *p = from->p;
	size_t head = 2, len, i;

	if (!p || from->nr < 2 || (tag && p[0] != tag))
		return none;
	len = p[1];
	if (len & 0x80) {
		head += len & 0x7f;
		if (head > 6 || head == 2 || from->nr < head)
			return none;
		for (len = 0, i = 2; i < head; i++)
			len = len << 8 | p[i];
	}
	if (from->nr - head < len)
		return none;
	in = (struct span){ p + head, len };
	if (whole)
		*whole = (struct span){ p, head + len };
	*from = (struct span){ p + head + len, from->nr - head - len };
	return in;
}

/* What is optional is left out if it is there. */
static void der_skip(struct span *from, unsigned int tag)
{
	der_take(from, tag, NULL);
}

/* A Name is a SEQUENCE of SETs of { OID, string }: the string of the common name. */
static char *der_common_name(struct span name)
{
	static const unsigned char common[] = { 0x55, 0x04, 0x03 };

	for (;;) {
		struct span set = der_take(&name, DER_SET, NULL), pair, oid, text;

		if (!set.p)
			return ctl_strdup("(no name)");
		pair = der_take(&set, DER_SEQUENCE, NULL);
		oid = der_take(&pair, DER_OID, NULL);
		text = der_take(&pair, 0, NULL);
		if (oid.p && text.p && oid.nr == sizeof(common) &&
		    !memcmp(oid.p, common, sizeof(common)))
			return ctl_format("%.*s", (int)text.nr, (const char *)text.p);
	}
}

bool der_signer(struct span message, struct signer *signer)
{
	struct span content, data, infos, info, id, name;

	content = der_take(&message, DER_SEQUENCE, NULL);
	der_skip(&content, DER_OID);
	content = der_take(&content, DER_CONTEXT_0, NULL);
	data = der_take(&content, DER_SEQUENCE, NULL);
	der_skip(&data, DER_INTEGER);
	der_skip(&data, DER_SET);
	der_skip(&data, DER_SEQUENCE);
	der_skip(&data, DER_CONTEXT_0);
	der_skip(&data, DER_CONTEXT_1);
	infos = der_take(&data, DER_SET, NULL);
	info = der_take(&infos, DER_SEQUENCE, NULL);
	der_skip(&info, DER_INTEGER);
	id = der_take(&info, DER_SEQUENCE, NULL);
	name = der_take(&id, DER_SEQUENCE, &signer->issuer);
	if (!name.p || !der_take(&id, DER_INTEGER, &signer->serial).p)
		return false;
	signer->name = der_common_name(name);
	return true;
}
