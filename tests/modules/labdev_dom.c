// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paging domains with memory of their own.
 *
 * Invariant: a domain's IOMMU part dies with the device that it was made for, after it was detached
 * everywhere; its memory lives until nobody can reach it. A range is mapped and unmapped whole, by
 * one at a time: IOMMU drivers warn about anything else.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <uapi/linux/iommufd.h>

#include "labdev.h"

static LIST_HEAD(labdev_domains);
static DEFINE_MUTEX(labdev_domains_lock);	/* protects labdev_domains */

/**
 * struct labdev_range - one mapping in a domain
 * @iova: first address
 * @len: bytes
 * @busy: somebody maps or unmaps it just now
 * @noted: the referee was told
 */
struct labdev_range {
	u64 iova, len;
	bool busy, noted;
};

/* ---------------------------------------------------------------- life */

static void ranges_free(struct labdev_domain *d)
{
	struct labdev_range *range;
	unsigned long i = 0;

	mt_for_each(&d->tree, range, i, ULONG_MAX)
		kfree(range);
	mtree_destroy(&d->tree);
}

static void domain_release(struct kref *ref)
{
	struct labdev_domain *d = container_of(ref, struct labdev_domain, ref);

	mutex_lock(&labdev_domains_lock);
	list_del(&d->node);
	mutex_unlock(&labdev_domains_lock);
	if (d->domain)
		iommu_domain_free(d->domain);
	ranges_free(d);
	labdev_mem_free(d->mem);
	kfree(d);
}

void labdev_domain_put(struct labdev_domain *d)
{
	kref_put(&d->ref, domain_release);
}

/*
 * A domain that others can be nested in is of stage 2. The core of old kernels leaves such domains
 * to iommufd, which asks the driver.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 13, 0)
static struct iommu_domain *stage2_new(struct device *dev)
{
	const struct iommu_ops *ops = dev->iommu->iommu_dev->ops;
	struct iommu_domain *domain;

	if (!ops->domain_alloc_user)
		return ERR_PTR(-EOPNOTSUPP);
	domain = ops->domain_alloc_user(dev, IOMMU_HWPT_ALLOC_NEST_PARENT, NULL, NULL);
	if (!IS_ERR(domain))
		domain->owner = ops;
	return domain;
}
#else
static struct iommu_domain *stage2_new(struct device *dev)
{
	return iommu_paging_domain_alloc_flags(dev, IOMMU_HWPT_ALLOC_NEST_PARENT);
}
#endif

static struct iommu_domain *iommu_domain_new(struct device *dev, bool stage2)
{
	if (!dev->iommu)
		return ERR_PTR(-EOPNOTSUPP);
	return stage2 ? stage2_new(dev) : iommu_paging_domain_alloc(dev);
}

static struct labdev_domain *domain_new(struct labdev *ld, const struct labdev_dom_alloc *a)
{
	struct labdev_domain *d = kzalloc(sizeof(*d), GFP_KERNEL);
	int ret;

	if (!d)
		return ERR_PTR(-ENOMEM);
	d->mem = labdev_mem_new(a->sz, a->chunk);
	if (IS_ERR(d->mem)) {
		ret = PTR_ERR(d->mem);
		goto err_free;
	}
	d->domain = iommu_domain_new(&ld->pdev->dev, a->flags & LABDEV_DOM_STAGE2);
	if (IS_ERR(d->domain)) {
		ret = PTR_ERR(d->domain);
		goto err_free_mem;
	}
	kref_init(&d->ref);
	d->owner = ld;
	mutex_init(&d->lock);
	mt_init(&d->tree);
	INIT_LIST_HEAD(&d->attaches);
	mutex_lock(&labdev_domains_lock);
	list_add(&d->node, &labdev_domains);
	mutex_unlock(&labdev_domains_lock);
	return d;

err_free_mem:
	labdev_mem_free(d->mem);
err_free:
	kfree(d);
	return ERR_PTR(ret);
}

/* ---------------------------------------------------------------- map and unmap */

/* Tell all devices that the domain is attached to and whose attachment is noted. */
static void domain_note(struct labdev_domain *d, enum labdev_note kind, u64 iova, u64 len)
{
	struct labdev_attach *at;

	mutex_lock(&d->lock);
	list_for_each_entry(at, &d->attaches, node)
		if (at->flags & LABDEV_ATTACH_NOTE)
			labdev_note(at->labdev, kind, at->pasid, iova, len);
	mutex_unlock(&d->lock);
}

static int map_check(const struct labdev_domain *d, const struct labdev_dom_map *m)
{
	const struct iommu_domain_geometry *g = &d->domain->geometry;
	u64 mask = max_t(u64, PAGE_SIZE, 1ull << __ffs(d->domain->pgsize_bitmap)) - 1;

	if ((m->prot & ~0xfu) || !(m->prot & (LABDEV_PROT_READ | LABDEV_PROT_WRITE)) ||
	    (m->flags & ~LABDEV_MAP_NOTE))
		return -EINVAL;
	if (!m->len || ((m->iova | m->len | m->offset) & mask))
		return -EINVAL;
	if (m->offset > d->mem->sz || m->len > d->mem->sz - m->offset)
		return -ERANGE;
	/* The tree's last index means "no entry" to it. */
	if (m->iova + (m->len - 1) < m->iova || m->iova + (m->len - 1) == U64_MAX)
		return -ERANGE;
	return m->iova < g->aperture_start || m->iova + (m->len - 1) > g->aperture_end ? -ERANGE
										       : 0;
}

static int domain_map(struct labdev_domain *d, const struct labdev_dom_map *m)
{
	int prot = IOMMU_CACHE | (m->prot & LABDEV_PROT_READ ? IOMMU_READ : 0) |
		   (m->prot & LABDEV_PROT_WRITE ? IOMMU_WRITE : 0) |
		   (m->prot & LABDEV_PROT_NOEXEC ? IOMMU_NOEXEC : 0) |
		   (m->prot & LABDEV_PROT_PRIV ? IOMMU_PRIV : 0);
	u64 at = 0;
	int ret;

	while (at < m->len) {
		size_t room;
		void *cpu = labdev_mem_at(d->mem, m->offset + at, &room);

		room = min_t(u64, room, m->len - at);
		ret = iommu_map(d->domain, m->iova + at, virt_to_phys(cpu), room, prot, GFP_KERNEL);
		if (ret) {
			if (at)
				iommu_unmap(d->domain, m->iova, at);
			return ret;
		}
		at += room;
	}
	return 0;
}

static long dom_map(struct labdev_domain *d, const struct labdev_dom_map *m)
{
	struct labdev_range *range;
	int ret = map_check(d, m);

	if (ret)
		return ret;
	range = kzalloc(sizeof(*range), GFP_KERNEL);
	if (!range)
		return -ENOMEM;
	*range = (struct labdev_range){
		.iova = m->iova, .len = m->len, .busy = true, .noted = m->flags & LABDEV_MAP_NOTE};
	ret = mtree_insert_range(&d->tree, m->iova, m->iova + m->len - 1, range, GFP_KERNEL);
	if (ret) {
		kfree(range);
		return ret;
	}
	/* Told before it is true: from the first entry on an access may succeed. */
	domain_note(d, LABDEV_NOTE_MAPPED, m->iova, m->len);
	ret = domain_map(d, m);
	mutex_lock(&d->lock);
	range->busy = false;
	if (ret)
		mtree_erase(&d->tree, m->iova);
	mutex_unlock(&d->lock);
	if (ret)
		kfree(range);
	return ret;
}

static long dom_unmap(struct labdev_domain *d, const struct labdev_dom_map *m)
{
	struct labdev_range *range;
	size_t gone;

	if (m->iova + m->len < m->iova)
		return -ERANGE;
	mutex_lock(&d->lock);
	range = mtree_load(&d->tree, m->iova);
	if (range && (range->iova != m->iova || range->len != m->len || range->busy))
		range = NULL;
	if (range)
		range->busy = true;
	mutex_unlock(&d->lock);
	if (!range)
		return -ENOENT;

	gone = iommu_unmap(d->domain, m->iova, m->len);
	if (range->noted)
		domain_note(d, LABDEV_NOTE_UNMAPPED, m->iova, m->len);
	mutex_lock(&d->lock);
	mtree_erase(&d->tree, m->iova);
	mutex_unlock(&d->lock);
	kfree(range);
	return gone == m->len ? 0 : -EIO;
}

/* The owner's own page, at the address that it has for a device in bypass, too. */
static long dom_anchor(struct labdev_domain *d, void __user *arg)
{
	struct labdev *ld = d->owner;
	struct labdev_anchor a;
	int ret;

	mutex_lock(&ld->attach_lock);
	if (!ld->anchor)
		ld->anchor = (void *)get_zeroed_page(GFP_KERNEL);
	mutex_unlock(&ld->attach_lock);
	if (!ld->anchor)
		return -ENOMEM;
	a.addr = virt_to_phys(ld->anchor);
	ret = iommu_map(d->domain, a.addr, a.addr, PAGE_SIZE,
			IOMMU_READ | IOMMU_WRITE | IOMMU_CACHE, GFP_KERNEL);
	if (!ret && copy_to_user(arg, &a, sizeof(a)))
		ret = -EFAULT;
	return ret;
}

/* ---------------------------------------------------------------- a domain's file */

static long dom_info(struct labdev_domain *d, void __user *arg)
{
	struct labdev_dom_info info = {
		.pgsizes = d->domain->pgsize_bitmap, .first = d->domain->geometry.aperture_start,
		.last = d->domain->geometry.aperture_end,
	};

	return copy_to_user(arg, &info, sizeof(info)) ? -EFAULT : 0;
}

static long dom_mem_io(struct labdev_domain *d, void __user *arg)
{
	struct labdev_mem_io io;
	long ret;

	if (copy_from_user(&io, arg, sizeof(io)))
		return -EFAULT;
	ret = labdev_mem_io(d->mem, &io);
	if (!ret && copy_to_user(arg, &io, sizeof(io)))
		return -EFAULT;
	return ret;
}

static long dom_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct labdev_domain *d = file->private_data;
	void __user *user = (void __user *)arg;
	struct labdev_dom_map m;
	long ret = -ENODEV;

	if (cmd == LABDEV_IOC_MEM_IO)
		return dom_mem_io(d, user);
	if ((cmd == LABDEV_IOC_DOM_MAP || cmd == LABDEV_IOC_DOM_UNMAP) &&
	    copy_from_user(&m, user, sizeof(m)))
		return -EFAULT;
	down_read(&labdev_world);
	if (d->domain) {
		if (cmd == LABDEV_IOC_DOM_MAP)
			ret = dom_map(d, &m);
		else if (cmd == LABDEV_IOC_DOM_UNMAP)
			ret = dom_unmap(d, &m);
		else if (cmd == LABDEV_IOC_DOM_INFO)
			ret = dom_info(d, user);
		else if (cmd == LABDEV_IOC_DOM_ANCHOR)
			ret = dom_anchor(d, user);
		else
			ret = -ENOTTY;
	}
	up_read(&labdev_world);
	return ret;
}

static int dom_release(struct inode *inode, struct file *file)
{
	struct labdev_domain *d = file->private_data;

	down_read(&labdev_world);
	labdev_domain_put(d);
	up_read(&labdev_world);
	return 0;
}

static const struct file_operations dom_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = dom_ioctl,
	.release = dom_release,
};

long labdev_dom_alloc(struct labdev_file *lf, void __user *arg)
{
	struct labdev_dom_alloc a;
	struct labdev_domain *d;
	struct file *file;
	int fd, ret;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if ((a.flags & ~LABDEV_DOM_STAGE2) || a.pad)
		return -EINVAL;
	d = domain_new(lf->labdev, &a);
	if (IS_ERR(d))
		return PTR_ERR(d);
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		ret = fd;
		goto err_put;
	}
	a.fd = fd;
	if (copy_to_user(arg, &a, sizeof(a))) {
		ret = -EFAULT;
		goto err_put_fd;
	}
	file = anon_inode_getfile("[labdev-domain]", &dom_fops, d, O_RDWR);
	if (IS_ERR(file)) {
		ret = PTR_ERR(file);
		goto err_put_fd;
	}
	fd_install(fd, file);
	return 0;

err_put_fd:
	put_unused_fd(fd);
err_put:
	labdev_domain_put(d);
	return ret;
}

/* The domain of a file, with a reference; ERR_PTR(-EBADF), -EINVAL. */
struct labdev_domain *labdev_domain_of_fd(int fd)
{
	struct labdev_domain *d = ERR_PTR(-EBADF);
	struct file *file = fget(fd);

	if (!file)
		return d;
	if (file->f_op == &dom_fops) {
		d = file->private_data;
		kref_get(&d->ref);
	} else {
		d = ERR_PTR(-EINVAL);
	}
	fput(file);
	return d;
}

/* ---------------------------------------------------------------- a device leaves */

/* End the IOMMU's part of a domain whose device leaves, after it was taken off other devices. */
static void domain_kill(struct labdev_domain *d)
{
	struct labdev_attach *at;

	for (;;) {
		at = list_first_entry_or_null(&d->attaches, struct labdev_attach, node);
		if (!at)
			break;
		labdev_detach_all(at->labdev, NULL, d);
	}
	iommu_domain_free(d->domain);
	d->domain = NULL;
	d->owner = NULL;
}

static struct labdev_domain *domain_owned(const struct labdev *ld)
{
	struct labdev_domain *d;

	list_for_each_entry(d, &labdev_domains, node) {
		if (d->owner != ld)
			continue;
		kref_get(&d->ref);
		return d;
	}
	return NULL;
}

/* labdev_world is held for writing: nobody makes a domain, attaches, maps or lets go meanwhile. */
void labdev_detach_device(struct labdev *ld)
{
	struct labdev_domain *d;

	lockdep_assert_held_write(&labdev_world);
	labdev_detach_all(ld, NULL, NULL);
	while ((d = domain_owned(ld))) {
		domain_kill(d);
		labdev_domain_put(d);
	}
}
