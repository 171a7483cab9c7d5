// SPDX-License-Identifier: GPL-2.0-only
/*
 * SHA-256 of a file (FIPS 180-4), without a library that would have to be there.
 */
#include <errno.h>
#include <string.h>
#include "ctl.h"

struct sha256 {
	uint32_t	h[8];
	uint64_t	bytes;
	unsigned char	block[64];
};

/*
 * The constants are the first 32 bits of the fractions of the cube roots of the first 64 primes,
 * and of the square roots of the first 8. The integer parts are found by exact integer arithmetic.
 */
static uint32_t sha256_fraction(unsigned int prime, bool cube)
{
	unsigned __int128 target = (unsigned __int128)prime << (cube ? 96 : 64), low = 0;
	unsigned __int128 high = (unsigned __int128)1 << 40;

	/* The largest x with x^3 <= prime * 2^96, or x^2 <= prime * 2^64. */
	while (high - low > 1) {
		unsigned __int128 mid = (low + high) / 2;
		unsigned __int128 power = cube ? mid * mid * mid : mid * mid;

		if (power <= target)
			low = mid;
		else
			high = mid;
	}
	return (uint32_t)low;
}

static uint32_t sha256_k[64], sha256_start[8];

static void sha256_constants(void)
{
	unsigned int n = 0, p, d;

	for (p = 2; n < CTL_ARRAY_SIZE(sha256_k); p++) {
		for (d = 2; d * d <= p && p % d; d++)
			;
		if (d * d <= p)
			continue;
		sha256_k[n] = sha256_fraction(p, true);
		if (n < CTL_ARRAY_SIZE(sha256_start))
			sha256_start[n] = sha256_fraction(p, false);
		n++;
	}
}

static uint32_t sha256_ror(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

static void sha256_schedule(uint32_t *w, const unsigned char *p)
{
	int i;

	for (i = 0; i < 16; i++, p += 4)
		w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
	for (; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];

		w[i] = w[i - 16] + w[i - 7] + (sha256_ror(a, 7) ^ sha256_ror(a, 18) ^ a >> 3) +
		       (sha256_ror(b, 17) ^ sha256_ror(b, 19) ^ b >> 10);
	}
}

static void sha256_block(struct sha256 *s)
{
	uint32_t w[64], v[8];
	int i;

	sha256_schedule(w, s->block);
	memcpy(v, s->h, sizeof(v));
	for (i = 0; i < 64; i++) {
		uint32_t e = v[4], a = v[0];
		uint32_t t1 = v[7] + (sha256_ror(e, 6) ^ sha256_ror(e, 11) ^ sha256_ror(e, 25)) +
			      ((e & v[5]) ^ (~e & v[6])) + sha256_k[i] + w[i];
		uint32_t t2 = (sha256_ror(a, 2) ^ sha256_ror(a, 13) ^ sha256_ror(a, 22)) +
			      ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));

		memmove(v + 1, v, 7 * sizeof(*v));
		v[4] += t1;
		v[0] = t1 + t2;
	}
	for (i = 0; i < 8; i++)
		s->h[i] += v[i];
}

static void sha256_add(struct sha256 *s, const unsigned char *p, size_t n)
{
	while (n--) {
		s->block[s->bytes++ % 64] = *p++;
		if (!(s->bytes % 64))
			sha256_block(s);
	}
}

static void sha256_end(struct sha256 *s, char *hex)
{
	uint64_t bits = s->bytes * 8;
	unsigned char out[32], one = 0x80, zero = 0;
	int i;

	sha256_add(s, &one, 1);
	while (s->bytes % 64 != 56)
		sha256_add(s, &zero, 1);
	for (i = 56; i >= 0; i -= 8) {
		unsigned char c = bits >> i;

		sha256_add(s, &c, 1);
	}
	for (i = 0; i < 32; i++)
		out[i] = s->h[i / 4] >> (24 - 8 * (i % 4));
	ctl_hex(hex, out, sizeof(out));
}

int sha256_file(const char *path, char *hex)
{
	FILE *f = ctl_open(path);
	struct sha256 s = { .bytes = 0 };
	unsigned char buf[16384];
	int err;
	size_t n;

	if (!f)
		return -errno;
	if (!sha256_k[0])
		sha256_constants();
	memcpy(s.h, sha256_start, sizeof(s.h));
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		sha256_add(&s, buf, n);
	err = ferror(f) ? -EIO : 0;
	fclose(f);
	if (!err)
		sha256_end(&s, hex);
	return err;
}
