// SPDX-License-Identifier: GPL-2.0-only
/*
 * Features by preset, word and file; the identification registers that follow from them.
 * Arm IHI 0070, chapter 6 "Memory map and registers", SMMU_IDR0 to SMMU_IDR6, SMMU_IIDR, SMMU_AIDR.
 * Invariant: MODEL_FEATURES is the only list of fields; a value that does not fit its field is
 * never stored.
 */
#include "features.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ATC_TIMEOUT_MAX	3600000u
#define SYNC_US_MAX	900000u

struct feature {
	const char *name;
	u8 reg, high, low;
	size_t offset;
};

static const struct feature features[] = {
#define F(name, reg, high, low, what)                                                              \
	{ #name, reg, high, low, offsetof(struct model_features, name) },
	MODEL_FEATURES(F)
#undef F
};

static const struct feature adversary[] = {
#define A(name) { #name, 0, 0, 0, offsetof(struct model_features, name) }
	A(prefetch), A(evict), A(delay), A(reorder), A(split),
#undef A
};

static u32 *slot(struct model_features *f, const struct feature *feature)
{
	return (u32 *)((char *)f + feature->offset);
}

/* ---------------------------------------------------------------- presets */

static const struct model_features minimal = {
	.s1p = 1, .ttf = 2, .cohacc = 1, .ttendian = 2, .stall_model = 1, .term_model = 1,
	.sidsize = 16, .eventqs = 7, .cmdqs = 8, .oas = 2, .gran4k = 1,
};

static const struct model_features mmu_600 = {
	.s2p = 1, .s1p = 1, .ttf = 2, .cohacc = 1, .btm = 1, .httu = 2, .hyp = 1, .ats = 1,
	.asid16 = 1, .msi = 1, .sev = 1, .pri = 1, .vmw = 1, .vmid16 = 1, .cd2l = 1,
	.ttendian = 2, .term_model = 1, .st_level = 1, .sidsize = 24, .ssidsize = 20,
	.priqs = 19, .eventqs = 19, .cmdqs = 19, .attr_perms_ovr = 1, .attr_types_ovr = 1,
	.had = 1, .pbha = 1, .xnx = 1, .oas = 5, .gran4k = 1, .gran16k = 1, .gran64k = 1,
	.stall_max = 128, .iidr = 0x4832043b, .aidr = 1,
};

static const struct model_features mmu_700 = {
	.s2p = 1, .s1p = 1, .ttf = 2, .cohacc = 1, .httu = 2, .hyp = 1, .ats = 1, .asid16 = 1,
	.msi = 1, .sev = 1, .pri = 1, .vmw = 1, .vmid16 = 1, .cd2l = 1, .ttendian = 2,
	.atsrecerr = 1, .term_model = 1, .st_level = 1, .sidsize = 24, .ssidsize = 20,
	.priqs = 19, .eventqs = 19, .cmdqs = 19, .attr_perms_ovr = 1, .attr_types_ovr = 1,
	.had = 1, .pbha = 1, .xnx = 1, .pps = 1, .fwb = 1, .stt = 1, .ril = 1, .bbml = 2,
	.e0pd = 1, .oas = 5, .gran4k = 1, .gran16k = 1, .gran64k = 1, .stall_max = 256,
	.iidr = 0x4871143b, .aidr = 2,
};

static const struct model_features maximal = {
	.s2p = 1, .s1p = 1, .ttf = 2, .cohacc = 1, .btm = 1, .httu = 2, .dormhint = 1, .hyp = 1,
	.ats = 1, .asid16 = 1, .msi = 1, .sev = 1, .pri = 1, .vmw = 1, .vmid16 = 1, .cd2l = 1,
	.ttendian = 2, .atsrecerr = 1, .st_level = 1, .sidsize = 32, .ssidsize = 20,
	.priqs = 19, .eventqs = 19, .cmdqs = 19, .attr_perms_ovr = 1, .attr_types_ovr = 1,
	.ecmdq = 1, .had = 1, .pbha = 1, .xnx = 1, .pps = 1, .fwb = 1, .stt = 1, .ril = 1,
	.bbml = 2, .e0pd = 1, .ptwnnc = 1, .oas = 6, .gran4k = 1, .gran16k = 1, .gran64k = 1,
	.ds = 1, .vax = 1, .stall_max = 1024, .ecmdq_page = 3, .ecmdq_pages = 1, .aidr = 3,
};

static const struct model_features qemu = {
	.s2p = 1, .s1p = 1, .ttf = 2, .cohacc = 1, .asid16 = 1, .vmid16 = 1, .ttendian = 2,
	.stall_model = 1, .term_model = 1, .st_level = 1, .sidsize = 16, .eventqs = 19,
	.cmdqs = 19, .had = 1, .xnx = 1, .ril = 1, .bbml = 2, .oas = 4, .gran4k = 1,
	.gran16k = 1, .gran64k = 1, .aidr = 1,
};

static const struct {
	const char *name;
	const struct model_features *f;
} presets[] = {
	{ "minimal", &minimal }, { "mmu-600", &mmu_600 }, { "mmu-700", &mmu_700 },
	{ "maximal", &maximal },
	{ "qemu", &qemu },
};

bool model_features_init(struct model_features *f, const char *preset)
{
	for (size_t i = 0; i < ARRAY_SIZE(presets); i++) {
		if (strcmp(preset, presets[i].name) == 0) {
			*f = *presets[i].f;
			f->atc_timeout = MODEL_ATC_TIMEOUT;
			return true;
		}
	}
	return false;
}

/* ---------------------------------------------------------------- words and files */

static bool parse_number(const char *text, u64 *value)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno == 0 && *end == '\0';
}

static bool named(const struct feature *feature, const char *word, size_t n)
{
	return strlen(feature->name) == n && memcmp(feature->name, word, n) == 0;
}

static bool set_adversary(struct model_features *f, const char *word, size_t n, u64 value,
			  bool *known)
{
	bool all = n == strlen("adversary") && memcmp(word, "adversary", n) == 0;

	*known = all;
	for (size_t i = 0; i < ARRAY_SIZE(adversary); i++) {
		if (!all && !named(&adversary[i], word, n))
			continue;
		*known = true;
		if (value > 100)
			return false;
		*slot(f, &adversary[i]) = (u32)value;
	}
	return true;
}

/* How long something takes. False, with a reason, where it is too long. */
static bool set_time(struct model_features *f, const char *word, size_t n, u64 value, bool *known,
		     char *why, size_t why_sz)
{
	const struct {
		const char *name, *unit;
		u32 *to, most;
	} times[] = {
		{ "atc_timeout", "ms", &f->atc_timeout, ATC_TIMEOUT_MAX },
		{ "sync_us", "us", &f->sync_us, SYNC_US_MAX },
	};

	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		if (strlen(times[i].name) != n || memcmp(word, times[i].name, n) != 0)
			continue;
		if (value > times[i].most) {
			snprintf(why, why_sz, "'%s': must be 0 to %u %s", word, times[i].most,
				 times[i].unit);
			return false;
		}
		*times[i].to = (u32)value;
		*known = true;
	}
	return true;
}

bool model_features_set(struct model_features *f, const char *word, char *why, size_t why_sz)
{
	const char *equals = strchr(word, '=');
	size_t n = equals ? (size_t)(equals - word) : strlen(word);
	struct model_features changed = *f;
	bool known;
	u64 value;

	if (!equals) {
		snprintf(why, why_sz, "'%s' is not name=value", word);
		return false;
	}
	if (n == strlen("preset") && memcmp(word, "preset", n) == 0) {
		if (model_features_init(f, equals + 1))
			return true;
		snprintf(why, why_sz, "no preset '%s': minimal, mmu-600, mmu-700, maximal or qemu",
			 equals + 1);
		return false;
	}
	if (!parse_number(equals + 1, &value)) {
		snprintf(why, why_sz, "'%s': '%s' is not a number", word, equals + 1);
		return false;
	}
	if (!set_adversary(&changed, word, n, value, &known)) {
		snprintf(why, why_sz, "'%s': must be 0 to 100", word);
		return false;
	}
	if (!known && !set_time(&changed, word, n, value, &known, why, why_sz))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(features) && !known; i++) {
		if (!named(&features[i], word, n))
			continue;
		known = true;
		if (value > field(~0ull, features[i].high - features[i].low, 0)) {
			snprintf(why, why_sz, "'%s': the field has %d bits", word,
				 features[i].high - features[i].low + 1);
			return false;
		}
		*slot(&changed, &features[i]) = (u32)value;
	}
	if (!known) {
		snprintf(why, why_sz, "no feature '%.*s'", (int)n, word);
		return false;
	}
	*f = changed;
	return true;
}

/* One line of a file: its words, until a comment. */
static bool set_line(struct model_features *f, char *line, char *why, size_t why_sz)
{
	char *word, *rest = NULL;

	line[strcspn(line, "#\n")] = '\0';
	for (word = strtok_r(line, " \t\r", &rest); word; word = strtok_r(NULL, " \t\r", &rest)) {
		if (!model_features_set(f, word, why, why_sz))
			return false;
	}
	return true;
}

bool model_features_load(struct model_features *f, const char *path, char *why, size_t why_sz)
{
	struct model_features changed = *f;
	char line[256], what[160] = "";
	FILE *file = fopen(path, "r");
	unsigned int nr = 0;
	bool ok = true;

	if (!file) {
		snprintf(why, why_sz, "%s: %s", path, strerror(errno));
		return false;
	}
	while (ok && fgets(line, sizeof(line), file)) {
		nr++;
		ok = set_line(&changed, line, what, sizeof(what));
	}
	if (ok && ferror(file)) {
		snprintf(what, sizeof(what), "%s", strerror(errno));
		ok = false;
	}
	fclose(file);
	if (ok)
		*f = changed;
	else
		snprintf(why, why_sz, "%s:%u: %s", path, nr, what);
	return ok;
}

/* ---------------------------------------------------------------- what no SMMU may be */

static const char *check_translation(const struct model_features *f)
{
	if (!f->s1p && !f->s2p)
		return "SMMU_IDR0: neither S1P nor S2P";
	if (f->ttf != 2)
		return "SMMU_IDR0.TTF: the model has AArch64 tables only (2)";
	if (f->ttendian != 2)
		return "SMMU_IDR0.TTENDIAN: the model has little-endian tables only (2)";
	if (f->httu > 2)
		return "SMMU_IDR0.HTTU: 3 is reserved";
	if (f->hyp && !(f->s1p && f->s2p))
		return "SMMU_IDR0.Hyp: needs S1P and S2P";
	if ((f->vmid16 || f->vmw) && !f->s2p)
		return "SMMU_IDR0.VMID16, VMW: need S2P";
	return NULL;
}

static const char *check_sizes(const struct model_features *f)
{
	bool large = f->gran64k || f->ds;

	if (f->oas > 6)
		return "SMMU_IDR5.OAS: reserved";
	if (f->oas == 6 && f->aidr < 1)
		return "SMMU_IDR5.OAS: 52 bits need SMMUv3.1";
	if (f->oas == 6 && !large)
		return "SMMU_IDR5.OAS: 52 bits need GRAN64K or DS";
	if (f->vax > 1)
		return "SMMU_IDR5.VAX: reserved";
	if (f->vax && f->aidr < 1)
		return "SMMU_IDR5.VAX: needs SMMUv3.1";
	if (f->vax && !large)
		return "SMMU_IDR5.VAX: needs GRAN64K or DS";
	if (!f->gran4k && !f->gran16k && !f->gran64k)
		return "SMMU_IDR5: no granule";
	if (f->ds && (f->oas != 6 || (!f->gran4k && !f->gran16k)))
		return "SMMU_IDR5.DS: needs OAS of 52 bits and a granule of 4 or 16 KiB";
	if (f->ds && !f->vax)
		return "SMMU_IDR5.DS: needs VAX";
	return NULL;
}

/* SMMU_IDR3: what each version of the architecture makes mandatory, and what depends on a stage. */
static const char *check_idr3(const struct model_features *f)
{
	if (f->bbml > 2)
		return "SMMU_IDR3.BBML: reserved";
	if (f->aidr >= 2 && !f->ril)
		return "SMMU_IDR3.RIL: mandatory from SMMUv3.2 on";
	if (f->aidr >= 2 && (!f->fwb || !f->bbml))
		return "SMMU_IDR3.FWB, BBML: mandatory from SMMUv3.2 on";
	if (f->aidr >= 3 && !f->e0pd)
		return "SMMU_IDR3.E0PD: mandatory from SMMUv3.3 on";
	if (f->aidr >= 3 && f->ptwnnc != f->s2p)
		return "SMMU_IDR3.PTWNNC: S2P from SMMUv3.3 on";
	if (f->ptwnnc && !f->s2p)
		return "SMMU_IDR3.PTWNNC: needs S2P";
	if (f->had ? !f->s1p : f->s1p && f->aidr >= 1)
		return "SMMU_IDR3.HAD: S1P from SMMUv3.1 on, and needs it before";
	if (f->pbha && (!f->had || f->aidr < 1))
		return "SMMU_IDR3.PBHA: needs HAD and SMMUv3.1";
	if (f->xnx ? !f->s2p || f->aidr < 1 : f->s2p && f->aidr >= 1)
		return "SMMU_IDR3.XNX: S2P from SMMUv3.1 on, and not before";
	return NULL;
}

static const char *check_streams(const struct model_features *f)
{
	if (f->stall_model > 2)
		return "SMMU_IDR0.STALL_MODEL: 3 is reserved";
	if (f->stall_model == 1 ? f->stall_max : !f->stall_max)
		return "SMMU_IDR5.STALL_MAX: 0 exactly if STALL_MODEL is 1";
	if (f->st_level > 1)
		return "SMMU_IDR0.ST_LEVEL: reserved";
	if (f->sidsize > 32)
		return "SMMU_IDR1.SIDSIZE: more than 32";
	if (f->sidsize >= 7 && f->aidr >= 3 && !f->st_level)
		return "SMMU_IDR0.ST_LEVEL: two levels are mandatory for 7 StreamID bits or more";
	if (f->ssidsize > 20)
		return "SMMU_IDR1.SSIDSIZE: more than 20";
	if (f->ssidsize && !f->s1p)
		return "SMMU_IDR1.SSIDSIZE: needs S1P";
	if (f->cd2l && !f->ssidsize)
		return "SMMU_IDR0.CD2L: needs SSIDSIZE";
	if (f->pri && !f->ats)
		return "SMMU_IDR0.PRI: needs ATS";
	if ((f->ns1ats || f->atsrecerr) && !f->ats)
		return "SMMU_IDR0.NS1ATS, ATSRECERR: need ATS";
	if (f->pps && !(f->pri && f->ssidsize))
		return "SMMU_IDR3.PPS: needs PRI and SSIDSIZE";
	if (f->aidr > 3)
		return "SMMU_AIDR: later than SMMUv3.3";
	return NULL;
}

static const char *check_queues(const struct model_features *f)
{
	if (f->cmdqs > 19 || f->eventqs > 19 || f->priqs > 19)
		return "SMMU_IDR1.CMDQS, EVENTQS, PRIQS: more than 19";
	if (!f->pri && f->priqs)
		return "SMMU_IDR1.PRIQS: needs PRI";
	if (f->ecmdq && f->aidr < 3)
		return "SMMU_IDR1.ECMDQ: needs SMMUv3.3";
	if (f->ecmdq && (!f->cohacc || !f->msi))
		return "SMMU_IDR1.ECMDQ: needs COHACC and MSI";
	if (!f->ecmdq && (f->ecmdq_page || f->ecmdq_pages))
		return "SMMU_IDR6: needs ECMDQ";
	if (f->ecmdq_page > 8 || f->ecmdq_pages > 8)
		return "SMMU_IDR6: more than 8";
	if (f->ecmdq_page + f->ecmdq_pages > 8)
		return "SMMU_IDR6: the model has at most 256 queues";
	return NULL;
}

bool model_features_check(const struct model_features *f, char *why, size_t why_sz)
{
	const char *wrong = check_translation(f);

	if (!wrong)
		wrong = check_sizes(f);
	if (!wrong)
		wrong = check_idr3(f);
	if (!wrong)
		wrong = check_streams(f);
	if (!wrong)
		wrong = check_queues(f);
	if (wrong)
		snprintf(why, why_sz, "%s", wrong);
	return !wrong;
}

u32 model_features_idr(const struct model_features *f, unsigned int nr)
{
	u32 value = 0;

	for (size_t i = 0; i < ARRAY_SIZE(features); i++) {
		if (features[i].reg == nr)
			value |= *slot((struct model_features *)f, &features[i]) << features[i].low;
	}
	return value;
}
