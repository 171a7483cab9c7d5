// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space of a function: header, capabilities, extended capabilities, and what the
 * guest may write. Offsets and bits are those of the PCI Express Base Specification, chapter 7.
 *
 * A bit that is not in fn->writable never changes.
 */
#include <string.h>

#include "lab.h"

#define CFG_COMMAND		0x04
#define CFG_STATUS		0x06
#define CFG_BAR			0x10
#define CFG_CAPABILITIES	0x34
#define COMMAND_MEMORY		0x0002
#define COMMAND_MASTER		0x0004
#define STATUS_CAP_LIST		0x0010

#define CAP_MSI			0x05
#define CAP_PCIE		0x10
#define CAP_MSIX		0x11
#define FIRST_CAP		0x40
#define FIRST_EXT		0x100

#define PCIE_DEVCAP		4
#define PCIE_DEVCTL		8
#define PCIE_LNKCAP		12
#define PCIE_LNKSTA		18
#define PCIE_DEVCAP2		36
#define PCIE_DEVCTL2		40
#define PCIE_SZ			60
#define DEVCAP_FLR		BIT(28)
#define DEVCAP_RBER		BIT(15)
#define DEVCAP2_EETLP		BIT(21)
#define DEVCTL_FLR		0x8000

#define MSI_CTRL		2
#define MSI_ADDRESS		4
#define MSI_DATA		12
#define MSI_MASK		16
#define MSI_SZ			24
#define MSI_ENABLE		0x0001
#define MSI_64_MASKABLE		0x0180

#define EXT_ATS			0x0f
#define EXT_PRI			0x13
#define EXT_PASID		0x1b
#define ATS_CTRL		6
#define ATS_ENABLE		0x8000
#define PRI_CTRL		4
#define PRI_STATUS		6
#define PRI_CAPACITY		8
#define PRI_ALLOC		12
#define PRI_ENABLE		0x0001
#define PRI_STATUS_STOPPED	0x0100
#define PRI_STATUS_PASID	0x8000
#define PASID_CAP		4
#define PASID_CTRL		6
#define PASID_ENABLE		0x0001

static u64 get(const u8 *p, unsigned int n)
{
	u64 v = 0;

	memcpy(&v, p, n);
	return v;
}

static void put(u8 *p, unsigned int n, u64 v)
{
	memcpy(p, &v, n);
}

static u16 get16(const struct function *fn, unsigned int at)
{
	return (u16)get(fn->config + at, 2);
}

static u32 get32(const struct function *fn, unsigned int at)
{
	return (u32)get(fn->config + at, 4);
}

void function_identity(struct function *fn, u16 vendor, u16 device, u32 class_code, u8 revision)
{
	put(fn->config, 2, vendor);
	put(fn->config + 2, 2, device);
	put(fn->config + 8, 4, (u64)class_code << 8 | revision);
	put(fn->config + 0x2c, 2, vendor);
	put(fn->config + 0x2e, 2, device);
	put(fn->writable + CFG_COMMAND, 2, COMMAND_MEMORY | COMMAND_MASTER | 0x0140 | 0x0400);
	put(fn->writable + 0x3c, 1, 0xff);
}

/* Bytes that a capability takes; 0: none that this file has made. */
static unsigned int cap_sz(u8 id)
{
	return id == CAP_PCIE ? PCIE_SZ : id == CAP_MSIX ? 12 : id == CAP_MSI ? MSI_SZ : 0;
}

unsigned int cfg_find(const struct function *fn, u8 id)
{
	unsigned int at = fn->config[CFG_CAPABILITIES];

	for (unsigned int left = 48; at && left; left--, at = fn->config[at + 1]) {
		if (fn->config[at] == id)
			return at;
	}
	return 0;
}

static unsigned int add_cap(struct function *fn, u8 id)
{
	unsigned int last = fn->config[CFG_CAPABILITIES], at = FIRST_CAP;

	if (last) {
		while (fn->config[last + 1])
			last = fn->config[last + 1];
		at = (last + cap_sz(fn->config[last]) + 3) & ~3u;
		fn->config[last + 1] = (u8)at;
	} else {
		fn->config[CFG_CAPABILITIES] = (u8)at;
		put(fn->config + CFG_STATUS, 2, get16(fn, CFG_STATUS) | STATUS_CAP_LIST);
	}
	fn->config[at] = id;
	return at;
}

static unsigned int find_ext(const struct function *fn, u16 id)
{
	unsigned int at = FIRST_EXT;

	while (at) {
		if (get16(fn, at) == id)
			return at;
		at = get16(fn, at + 2) >> 4;
	}
	return 0;
}

static unsigned int add_ext(struct function *fn, u16 id, u8 version)
{
	unsigned int last = FIRST_EXT, at = FIRST_EXT, next;

	if (get32(fn, FIRST_EXT)) {
		while ((next = get16(fn, last + 2) >> 4))
			last = next;
		at = last + 16;		/* none made here is longer */
		put(fn->config + last + 2, 2, (get16(fn, last + 2) & 0xf) | at << 4);
	}
	put(fn->config + at, 4, id | (u32)version << 16);
	return at;
}

unsigned int function_add_pcie(struct function *fn, bool flr)
{
	unsigned int at = add_cap(fn, CAP_PCIE);

	put(fn->config + at + 2, 2, 2);		/* version 2, endpoint */
	put(fn->config + at + PCIE_DEVCAP, 4, DEVCAP_RBER | (flr ? DEVCAP_FLR : 0));
	put(fn->config + at + PCIE_LNKCAP, 4, 0x11);	/* 2.5 GT/s, x1 */
	put(fn->config + at + PCIE_LNKSTA, 2, 0x11);
	put(fn->config + at + PCIE_DEVCAP2, 4, DEVCAP2_EETLP);
	put(fn->writable + at + PCIE_DEVCTL, 2, 0x7fff);	/* the FLR bit reads as zero */
	put(fn->writable + at + PCIE_DEVCTL2, 2, 0xffff);
	return at;
}

void function_no_prefixes(struct function *fn, unsigned int pcie)
{
	put(fn->config + pcie + PCIE_DEVCAP2, 4, 0);
}

/* MSI in place of MSI-X, with 64-bit addresses and a mask for each vector. */
static unsigned int add_msi(struct function *fn, unsigned int nr)
{
	unsigned int at = add_cap(fn, CAP_MSI), lg2 = 0;

	while (1u << lg2 < nr)
		lg2++;
	fn->nr_irqs = nr;
	put(fn->config + at + MSI_CTRL, 2, MSI_64_MASKABLE | lg2 << 1);
	put(fn->writable + at + MSI_CTRL, 2, MSI_ENABLE | 7 << 4);
	put(fn->writable + at + MSI_ADDRESS, 8, ~3ull);
	put(fn->writable + at + MSI_DATA, 2, 0xffff);
	put(fn->writable + at + MSI_MASK, 4, GENMASK((1u << lg2) - 1, 0));
	return at;
}

unsigned int function_add_msix(struct function *fn, unsigned int bar, unsigned int nr)
{
	unsigned int at;
	u64 table = 0;

	if (slot_of(fn)->plain_msi)
		return add_msi(fn, nr);
	at = add_cap(fn, CAP_MSIX);
	if (fn->bar_sz[bar])
		table = fn->bar_sz[bar], fn->bar_sz[bar] *= 2;	/* behind its registers */
	else
		fn->bar_sz[bar] = 4096;
	fn->nr_irqs = nr;
	fn->msix_bar = bar;
	put(fn->config + at + 2, 2, nr - 1);
	put(fn->config + at + 4, 4, table | bar);
	put(fn->config + at + 8, 4, (table + 2048) | bar);
	put(fn->writable + at + 2, 2, 0xc000);
	return at;
}

unsigned int function_add_ats(struct function *fn, unsigned int queue_depth)
{
	unsigned int at = add_ext(fn, EXT_ATS, 1);

	put(fn->config + at + 4, 2, (queue_depth & 0x1f) | 1 << 5);	/* page aligned requests */
	put(fn->writable + at + ATS_CTRL, 2, ATS_ENABLE | 0x1f);
	return at;
}

unsigned int function_add_pri(struct function *fn, u32 capacity)
{
	unsigned int at = add_ext(fn, EXT_PRI, 1);

	put(fn->config + at + PRI_STATUS, 2, PRI_STATUS_STOPPED | PRI_STATUS_PASID);
	put(fn->config + at + PRI_CAPACITY, 4, capacity);
	put(fn->writable + at + PRI_CTRL, 2, PRI_ENABLE);
	put(fn->writable + at + PRI_ALLOC, 4, 0xffffffff);
	return at;
}

unsigned int function_add_pasid(struct function *fn, unsigned int bits, bool exec, bool priv)
{
	unsigned int at = add_ext(fn, EXT_PASID, 1);

	put(fn->config + at + PASID_CAP, 2, (bits & 0x1f) << 8 | (exec ? 2 : 0) | (priv ? 4 : 0));
	put(fn->writable + at + PASID_CTRL, 2, PASID_ENABLE | (exec ? 2 : 0) | (priv ? 4 : 0));
	return at;
}

bool function_bus_master(const struct function *fn)
{
	return get16(fn, CFG_COMMAND) & COMMAND_MASTER;
}

static bool ext_enabled(const struct function *fn, u16 id, unsigned int ctrl, u16 bit)
{
	unsigned int at = find_ext(fn, id);

	return at && (get16(fn, at + ctrl) & bit);
}

bool function_ats_enabled(const struct function *fn)
{
	return ext_enabled(fn, EXT_ATS, ATS_CTRL, ATS_ENABLE);
}

bool function_pri_enabled(const struct function *fn)
{
	return ext_enabled(fn, EXT_PRI, PRI_CTRL, PRI_ENABLE);
}

bool function_pasid_enabled(const struct function *fn)
{
	return ext_enabled(fn, EXT_PASID, PASID_CTRL, PASID_ENABLE);
}

void cfg_ready(struct function *fn)
{
	for (unsigned int i = 0; i < FUNCTION_NR_BARS; i++) {
		unsigned int at = CFG_BAR + 4 * i;

		if (!fn->bar_sz[i])
			continue;
		put(fn->config + at, 4, fn->bar_64[i] ? 4 : 0);
		if (fn->bar_64[i]) {
			put(fn->writable + at, 8, ~(fn->bar_sz[i] - 1) & ~0xfull);
			i++;
		} else {
			put(fn->writable + at, 4, ~(fn->bar_sz[i] - 1) & ~0xfull);
		}
	}
	memcpy(slot_of(fn)->initial, fn->config, FUNCTION_CONFIG_SZ);
}

void cfg_reset(struct function *fn)
{
	u8 bars[4 * FUNCTION_NR_BARS];

	/* QEMU keeps the BARs itself and tells only when the guest changes them. */
	memcpy(bars, fn->config + CFG_BAR, sizeof(bars));
	memcpy(fn->config, slot_of(fn)->initial, FUNCTION_CONFIG_SZ);
	memcpy(fn->config + CFG_BAR, bars, sizeof(bars));
}

/*
 * The Status bit Stopped follows from Enable: there are never requests outstanding in a function
 * that stops.
 */
static void pri_stopped(struct function *fn)
{
	unsigned int at = find_ext(fn, EXT_PRI);
	u16 status;

	if (!at)
		return;
	status = get16(fn, at + PRI_STATUS) & (u16)~PRI_STATUS_STOPPED;
	if (!function_pri_enabled(fn))
		status |= PRI_STATUS_STOPPED;
	put(fn->config + at + PRI_STATUS, 2, status);
}

bool cfg_write(struct function *fn, unsigned int offset, unsigned int n, const u8 *data)
{
	unsigned int pcie = cfg_find(fn, CAP_PCIE), flr = pcie + PCIE_DEVCTL + 1;
	bool reset = pcie && (fn->config[pcie + PCIE_DEVCAP + 3] & (DEVCAP_FLR >> 24)) &&
		     flr - offset < n && (data[flr - offset] & (DEVCTL_FLR >> 8));

	for (unsigned int i = 0; i < n; i++) {
		u8 mask = fn->writable[offset + i];

		fn->config[offset + i] = (u8)((fn->config[offset + i] & ~mask) | (data[i] & mask));
	}
	pri_stopped(fn);
	return reset;
}

u64 cfg_bar(const struct function *fn, unsigned int bar)
{
	u64 low = get32(fn, CFG_BAR + 4 * bar) & ~0xfull;

	return fn->bar_64[bar] ? low | (u64)get32(fn, CFG_BAR + 4 * bar + 4) << 32 : low;
}

bool cfg_msi_vector(const struct function *fn, unsigned int vector, u64 *address, u32 *data)
{
	unsigned int at = cfg_find(fn, CAP_MSI), nr;

	if (!at || !(get16(fn, at + MSI_CTRL) & MSI_ENABLE) || !function_bus_master(fn))
		return false;
	nr = 1u << field(get16(fn, at + MSI_CTRL), 6, 4);
	vector %= nr;		/* fewer than asked for: they are shared */
	if (get32(fn, at + MSI_MASK) & BIT(vector))
		return false;
	*address = get(fn->config + at + MSI_ADDRESS, 8);
	/*
	 * A device puts its vector into the low bits, for which the base is aligned. Linux's GICv2m
	 * does not align it for 3, 5, 6 or 7 vectors, and its handlers wait where a sum comes out;
	 * on an aligned base that is the same.
	 */
	*data = get16(fn, at + MSI_DATA) + vector;
	return true;
}

u64 cfg_msix_table(const struct function *fn)
{
	unsigned int at = cfg_find(fn, CAP_MSIX);

	return at ? get32(fn, at + 4) & ~7ull : 0;
}

bool cfg_msix_enabled(const struct function *fn)
{
	unsigned int at = cfg_find(fn, CAP_MSIX);

	return at && (get16(fn, at + 2) & 0xc000) == 0x8000;
}

bool cfg_msix_contains(const struct function *fn, unsigned int bar, u64 offset)
{
	return fn->nr_irqs && !slot_of(fn)->plain_msi && bar == fn->msix_bar &&
	       offset - cfg_msix_table(fn) < 4096;
}
