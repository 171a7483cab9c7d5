// SPDX-License-Identifier: GPL-2.0-only
/*
 * blkwork DEVICE FIRST_MIB MIB BLOCK_BYTES THREADS SEED [SECONDS]
 *
 * Writes a pattern to part of a block device past the page cache, reads it back and compares it
 * with the pattern, block by block in an order of the seed's own. With SECONDS, again and again
 * with a new pattern until the time is up. Prints one line
 *	wrote_MBps=N read_MBps=N sum=HEX passes=N
 * and exits 1 at the first wrong block, 2 if the device fails.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct work {
	pthread_t thread;
	int fd, index, nr_threads, writing;
	uint64_t first, blocks, seed, sum;
	size_t block_sz;
	const char *device;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* splitmix64 */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

static void block_fill(uint64_t *words, size_t n, uint64_t seed, uint64_t block)
{
	uint64_t x = mix(seed ^ mix(block));
	size_t i;

	for (i = 0; i < n; i++) {
		x = x * 6364136223846793005ull + 1442695040888963407ull;
		words[i] = x;
	}
	words[0] = block;
}

static void io_failed(const struct work *w, const char *what, uint64_t block, ssize_t got)
{
	fprintf(stderr, "%s: %s of block %llu: wanted %zu bytes, saw %zd (%s)\n", w->device, what,
		(unsigned long long)block, w->block_sz, got, got < 0 ? strerror(errno) : "short");
	exit(2);
}

static void block_verify(struct work *w, const uint64_t *seen, const uint64_t *want, uint64_t block)
{
	size_t i;

	for (i = 0; i < w->block_sz / 8; i++) {
		w->sum = mix(w->sum ^ seen[i]);
		if (seen[i] == want[i])
			continue;
		fprintf(stderr, "%s: block %llu byte %zu: wanted %016llx, saw %016llx\n", w->device,
			(unsigned long long)block, i * 8, (unsigned long long)want[i],
			(unsigned long long)seen[i]);
		exit(1);
	}
}

static void *work_run(void *arg)
{
	struct work *w = arg;
	uint64_t stride = w->blocks | 1, i;
	uint64_t *buf, *want;
	ssize_t n;

	if (posix_memalign((void **)&buf, 65536, w->block_sz) ||
	    posix_memalign((void **)&want, 65536, w->block_sz))
		exit(2);
	/* A stride without common factor with the number of blocks meets each block once. */
	for (stride = (w->seed % w->blocks) | 1; ; stride += 2) {
		uint64_t a = stride, b = w->blocks;

		while (b) {
			uint64_t r = a % b;

			a = b;
			b = r;
		}
		if (a == 1)
			break;
	}
	for (i = w->index; i < w->blocks; i += w->nr_threads) {
		uint64_t block = w->first + (i * (stride % w->blocks)) % w->blocks;

		block_fill(want, w->block_sz / 8, w->seed, block);
		if (w->writing) {
			n = pwrite(w->fd, want, w->block_sz, block * w->block_sz);
			if (n != (ssize_t)w->block_sz)
				io_failed(w, "write", block, n);
			continue;
		}
		memset(buf, 0, w->block_sz);
		n = pread(w->fd, buf, w->block_sz, block * w->block_sz);
		if (n != (ssize_t)w->block_sz)
			io_failed(w, "read", block, n);
		block_verify(w, buf, want, block);
	}
	free(buf);
	free(want);
	return NULL;
}

static double pass(struct work *all, int threads, int writing, uint64_t seed)
{
	double start = now();
	int i;

	for (i = 0; i < threads; i++) {
		all[i].writing = writing;
		all[i].seed = seed;
		if (pthread_create(&all[i].thread, NULL, work_run, &all[i]))
			exit(2);
	}
	for (i = 0; i < threads; i++)
		pthread_join(all[i].thread, NULL);
	if (writing)
		fdatasync(all[0].fd);
	return now() - start;
}

int main(int argc, char **argv)
{
	double wrote = 0, read = 0, start = now(), seconds;
	uint64_t mib, seed, sum = 0, passes = 0;
	struct work all[16];
	int threads, fd, i;
	size_t block_sz;

	if (argc < 7) {
		fputs("usage: blkwork DEVICE FIRST_MIB MIB BLOCK_BYTES THREADS SEED [SECONDS]\n",
		      stderr);
		return 2;
	}
	mib = strtoull(argv[3], NULL, 0);
	block_sz = strtoull(argv[4], NULL, 0);
	threads = atoi(argv[5]);
	seed = strtoull(argv[6], NULL, 0);
	seconds = argc > 7 ? atof(argv[7]) : 0;
	if (threads < 1 || threads > 16 || block_sz < 512 || !mib || (mib << 20) < block_sz)
		return 2;
	fd = open(argv[1], O_RDWR | O_DIRECT);
	if (fd < 0) {
		fprintf(stderr, "%s: %s\n", argv[1], strerror(errno));
		return 2;
	}
	memset(all, 0, sizeof(all));
	for (i = 0; i < threads; i++)
		all[i] = (struct work) {
			.fd = fd,
			.index = i,
			.nr_threads = threads,
			.device = argv[1],
			.first = (strtoull(argv[2], NULL, 0) << 20) / block_sz,
			.blocks = (mib << 20) / block_sz,
			.block_sz = block_sz,
		};
	do {
		wrote += pass(all, threads, 1, seed + passes);
		read += pass(all, threads, 0, seed + passes);
		passes++;
	} while (now() - start < seconds);
	for (i = 0; i < threads; i++)
		sum ^= all[i].sum;
	printf("wrote_MBps=%.1f read_MBps=%.1f sum=%016llx passes=%llu\n",
	       mib * passes * 1.048576 / wrote, mib * passes * 1.048576 / read,
	       (unsigned long long)sum, (unsigned long long)passes);
	return 0;
}
