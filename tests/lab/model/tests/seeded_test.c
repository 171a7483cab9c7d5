// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who checks the checker: for each rule of rules.def a driver that breaks it, on real queues and
 * tables, and its twin that behaves. caught_<RULE>: the breach makes the referee report that rule
 * and no other. silent_<RULE>: the twin makes it report nothing. tests/lab/check-referee prints the
 * table; tests/lab/model/seeded says which words each report must hold.
 */
#include "seeds.h"

struct seed {
	enum model_rule rule;
	void (*breach)(struct world *w);
	void (*behave)(struct world *w);
	const char *preset;
	const char *words[4];
	bool down; /* the test brings the SMMU up itself */
	bool two_levels;
};

static struct world *seed_world(const struct seed *seed)
{
	struct world *w = world_new(seed->preset ? seed->preset : "maximal", seed->words);

	if (!seed->down)
		world_up(w, seed->two_levels);
	world_expect_silence(w);
	return w;
}

static void run_breach(void **state)
{
	const struct seed *seed = *state;
	struct world *w = seed_world(seed);

	seed->breach(w);
	world_run(w);
	/* The table of check-referee is made of these lines. */
	printf("# said %s: %s\n", model_rules[seed->rule].name, w->last);
	assert_true(w->nr_reports[seed->rule] > 0);
	world_expect(w, seed->rule, w->nr_reports[seed->rule]);
	world_free(w);
}

static void run_twin(void **state)
{
	const struct seed *seed = *state;
	struct world *w = seed_world(seed);

	seed->behave(w);
	world_run(w);
	world_expect_silence(w);
	world_free(w);
}

#define SEED(name, fault, twin, ...)				\
	static struct seed of_##name = {			\
		.rule = RULE_##name,				\
		.breach = seed_##fault##_breach,		\
		.behave = seed_##twin##_behave, ##__VA_ARGS__	\
	};
#include "seeds.def"
#undef SEED

/* A rule without a seed does not compile. */
enum {
#define SEED(name, ...) HAS_SEED_##name,
#include "seeds.def"
#undef SEED
	NR_SEEDS
};

_Static_assert((int)NR_SEEDS == (int)NR_MODEL_RULES, "each rule has its seeded fault");

const struct CMUnitTest seeded_tests[] = {
#define SEED(name, ...)							\
	{ "caught_" #name, run_breach, NULL, NULL, &of_##name },	\
	{ "silent_" #name, run_twin, NULL, NULL, &of_##name },
#include "seeds.def"
#undef SEED
};

const size_t nr_seeded_tests = ARRAY_SIZE(seeded_tests);
