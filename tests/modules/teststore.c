// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device file by which a test makes a known number of stores of a known kind to two known pages,
 * through the linear map, a second mapping of vmap, or a program's own (mmap). tests/lab/plugin
 * counts what its plugin saw of them.
 *
 * Read: the physical address of the first page. Write: "<linear|vmap> <kind> <how often>", or
 * "flush <how often>": that many vmap and vunmap rounds, or "profile <how often>": what
 * store_profile() says, between markers of the id 5.
 *
 * Invariant: nothing else ever writes these pages.
 */
#include <asm/sysreg.h>
#include <linux/fs.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#include "marker.h"

#define STORE_PAGES 2

static struct page *store_pages;
static void *store_vmap;

/* Each stores once at @at, which is aligned to 64 bytes at least; @end is the end of its page. */
static void store_u8(void *at, void *end)
{
	asm volatile("strb wzr, [%0]" :: "r" (at) : "memory");
}

static void store_u16(void *at, void *end)
{
	asm volatile("strh wzr, [%0]" :: "r" (at) : "memory");
}

static void store_u32(void *at, void *end)
{
	asm volatile("str wzr, [%0]" :: "r" (at) : "memory");
}

static void store_u64(void *at, void *end)
{
	asm volatile("str xzr, [%0]" :: "r" (at) : "memory");
}

static void store_rel(void *at, void *end)
{
	asm volatile("stlr xzr, [%0]" :: "r" (at) : "memory");
}

static void store_stp(void *at, void *end)
{
	asm volatile("stp xzr, xzr, [%0]" :: "r" (at) : "memory");
}

static void store_odd(void *at, void *end)
{
	asm volatile("str xzr, [%0]" :: "r" (at + 3) : "memory");
}

static void store_cross(void *at, void *end)
{
	asm volatile("str xzr, [%0]" :: "r" (end - 3) : "memory");
}

static void store_stxr(void *at, void *end)
{
	asm volatile("1: ldxr x9, [%0]\n\t"
		     "add x9, x9, #1\n\t"
		     "stxr w10, x9, [%0]\n\t"
		     "cbnz w10, 1b"
		     :: "r" (at) : "x9", "x10", "memory");
}

static void store_ldadd(void *at, void *end)
{
	asm volatile(".arch_extension lse\n\t"
		     "mov x9, #1\n\t"
		     "ldadd x9, x10, [%0]"
		     :: "r" (at) : "x9", "x10", "memory");
}

static void store_swp(void *at, void *end)
{
	asm volatile(".arch_extension lse\n\t"
		     "swp xzr, x10, [%0]"
		     :: "r" (at) : "x10", "memory");
}

static void store_cas(void *at, void *end)
{
	asm volatile(".arch_extension lse\n\t"
		     "ldr x9, [%0]\n\t"
		     "add x10, x9, #1\n\t"
		     "casal x9, x10, [%0]"
		     :: "r" (at) : "x9", "x10", "memory");
}

static void store_casp(void *at, void *end)
{
	asm volatile(".arch_extension lse\n\t"
		     "ldp x8, x9, [%0]\n\t"
		     "add x10, x8, #1\n\t"
		     "mov x11, x9\n\t"
		     "caspal x8, x9, x10, x11, [%0]"
		     :: "r" (at) : "x8", "x9", "x10", "x11", "memory");
}

static void store_zva(void *at, void *end)
{
	asm volatile("dc zva, %0" :: "r" (at) : "memory");
}

/* SETP, SETM, SETE [x8]!, x9!, xzr: assemblers may be older. */
static void store_set(void *at, void *end)
{
	asm volatile("mov x8, %0\n\t"
		     "mov x9, #256\n\t"
		     ".inst 0x19df0528\n\t"
		     ".inst 0x19df4528\n\t"
		     ".inst 0x19df8528"
		     :: "r" (at) : "x8", "x9", "cc", "memory");
}

/* CPYFP, CPYFM, CPYFE [x8]!, [x10]!, x9! */
static void store_cpy(void *at, void *end)
{
	asm volatile("mov x8, %0\n\t"
		     "add x10, x8, #1024\n\t"
		     "mov x9, #256\n\t"
		     ".inst 0x190a0528\n\t"
		     ".inst 0x194a0528\n\t"
		     ".inst 0x198a0528"
		     :: "r" (at) : "x8", "x9", "x10", "cc", "memory");
}

static const struct store_kind {
	const char *name;
	void (*once)(void *at, void *end);
	bool mops;
} kinds[] = {
	{ "u8", store_u8 },	    { "u16", store_u16 },     { "u32", store_u32 },
	{ "u64", store_u64 },	    { "rel", store_rel },     { "stp", store_stp },
	{ "odd", store_odd },	    { "cross", store_cross }, { "stxr", store_stxr },
	{ "ldadd", store_ldadd },   { "swp", store_swp },     { "cas", store_cas },
	{ "casp", store_casp },	    { "zva", store_zva },     { "set", store_set, true },
	{ "cpy", store_cpy, true },
};

static int store_flush(unsigned int times)
{
	void *map;

	while (times--) {
		map = vmap(&store_pages, 1, VM_MAP, PAGE_KERNEL);
		if (!map)
			return -ENOMEM;
		(void)READ_ONCE(*(u64 *)map);
		vunmap(map);
		vm_unmap_aliases();
	}
	return 0;
}

/*
 * Fifteen instructions a round, and one before: 16 bytes of stack stored, one barrier, one atomic,
 * interrupts masked for nine.
 */
static int store_profile(unsigned int rounds)
{
	void *at = store_vmap;

	preempt_disable();
	marker_begin(5);
	asm volatile(".arch_extension lse\n\t"
		     "mov w9, %w0\n"
		     "1:\tstp xzr, xzr, [sp, #-16]!\n\t"
		     "add sp, sp, #16\n\t"
		     "dmb ish\n\t"
		     "msr daifset, #2\n\t"
		     "ldadd xzr, x10, [%1]\n\t"
		     ".rept 7\n\tnop\n\t.endr\n\t"
		     "msr daifclr, #2\n\t"
		     "subs x9, x9, #1\n\t"
		     "b.ne 1b"
		     :: "r" (rounds), "r" (at) : "x9", "x10", "cc", "memory");
	marker_end(5);
	preempt_enable();
	return 0;
}

static int store_command(const char *way, const char *kind, unsigned int times)
{
	void *base = strcmp(way, "vmap") ? page_address(store_pages) : store_vmap;
	unsigned int i, n;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kind, kinds[i].name))
			continue;
		if (kinds[i].mops && !(read_sysreg_s(SYS_ID_AA64ISAR2_EL1) >> 16 & 0xf))
			return -EOPNOTSUPP;
		for (n = 0; n < times; n++)
			kinds[i].once(base + n % 8 * 256, base + PAGE_SIZE);
		return 0;
	}
	return -EINVAL;
}

static ssize_t store_write(struct file *file, const char __user *user, size_t n, loff_t *pos)
{
	char text[64], way[16], kind[16];
	unsigned int times;
	int rc;

	if (n >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, user, n))
		return -EFAULT;
	text[n] = '\0';
	if (sscanf(text, "flush %u", &times) == 1)
		rc = store_flush(times);
	else if (sscanf(text, "profile %u", &times) == 1 && times)
		rc = store_profile(times);
	else if (sscanf(text, "%15s %15s %u", way, kind, &times) == 3)
		rc = store_command(way, kind, times);
	else
		rc = -EINVAL;
	return rc ?: n;
}

static ssize_t store_read(struct file *file, char __user *user, size_t n, loff_t *pos)
{
	char text[32];
	int len = scnprintf(text, sizeof(text), "%#llx\n", (u64)page_to_phys(store_pages));

	return simple_read_from_buffer(user, n, pos, text, len);
}

static int store_mmap(struct file *file, struct vm_area_struct *vma)
{
	return vm_iomap_memory(vma, page_to_phys(store_pages), STORE_PAGES * PAGE_SIZE);
}

static const struct file_operations store_fops = {
	.owner = THIS_MODULE,
	.read = store_read,
	.write = store_write,
	.mmap = store_mmap,
};

static struct miscdevice store_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "teststore",
	.fops = &store_fops,
	.mode = 0600,
};

static int __init store_init(void)
{
	struct page *pages[STORE_PAGES];
	int rc;

	store_pages = alloc_pages(GFP_KERNEL | __GFP_ZERO, 1);
	if (!store_pages)
		return -ENOMEM;
	pages[0] = store_pages;
	pages[1] = store_pages + 1;
	rc = -ENOMEM;
	store_vmap = vmap(pages, STORE_PAGES, VM_MAP, PAGE_KERNEL);
	if (!store_vmap)
		goto err_free;
	rc = misc_register(&store_device);
	if (!rc)
		return 0;
	vunmap(store_vmap);
err_free:
	__free_pages(store_pages, 1);
	return rc;
}
module_init(store_init);

static void __exit store_exit(void)
{
	misc_deregister(&store_device);
	vunmap(store_vmap);
	__free_pages(store_pages, 1);
}
module_exit(store_exit);

MODULE_DESCRIPTION("makes known stores to known pages, for tests of the lab");
MODULE_LICENSE("GPL");
