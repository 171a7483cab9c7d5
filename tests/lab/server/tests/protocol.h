/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of protocol share: the server under test, and its tests by theme.
 */
#ifndef TESTS_PROTOCOL_H
#define TESTS_PROTOCOL_H

#include "client.h"

#define RAM		0x40000000ull
#define RAM_SZ		0x100000ull
#define DOORBELL	0x08020040ull
#define CONFIG		7
#define NR(a)		(sizeof(a) / sizeof((a)[0]))

/* The program, one server of it that runs, and the sockets of its SMMU and of a device. */
extern const char *program;
extern struct server server;
extern const char *smmu, *device;
/* The socket at which any function may come. */
extern char hot_path[128];

/* Where in configuration space @c the capability @id is, or 0. */
unsigned int capability(const uint8_t *c, uint8_t id);

/* The command queue is enabled, empty, at RAM + 0x1000. */
void cmdq_enable(int s);
/* Its entry @i: a CMD_SYNC whose MSI writes @data to @msi. */
void sync_command(uint8_t *ram, unsigned int i, uint64_t msi, uint32_t data);

void test_irqs(void);
void test_msix(void);
void test_msi(void);
void test_commands(void);
void test_prompt(void);

#endif
