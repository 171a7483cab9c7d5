// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paging domains with memory of their own, attached to PASIDs of devices or in place of a device's
 * own domain.
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

#include "labdev.h"

#define NOTE_ALL	BIT_ULL(56)

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
	d->domain = iommu_paging_domain_alloc(&ld->pdev->dev);
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
	kref_put(&d->ref, domain_release);
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
	kref_put(&d->ref, domain_release);
	return ret;
}

/* ---------------------------------------------------------------- attach */

static int attach_domain(struct labdev_attach *at)
{
	struct device *dev = &at->labdev->pdev->dev;

	if (at->pasid == LABDEV_RID)
		return iommu_attach_device(at->domain->domain, dev);
	return iommu_attach_device_pasid(at->domain->domain, dev, at->pasid, NULL);
}

static void detach_domain(struct labdev_attach *at)
{
	struct device *dev = &at->labdev->pdev->dev;

	if (at->pasid == LABDEV_RID)
		iommu_detach_device(at->domain->domain, dev);
	else
		iommu_detach_device_pasid(at->domain->domain, dev, at->pasid);
}

/* Takes it out of the device's books; the domain's are done before the referee is told. */
static void attach_end(struct labdev_attach *at)
{
	struct labdev *ld = at->labdev;
	struct labdev_domain *d = at->domain;

	lockdep_assert_held(&ld->attach_lock);
	detach_domain(at);
	mutex_lock(&d->lock);
	list_del(&at->node);
	mutex_unlock(&d->lock);
	/*
	 * Behind a PASID is nothing now. Without one it is the device's own domain again, of which
	 * all may be valid.
	 */
	if (at->flags & LABDEV_ATTACH_NOTE)
		labdev_note(ld, at->pasid == LABDEV_RID ? LABDEV_NOTE_MAPPED : LABDEV_NOTE_UNMAPPED,
			    at->pasid, 0, NOTE_ALL);
	if (at->pasid == LABDEV_RID)
		ld->rid_attach = NULL;
	else
		xa_erase(&ld->attaches, at->pasid);
	kref_put(&d->ref, domain_release);
	kfree(at);
}

static int attach_begin(struct labdev_attach *at)
{
	struct labdev *ld = at->labdev;
	struct labdev_domain *d = at->domain;
	int ret;

	lockdep_assert_held(&ld->attach_lock);
	if (at->pasid == LABDEV_RID && ld->rid_attach)
		return -EBUSY;
	if (at->pasid != LABDEV_RID) {
		ret = xa_insert(&ld->attaches, at->pasid, at, GFP_KERNEL);
		if (ret)
			return ret;
	}
	/* Always, or what an earlier attachment of this PASID has noted would still hold. */
	labdev_note(ld, LABDEV_NOTE_MAPPED, at->pasid, 0, NOTE_ALL);
	/* Into the domain's list first: an unmap that happens meanwhile must be noted. */
	mutex_lock(&d->lock);
	list_add(&at->node, &d->attaches);
	mutex_unlock(&d->lock);
	if (at->pasid == LABDEV_RID) {
		ld->rid_attach = at;
		labdev_jobs_deafen(ld);
	}
	ret = attach_domain(at);
	if (!ret)
		return 0;
	mutex_lock(&d->lock);
	list_del(&at->node);
	mutex_unlock(&d->lock);
	if (at->pasid == LABDEV_RID)
		ld->rid_attach = NULL;
	else
		xa_erase(&ld->attaches, at->pasid);
	return ret;
}

static int pasid_check(struct labdev *ld, u32 pasid)
{
	struct dev_iommu *iommu = ld->pdev->dev.iommu;

	if (pasid == LABDEV_RID)
		return 0;
	/* With none on offer the core says yes and does nothing. */
	if (!iommu || !iommu->max_pasids)
		return -EOPNOTSUPP;
	return pasid && pasid < iommu->max_pasids && pasid <= LABDEV_PASID_MASK ? 0 : -ERANGE;
}

static struct labdev_domain *domain_of_fd(int fd)
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

long labdev_attach(struct labdev_file *lf, void __user *arg)
{
	struct labdev *ld = lf->labdev;
	struct labdev_attach_args a;
	struct labdev_attach *at;
	struct labdev_domain *d;
	long ret;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if ((a.flags & ~LABDEV_ATTACH_NOTE) || a.pad)
		return -EINVAL;
	ret = pasid_check(ld, a.pasid);
	if (ret)
		return ret;
	d = domain_of_fd(a.fd);
	if (IS_ERR(d))
		return PTR_ERR(d);
	at = kzalloc(sizeof(*at), GFP_KERNEL);
	ret = -ENOMEM;
	if (!at)
		goto err_put;
	*at = (struct labdev_attach){
		.labdev = ld, .file = lf, .domain = d, .pasid = a.pasid, .flags = a.flags};
	mutex_lock(&ld->attach_lock);
	ret = d->domain ? attach_begin(at) : -ENODEV;
	mutex_unlock(&ld->attach_lock);
	if (!ret)
		return 0;
	kfree(at);
err_put:
	kref_put(&d->ref, domain_release);
	return ret;
}

long labdev_detach(struct labdev_file *lf, void __user *arg)
{
	struct labdev *ld = lf->labdev;
	struct labdev_attach_args a;
	struct labdev_attach *at;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	mutex_lock(&ld->attach_lock);
	at = a.pasid == LABDEV_RID ? ld->rid_attach : xa_load(&ld->attaches, a.pasid);
	if (at && at->file == lf)
		attach_end(at);
	else
		at = NULL;
	mutex_unlock(&ld->attach_lock);
	return at ? 0 : -ENOENT;
}

static void detach_all(struct labdev *ld, const struct labdev_file *lf,
		       const struct labdev_domain *d)
{
	struct labdev_attach *at;
	unsigned long i;

	mutex_lock(&ld->attach_lock);
	xa_for_each(&ld->attaches, i, at)
		if ((!lf || at->file == lf) && (!d || at->domain == d))
			attach_end(at);
	at = ld->rid_attach;
	if (at && (!lf || at->file == lf) && (!d || at->domain == d))
		attach_end(at);
	mutex_unlock(&ld->attach_lock);
}

void labdev_detach_file(struct labdev_file *lf)
{
	detach_all(lf->labdev, lf, NULL);
}

/* End the IOMMU's part of a domain whose device leaves, after it was taken off other devices. */
static void domain_kill(struct labdev_domain *d)
{
	struct labdev_attach *at;

	for (;;) {
		at = list_first_entry_or_null(&d->attaches, struct labdev_attach, node);
		if (!at)
			break;
		detach_all(at->labdev, NULL, d);
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
	detach_all(ld, NULL, NULL);
	while ((d = domain_owned(ld))) {
		domain_kill(d);
		kref_put(&d->ref, domain_release);
	}
}
