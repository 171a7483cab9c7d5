// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lab's test device for the kernel's VFIO selftests: a driver of libvfio's, in user space. The
 * library has drivers for two engines of x86 machines and a list of them that cannot be added to;
 * so this program is linked with --wrap and takes the place of the search through that list.
 *
 * The mode in which tests reach the IOMMU that have no variant for each, is
 * VFIO_SELFTESTS_IOMMU_MODE in the environment: the library's own choice, iommufd, is not in every
 * kernel.
 */
#include <stdlib.h>
#include <unistd.h>

#include <linux/io.h>
#include <linux/sizes.h>

#include <libvfio.h>

#include "labdev_regs.h"

/* Half a second of the slowest lab, so that the storm of copies ends within the test's minute. */
#define COPY_MAX	SZ_256K
#define COPIES_MAX	64

#define SLOT		0

static void *reg(struct vfio_pci_device *device, unsigned int offset)
{
	return device->bars[LABDEV_BAR].vaddr + offset;
}

static void *job_reg(struct vfio_pci_device *device, unsigned int offset)
{
	return reg(device, LABDEV_JOB(SLOT) + offset);
}

static int labdev_probe(struct vfio_pci_device *device)
{
	if (!vfio_pci_device_match(device, LABDEV_VENDOR, LABDEV_DEVICE))
		return -ENODEV;
	VFIO_ASSERT_NOT_NULL(device->bars[LABDEV_BAR].vaddr);
	VFIO_ASSERT_EQ(readl(reg(device, LABDEV_ID)), LABDEV_ID_VALUE);
	VFIO_ASSERT_EQ(readl(reg(device, LABDEV_VERSION)), LABDEV_VERSION_VALUE);
	return 0;
}

static void labdev_init(struct vfio_pci_device *device)
{
	vfio_pci_device_reset(device);
	vfio_pci_config_writew(device, PCI_COMMAND,
			       PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER | PCI_COMMAND_INTX_DISABLE);
	vfio_pci_msix_enable(device, 0, 1);
	device->driver.msi = 0;
	device->driver.max_memcpy_size = COPY_MAX;
	device->driver.max_memcpy_count = COPIES_MAX;
}

static void labdev_remove(struct vfio_pci_device *device)
{
	writeq(~0ull, reg(device, LABDEV_STOP_ALL));
	vfio_pci_msix_disable(device);
	vfio_pci_device_reset(device);
}

static void job_start(struct vfio_pci_device *device, u32 op, u64 src, u64 dst, u64 len, u32 rounds)
{
	writel(op, job_reg(device, LABDEV_JOB_OP));
	writel(0, job_reg(device, LABDEV_JOB_FLAGS));
	writel(0, job_reg(device, LABDEV_JOB_PASID));
	writel(0, job_reg(device, LABDEV_JOB_PIECE));
	writeq(src, job_reg(device, LABDEV_JOB_SRC));
	writeq(dst, job_reg(device, LABDEV_JOB_DST));
	writeq(len, job_reg(device, LABDEV_JOB_LEN));
	writel(rounds, job_reg(device, LABDEV_JOB_ROUNDS));
	writel(0, job_reg(device, LABDEV_JOB_FAIL_AT));
	writel(LABDEV_CMD_START, job_reg(device, LABDEV_JOB_CMD));
}

/* Return: 0, or -EFAULT if the device was refused an access */
static int job_wait(struct vfio_pci_device *device)
{
	while (readl(job_reg(device, LABDEV_JOB_STATE)) != LABDEV_STATE_DONE)
		usleep(1000);
	return readl(job_reg(device, LABDEV_JOB_RESULT)) == LABDEV_RES_OK ? 0 : -EFAULT;
}

static void labdev_memcpy_start(struct vfio_pci_device *device, iova_t src, iova_t dst, u64 size,
				u64 count)
{
	job_start(device, LABDEV_OP_COPY, src, dst, size, count);
}

static bool is_mapped(struct vfio_pci_device *device, u64 iova)
{
	struct dma_region *region;

	list_for_each_entry(region, &device->iommu->dma_regions, link)
		if (iova - region->iova < region->size)
			return true;
	return false;
}

/* The library does not look at what a copy to nowhere returns; here it is known to be refused. */
static int labdev_memcpy_wait(struct vfio_pci_device *device)
{
	u64 src = readq(job_reg(device, LABDEV_JOB_SRC));
	u64 dst = readq(job_reg(device, LABDEV_JOB_DST));
	bool both = is_mapped(device, src) && is_mapped(device, dst);
	int err = job_wait(device);

	VFIO_ASSERT_EQ(!err, both, "a copy from %#lx to %#lx ended with %d\n", src, dst, err);
	return err;
}

static void labdev_send_msi(struct vfio_pci_device *device)
{
	u64 iova = device->driver.region.iova;

	writel(1, reg(device, LABDEV_IRQ_ENABLE));
	job_start(device, LABDEV_OP_READ, iova, 0, 8, 1);
	VFIO_ASSERT_EQ(job_wait(device), 0, "a read of the driver's own region\n");
	writeq(1ull << SLOT, reg(device, LABDEV_IRQ_PENDING));
	writel(0, reg(device, LABDEV_IRQ_ENABLE));
}

static const struct vfio_pci_driver_ops labdev_ops = {
	.name = "labdev",
	.probe = labdev_probe,
	.init = labdev_init,
	.remove = labdev_remove,
	.memcpy_start = labdev_memcpy_start,
	.memcpy_wait = labdev_memcpy_wait,
	.send_msi = labdev_send_msi,
};

void __real_vfio_pci_driver_probe(struct vfio_pci_device *device);
void __wrap_vfio_pci_driver_probe(struct vfio_pci_device *device);

void __wrap_vfio_pci_driver_probe(struct vfio_pci_device *device)
{
	__real_vfio_pci_driver_probe(device);
	if (!device->driver.ops && !labdev_probe(device))
		device->driver.ops = &labdev_ops;
}

static void __attribute__((constructor)) choose_mode(void)
{
	const char *mode = getenv("VFIO_SELFTESTS_IOMMU_MODE");

	if (mode)
		default_iommu_mode = mode;
}
