// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts, MSIs, and commands that end in one, as a vfio-user peer sees them. Section names are
 * those of QEMU's docs/interop/vfio-user.rst; register offsets are of Arm IHI 0070, chapter 6.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "protocol.h"

/*
 * ---------------------------------------------------------------- interrupts, and what the server
 * asks for
 */

static int set_irqs(int s, uint32_t flags, uint32_t start, uint32_t count, const int *fds,
		    unsigned int nr)
{
	const uint32_t set[5] = { 20, flags, 2, start, count };
	static struct message m;

	if (!client_send(s, 9, C_SET_IRQS, 0, set, sizeof(set), fds, nr) || !client_receive(s, &m))
		return -1;
	return m.flags & F_ERROR ? (int)m.error : 0;
}

void test_irqs(void)
{
	int s = client_open(smmu), fds[16];
	uint64_t n = 0;

	for (unsigned int i = 0; i < NR(fds); i++)
		fds[i] = eventfd(0, EFD_NONBLOCK);
	check(!set_irqs(s, 0x24, 0, 4, fds, 4), "irqs: four eventfds");
	check(!set_irqs(s, 0x21, 2, 1, NULL, 0) && read(fds[2], &n, 8) == 8 && n == 1,
	      "irqs: a client may trigger one");
	check(read(fds[1], &n, 8) < 0, "irqs: and no other");
	check(set_irqs(s, 0x24, 3, 2, fds, 2) == EINVAL, "irqs: not beyond the last");
	check(set_irqs(s, 0x24, ~0u, 2, fds, 2) == EINVAL, "irqs: nor around");
	check(set_irqs(s, 0x24, 0, 2, fds, 1) == EINVAL, "irqs: as many as announced");
	check(!set_irqs(s, 0x24, 2, 1, NULL, 0) && !set_irqs(s, 0x21, 2, 1, NULL, 0),
	      "irqs: one that is not taken may be triggered");
	check(read(fds[0], &n, 8) < 0, "irqs: who took others does not hear it");
	check(!set_irqs(s, 0x24, 1, 1, NULL, 0) && !set_irqs(s, 0x24, 3, 1, NULL, 0),
	      "irqs: all but the first are given back");
	check(!set_irqs(s, 0x21, 2, 1, NULL, 0) && read(fds[0], &n, 8) == 8,
	      "irqs: who has one hears all");
	check(!set_irqs(s, 0x21, 0, 0, NULL, 0), "irqs: all are given back");
	check(!set_irqs(s, 0x21, 2, 1, NULL, 0) && read(fds[2], &n, 8) < 0,
	      "irqs: then nothing is signalled");
	client_send(s, 1, C_INFO, 0, "\20\0\0\0............", 16, fds, 16);
	check(client_closed(s),
	      "irqs: more descriptors than agreed");
	for (unsigned int i = 0; i < NR(fds); i++)
		close(fds[i]);
	close(s);
}

/* A write without an answer: what comes next is what the server asks for. */
static bool client_post(int s, uint64_t offset, uint32_t value)
{
	const struct { uint64_t offset; uint32_t region, n, value; } w = { offset, 0, 4, value };

	return client_send(s, 1, C_WRITE, F_NO_REPLY, &w, HEADER_SZ + 4, NULL, 0);
}

struct dma { uint64_t gpa, count; uint8_t data[16]; };

static bool answer_table(int s, const struct message *m, uint32_t control)
{
	struct { uint64_t gpa, count; uint32_t entry[4]; } a = { .count = 16 };

	memcpy(&a.gpa, m->body, 8);
	a.entry[0] = (uint32_t)DOORBELL;
	a.entry[2] = 0x55;
	a.entry[3] = control;
	return client_send(s, m->id, m->command, F_REPLY, &a, sizeof(a), NULL, 0);
}

/*
 * An edu device that raises its interrupt: table entry asked for, found masked, asked for again,
 * posted.
 */
void test_msix(void)
{
	static uint8_t c[4096];
	static struct message m;
	struct dma dma;
	int s = client_open(smmu), d = client_open(device);
	unsigned int at;

	check(!client_read(d, CONFIG, 0, 4096, c), "msix: configuration of the device");
	at = capability(c, 0x11);
	client_put(d, CONFIG, 0x10 + 4u * (c[at + 4] & 7), 4, 0x10100000);
	client_put(d, CONFIG, 4, 2, 6);
	client_put(d, CONFIG, at + 2, 2, 0x8000);
	client_post(d, 0x60, 1);
	check(client_receive(d, &m) && m.command == C_DMA_READ && !(m.flags & F_REPLY),
	      "msix: the entry is asked for");
	memcpy(&dma, m.body, 16);
	check(dma.gpa == 0x10100000ull + (c[at + 4] & ~7u) && dma.count == 16,
	      "msix: where the guest has put it");
	answer_table(d, &m, 1);
	check(client_receive(d, &m) && m.command == C_DMA_READ, "msix: masked, so asked for again");
	answer_table(d, &m, 0);
	check(client_receive(d, &m) && m.command == C_DMA_WRITE, "msix: unmasked, so posted");
	memcpy(&dma, m.body, 20);
	check(dma.gpa == DOORBELL && dma.count == 4 && dma.data[0] == 0x55,
	      "msix: data to the doorbell");
	close(d);
	d = client_open(device);
	check(client_get(d, CONFIG, 4, 2) == 0, "msix: a new peer finds a device that was reset");
	close(d);
	close(s);
}

/*
 * A function to be hot-plugged has MSI, whose address and data are written through us: nothing is
 * asked for.
 */
void test_msi(void)
{
	static uint8_t c[4096];
	static struct message m;
	struct { uint64_t offset; uint32_t region, n, value; } unmask = { 0, CONFIG, 4, 0 };
	uint32_t irq[4] = { 16, 0, 1 };
	struct dma dma;
	int s = client_open(smmu), d = client_open(hot_path);
	unsigned int at;

	check(!client_read(d, CONFIG, 0, 4096, c) && !capability(c, 0x11), "msi: no MSI-X");
	at = capability(c, 5);
	unmask.offset = at + 16;
	check(at && (c[at + 2] & 0x81) == 0x80, "msi: MSI with 64-bit addresses, off");
	check(!client_ask(d, C_IRQ, irq, sizeof(irq), &m) && m.body[12] == 1,
	      "msi: one vector of that kind");
	client_put(d, CONFIG, 4, 2, 6);
	client_put(d, CONFIG, at + 4, 4, DOORBELL);
	client_put(d, CONFIG, at + 12, 2, 0x77);
	client_put(d, CONFIG, at + 16, 4, 1);
	client_put(d, CONFIG, at + 2, 2, 1);
	client_post(d, 0x60, 1);
	usleep(50000);
	check(!client_put(d, CONFIG, at + 12, 2, 0x78), "msi: nothing comes while it is masked");
	client_send(d, 1, C_WRITE, F_NO_REPLY, &unmask, HEADER_SZ + 4, NULL, 0);
	check(client_receive(d, &m) && m.command == C_DMA_WRITE, "msi: it comes when that ends");
	memcpy(&dma, m.body, 20);
	check(dma.gpa == DOORBELL && dma.count == 4 && dma.data[0] == 0x78,
	      "msi: as it is written by then");
	close(d);
	close(s);
}

/*
 * ---------------------------------------------------------------- commands and their DMA
 * (CMD_SYNC)
 */

void cmdq_enable(int s)
{
	client_put(s, 0, 0x90, 8, (RAM + 0x1000) | 8 | 1ull << 62);
	client_put(s, 0, 0x98, 4, 0);
	client_put(s, 0, 0x9c, 4, 0);
	client_put(s, 0, 0x20, 4, 8);
	for (int i = 0; i < 1000 && client_get(s, 0, 0x24, 4) != 8; i++)
		usleep(500);
}

void sync_command(uint8_t *ram, unsigned int i, uint64_t msi, uint32_t data)
{
	const uint64_t command[2] = {
		0x46 | 1ull << 12 | 3ull << 22 | 0xfull << 24 | (uint64_t)data << 32, msi};

	memcpy(ram + 0x1000 + 16 * i, command, 16);
}

static bool consumed(int s, uint32_t index)
{
	for (int i = 0; i < 2000; i++) {
		if (client_get(s, 0, 0x9c, 4) == index)
			return true;
		usleep(500);
	}
	return false;
}

void test_commands(void)
{
	int s = client_open(smmu), fd = memfd_create("ram", 0);
	static struct message m;
	struct dma dma;
	uint32_t word;
	uint8_t *ram;

	ram = ftruncate(fd, RAM_SZ) ? MAP_FAILED
				    : mmap(NULL, RAM_SZ, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check(ram != MAP_FAILED && !client_map(s, RAM, RAM_SZ, 0, fd), "commands: memory");
	if (ram == MAP_FAILED)
		return;
	client_put(s, CONFIG, 4, 2, 6);
	client_put(s, 0, 0x28, 4, 0xd75);	/* CR1: write-back, inner shareable */
	cmdq_enable(s);
	sync_command(ram, 0, RAM + 0x3000, 0x1234);
	client_put(s, 0, 0x98, 4, 1);
	check(consumed(s, 1), "commands: a SYNC is consumed");
	for (int i = 0; i < 1000 && memcmp(ram + 0x3000, "\x34\x12", 2); i++)
		usleep(500);
	memcpy(&word, ram + 0x3000, 4);
	check(word == 0x1234, "commands: its MSI has written memory");
	sync_command(ram, 1, DOORBELL, 0x66);
	check(client_post(s, 0x98, 2), "commands: a SYNC with a doorbell");
	check(client_receive(s, &m) && m.command == C_DMA_WRITE, "commands: its MSI is posted");
	memcpy(&dma, m.body, 20);
	check(dma.gpa == DOORBELL && dma.count == 4 && dma.data[0] == 0x66,
	      "commands: as the command says");
	client_send(s, m.id, m.command, F_REPLY | F_ERROR, NULL, 0, NULL, 0);
	sync_command(ram, 2, DOORBELL, 0x67);
	client_put(s, 0, 0x98, 4, 3);
	check(consumed(s, 3), "commands: a doorbell that nobody answers stops nothing");
	for (int i = 0; i < 1000 && !(client_get(s, 0, 0x60, 4) & 0x10); i++)
		usleep(500);
	check(client_get(s, 0, 0x60, 4) & 0x10, "commands: but is a global error, MSI_CMDQ_ABT");
	client_put(s, CONFIG, 4, 2, 6);
	sync_command(ram, 3, DOORBELL, 0x68);
	check(client_post(s, 0x98, 4), "commands: a SYNC after a write of the configuration space");
	check(client_receive(s, &m) && m.command == C_DMA_WRITE,
	      "commands: the doorbell is tried again");
	close(s);
	munmap(ram, RAM_SZ);
	close(fd);
}

/* A server that is told to be prompt: at a store's answer there is nothing left to wait for. */
void test_prompt(void)
{
	static const char *const args[] = { "--smmu", "8.0", "--seed", "1", "--prompt", NULL };
	int s, fd = memfd_create("ram", 0);
	unsigned int late = 0;
	struct server prompt;
	uint32_t word;
	uint8_t *ram;

	ram = ftruncate(fd, RAM_SZ) ? MAP_FAILED
				    : mmap(NULL, RAM_SZ, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ram == MAP_FAILED || !server_start(&prompt, program, args)) {
		check(false, "prompt: the server starts");
		return;
	}
	s = client_open(server_socket(&prompt, "8.0"));
	check(!client_map(s, RAM, RAM_SZ, 0, fd), "prompt: memory");
	client_put(s, CONFIG, 4, 2, 6);
	client_put(s, 0, 0x28, 4, 0xd75);
	cmdq_enable(s);
	for (uint32_t i = 0; i < 200; i++) {
		sync_command(ram, i & 0xff, RAM + 0x3000, i + 1);
		client_put(s, 0, 0x98, 4, i + 1);
		memcpy(&word, ram + 0x3000, 4);
		late += word != i + 1;
	}
	check(!late, "prompt: 200 SYNCs have written memory when their doorbell is answered");
	close(s);
	server_ask(&prompt, "quit");
	check(!server_wait(&prompt), "prompt: the server ends");
	munmap(ram, RAM_SZ);
	close(fd);
}
