// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA test driver's PCI and user sides. /sys/kernel/debug/smmu3_testdev/<device>/do takes one
 * command a write; a read gives its answer as "key=value" words:
 *
 *	map SLOT BYTES to|from|both	iova= pa= bytes=
 *	unmap SLOT			the buffer stays and keeps its last iova
 *	write SLOT OFFSET LEN		outcome=ok|refused|astray|broken found=<pattern bytes>
 *	write_at IOVA PA LEN		the same at raw addresses, found= left out
 *	copy FROM_SLOT TO_SLOT LEN	(edu) the device reads one and writes the other
 *	fill SLOT SEED			the CPU fills the buffer
 *	sum SLOT			sum=<FNV-1a of the buffer>
 *	rounds N BYTES MS		N times: map, write, unmap, wait MS, write there again
 *
 * A slot's buffer is cleared at map. It lives until the slot is mapped with another size or the
 * driver leaves, so a write through a stale translation is seen and harms nobody.
 */
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "testdev.h"

#define TESTDEV_PATTERN		0x12345678u
#define TESTDEV_MAX_BYTES	SZ_4M

static struct dentry *testdev_root;

static const char * const outcome_names[] = { "ok", "refused", "astray", "broken" };

static void slot_unmap(struct testdev *td, struct testdev_slot *slot)
{
	if (slot->mapped)
		dma_unmap_single(&td->pdev->dev, slot->iova, slot->sz, slot->dir);
	slot->mapped = false;
}

static void slot_free(struct testdev *td, struct testdev_slot *slot)
{
	slot_unmap(td, slot);
	if (slot->cpu)
		free_pages_exact(slot->cpu, slot->sz);
	memset(slot, 0, sizeof(*slot));
}

static int slot_map(struct testdev *td, struct testdev_slot *slot, size_t bytes,
		    enum dma_data_direction dir)
{
	slot_unmap(td, slot);
	if (!slot->cpu || slot->sz != PAGE_ALIGN(bytes)) {
		slot_free(td, slot);
		slot->sz = PAGE_ALIGN(bytes);
		slot->cpu = alloc_pages_exact(slot->sz, GFP_KERNEL);
		if (!slot->cpu)
			return -ENOMEM;
	}
	memset(slot->cpu, 0, slot->sz);
	slot->dir = dir;
	slot->iova = dma_map_single(&td->pdev->dev, slot->cpu, slot->sz, dir);
	if (dma_mapping_error(&td->pdev->dev, slot->iova)) {
		slot_free(td, slot);
		return -EIO;
	}
	slot->mapped = true;
	return 0;
}

/* Bytes of the device's pattern in the slot's buffer. */
static size_t slot_found(const struct testdev_slot *slot)
{
	const u32 *word = slot->cpu;
	size_t i, found = 0;

	for (i = 0; i < slot->sz / sizeof(*word); i++)
		if (READ_ONCE(word[i]) == TESTDEV_PATTERN)
			found += sizeof(*word);
	return found;
}

static u64 slot_sum(const struct testdev_slot *slot)
{
	const u8 *byte = slot->cpu;
	u64 sum = 0xcbf29ce484222325ull;
	size_t i;

	for (i = 0; i < slot->sz; i++)
		sum = (sum ^ byte[i]) * 0x100000001b3ull;
	return sum;
}

static void slot_fill(struct testdev_slot *slot, u32 seed)
{
	u32 *word = slot->cpu;
	size_t i;

	for (i = 0; i < slot->sz / sizeof(*word); i++) {
		seed = seed * 1664525u + 1013904223u;
		word[i] = seed;
	}
}

static struct testdev_slot *slot_get(struct testdev *td, unsigned int index)
{
	return index < TESTDEV_NR_SLOTS && td->slots[index].cpu ? &td->slots[index] : NULL;
}

static void __printf(2, 3) answer(struct testdev *td, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vscnprintf(td->answer, sizeof(td->answer), fmt, args);
	va_end(args);
}

static int do_map(struct testdev *td, const char *line)
{
	struct testdev_slot *slot;
	enum dma_data_direction dir;
	unsigned int index;
	char word[8];
	size_t bytes;
	int ret;

	if (sscanf(line, "map %u %zu %7s", &index, &bytes, word) != 3)
		return -EINVAL;
	if (index >= TESTDEV_NR_SLOTS || !bytes || bytes > TESTDEV_MAX_BYTES)
		return -ERANGE;
	if (!strcmp(word, "to"))
		dir = DMA_TO_DEVICE;
	else if (!strcmp(word, "from"))
		dir = DMA_FROM_DEVICE;
	else
		dir = DMA_BIDIRECTIONAL;

	slot = &td->slots[index];
	ret = slot_map(td, slot, bytes, dir);
	if (ret)
		return ret;
	answer(td, "iova=%#llx pa=%#llx bytes=%zu\n", (u64)slot->iova,
	       (u64)virt_to_phys(slot->cpu), slot->sz);
	return 0;
}

static int do_write(struct testdev *td, const char *line)
{
	enum testdev_outcome outcome;
	struct testdev_slot *slot;
	unsigned int index;
	u32 offset, len;

	if (sscanf(line, "write %u %u %u", &index, &offset, &len) != 3)
		return -EINVAL;
	slot = slot_get(td, index);
	if (!slot || offset >= slot->sz || !len || len > slot->sz - offset)
		return -ERANGE;
	outcome = testdev_write(td, slot->iova + offset, virt_to_phys(slot->cpu) + offset, len);
	answer(td, "outcome=%s found=%zu iova=%#llx\n", outcome_names[outcome], slot_found(slot),
	       (u64)slot->iova + offset);
	return 0;
}

static int do_write_at(struct testdev *td, const char *line)
{
	u64 iova, pa;
	u32 len;

	if (sscanf(line, "write_at %llx %llx %u", &iova, &pa, &len) != 3)
		return -EINVAL;
	if (!len || len > PAGE_SIZE)
		return -ERANGE;
	answer(td, "outcome=%s\n", outcome_names[testdev_write(td, iova, pa, len)]);
	return 0;
}

static int do_copy(struct testdev *td, const char *line)
{
	struct testdev_slot *from, *to;
	unsigned int a, b;
	u32 len;
	int ret;

	if (sscanf(line, "copy %u %u %u", &a, &b, &len) != 3)
		return -EINVAL;
	from = slot_get(td, a);
	to = slot_get(td, b);
	if (!from || !to || !len || len > min_t(size_t, SZ_4K, min(from->sz, to->sz)))
		return -ERANGE;
	ret = testdev_copy(td, from->iova, to->iova, len);
	if (ret)
		return ret;
	answer(td, "same=%d\n", !memcmp(from->cpu, to->cpu, len));
	return 0;
}

static int do_slot(struct testdev *td, const char *line)
{
	struct testdev_slot *slot;
	unsigned int index;
	u32 seed = 0;
	char word[8];

	if (sscanf(line, "%7s %u %u", word, &index, &seed) < 2)
		return -EINVAL;
	slot = slot_get(td, index);
	if (!slot)
		return -ENOENT;
	if (!strcmp(word, "unmap"))
		slot_unmap(td, slot);
	else if (!strcmp(word, "fill"))
		slot_fill(slot, seed);
	else if (strcmp(word, "sum"))
		return -EINVAL;
	answer(td, "sum=%016llx iova=%#llx\n", slot_sum(slot), (u64)slot->iova);
	return 0;
}

/* One round: an allowed write that must arrive, then the same one at the stale address. */
static int round_run(struct testdev *td, struct testdev_slot *slot, size_t bytes, u32 ms,
		     enum testdev_outcome *allowed, enum testdev_outcome *stale)
{
	phys_addr_t pa;
	size_t last;
	int ret;

	ret = slot_map(td, slot, bytes, DMA_BIDIRECTIONAL);
	if (ret)
		return ret;
	pa = virt_to_phys(slot->cpu);
	*allowed = testdev_write(td, slot->iova, pa, bytes);
	slot_unmap(td, slot);
	memset(slot->cpu, 0, slot->sz);
	if (ms)
		msleep(ms);
	/* The first and the last word: each word refused is an event. */
	last = bytes - sizeof(u32);
	*stale = testdev_write(td, slot->iova, pa, sizeof(u32));
	if (*stale == TESTDEV_REFUSED)
		*stale = testdev_write(td, slot->iova + last, pa + last, sizeof(u32));
	if (slot_found(slot))
		*stale = TESTDEV_OK;
	return 0;
}

static int do_rounds(struct testdev *td, const char *line)
{
	enum testdev_outcome allowed, stale;
	u32 n, i, ms, good = 0, leaked = 0;
	size_t bytes;
	int ret;

	if (sscanf(line, "rounds %u %zu %u", &n, &bytes, &ms) != 3)
		return -EINVAL;
	if (bytes < sizeof(u32) || bytes > TESTDEV_MAX_BYTES || td->kind != TESTDEV_ITD)
		return -ERANGE;
	for (i = 0; i < n; i++) {
		ret = round_run(td, &td->slots[0], bytes, ms, &allowed, &stale);
		if (ret)
			return ret;
		good += allowed == TESTDEV_OK;
		leaked += stale != TESTDEV_REFUSED;
		cond_resched();
	}
	answer(td, "rounds=%u arrived=%u leaked=%u\n", n, good, leaked);
	return 0;
}

static const struct {
	const char *word;
	int (*run)(struct testdev *td, const char *line);
} commands[] = {
	{ "map ", do_map },
	{ "write ", do_write },
	{ "write_at ", do_write_at },
	{ "copy ", do_copy },
	{ "rounds ", do_rounds },
	{ "unmap ", do_slot },
	{ "fill ", do_slot },
	{ "sum ", do_slot },
};

static ssize_t testdev_do_write(struct file *file, const char __user *user, size_t n, loff_t *pos)
{
	struct testdev *td = file->private_data;
	char line[128];
	int i, ret = -EINVAL;

	if (n >= sizeof(line) || copy_from_user(line, user, n))
		return -EINVAL;
	line[n] = '\0';

	mutex_lock(&td->lock);
	td->answer[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (!str_has_prefix(line, commands[i].word))
			continue;
		ret = commands[i].run(td, line);
		break;
	}
	mutex_unlock(&td->lock);
	return ret ? ret : n;
}

static ssize_t testdev_do_read(struct file *file, char __user *user, size_t n, loff_t *pos)
{
	struct testdev *td = file->private_data;
	ssize_t ret;

	mutex_lock(&td->lock);
	ret = simple_read_from_buffer(user, n, pos, td->answer, strlen(td->answer));
	mutex_unlock(&td->lock);
	return ret;
}

static const struct file_operations testdev_do_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = testdev_do_write,
	.read = testdev_do_read,
};

static int testdev_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct testdev *td;
	int ret;

	td = devm_kzalloc(&pdev->dev, sizeof(*td), GFP_KERNEL);
	if (!td)
		return -ENOMEM;
	td->pdev = pdev;
	td->kind = id->driver_data;
	mutex_init(&td->lock);

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	td->bar = pcim_iomap(pdev, 0, 0);
	if (!td->bar)
		return -ENOMEM;
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;
	pci_set_master(pdev);
	pci_set_drvdata(pdev, td);

	td->dir = debugfs_create_dir(pci_name(pdev), testdev_root);
	debugfs_create_file("do", 0600, td->dir, td, &testdev_do_fops);
	return 0;
}

static void testdev_remove(struct pci_dev *pdev)
{
	struct testdev *td = pci_get_drvdata(pdev);
	int i;

	debugfs_remove_recursive(td->dir);
	for (i = 0; i < TESTDEV_NR_SLOTS; i++)
		slot_free(td, &td->slots[i]);
	pci_clear_master(pdev);
}

static const struct pci_device_id testdev_ids[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_REDHAT, 0x0005), .driver_data = TESTDEV_ITD },
	{ PCI_DEVICE(0x1234, 0x11e8), .driver_data = TESTDEV_EDU },
	{ }
};
MODULE_DEVICE_TABLE(pci, testdev_ids);

static struct pci_driver testdev_driver = {
	.name = "smmu3_testdev",
	.id_table = testdev_ids,
	.probe = testdev_probe,
	.remove = testdev_remove,
};

static int __init testdev_init(void)
{
	int ret;

	testdev_root = debugfs_create_dir("smmu3_testdev", NULL);
	ret = pci_register_driver(&testdev_driver);
	if (ret)
		debugfs_remove_recursive(testdev_root);
	return ret;
}
module_init(testdev_init);

static void __exit testdev_exit(void)
{
	pci_unregister_driver(&testdev_driver);
	debugfs_remove_recursive(testdev_root);
}
module_exit(testdev_exit);

MODULE_DESCRIPTION("DMA test driver for iommu-testdev and edu");
MODULE_LICENSE("GPL");
