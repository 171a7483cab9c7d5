// SPDX-License-Identifier: GPL-2.0-only
/*
 * itdhammer DEVICE IOVA PA MILLISECONDS: let iommu-testdev write at one address again and again,
 * without a driver in the kernel, and count what became of it. So DMA can go on while drivers come
 * and go and while a group changes its type. Prints "writes=N refused=N astray=N".
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* QEMU docs/specs/iommu-testdev.rst; the kernel's driver for it is tests/modules. */
enum { TRIGGER = 0x00, IOVA_LO = 0x04, IOVA_HI = 0x08, LEN = 0x0c, RESULT = 0x10, DOORBELL = 0x14,
	PA_LO = 0x1c, PA_HI = 0x20 };
#define WRITE_FAILED	0xdead0002u

static volatile uint8_t *bar;

static void put(unsigned int reg, uint32_t val)
{
	*(volatile uint32_t *)(bar + reg) = val;
}

static uint32_t get(unsigned int reg)
{
	return *(volatile uint32_t *)(bar + reg);
}

static int open_file(const char *device, const char *name)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/%s", device, name);
	fd = open(path, O_RDWR | O_SYNC);
	if (fd < 0) {
		perror(path);
		exit(1);
	}
	return fd;
}

/* Memory space and bus mastering, as a driver would have turned on. */
static void enable(const char *device)
{
	int fd = open_file(device, "config");
	uint16_t command;

	if (pread(fd, &command, 2, 4) != 2)
		exit(1);
	command |= 6;
	if (pwrite(fd, &command, 2, 4) != 2) {
		perror("config");
		exit(1);
	}
	close(fd);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	unsigned long writes = 0, refused = 0, astray = 0;
	uint64_t iova, pa, end;

	if (argc != 5) {
		fprintf(stderr, "usage: itdhammer DEVICE IOVA PA MILLISECONDS\n");
		return 2;
	}
	iova = strtoull(argv[2], NULL, 0);
	pa = strtoull(argv[3], NULL, 0);
	end = now_ms() + strtoull(argv[4], NULL, 0);
	enable(argv[1]);
	bar = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED,
		   open_file(argv[1], "resource0"), 0);
	if (bar == MAP_FAILED) {
		perror("resource0");
		return 1;
	}
	do {
		uint32_t result;

		put(IOVA_LO, iova);
		put(IOVA_HI, iova >> 32);
		put(PA_LO, pa);
		put(PA_HI, pa >> 32);
		put(LEN, 4);
		put(DOORBELL, 1);
		get(TRIGGER);
		result = get(RESULT);
		writes++;
		if (result == WRITE_FAILED)
			refused++;
		else if (result)
			astray++;
	} while (now_ms() < end);
	printf("writes=%lu refused=%lu astray=%lu\n", writes, refused, astray);
	return 0;
}
