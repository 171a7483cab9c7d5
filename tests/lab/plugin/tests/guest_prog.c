// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs in the guest of tests/lab/plugin/run: known stores through a mapping of a program, known numbers of unmaps, and
 * known numbers of instructions between two markers.
 *
 * Invariant: what it prints is one line, and what it does is exactly as often as asked.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "../../../kselftest/marker.h"

static int fail(const char *what)
{
	perror(what);
	return 1;
}

/* user N: N stores of 8 bytes to a mapping of /dev/teststore. */
static int user_stores(unsigned long n)
{
	int fd = open("/dev/teststore", O_RDWR);
	volatile unsigned long *at = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	unsigned long i;

	if (fd < 0 || at == MAP_FAILED)
		return fail("/dev/teststore");
	for (i = 0; i < n; i++)
		at[i % 512] = i;
	return 0;
}

/* munmap N: N pages mapped, touched and unmapped, one after the other, on two threads' worth of CPUs. */
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

	if (argc > 2 && !strcmp(argv[1], "user"))
		return user_stores(n);
	if (argc > 2 && !strcmp(argv[1], "munmap"))
		return unmaps(n);
	if (argc > 3 && !strcmp(argv[1], "count"))
		return counted(n, strtoul(argv[3], NULL, 10));
	fprintf(stderr, "usage: guest_prog user|munmap N, count N ID\n");
	return 2;
}
