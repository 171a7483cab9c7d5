// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's driver of labdev, the lab's DMA test device: PCI side, and the character device by
 * which programs reach it (labdev_uapi.h). It knows no SMMU driver, only the kernel's DMA and IOMMU
 * interfaces.
 */
#include <linux/dma-mapping.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/module.h>
#include <linux/pci-ats.h>
#include <linux/poll.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "labdev.h"

DECLARE_RWSEM(labdev_world);

static void labdev_free(struct kref *ref)
{
	struct labdev *ld = container_of(ref, struct labdev, ref);

	xa_destroy(&ld->attaches);
	xa_destroy(&ld->shared);
	free_page((unsigned long)ld->anchor);
	kfree(ld);
}

void labdev_get(struct labdev *ld)
{
	kref_get(&ld->ref);
}

void labdev_put(struct labdev *ld)
{
	kref_put(&ld->ref, labdev_free);
}

static void irq_enable(struct labdev *ld)
{
	labdev_writel(ld, LABDEV_IRQ_ENABLE, ld->nr_vectors && !READ_ONCE(ld->mute));
}

static void mute(struct labdev *ld, bool mute)
{
	down_read(&ld->io);
	WRITE_ONCE(ld->mute, mute);
	irq_enable(ld);
	labdev_readl(ld, LABDEV_ID);
	up_read(&ld->io);
	if (mute)
		labdev_jobs_deafen(ld);
}

static struct pci_driver labdev_driver;

/**
 * struct mates - the labdevs of a group
 * @ld: they
 * @nr: how many
 */
struct mates {
	struct labdev *ld[8];
	unsigned int nr;
};

static int mates_add(struct device *dev, void *data)
{
	struct mates *mates = data;
	struct labdev *ld = dev->driver == &labdev_driver.driver ? dev_get_drvdata(dev) : NULL;

	if (ld && mates->nr < ARRAY_SIZE(mates->ld))
		mates->ld[mates->nr++] = ld;
	return 0;
}

/*
 * All devices of the group are in the domain that one is given. labdev_world is held, so none of
 * them leaves; not under the group's lock, which a reset takes after the device's.
 */
void labdev_mute(struct labdev *ld, bool on)
{
	struct mates mates = { .nr = 0 };
	unsigned int i;

	iommu_group_for_each_dev(ld->pdev->dev.iommu_group, &mates, mates_add);
	for (i = 0; i < mates.nr; i++)
		mute(mates.ld[i], on);
}

/* ---------------------------------------------------------------- small ioctls */

static long info_ioctl(struct labdev *ld, void __user *arg)
{
	struct labdev_info info = {
		.domain = labdev_domain_kind(ld),
		.page_sz = PAGE_SIZE,
		.missed_irqs = atomic_read(&ld->missed_irqs),
	};

	if (ld->pdev->dev.iommu)
		info.max_pasids = ld->pdev->dev.iommu->max_pasids;
	down_read(&ld->io);
	info.nr_sids = ld->nr_sids;
	info.status = labdev_readl(ld, LABDEV_STATUS);
	info.resets = labdev_readl(ld, LABDEV_RESETS);
	up_read(&ld->io);
	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static long counts_ioctl(struct labdev *ld, void __user *arg)
{
	struct labdev_counts counts;
	int i;

	down_read(&ld->io);
	for (i = 0; i < LABDEV_NR_COUNTERS; i++)
		counts.count[i] = readq(ld->bar + LABDEV_COUNTERS + 8 * i);
	up_read(&ld->io);
	return copy_to_user(arg, &counts, sizeof(counts)) ? -EFAULT : 0;
}

static long set_ioctl(struct labdev *ld, void __user *arg)
{
	struct labdev_set set;

	if (copy_from_user(&set, arg, sizeof(set)))
		return -EFAULT;
	switch (set.offset) {
	case LABDEV_ATC_SIZE:
	case LABDEV_ATC_LATE:
	case LABDEV_ATC_FLUSH:
	case LABDEV_ERR_ATC_SILENT:
	case LABDEV_ERR_ATC_KEEP:
	case LABDEV_ERR_PRI_NO_LAST:
	case LABDEV_ERR_PRI_PRGI:
	case LABDEV_ERR_ATC_HOLD:
		break;
	default:
		return -EINVAL;
	}
	down_read(&ld->io);
	labdev_writel(ld, set.offset, set.value);
	labdev_readl(ld, LABDEV_ID);
	up_read(&ld->io);
	return 0;
}

#ifdef CONFIG_PCI_PRI

/*
 * pci_enable_pri() is not for modules, so the capability is written here, and the core's fields are
 * kept as it would keep them, or a reset would not bring it back. An IOMMU driver that has enabled
 * it is left alone.
 */
static long pri_ioctl(struct labdev *ld, u32 requests)
{
	struct pci_dev *pdev = ld->pdev;
	u32 most;
	u16 status;

	if (!pdev->pri_cap)
		return -EOPNOTSUPP;
	if (!requests) {
		if (ld->pri) {
			pci_write_config_word(pdev, pdev->pri_cap + PCI_PRI_CTRL, 0);
			pdev->pri_enabled = 0;
			ld->pri = false;
		}
		return 0;
	}
	if (pdev->pri_enabled)
		return 0;
	pci_read_config_word(pdev, pdev->pri_cap + PCI_PRI_STATUS, &status);
	if (!(status & PCI_PRI_STATUS_STOPPED))
		return -EBUSY;
	pci_read_config_dword(pdev, pdev->pri_cap + PCI_PRI_MAX_REQ, &most);
	pdev->pri_reqs_alloc = min(requests, most);
	pci_write_config_dword(pdev, pdev->pri_cap + PCI_PRI_ALLOC_REQ, pdev->pri_reqs_alloc);
	pci_write_config_word(pdev, pdev->pri_cap + PCI_PRI_CTRL, PCI_PRI_CTRL_ENABLE);
	pdev->pri_enabled = 1;
	ld->pri = true;
	return 0;
}

#else /* cloud flavours */

static long pri_ioctl(struct labdev *ld, u32 requests)
{
	return -EOPNOTSUPP;
}

#endif

/* ---------------------------------------------------------------- the device's file */

static long file_ioctl(struct labdev_file *lf, unsigned int cmd, void __user *arg)
{
	struct labdev *ld = lf->labdev;
	u32 word = 0;

	/* Those whose argument is one word. */
	if (_IOC_SIZE(cmd) == sizeof(u32) && _IOC_DIR(cmd) == _IOC_WRITE &&
	    get_user(word, (u32 __user *)arg))
		return -EFAULT;
	switch (cmd) {
	case LABDEV_IOC_INFO: return info_ioctl(ld, arg);
	case LABDEV_IOC_COUNTS: return counts_ioctl(ld, arg);
	case LABDEV_IOC_MEM_ALLOC: return labdev_dma_mem_alloc(lf, arg);
	case LABDEV_IOC_MEM_FREE: return labdev_dma_mem_free(lf, word);
	case LABDEV_IOC_MEM_IO: return labdev_dma_mem_io(lf, arg);
	case LABDEV_IOC_DMA_MAP: return labdev_dma_map_ioctl(lf, arg);
	case LABDEV_IOC_DMA_UNMAP: return labdev_dma_unmap_ioctl(lf, word);
	case LABDEV_IOC_DMA_SYNC: return labdev_dma_sync_ioctl(lf, arg);
	case LABDEV_IOC_JOB_START: return labdev_job_start(lf, arg);
	case LABDEV_IOC_JOB_STOP: return labdev_job_stop(lf, word);
	case LABDEV_IOC_DOM_ALLOC: return labdev_dom_alloc(lf, arg);
	case LABDEV_IOC_ATTACH: return labdev_attach(lf, arg);
	case LABDEV_IOC_DETACH: return labdev_detach(lf, arg);
	case LABDEV_IOC_REPLACE: return labdev_replace(lf, arg);
	case LABDEV_IOC_REPLACE_PASID: return labdev_replace_pasid(lf, arg);
	case LABDEV_IOC_ASK: return labdev_ask(lf, arg);
	case LABDEV_IOC_NOTE: return labdev_note_ioctl(lf, arg);
	case LABDEV_IOC_SET: return set_ioctl(ld, arg);
	case LABDEV_IOC_PRI: return pri_ioctl(ld, word);
	case LABDEV_IOC_SVA_BIND: return labdev_sva_bind(lf, arg);
	case LABDEV_IOC_SVA_UNBIND: return labdev_sva_unbind(lf, word);
	case LABDEV_IOC_SVA_FAULTS: return labdev_sva_faults(lf, arg);
	/* remove() holds the device's lock and waits for labdev_world, so here it is only tried. */
	case LABDEV_IOC_RESET: return pci_try_reset_function(ld->pdev);
	default: return -ENOTTY;
	}
}

static long labdev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct labdev_file *lf = file->private_data;
	long ret = -ENODEV;

	if (cmd == LABDEV_IOC_JOB_WAIT)
		return labdev_job_wait(lf, (void __user *)arg);
	down_read(&labdev_world);
	if (!lf->labdev->gone)
		ret = file_ioctl(lf, cmd, (void __user *)arg);
	up_read(&labdev_world);
	return ret;
}

static __poll_t labdev_poll(struct file *file, struct poll_table_struct *wait)
{
	struct labdev_file *lf = file->private_data;

	poll_wait(file, &lf->labdev->wait, wait);
	if (READ_ONCE(lf->labdev->gone))
		return EPOLLHUP | EPOLLIN;
	return labdev_job_any_done(lf) ? EPOLLIN | EPOLLRDNORM : 0;
}

static int labdev_open(struct inode *inode, struct file *file)
{
	struct labdev *ld = container_of(file->private_data, struct labdev, misc);
	struct labdev_file *lf;

	/* misc_open() and misc_deregister() exclude each other, so the device is there. */
	lf = kzalloc(sizeof(*lf), GFP_KERNEL);
	if (!lf)
		return -ENOMEM;
	lf->labdev = ld;
	mutex_init(&lf->lock);
	xa_init_flags(&lf->mems, XA_FLAGS_ALLOC1);
	xa_init_flags(&lf->maps, XA_FLAGS_ALLOC1);
	xa_init(&lf->binds);
	labdev_get(ld);
	mutex_lock(&ld->files_lock);
	list_add(&lf->node, &ld->files);
	mutex_unlock(&ld->files_lock);
	file->private_data = lf;
	return nonseekable_open(inode, file);
}

/* Jobs that do not end are ended by a reset; whose memory is not safe even then is left alone. */
static bool file_stop(struct labdev_file *lf)
{
	struct labdev *ld = lf->labdev;
	int i, ret = -EAGAIN;

	if (labdev_jobs_quiesce(ld, lf))
		return true;
	pci_warn(ld->pdev, "jobs of a closed file do not end: the device is reset\n");
	for (i = 0; i < 50 && ret == -EAGAIN; i++)
		ret = pci_try_reset_function(ld->pdev);
	return !ret;
}

static int labdev_release(struct inode *inode, struct file *file)
{
	struct labdev_file *lf = file->private_data;
	struct labdev *ld = lf->labdev;
	bool leak = false;

	down_read(&labdev_world);
	if (!ld->gone) {
		leak = !file_stop(lf);
		labdev_sva_unbind_all(lf);
		labdev_detach_file(lf);
		labdev_dma_unmap_all(lf);
	}
	labdev_jobs_forget(lf);
	mutex_lock(&ld->files_lock);
	list_del(&lf->node);
	mutex_unlock(&ld->files_lock);
	up_read(&labdev_world);
	labdev_dma_free_all(lf, leak);
	xa_destroy(&lf->mems);
	xa_destroy(&lf->maps);
	xa_destroy(&lf->binds);
	kfree(lf);
	labdev_put(ld);
	return 0;
}

static const struct file_operations labdev_fops = {
	.owner = THIS_MODULE,
	.open = labdev_open,
	.release = labdev_release,
	.unlocked_ioctl = labdev_ioctl,
	.poll = labdev_poll,
};

/* ---------------------------------------------------------------- PCI */

static void labdev_reset_prepare(struct pci_dev *pdev)
{
	struct labdev *ld = pci_get_drvdata(pdev);

	if (ld)
		down_write(&ld->io);
}

static void labdev_reset_done(struct pci_dev *pdev)
{
	struct labdev *ld = pci_get_drvdata(pdev);

	if (!ld)
		return;
	irq_enable(ld);
	up_write(&ld->io);
	labdev_jobs_reset(ld);
}

/*
 * An error of the link: the device is out of reach until the link has been reset, and then has
 * nothing of what it was told. Between the first and the last of these nobody touches it.
 */
static pci_ers_result_t labdev_error(struct pci_dev *pdev, pci_channel_state_t state)
{
	if (state == pci_channel_io_perm_failure)
		return PCI_ERS_RESULT_DISCONNECT;
	if (state == pci_channel_io_normal)
		return PCI_ERS_RESULT_CAN_RECOVER;
	labdev_reset_prepare(pdev);
	return PCI_ERS_RESULT_NEED_RESET;
}

static pci_ers_result_t labdev_slot_reset(struct pci_dev *pdev)
{
	pci_restore_state(pdev);
	return PCI_ERS_RESULT_RECOVERED;
}

static const struct pci_error_handlers labdev_err_handlers = {
	.reset_prepare = labdev_reset_prepare,
	.reset_done = labdev_reset_done,
	.error_detected = labdev_error,
	.slot_reset = labdev_slot_reset,
	.resume = labdev_reset_done,
};

static struct labdev *labdev_new(struct pci_dev *pdev)
{
	struct labdev *ld = kzalloc(sizeof(*ld), GFP_KERNEL);

	if (!ld)
		return NULL;
	kref_init(&ld->ref);
	ld->pdev = pdev;
	INIT_LIST_HEAD(&ld->files);
	mutex_init(&ld->files_lock);
	init_rwsem(&ld->io);
	spin_lock_init(&ld->slot_lock);
	init_waitqueue_head(&ld->wait);
	xa_init(&ld->attaches);
	xa_init(&ld->shared);
	mutex_init(&ld->attach_lock);
	init_rwsem(&ld->map_order);
	mutex_init(&ld->note_lock);
	scnprintf(ld->name, sizeof(ld->name), "labdev-%s", pci_name(pdev));
	ld->misc = (struct miscdevice){
		.minor = MISC_DYNAMIC_MINOR,
		.name = ld->name,
		.fops = &labdev_fops,
		.parent = &pdev->dev,
		.mode = 0600,
	};
	return ld;
}

static int labdev_start(struct labdev *ld)
{
	struct pci_dev *pdev = ld->pdev;
	int ret;

	if (labdev_readl(ld, LABDEV_ID) != LABDEV_ID_VALUE ||
	    labdev_readl(ld, LABDEV_VERSION) != LABDEV_VERSION_VALUE) {
		pci_err(pdev, "id %#x version %u: not a labdev that this driver knows\n",
			labdev_readl(ld, LABDEV_ID), labdev_readl(ld, LABDEV_VERSION));
		return -ENODEV;
	}
	ld->nr_sids = labdev_readl(ld, LABDEV_NR_SIDS);
	if (!ld->nr_sids || ld->nr_sids > 0xff) {
		pci_err(pdev, "%u StreamIDs\n", ld->nr_sids);
		return -ENODEV;
	}
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;
	dma_set_max_seg_size(&pdev->dev, UINT_MAX);
	/*
	 * What an earlier driver has unmapped is nobody's: the interrupt's address may come to lie
	 * there.
	 */
	labdev_note(ld, LABDEV_NOTE_MAPPED, LABDEV_RID, 0, LABDEV_NOTE_ALL);
	pci_set_master(pdev);

	ld->nr_vectors = pci_alloc_irq_vectors(pdev, 1, 1, PCI_IRQ_MSIX | PCI_IRQ_MSI);
	if (ld->nr_vectors < 0) {
		pci_warn(pdev, "no MSI (%d): the ends of jobs are looked for\n", ld->nr_vectors);
		ld->nr_vectors = 0;
		return 0;
	}
	ret = request_irq(pci_irq_vector(pdev, 0), labdev_irq, 0, ld->name, ld);
	if (ret) {
		pci_free_irq_vectors(pdev);
		return ret;
	}
	labdev_writel(ld, LABDEV_IRQ_ENABLE, 1);
	return 0;
}

static void labdev_stop(struct labdev *ld)
{
	if (ld->nr_vectors) {
		labdev_writel(ld, LABDEV_IRQ_ENABLE, 0);
		free_irq(pci_irq_vector(ld->pdev, 0), ld);
		pci_free_irq_vectors(ld->pdev);
	}
	pci_clear_master(ld->pdev);
}

static int labdev_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct labdev *ld;
	int ret;

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	ld = labdev_new(pdev);
	if (!ld)
		return -ENOMEM;
	ret = -ENOMEM;
	ld->bar = pcim_iomap(pdev, LABDEV_BAR, LABDEV_BAR_SZ);
	if (!ld->bar)
		goto err_put;
	ret = labdev_start(ld);
	if (ret)
		goto err_put;
	pci_set_drvdata(pdev, ld);
	pci_save_state(pdev);
	ret = misc_register(&ld->misc);
	if (ret)
		goto err_stop;
	return 0;

err_stop:
	pci_set_drvdata(pdev, NULL);
	labdev_stop(ld);
err_put:
	labdev_put(ld);
	return ret;
}

/* Everything that reaches the device or its IOMMU ends here; files only hold memory afterwards. */
static void labdev_leave(struct labdev *ld)
{
	struct labdev_file *lf;

	if (!labdev_jobs_quiesce(ld, NULL)) {
		pci_warn(ld->pdev, "jobs do not end: the device is reset\n");
		pcie_flr(ld->pdev);
	}
	labdev_jobs_reset(ld);
	mutex_lock(&ld->files_lock);
	list_for_each_entry(lf, &ld->files, node)
		labdev_sva_unbind_all(lf);
	mutex_unlock(&ld->files_lock);
	labdev_detach_device(ld);
	mutex_lock(&ld->files_lock);
	list_for_each_entry(lf, &ld->files, node)
		labdev_dma_unmap_all(lf);
	mutex_unlock(&ld->files_lock);
	pri_ioctl(ld, 0);
}

static void labdev_remove(struct pci_dev *pdev)
{
	struct labdev *ld = pci_get_drvdata(pdev);

	misc_deregister(&ld->misc);
	down_write(&labdev_world);
	labdev_leave(ld);
	labdev_stop(ld);
	WRITE_ONCE(ld->gone, true);
	pci_set_drvdata(pdev, NULL);
	up_write(&labdev_world);
	wake_up_all(&ld->wait);
	labdev_put(ld);
}

static const struct pci_device_id labdev_ids[] = {
	{ PCI_DEVICE(LABDEV_VENDOR, LABDEV_DEVICE) },
	{ PCI_DEVICE(LABDEV_ALIASED_VENDOR, LABDEV_ALIASED_DEVICE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, labdev_ids);

static struct pci_driver labdev_driver = {
	.name = "smmu3_labdev",
	.id_table = labdev_ids,
	.probe = labdev_probe,
	.remove = labdev_remove,
	.err_handler = &labdev_err_handlers,
};
module_pci_driver(labdev_driver);

MODULE_DESCRIPTION("Driver of labdev, the lab's DMA test device");
MODULE_LICENSE("GPL");
