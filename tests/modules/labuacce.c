// SPDX-License-Identifier: GPL-2.0-only
/*
 * A UACCE device beside each test device: a program opens it and has its addresses shared by the
 * kernel's SVA core, with no code of this project between them. A queue is nothing here but its
 * PASID (LABDEV_IOC_QUEUE); jobs go the test device's usual way with it.
 *
 * For kernels with CONFIG_UACCE. Invariant: a registered UACCE device keeps its parent.
 */
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/uaccess.h>
#include <linux/uacce.h>

#include "labdev_regs.h"
#include "labdev_uapi.h"

static struct uacce_device *accels[8];
static unsigned int nr_accels;

static long queue_ioctl(struct uacce_queue *q, unsigned int cmd, unsigned long arg)
{
	if (cmd != LABDEV_IOC_QUEUE)
		return -ENOTTY;
	if (q->state != UACCE_Q_STARTED)
		return -EINVAL;
	return put_user(q->pasid, (u32 __user *)arg);
}

static const struct uacce_ops queue_ops = {
	.ioctl = queue_ioctl,
};

static int accel_add(struct pci_dev *pdev)
{
	struct uacce_interface interface = {
		.name = "labuacce", .flags = UACCE_DEV_SVA, .ops = &queue_ops,
	};
	struct uacce_device *uacce;
	int ret;

	if (nr_accels == ARRAY_SIZE(accels))
		return -ENOSPC;
	uacce = uacce_alloc(&pdev->dev, &interface);
	if (IS_ERR(uacce))
		return PTR_ERR(uacce);
	uacce->api_ver = "labdev";
	uacce->algs = "copy\n";
	ret = uacce_register(uacce);
	if (ret) {
		uacce_remove(uacce);
		return ret;
	}
	accels[nr_accels++] = uacce;
	return 0;
}

static void accels_remove(void)
{
	while (nr_accels)
		uacce_remove(accels[--nr_accels]);
}

static int __init labuacce_init(void)
{
	struct pci_dev *pdev = NULL;
	int ret;

	while ((pdev = pci_get_device(LABDEV_VENDOR, LABDEV_DEVICE, pdev))) {
		ret = accel_add(pdev);
		if (ret) {
			pci_dev_put(pdev);
			accels_remove();
			return ret;
		}
	}
	return nr_accels ? 0 : -ENODEV;
}

module_init(labuacce_init);
module_exit(accels_remove);

MODULE_DESCRIPTION("UACCE devices beside the lab's DMA test devices");
MODULE_LICENSE("GPL");
