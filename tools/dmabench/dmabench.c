// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's PCI, platform and user sides. It takes no device by itself; whoever wants to measure
 * gives it one that nobody uses:
 *
 *	echo smmu3_dmabench >/sys/bus/pci/devices/DEVICE/driver_override
 *	echo DEVICE >/sys/bus/pci/drivers_probe
 *	echo "bytes=4096 threads=2 ms=1000" >/sys/bus/pci/devices/DEVICE/dmabench/run
 *	cat /sys/bus/pci/devices/DEVICE/dmabench/run
 *
 * or "pages=256 threads=1 ms=1000" for a scatterlist. Each thread has a CPU of its own, and more
 * of them than CPUs are ERANGE, as any number out of bounds. The write takes as long as the job;
 * the read is its result as "key=value" words. "bytes=4096 rounds=100 id=2" written to
 * dmabench/count puts markers around each map and unmap, for an emulator that counts instructions.
 * The files are in sysfs because kernel lockdown takes away those of debugfs that can be written.
 * Being bound is what makes the kernel find the IOMMU of the device, whichever kernel it is, and
 * keeps others off it.
 */
#include <linux/dma-map-ops.h>
#include <linux/dma-mapping.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/sysfs.h>

#include "dmabench.h"

#define DMABENCH_NAME		"smmu3_dmabench"

static bool memory_valid(const struct dmabench_job *job)
{
	return job->bytes <= DMABENCH_MAX_BYTES && job->pages <= DMABENCH_MAX_PAGES &&
	       !job->bytes != !job->pages;
}

static int job_parse(const char *line, struct dmabench_job *job)
{
	char more;

	memset(job, 0, sizeof(*job));
	if (sscanf(line, "bytes=%u threads=%u ms=%u %c", &job->bytes, &job->threads, &job->ms,
		   &more) != 3 &&
	    sscanf(line, "pages=%u threads=%u ms=%u %c", &job->pages, &job->threads, &job->ms,
		   &more) != 3)
		return -EINVAL;
	if (!memory_valid(job))
		return -ERANGE;
	if (!job->threads || job->threads > DMABENCH_MAX_THREADS || !job->ms ||
	    job->ms > DMABENCH_MAX_MS)
		return -ERANGE;
	return 0;
}

static ssize_t run_store(struct device *dev, struct device_attribute *attr, const char *buf,
			 size_t n)
{
	struct dmabench *db = dev_get_drvdata(dev);
	struct dmabench_job job;
	int ret;

	ret = job_parse(buf, &job);
	if (ret)
		return ret;
	if (mutex_lock_interruptible(&db->lock))
		return -EINTR;
	db->job = job;
	ret = dmabench_run(dev, &job, &db->result);
	db->valid = !ret;
	mutex_unlock(&db->lock);
	return ret ? ret : n;
}

static ssize_t run_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct dmabench *db = dev_get_drvdata(dev);
	const struct dmabench_result *r = &db->result;
	const struct dmabench_job *job = &db->job;
	ssize_t len = -ENODATA;

	mutex_lock(&db->lock);
	/* wall_ns is of all threads: with n of them n times as long as the job. */
	if (db->valid)
		len = sysfs_emit(buf,
				 "bytes=%u pages=%u threads=%u loops=%llu map_ns=%llu unmap_ns=%llu pairs_per_s=%llu clock_ns=%llu coherent=%d\n",
				 job->bytes, job->pages, job->threads, r->loops,
				 div64_u64(r->map_ns, r->loops), div64_u64(r->unmap_ns, r->loops),
				 mul_u64_u64_div_u64(r->loops, (u64)NSEC_PER_SEC * job->threads,
						     max(r->wall_ns, 1ull)),
				 r->clock_ns, dev_is_dma_coherent(dev));
	mutex_unlock(&db->lock);
	return len;
}
static DEVICE_ATTR_ADMIN_RW(run);

static int count_parse(const char *line, struct dmabench_count *count)
{
	char more;

	memset(count, 0, sizeof(*count));
	if (sscanf(line, "bytes=%u rounds=%u id=%u %c", &count->job.bytes, &count->rounds,
		   &count->id, &more) != 3 &&
	    sscanf(line, "pages=%u rounds=%u id=%u %c", &count->job.pages, &count->rounds,
		   &count->id, &more) != 3)
		return -EINVAL;
	if (!memory_valid(&count->job) || !count->rounds || count->rounds > DMABENCH_MAX_ROUNDS)
		return -ERANGE;
	return 0;
}

static ssize_t count_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t n)
{
	struct dmabench *db = dev_get_drvdata(dev);
	struct dmabench_count count;
	int ret;

	ret = count_parse(buf, &count);
	if (ret)
		return ret;
	if (mutex_lock_interruptible(&db->lock))
		return -EINTR;
	ret = dmabench_count(dev, &count);
	mutex_unlock(&db->lock);
	return ret ? ret : n;
}
static DEVICE_ATTR_WO(count);

static struct attribute *dmabench_attrs[] = {
	&dev_attr_run.attr,
	&dev_attr_count.attr,
	NULL
};

static const struct attribute_group dmabench_group = {
	.name	= "dmabench",
	.attrs	= dmabench_attrs,
};

static const struct attribute_group *dmabench_groups[] = { &dmabench_group, NULL };

static int dmabench_probe(struct device *dev)
{
	struct dmabench *db = devm_kzalloc(dev, sizeof(*db), GFP_KERNEL);
	int ret;

	if (!db)
		return -ENOMEM;
	ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;
	mutex_init(&db->lock);
	dev_set_drvdata(dev, db);
	return 0;
}

/* No identity: a device comes here by its driver_override only. */
static const struct pci_device_id dmabench_pci_ids[] = {
	{}
};

static int dmabench_pci_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	return dmabench_probe(&pdev->dev);
}

static struct pci_driver dmabench_pci_driver = {
	.name		= DMABENCH_NAME,
	.id_table	= dmabench_pci_ids,
	.probe		= dmabench_pci_probe,
	.dev_groups	= dmabench_groups,
};

static int dmabench_platform_probe(struct platform_device *pdev)
{
	return dmabench_probe(&pdev->dev);
}

static struct platform_driver dmabench_platform_driver = {
	.probe		= dmabench_platform_probe,
	.driver		= {
		.name		= DMABENCH_NAME,
		.dev_groups	= dmabench_groups,
	},
};

static int __init dmabench_init(void)
{
	int ret = platform_driver_register(&dmabench_platform_driver);

	if (ret)
		return ret;
	ret = pci_register_driver(&dmabench_pci_driver);
	if (ret)
		platform_driver_unregister(&dmabench_platform_driver);
	return ret;
}
module_init(dmabench_init);

static void __exit dmabench_exit(void)
{
	pci_unregister_driver(&dmabench_pci_driver);
	platform_driver_unregister(&dmabench_platform_driver);
}
module_exit(dmabench_exit);

MODULE_DESCRIPTION("Measures how long DMA mappings take behind the IOMMU of a device");
MODULE_LICENSE("GPL");
