// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole lab: SMMU models, the functions behind them, and the way from one to the other. A
 * StreamID belongs to at most one function of an SMMU.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lab.h"
#include "plugin_link.h"
#include "trace.h"
#include "vfu.h"

#define KINDS(K) K(smmu) K(labdev) K(nvme) K(itd) K(edu)

#define K(name) extern const struct function_ops fn_##name##_ops __attribute__((weak));
KINDS(K)
#undef K

static const struct function_ops *kind_at(unsigned int i)
{
	/* Weak: a kind that is not linked in is NULL. */
	const struct function_ops *kinds[] = {
#define K(name) &fn_##name##_ops,
		KINDS(K)
#undef K
	};

	return i < ARRAY_SIZE(kinds) ? kinds[i] : NULL;
}

#define K(name) + 1
enum { NR_KINDS = KINDS(K) };
#undef K

const struct function_ops *lab_kind(const char *name)
{
	for (unsigned int i = 0; i < NR_KINDS; i++) {
		if (kind_at(i) && !strcmp(kind_at(i)->name, name))
			return kind_at(i);
	}
	return NULL;
}

const char *lab_kinds(void)
{
	static char text[128];

	text[0] = '\0';
	for (unsigned int i = 0; i < NR_KINDS; i++) {
		if (kind_at(i))
			snprintf(text + strlen(text), sizeof(text) - strlen(text), " %s",
				 kind_at(i)->name);
	}
	return text;
}

/* ---------------------------------------------------------------- words for people */

static void vlog(struct lab *lab, const char *who, const char *format, va_list ap)
{
	u64 us = (loop_now() - lab->started) / 1000;

	fprintf(lab->log, "[%5llu.%06llu] %s: ", (unsigned long long)(us / 1000000),
		(unsigned long long)(us % 1000000), who);
	vfprintf(lab->log, format, ap);
	fputc('\n', lab->log);
}

void lab_log(struct lab *lab, const char *who, const char *format, ...)
{
	va_list ap;

	if (!lab->log)
		return;
	va_start(ap, format);
	vlog(lab, who, format, ap);
	va_end(ap);
}

void function_log(struct function *fn, const char *format, ...)
{
	va_list ap;

	if (!fn->lab->log)
		return;
	va_start(ap, format);
	vlog(fn->lab, fn->name, format, ap);
	va_end(ap);
}

void lab_violation(struct lab *lab, enum model_verdict verdict, const char *rule,
		   const char *section, const char *text)
{
	const char *word = verdict == MODEL_FAIL ? "FAIL" : "WARN";

	lab->violations[verdict]++;
	lab_log(lab, "referee", "%s %s (%s): %s", word, rule, section, text);
	if (!lab->report)
		return;
	fprintf(lab->report, "%s\t%s\t%s\t%s\n", word, rule, section, text);
	fflush(lab->report);
}

void function_violation(struct function *fn, const char *rule, const char *format, ...)
{
	char text[256], named[300];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	snprintf(named, sizeof(named), "%s: %s", fn->name, text);
	lab_violation(fn->lab, MODEL_FAIL, rule, "as the device sees it", named);
}

void lab_idle(struct lab *lab)
{
	if (lab->log)
		fflush(lab->log);
}

void lab_check_memory(struct lab *lab)
{
	const void *owner;
	u64 gpa, size;
	char why[120];

	while ((owner = memory_lost(lab->mem, &gpa, &size))) {
		const struct lab_slot *slot = lab->slots;

		while (slot->vfu != owner)
			slot++;
		snprintf(why, sizeof(why),
			 "its file has become too short for the memory [%#llx, +%#llx)",
			 (unsigned long long)gpa, (unsigned long long)size);
		fprintf(stderr, "server: the peer of %s is disconnected: %s\n", slot->name, why);
		vfu_close(slot->vfu, why);
	}
}

u64 lab_random(struct lab *lab)
{
	/* An odd step and a mix: every seed, also 0, gives a full-length sequence. */
	u64 z = lab->random += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/*
 * ---------------------------------------------------------------- what a model asks of the system
 */

static int env_read(void *ctx, u64 pa, void *buf, size_t n)
{
	struct lab_smmu *s = ctx;

	if (memory_read(s->lab->mem, pa, buf, n))
		return -1;
	if (s->lab->log)
		trace_read(s, pa, buf, n);
	return 0;
}

static int env_write(void *ctx, u64 pa, const void *buf, size_t n)
{
	struct lab_smmu *s = ctx;
	u32 data;

	if (!memory_write(s->lab->mem, pa, buf, n)) {
		if (s->lab->log)
			trace_write(s, pa, buf, n);
		return 0;
	}
	/*
	 * A device's interrupt: its write is translated like any other and goes to a doorbell,
	 * which is no memory.
	 */
	if (s->lab->doorbell && n == 4) {
		memcpy(&data, buf, 4);
		return vfu_post(s->lab->doorbell, pa, data);
	}
	return -1;
}

static int env_cas64(void *ctx, u64 pa, u64 want, u64 set, u64 *seen)
{
	return memory_cas64(((struct lab_smmu *)ctx)->lab->mem, pa, want, set, seen);
}

static void env_irq(void *ctx, enum model_irq irq)
{
	struct lab_smmu *s = ctx;

	if (s->fn)
		function_irq(s->fn, irq);
}

static int env_msi(void *ctx, u64 pa, u32 data)
{
	struct lab_smmu *s = ctx;

	if (!memory_write(s->lab->mem, pa, &data, sizeof(data)))
		return 0;
	return s->fn ? vfu_post(slot_of(s->fn)->vfu, pa, data) : -1;
}

/* The connected function behind @s with this StreamID. */
static struct function *find_sid(struct lab_smmu *s, u32 sid)
{
	for (unsigned int i = 0; i < s->lab->nr_slots; i++) {
		struct function *fn = &s->lab->slots[i].fn;

		if (fn->smmu != s->model || fn == s->fn || !vfu_connected(s->lab->slots[i].vfu))
			continue;
		for (unsigned int j = 0; j < fn->nr_sids; j++) {
			if (fn->sids[j] == sid)
				return fn;
		}
	}
	return NULL;
}

static bool env_atc_inv(void *ctx, const struct model_atc_inv *inv)
{
	struct function *fn = find_sid(ctx, inv->sid);

	if (!fn || !fn->ops->atc_inv)
		return false;
	fn->ops->atc_inv(fn, inv);
	return true;
}

static void env_page_response(void *ctx, u32 sid, u32 ssid, bool ssv, u16 prgi,
			      enum model_page_response code)
{
	struct function *fn = find_sid(ctx, sid);

	if (fn && fn->ops->page_response)
		fn->ops->page_response(fn, sid, ssid, ssv, prgi, code);
}

static void env_stall_end(void *ctx, u64 cookie, enum model_stall_end how)
{
	struct lab_smmu *s = ctx;
	unsigned int i = (unsigned int)(cookie >> 56);

	/* function_dma() has put the function's number above the function's own cookie. */
	if (i < s->lab->nr_slots && s->lab->slots[i].fn.ops->stall_end)
		s->lab->slots[i].fn.ops->stall_end(&s->lab->slots[i].fn, cookie & GENMASK(55, 0),
						   how);
}

static void env_watch(void *ctx, u64 page_pa, bool on)
{
	plugin_link_watch(((struct lab_smmu *)ctx)->lab->plugin, page_pa, on);
}

static void env_report(void *ctx, enum model_verdict verdict, const char *rule, const char *section,
		       const char *text)
{
	lab_violation(((struct lab_smmu *)ctx)->lab, verdict, rule, section, text);
}

static void env_log(void *ctx, const char *text)
{
	struct lab_smmu *s = ctx;

	lab_log(s->lab, s->name, "%s", text);
}

static u64 env_now(void *ctx)
{
	return loop_now() - ((struct lab_smmu *)ctx)->lab->started;
}

/* ---------------------------------------------------------------- what a function asks */

/* Without its machine an SMMU stands still: what it would look up is gone. */
static bool smmu_present(const struct function *fn)
{
	const struct lab_smmu *s = &fn->lab->smmus[slot_of(fn)->smmu];

	return s->fn && vfu_connected(slot_of(s->fn)->vfu);
}

enum model_outcome function_dma(struct function *fn, struct model_access *a, void *buf, u64 *done)
{
	struct model_access part = *a;
	u64 left = a->len;

	*done = 0;
	if (!function_bus_master(fn))
		return MODEL_ABORTED;
	part.cookie |= (u64)(slot_of(fn) - fn->lab->slots) << 56;
	while (left) {
		u8 *at = (u8 *)buf + *done;
		enum model_outcome how = MODEL_DONE;
		u64 run = 4096 - (part.addr & 4095);

		part.len = (u32)(run < left ? run : left);
		if (fn->smmu && !smmu_present(fn))
			how = MODEL_ABORTED;
		else if (fn->smmu)
			how = model_dma(fn->smmu, &part, at);
		else if (part.kind == MODEL_READ
				 ? lab_memory_read(fn->lab, part.addr, at, part.len)
				 : lab_memory_write(fn->lab, part.addr, at, part.len))
			how = MODEL_ABORTED;
		if (how != MODEL_DONE)
			return how;
		*done += part.len;
		part.addr += part.len;
		left -= part.len;
	}
	return MODEL_DONE;
}

int lab_memory_read(struct lab *lab, u64 pa, void *buf, size_t n)
{
	return memory_read(lab->mem, pa, buf, n);
}

int lab_memory_write(struct lab *lab, u64 pa, const void *buf, size_t n)
{
	return memory_write(lab->mem, pa, buf, n);
}

void function_irq(struct function *fn, unsigned int vector)
{
	struct vfu *v = slot_of(fn)->vfu;

	if (vector >= fn->nr_irqs || !vfu_connected(v))
		return;
	if (slot_of(fn)->msi_direct)
		vfu_signal(v, vector);
	else
		vfu_msix(v, vector);
}

/* ---------------------------------------------------------------- what the plugin tells */

static void plugin_dvm(void *ctx, const struct model_dvm *d)
{
	struct lab *lab = ctx;

	for (unsigned int i = 0; i < lab->nr_smmus; i++)
		model_dvm(lab->smmus[i].model, d);
}

static void plugin_store(void *ctx, u64 pa, unsigned int n)
{
	struct lab *lab = ctx;

	for (unsigned int i = 0; i < lab->nr_smmus; i++)
		model_store(lab->smmus[i].model, pa, n);
}

static void plugin_count(void *ctx, unsigned int vcpu, u64 id, u64 insns, u64 excluded)
{
	lab_log(ctx, "plugin", "marker %llu on CPU %u: %llu instructions, %llu more in interrupts",
		(unsigned long long)id, vcpu, (unsigned long long)insns,
		(unsigned long long)excluded);
}

static void plugin_log(void *ctx, const char *text)
{
	lab_log(ctx, "plugin", "%s", text);
}

static void plugin_ready(struct loop_fd *fd, unsigned int events)
{
	struct lab *lab = container_of(fd, struct lab, plugin_fd);

	(void)events;
	plugin_link_serve(lab->plugin);
	loop_kick(lab);
}

static bool plugin_start(struct lab *lab, const char *dir)
{
	static const struct plugin_link_ops ops = {plugin_dvm, plugin_store, plugin_count,
						   plugin_log};
	char why[256];

	lab->plugin = plugin_link_new(dir, &ops, lab, why, sizeof(why));
	if (!lab->plugin) {
		fprintf(stderr, "server: %s\n", why);
		return false;
	}
	/* Its descriptor is the link's own, and closed with it. */
	lab->plugin_fd = (struct loop_fd){ dup(plugin_link_fd(lab->plugin)), plugin_ready };
	return lab->plugin_fd.fd >= 0 && loop_watch(lab, &lab->plugin_fd, false);
}

/* ---------------------------------------------------------------- life */

static bool smmu_start(struct lab_smmu *s)
{
	const struct model_env env = {
		.ctx = s,
		.read = env_read,
		.write = env_write,
		.cas64 = env_cas64,
		.irq = env_irq,
		.msi = env_msi,
		.atc_inv = env_atc_inv,
		.page_response = env_page_response,
		.stall_end = env_stall_end,
		.watch = env_watch,
		.report = env_report,
		.log = env_log,
		.now = env_now,
	};

	s->model = model_new(&s->f, &env, s->lab->seed + s->index);
	return s->model;
}

static bool slot_start(struct lab *lab, struct lab_slot *slot, const char *dir)
{
	struct function *fn = &slot->fn;
	const char *why = "?";
	char path[256];

	fn->lab = lab;
	fn->name = slot->name;
	if (slot->has_smmu)
		fn->smmu = lab->smmus[slot->smmu].model;
	if (!fn->ops->init(fn, slot->options, &why)) {
		fprintf(stderr, "server: --fn %s: %s\n", slot->words, why);
		return false;
	}
	cfg_ready(fn);
	if ((size_t)snprintf(path, sizeof(path), "%s/%s.sock", dir, slot->name) >= sizeof(path))
		why = "the path is too long";
	else
		slot->vfu = vfu_new(fn, path, &why);
	if (!slot->vfu)
		fprintf(stderr, "server: %s/%s.sock: %s\n", dir, slot->name, why);
	return slot->vfu;
}

bool lab_start(struct lab *lab, const char *socket_dir)
{
	lab->mem = memory_new();
	if (!lab->mem || !loop_init(lab)) {
		fprintf(stderr, "server: no memory\n");
		return false;
	}
	if (!plugin_start(lab, socket_dir))
		return false;
	for (unsigned int i = 0; i < lab->nr_smmus; i++) {
		if (!smmu_start(&lab->smmus[i])) {
			fprintf(stderr, "server: no memory for SMMU %u\n", i);
			return false;
		}
	}
	for (unsigned int i = 0; i < lab->nr_slots; i++) {
		if (!slot_start(lab, &lab->slots[i], socket_dir))
			return false;
	}
	return true;
}

void lab_stop(struct lab *lab)
{
	/* The referee's last words come while the devices of which it speaks are still there. */
	for (unsigned int i = 0; i < lab->nr_smmus; i++) {
		if (lab->smmus[i].model)
			model_free(lab->smmus[i].model);
		lab->smmus[i].model = NULL;
	}
	for (unsigned int i = 0; i < lab->nr_slots; i++) {
		struct lab_slot *slot = &lab->slots[i];

		slot->fn.smmu = NULL;
		if (slot->vfu && slot->fn.ops->fini)
			slot->fn.ops->fini(&slot->fn);
		vfu_free(slot->vfu);
	}
	loop_close(lab, &lab->plugin_fd);
	plugin_link_free(lab->plugin);
	memory_free(lab->mem);
	loop_fini(lab);
}

void lab_function_reset(struct function *fn)
{
	cfg_reset(fn);
	if (fn->ops->reset)
		fn->ops->reset(fn);
	for (unsigned int i = 0; fn->smmu && !slot_of(fn)->msi_direct && i < fn->nr_sids; i++)
		model_device_reset(fn->smmu, fn->sids[i]);
}

void lab_function_gone(struct function *fn)
{
	/*
	 * The SMMU itself is not: with power off nothing would be left for the referee to speak of.
	 */
	if (fn->smmu && slot_of(fn)->msi_direct)
		return;
	lab_function_reset(fn);
	for (unsigned int i = 0; fn->smmu && i < fn->nr_sids; i++)
		model_device_gone(fn->smmu, fn->sids[i]);
}

bool lab_any_connected(const struct lab *lab)
{
	for (unsigned int i = 0; i < lab->nr_slots; i++) {
		if (vfu_connected(lab->slots[i].vfu))
			return true;
	}
	return false;
}

unsigned int lab_nr_steps(const struct lab *lab)
{
	return lab->nr_smmus + lab->nr_slots;
}

bool lab_step(struct lab *lab, unsigned int i)
{
	struct lab_slot *slot;

	if (i < lab->nr_smmus) {
		struct lab_smmu *s = &lab->smmus[i];

		return s->fn && vfu_connected(slot_of(s->fn)->vfu) && model_step(s->model);
	}
	slot = &lab->slots[i - lab->nr_smmus];
	return slot->fn.ops->step && vfu_connected(slot->vfu) && slot->fn.ops->step(&slot->fn);
}
