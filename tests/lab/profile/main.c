// SPDX-License-Identifier: GPL-2.0-only
/*
 * profile KALLSYMS FILE [ID]: what the plugin's FILE (profile=) says, by the names of KALLSYMS: a
 * line with sums for each id, or, of one ID, a line for each function.
 *
 * Invariant: a file that is cut off, or none, is an error.
 */
#include "profile.h"
#include <stdlib.h>

static void print_sums(const char *prefix, const struct sums *s)
{
	printf(" %sinsns=%llu %satomics=%llu %sbarriers=%llu %sio=%llu %scleared=%llu", prefix,
	       (unsigned long long)s->insns, prefix, (unsigned long long)s->atomics, prefix,
	       (unsigned long long)s->barriers, prefix, (unsigned long long)s->io, prefix,
	       (unsigned long long)s->cleared);
}

static void print_profile(const struct profile *p)
{
	printf("id=%llu", (unsigned long long)p->id);
	print_sums("", &p->all);
	printf(" masked=%llu longest=%llu", (unsigned long long)p->masked,
	       (unsigned long long)p->longest);
	print_sums("own_", &p->own);
	putchar('\n');
}

static void print_shares(const struct profile *p)
{
	size_t i;

	for (i = 0; i < p->nr_shares; i++) {
		const struct share *s = &p->shares[i];

		printf("%s", s->of && s->of->own ? "own" : "other");
		print_sums("", &s->sums);
		printf(" %s\n", s->of ? s->of->name : "(unknown)");
	}
}

static FILE *opened(const char *path)
{
	FILE *f = fopen(path, "r");

	if (!f) {
		perror(path);
		exit(2);
	}
	return f;
}

int main(int argc, char **argv)
{
	struct symbols symbols = { 0 };
	struct profiles profiles = { 0 };
	FILE *in;
	size_t i;

	if (argc < 3 || argc > 4) {
		fputs("usage: profile KALLSYMS FILE [ID]\n", stderr);
		return 2;
	}
	in = opened(argv[1]);
	if (!symbols_read(&symbols, in)) {
		fprintf(stderr, "profile: %s: no functions with addresses\n", argv[1]);
		return 1;
	}
	fclose(in);
	in = opened(argv[2]);
	if (!profiles_read(&profiles, &symbols, in)) {
		fprintf(stderr, "profile: %s: no profile, or one that is cut off\n", argv[2]);
		return 1;
	}
	fclose(in);
	for (i = 0; i < profiles.nr; i++) {
		if (argc == 3)
			print_profile(&profiles.at[i]);
		else if (profiles.at[i].id == strtoull(argv[3], NULL, 0))
			print_shares(&profiles.at[i]);
	}
	profiles_free(&profiles);
	free(symbols.at);
	return 0;
}
