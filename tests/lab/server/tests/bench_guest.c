// SPDX-License-Identifier: GPL-2.0-only
/*
 * First and only process of a guest: how fast it reaches the registers of the SMMU at 00:08.0, and
 * how fast that SMMU takes commands. No driver is loaded: the queue is a page of this process. Arm
 * IHI 0070, chapter 3.5 "Command and Event queues" and chapter 6.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FUNCTION	"/sys/bus/pci/devices/0000:00:08.0/"
#define ACCESSES	20000
#define ROUNDS		2000
#define BATCH		64
#define QUEUE_LG2	8	/* 256 commands: one page */
#define WRAP		((2u << QUEUE_LG2) - 1)

static volatile uint8_t *regs;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t get(unsigned int at) { return *(volatile uint32_t *)(regs + at); }
static void put(unsigned int at, uint32_t v) { *(volatile uint32_t *)(regs + at) = v; }
static void put64(unsigned int at, uint64_t v) { *(volatile uint64_t *)(regs + at) = v; }

static uint64_t physical(void *page)
{
	uint64_t entry = 0;
	int fd = open("/proc/self/pagemap", O_RDONLY);

	if (fd < 0 || pread(fd, &entry, 8, (off_t)((uintptr_t)page / 4096 * 8)) != 8 ||
	    !(entry >> 63))
		return 0;
	close(fd);
	return (entry & ((1ull << 55) - 1)) * 4096;
}

static int map_registers(void)
{
	int fd = open(FUNCTION "enable", O_WRONLY);

	if (fd < 0 || write(fd, "1", 1) != 1)
		return -1;
	close(fd);
	fd = open(FUNCTION "resource0", O_RDWR | O_SYNC);
	regs = fd < 0 ? MAP_FAILED : mmap(NULL, 0x20000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return regs == MAP_FAILED ? -1 : 0;
}

/* Commands a second, or 0 with what went wrong printed. */
static double commands(void)
{
	uint64_t *queue = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED | MAP_POPULATE, -1, 0);
	uint64_t pa = queue == MAP_FAILED ? 0 : physical(queue);
	double start;
	uint32_t prod = 0;

	if (!pa) {
		printf("bench: no page for the queue\n");
		return 0;
	}
	for (unsigned int i = 0; i < 256; i++) {
		queue[2 * i] =
			i % BATCH == BATCH - 1 ? 0x46 : 0x30; /* CMD_SYNC, CMD_TLBI_NSNH_ALL */
		queue[2 * i + 1] = 0;
	}
	put(0x28, 0xd75);
	put64(0x90, pa | QUEUE_LG2 | 1ull << 62);
	put(0x98, 0);
	put(0x9c, 0);
	put(0x20, 8);
	while (get(0x24) != 8)
		;
	start = now();
	for (unsigned int i = 0; i < ROUNDS; i++) {
		prod = (prod + BATCH) & WRAP;
		__sync_synchronize();
		put(0x98, prod);
		while ((get(0x9c) & WRAP) != prod) {
			if (now() - start < 60)
				continue;
			printf("bench: the queue stands still: PROD %#x CONS %#x GERROR %#x\n",
			       prod, get(0x9c), get(0x60));
			return 0;
		}
	}
	return ROUNDS * BATCH / (now() - start);
}

int main(void)
{
	double start, reads, writes, rate;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("sys", "/sys", "sysfs", 0, NULL);
	printf("bench: %.1f s to the first process\n", now());
	if (map_registers()) {
		printf("bench: no SMMU at " FUNCTION ": %s\n", strerror(errno));
	} else {
		start = now();
		for (unsigned int i = 0; i < ACCESSES; i++)
			get(0);
		reads = ACCESSES / (now() - start);
		start = now();
		for (unsigned int i = 0; i < ACCESSES; i++)
			put64(0x80, 0x40000000);
		get(0);
		writes = ACCESSES / (now() - start);
		rate = commands();
		printf("bench: %.0f register reads/s, %.0f register writes/s, %.0f commands/s\n",
		       reads, writes, rate);
	}
	fflush(stdout);
	reboot(RB_POWER_OFF);
	return 0;
}
