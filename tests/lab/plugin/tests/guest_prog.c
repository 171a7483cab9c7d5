// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs in the guest of tests/lab/plugin/run: known stores through a mapping of a program, known
 * numbers of unmaps, and known numbers of instructions between two markers.
 *
 * Invariant: what it prints is one line, and what it does is exactly as often as asked.
 */
#define _GNU_SOURCE
#include "../../../../tools/dmabench/marker.h"
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static char *map_store(int *fd)
{
	char *at;

	*fd = open("/dev/teststore", O_RDWR);
	at = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
	return *fd < 0 || at == MAP_FAILED ? NULL : at;
}

/* One store to @to of the kind named; false: no such kind. */
static bool user_store(const char *kind, char *to, int fd)
{
	/* SETP, SETM, SETE [x8]!, x9!, xzr; and for a scatter, elements eight bytes apart. */
	if (!strcmp(kind, "u64"))
		asm volatile("str xzr, [%0]" :: "r" (to) : "memory");
	else if (!strcmp(kind, "zva"))
		asm volatile("dc zva, %0" :: "r" (to) : "memory");
	else if (!strcmp(kind, "set"))
		asm volatile("mov x8, %0\n\tmov x9, #64\n\t"
			     ".inst 0x19df0528\n\t.inst 0x19df4528\n\t.inst 0x19df8528"
			     :: "r" (to) : "x8", "x9", "cc", "memory");
	else if (!strcmp(kind, "sve"))
		asm volatile(".arch_extension sve\n\tptrue p0.b\n\tst1b {z0.b}, p0, [%0]"
			     :: "r" (to) : "memory");
	else if (!strcmp(kind, "spill"))
		asm volatile(".arch_extension sve\n\tstr z0, [%0]" :: "r" (to) : "memory");
	else if (!strcmp(kind, "scatter"))
		asm volatile(".arch_extension sve\n\tptrue p0.d\n\tindex z1.d, #0, #8\n\t"
			     "st1d {z0.d}, p0, [%0, z1.d]"
			     :: "r" (to) : "memory");
	else
		return !strcmp(kind, "kernel") && pread(fd, to, 8, 0) == 8;
	return true;
}

/* user KIND N: N stores of KIND to a mapping of /dev/teststore; "kernel" is copy_to_user(). */
static int user_stores(const char *kind, unsigned long n)
{
	unsigned long i;
	char *at;
	int fd;

	at = map_store(&fd);
	if (!at)
		return fail("/dev/teststore");
	for (i = 0; i < n; i++)
		if (!user_store(kind, at + i % 8 * 512, fd))
			return fail(kind);
	return 0;
}

/* munmap N: N pages mapped, touched and unmapped, one after the other. */
static int unmaps(unsigned long n)
{
	unsigned long i;
	char *at;

	for (i = 0; i < n; i++) {
		at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (at == MAP_FAILED)
			return fail("mmap");
		*(volatile char *)at = 1;
		munmap(at, 4096);
	}
	return 0;
}

/* count N ID: 2 N + 1 instructions between markers. */
static int counted(unsigned long n, unsigned long id)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		return fail("sched_setaffinity");
	marker_begin(id);
	asm volatile("mov x9, %0\n1:\tsubs x9, x9, #1\n\tb.ne 1b" :: "r" (n) : "x9", "cc");
	marker_end(id);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (argc > 3 && !strcmp(argv[1], "user"))
		return user_stores(argv[2], strtoul(argv[3], NULL, 10));
	if (argc > 2 && !strcmp(argv[1], "munmap"))
		return unmaps(n);
	if (argc > 3 && !strcmp(argv[1], "count"))
		return counted(n, strtoul(argv[3], NULL, 10));
	fprintf(stderr, "usage: guest_prog user KIND N, munmap N, count N ID\n");
	return 2;
}
