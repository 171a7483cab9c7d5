/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pieces of an installed module: sections of an ELF file, a signature's signer. For module.c.
 */
#ifndef SMMU3CTL_MODULE_H
#define SMMU3CTL_MODULE_H

#include "ctl.h"

/* Bytes inside of a larger buffer; @p is NULL where there are none. */
struct span {
	const unsigned char	*p;
	size_t			nr;
};

/* elf.c: a section of a 64-bit little-endian ELF file. */
struct span elf_section(struct span file, const char *name);

/**
 * struct signer - who signed, by DER as it stands in the signature
 * @issuer: the issuer's name, with its tag: byte for byte the one in the certificate
 * @serial: the certificate's serial number, with its tag
 * @name: the issuer's common name, or "(no name)"; to be freed
 */
struct signer {
	struct span	issuer, serial;
	char		*name;
};

/* der.c: the signer of a PKCS #7 message; false: it is none that can be read. */
bool der_signer(struct span message, struct signer *signer);

#endif
