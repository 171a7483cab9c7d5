// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line: which SMMUs and functions there are. Whatever is wrong is said in one line that
 * names the word.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lab.h"

static const char usage[] =
	"server --socket-dir DIR [OPTIONS]: SMMUv3 models and PCI functions for QEMU's "
	"vfio-user-pci\n"
	"\n"
	"  --smmu ADDR[:WORD,...]     an SMMU (up to 3); words as preset=mmu-700 or btm=1; socket "
	"DIR/ADDR.sock\n"
	"  --fn ADDR:KIND[,WORD...]   a function; words smmu=N (default 0) or smmu=none, rid=R, "
	"sids=S+S..., and its kind's own\n"
	"  --features-file FILE       words for all SMMUs, before their own\n"
	"  --seed N                   of everything that is decided at random (default: of the "
	"clock)\n"
	"  --prompt                   a store is answered when what it began has been done: no CPU "
	"waits for more\n"
	"  --log FILE                 what happens, for people\n"
	"  --report FILE              a line for each violation: FAIL or WARN, rule, section, "
	"text, separated by tabs\n"
	"  --control SOCKET           take the same questions as on standard input on a unix "
	"socket, too\n"
	"\n"
	"ADDR is the function's place in QEMU, slot.function in hexadecimal, from which its "
	"requester ID follows; or\n"
	"any name, if rid= is given: then it is to be hot-plugged, and has MSI in place of MSI-X. "
	"\"ready\" on standard output says that the sockets are there.\n";

static bool number(const char *text, u64 max, u64 *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 0);
	return *text && *text != '-' && !*end && !errno && *value <= max;
}

static bool wrong(const char *option, const char *what, const char *why)
{
	fprintf(stderr, "server: %s %s: %s\n", option, what, why);
	return false;
}

static bool keep(char **list, unsigned int *nr, unsigned int max, const char *option)
{
	if (*nr == max)
		return wrong(option, optarg, "there are too many of them");
	list[*nr] = strdup(optarg);
	return list[(*nr)++];
}

static bool option(struct options *o, int c)
{
	switch (c) {
	case 'd':
		o->socket_dir = optarg;
		return true;
	case 's':
		return keep(o->smmus, &o->nr_smmus, LAB_MAX_SMMUS, "--smmu");
	case 'f':
		return keep(o->fns, &o->nr_fns, LAB_MAX_FUNCTIONS - LAB_MAX_SMMUS, "--fn");
	case 'F':
		o->features_file = optarg;
		return true;
	case 'l':
		o->log = optarg;
		return true;
	case 'r':
		o->report = optarg;
		return true;
	case 'c':
		o->control = optarg;
		return true;
	case 'p':
		o->prompt = true;
		return true;
	case 'n':
		o->has_seed = number(optarg, ~0ull, &o->seed);
		return o->has_seed || wrong("--seed", optarg, "this is no number");
	}
	return false;
}

bool options_parse(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {
		{"socket-dir", 1, NULL, 'd'}, {"smmu", 1, NULL, 's'},
		{"fn", 1, NULL, 'f'},	      {"features-file", 1, NULL, 'F'},
		{"seed", 1, NULL, 'n'},	      {"log", 1, NULL, 'l'},
		{"report", 1, NULL, 'r'},     {"control", 1, NULL, 'c'},
		{"prompt", 0, NULL, 'p'},     {"help", 0, NULL, 'h'},
		{}};
	struct timespec now;
	int c;

	memset(o, 0, sizeof(*o));
	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (c == 'h') {
			printf("%s\nkinds:%s\n", usage, lab_kinds());
			exit(0);
		}
		if (!option(o, c))
			return false;
	}
	if (optind < argc)
		return wrong(argv[optind], "", "this belongs to no option");
	if (!o->socket_dir)
		return wrong("--socket-dir", "", "it is missing (--help)");
	if (!o->nr_smmus && !o->nr_fns)
		return wrong("--smmu or --fn", "", "there is nothing to serve");
	if (!o->has_seed) {
		clock_gettime(CLOCK_REALTIME, &now);
		o->seed = (u64)now.tv_nsec ^ (u64)now.tv_sec << 20;
	}
	return true;
}

/* ---------------------------------------------------------------- functions */

static bool name_ok(const char *name)
{
	return *name && strlen(name) < sizeof(((struct lab_slot *)0)->name) &&
	       strspn(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_") ==
		       strlen(name);
}

/* "4.0" or "4": 0x20. */
static bool rid_of(const char *addr, u32 *rid)
{
	unsigned long slot, fn = 0;
	char *end;

	slot = strtoul(addr, &end, 16);
	if (end == addr || slot > 31)
		return false;
	if (*end == '.')
		fn = strtoul(end + 1, &end, 16);
	*rid = (u32)(slot << 3 | fn);
	return !*end && fn <= 7;
}

static bool sids(struct function *fn, char *text, const char **why)
{
	char *save, *word;
	u64 sid;

	fn->nr_sids = 0;
	for (word = strtok_r(text, "+", &save); word; word = strtok_r(NULL, "+", &save)) {
		*why = "a StreamID that is no number, or above 32 bits";
		if (!number(word, 0xffffffff, &sid))
			return false;
		*why = "too many StreamIDs";
		if (fn->nr_sids == ARRAY_SIZE(fn->sids))
			return false;
		fn->sids[fn->nr_sids++] = (u32)sid;
	}
	*why = "no StreamID";
	return fn->nr_sids;
}

/*
 * A word of --fn that all kinds share; the others are left to the kind. False: *@why, if it is one
 * and wrong.
 */
static bool common_word(struct lab *lab, struct lab_slot *slot, char *word, bool *has_rid,
			const char **why)
{
	u64 n;

	*why = NULL;
	if (!strcmp(word, "smmu=none")) {
		slot->has_smmu = false;
		slot->msi_direct = true;
		return true;
	}
	if (!strncmp(word, "smmu=", 5)) {
		if (!number(word + 5, lab->nr_smmus - 1ull, &n) || !lab->nr_smmus)
			*why = "there is no such SMMU";
		slot->smmu = (unsigned int)n;
		return !*why;
	}
	if (!strncmp(word, "rid=", 4)) {
		if (!number(word + 4, 0xffff, &n))
			*why = "a requester ID has 16 bits";
		slot->fn.sids[0] = (u32)n;
		slot->fn.nr_sids = 1;
		*has_rid = true;
		return !*why;
	}
	if (!strncmp(word, "sids=", 5)) {
		*has_rid = sids(&slot->fn, word + 5, why);
		if (*has_rid)
			*why = NULL;
		return *has_rid;
	}
	return false;
}

static bool slot_words(struct lab *lab, struct lab_slot *slot, char *words, const char **why)
{
	unsigned int nr = 0;
	bool has_rid = rid_of(slot->name, &slot->fn.sids[0]);
	char *save, *word;

	/*
	 * Not there from the start, so it will be plugged and unplugged: QEMU up to 11.1 dies when
	 * MSI-X goes.
	 */
	slot->plain_msi = !has_rid;
	slot->fn.nr_sids = has_rid;
	slot->has_smmu = lab->nr_smmus;
	slot->msi_direct = !slot->has_smmu;
	for (word = strtok_r(words, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		if (common_word(lab, slot, word, &has_rid, why))
			continue;
		if (*why)
			return false;
		*why = "too many words";
		if (nr + 1 == ARRAY_SIZE(slot->options))
			return false;
		slot->options[nr++] = word;
	}
	*why = "its address is no slot.function, and no rid= is given";
	return has_rid;
}

static struct lab_slot *slot_new(struct lab *lab, const char *option, char *text)
{
	struct lab_slot *slot = &lab->slots[lab->nr_slots];

	slot->words = text;
	if (!name_ok(text)) {
		wrong(option, text,
		      "an address is a short word of letters, digits, '.', '-' and '_'");
		return NULL;
	}
	strcpy(slot->name, text);
	for (unsigned int i = 0; i < lab->nr_slots; i++) {
		if (!strcmp(lab->slots[i].name, slot->name)) {
			wrong(option, text, "there is a function with this address already");
			return NULL;
		}
	}
	lab->nr_slots++;
	return slot;
}

static bool add_smmu(struct lab *lab, const struct options *o, char *text)
{
	struct lab_smmu *s = &lab->smmus[lab->nr_smmus];
	char *words = strchr(text, ':'), *word, *save, why[256];
	struct lab_slot *slot;

	if (words)
		*words++ = '\0';
	slot = slot_new(lab, "--smmu", text);
	if (!slot)
		return false;
	if (!rid_of(text, &slot->fn.sids[0]))
		slot->fn.sids[0] = 0;
	slot->fn.nr_sids = 1;
	slot->fn.ops = lab_kind("smmu");
	slot->has_smmu = true;
	slot->smmu = lab->nr_smmus;
	s->lab = lab;
	s->index = lab->nr_smmus++;
	snprintf(s->name, sizeof(s->name), "smmu%u", s->index % 10);
	model_features_init(&s->f, "mmu-700");
	if (o->features_file && !model_features_load(&s->f, o->features_file, why, sizeof(why)))
		return wrong("--features-file", o->features_file, why);
	for (word = words ? strtok_r(words, ",", &save) : NULL; word;
	     word = strtok_r(NULL, ",", &save)) {
		if (!model_features_set(&s->f, word, why, sizeof(why)))
			return wrong("--smmu", word, why);
	}
	return model_features_check(&s->f, why, sizeof(why)) || wrong("--smmu", text, why);
}

static bool add_function(struct lab *lab, char *text)
{
	char *kind = strchr(text, ':'), *words;
	struct lab_slot *slot;
	const char *why;

	if (!kind)
		return wrong("--fn", text, "it wants ADDR:KIND");
	*kind++ = '\0';
	words = strchr(kind, ',');
	if (words)
		*words++ = '\0';
	slot = slot_new(lab, "--fn", text);
	if (!slot)
		return false;
	slot->fn.ops = lab_kind(kind);
	if (!slot->fn.ops || slot->fn.ops == lab_kind("smmu")) {
		fprintf(stderr, "server: --fn %s: no kind %s; there are:%s\n", text, kind,
			lab_kinds());
		return false;
	}
	return slot_words(lab, slot, words ? words : kind + strlen(kind), &why) ||
	       wrong("--fn", text, why);
}

bool options_apply(const struct options *o, struct lab *lab)
{
	for (unsigned int i = 0; i < o->nr_smmus; i++) {
		if (!add_smmu(lab, o, o->smmus[i]))
			return false;
	}
	for (unsigned int i = 0; i < o->nr_fns; i++) {
		if (!add_function(lab, o->fns[i]))
			return false;
	}
	return true;
}

void options_free(struct options *o)
{
	for (unsigned int i = 0; i < o->nr_smmus; i++)
		free(o->smmus[i]);
	for (unsigned int i = 0; i < o->nr_fns; i++)
		free(o->fns[i]);
}
