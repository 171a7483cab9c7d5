// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queue entries in words. Arm IHI 0070, chapters 4 "Commands", 7 "Faults, errors and Event queue"
 * and 8 "Page request queue". For people only: nothing is judged here, and a field that means
 * nothing is printed all the same.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "trace.h"

#define CMDQ_BASE	0x90
#define EVENTQ_BASE	0xa0
#define PRIQ_BASE	0xc0
#define COMMAND_SZ	16
#define EVENT_SZ	32
#define REQUEST_SZ	16

#define U(x) ((unsigned long long)(x))

enum command_fields {
	NOTHING,
	SID,
	SID_SSID,
	RANGE,
	VMID,
	ASID,
	VA,
	VAA,
	IPA,
	ATC,
	PRI,
	RESUME,
	SYNC
};

static const struct { u8 opcode; const char *name; enum command_fields fields;
} commands[] = {
	{0x01, "PREFETCH_CONFIG", SID_SSID},
	{0x02, "PREFETCH_ADDR", SID_SSID},
	{0x03, "CFGI_STE", SID},
	{0x04, "CFGI_STE_RANGE", RANGE},
	{0x05, "CFGI_CD", SID_SSID},
	{0x06, "CFGI_CD_ALL", SID},
	{0x07, "CFGI_VMS_PIDM", VMID},
	{0x10, "TLBI_NH_ALL", VMID},
	{0x11, "TLBI_NH_ASID", ASID},
	{0x12, "TLBI_NH_VA", VA},
	{0x13, "TLBI_NH_VAA", VAA},
	{0x18, "TLBI_EL3_ALL", NOTHING},
	{0x1a, "TLBI_EL3_VA", VAA},
	{0x20, "TLBI_EL2_ALL", NOTHING},
	{0x21, "TLBI_EL2_ASID", ASID},
	{0x22, "TLBI_EL2_VA", VA},
	{0x23, "TLBI_EL2_VAA", VAA},
	{0x28, "TLBI_S12_VMALL", VMID},
	{0x2a, "TLBI_S2_IPA", IPA},
	{0x30, "TLBI_NSNH_ALL", NOTHING},
	{0x40, "ATC_INV", ATC},
	{0x41, "PRI_RESP", PRI},
	{0x44, "RESUME", RESUME},
	{0x45, "STALL_TERM", SID},
	{0x46, "SYNC", SYNC},
};

static void append(char *text, size_t sz, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void append(char *text, size_t sz, const char *format, ...)
{
	size_t have = strlen(text);
	va_list ap;

	va_start(ap, format);
	vsnprintf(text + have, sz - have, format, ap);
	va_end(ap);
}

static void tlbi_fields(const u64 c[2], bool asid, bool addr, char *text, size_t sz)
{
	append(text, sz, " vmid %u", (unsigned int)field(c[0], 47, 32));
	if (asid)
		append(text, sz, " asid %u", (unsigned int)field(c[0], 63, 48));
	if (!addr)
		return;
	append(text, sz, " %#llx%s", U(c[1] & GENMASK(63, 12)), c[1] & 1 ? " leaf" : "");
	if (field(c[1], 11, 10))
		append(text, sz, " range num %u scale %u tg %u ttl %u",
		       (unsigned int)field(c[0], 16, 12), (unsigned int)field(c[0], 25, 20),
		       (unsigned int)field(c[1], 11, 10), (unsigned int)field(c[1], 9, 8));
}

static void command_fields(enum command_fields how, const u64 c[2], char *text, size_t sz)
{
	static const char *const signals[] = { "no signal", "interrupt", "event", "?" };

	switch (how) {
	case NOTHING:
		return;
	case VMID:
		tlbi_fields(c, false, false, text, sz);
		return;
	case ASID:
		tlbi_fields(c, true, false, text, sz);
		return;
	case VA:
		tlbi_fields(c, true, true, text, sz);
		return;
	case VAA:
	case IPA:
		tlbi_fields(c, false, true, text, sz);
		return;
	case RANGE:
		append(text, sz, " sid %#llx range %u", U(c[0] >> 32),
		       (unsigned int)field(c[1], 4, 0));
		return;
	case SYNC:
		append(text, sz, " %s", signals[field(c[0], 13, 12)]);
		if (c[1] & GENMASK(51, 2))
			append(text, sz, " to %#llx", U(c[1] & GENMASK(51, 2)));
		return;
	default:
		append(text, sz, " sid %#llx", U(c[0] >> 32));
	}
	if (how == SID_SSID || (how != SID && (c[0] & BIT(11))))
		append(text, sz, " ssid %#llx", U(field(c[0], 31, 12)));
	if (how == ATC)
		append(text, sz, " %#llx size 2^%u", U(c[1] & GENMASK(63, 12)),
		       (unsigned int)field(c[1], 5, 0) + 12);
	else if (how == PRI)
		append(text, sz, " group %u response %u", (unsigned int)field(c[1], 8, 0),
		       (unsigned int)field(c[1], 13, 12));
	else if (how == RESUME)
		append(text, sz, " tag %u %s", (unsigned int)field(c[1], 15, 0),
		       c[0] & BIT(12) ? "retry" : c[0] & BIT(13) ? "abort" : "terminate");
}

void trace_command(const u64 c[2], char *text, size_t sz)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(commands); i++) {
		if (commands[i].opcode != (u8)c[0])
			continue;
		snprintf(text, sz, "%s", commands[i].name);
		command_fields(commands[i].fields, c, text, sz);
		return;
	}
	snprintf(text, sz, "command %#llx %#llx: no such opcode", U(c[0]), U(c[1]));
}

static const struct { u8 type; const char *name;
} events[] = {
	{0x01, "F_UUT"},
	{0x02, "C_BAD_STREAMID"},
	{0x03, "F_STE_FETCH"},
	{0x04, "C_BAD_STE"},
	{0x05, "F_BAD_ATS_TREQ"},
	{0x06, "F_STREAM_DISABLED"},
	{0x07, "F_TRANSL_FORBIDDEN"},
	{0x08, "C_BAD_SUBSTREAMID"},
	{0x09, "F_CD_FETCH"},
	{0x0a, "C_BAD_CD"},
	{0x0b, "F_WALK_EABT"},
	{0x10, "F_TRANSLATION"},
	{0x11, "F_ADDR_SIZE"},
	{0x12, "F_ACCESS"},
	{0x13, "F_PERMISSION"},
	{0x20, "F_TLB_CONFLICT"},
	{0x21, "F_CFG_CONFLICT"},
	{0x24, "E_PAGE_REQUEST"},
	{0x25, "F_VMS_FETCH"},
};

void trace_event(const u64 e[4], char *text, size_t sz)
{
	const char *name = "event of an unknown type";

	for (unsigned int i = 0; i < ARRAY_SIZE(events); i++) {
		if (events[i].type == (u8)e[0])
			name = events[i].name;
	}
	snprintf(text, sz, "%s sid %#llx", name, U(e[0] >> 32));
	if (e[0] & BIT(11))
		append(text, sz, " ssid %#llx", U(field(e[0], 31, 12)));
	if ((u8)e[0] >= 0x10)
		append(text, sz, " %s %s%s %#llx%s", e[1] & BIT(33) ? "privileged" : "user",
		       e[1] & BIT(34) ? "instruction " : "", e[1] & BIT(35) ? "read" : "write",
		       U(e[2]), e[1] & BIT(39) ? " in stage 2" : "");
	if ((u8)e[0] >= 0x10 && (e[1] & BIT(31)))
		append(text, sz, ", stalled with tag %u", (unsigned int)field(e[1], 15, 0));
}

void trace_page_request(const u64 p[2], char *text, size_t sz)
{
	snprintf(text, sz, "page request sid %#llx", U(field(p[0], 31, 0)));
	if (p[0] & BIT(63))
		append(text, sz, " ssid %#llx", U(field(p[0], 51, 32)));
	append(text, sz, " group %u%s %#llx", (unsigned int)field(p[1], 8, 0),
	       p[0] & BIT(62) ? " last" : "", U(p[1] & GENMASK(63, 12)));
}

/* ---------------------------------------------------------------- which access is an entry */

void trace_register(struct lab_smmu *s, u64 offset, unsigned int n, u64 value)
{
	static const u64 bases[] = { CMDQ_BASE, EVENTQ_BASE, PRIQ_BASE };

	for (unsigned int i = 0; i < ARRAY_SIZE(bases); i++) {
		if (n == 8 && offset == bases[i])
			s->queue[i] = value;
		else if (n == 4 && offset == bases[i])
			s->queue[i] = (s->queue[i] & GENMASK(63, 32)) | value;
		else if (n == 4 && offset == bases[i] + 4)
			s->queue[i] = (s->queue[i] & GENMASK(31, 0)) | value << 32;
	}
}

static bool in_queue(const struct lab_smmu *s, unsigned int i, u64 pa, u64 entry_sz)
{
	u64 base = s->queue[i] & GENMASK(51, 5), sz = entry_sz << field(s->queue[i], 4, 0);

	/* The hardware ignores the bits of the address below the queue's size. */
	return base && pa - (base & ~(sz - 1)) < sz;
}

/* A model may read a command at once or, as here, word by word. */
void trace_read(struct lab_smmu *s, u64 pa, const void *buf, size_t n)
{
	char text[160];

	if ((n != COMMAND_SZ && n != 8) || !in_queue(s, 0, pa, COMMAND_SZ))
		return;
	memcpy(pa & 8 ? &s->command[1] : s->command, buf, n == 8 || !(pa & 8) ? n : 8);
	if (n == 8 && !(pa & 8)) {
		s->command_pa = pa;
		return;
	}
	if (n == 8 && s->command_pa != pa - 8)
		return;
	trace_command(s->command, text, sizeof(text));
	lab_log(s->lab, s->name, "%s", text);
}

void trace_write(struct lab_smmu *s, u64 pa, const void *buf, size_t n)
{
	char text[160];
	u64 e[4] = { 0 };

	if (n == EVENT_SZ && in_queue(s, 1, pa, EVENT_SZ)) {
		memcpy(e, buf, n);
		trace_event(e, text, sizeof(text));
	} else if (n == REQUEST_SZ && in_queue(s, 2, pa, REQUEST_SZ)) {
		memcpy(e, buf, n);
		trace_page_request(e, text, sizeof(text));
	} else {
		return;
	}
	lab_log(s->lab, s->name, "%s", text);
}
