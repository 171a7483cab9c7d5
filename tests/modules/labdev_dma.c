// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA API: memory, streaming mappings, scatterlists.
 *
 * Invariant: between the return of a dma_unmap and its note no dma_map may hand out the same
 * address, or the note would condemn the new owner's accesses. So unmaps share ->map_order and a
 * map has it alone.
 */
#include <linux/dma-mapping.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "labdev.h"

#define FILE_MEM_MAX	SZ_256M

/**
 * struct labdev_map - a streaming mapping
 * @mem: what is mapped
 * @dir: how
 * @len: bytes
 * @iova: address
 * @sgt: with entries if it is a scatterlist
 */
struct labdev_map {
	struct labdev_mem *mem;
	enum dma_data_direction dir;
	size_t len;
	dma_addr_t iova;
	struct sg_table sgt;
};

/**
 * labdev_domain_kind() - what translates accesses without a PASID now
 * @ld: a device that is not gone
 */
u32 labdev_domain_kind(struct labdev *ld)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(&ld->pdev->dev);

	if (!domain)
		return LABDEV_DOMAIN_NONE;
	switch (domain->type) {
	case IOMMU_DOMAIN_IDENTITY:
		return LABDEV_DOMAIN_IDENTITY;
	case IOMMU_DOMAIN_DMA:
		return LABDEV_DOMAIN_DMA;
	case IOMMU_DOMAIN_DMA_FQ:
		return LABDEV_DOMAIN_DMA_FQ;
	default:
		return LABDEV_DOMAIN_OTHER;
	}
}

/* Only a strict domain promises that nothing is left when dma_unmap returns. */
static bool notes_wanted(struct labdev *ld)
{
	return READ_ONCE(ld->noting) && labdev_domain_kind(ld) == LABDEV_DOMAIN_DMA;
}

/* ---------------------------------------------------------------- memory */

static long mem_charge(struct labdev_file *lf, u64 sz)
{
	long ret = 0;

	mutex_lock(&lf->lock);
	if (sz > FILE_MEM_MAX - lf->mem_bytes)
		ret = -ENOSPC;
	else
		lf->mem_bytes += sz;
	mutex_unlock(&lf->lock);
	return ret;
}

static void mem_uncharge(struct labdev_file *lf, u64 sz)
{
	mutex_lock(&lf->lock);
	lf->mem_bytes -= sz;
	mutex_unlock(&lf->lock);
}

static struct labdev_mem *coherent_new(struct labdev *ld, u64 sz)
{
	struct labdev_mem *mem;

	down_write(&ld->map_order);
	mem = labdev_mem_new_coherent(&ld->pdev->dev, sz);
	if (!IS_ERR(mem) && notes_wanted(ld))
		labdev_note(ld, LABDEV_NOTE_MAPPED, LABDEV_RID, mem->iova, mem->sz);
	up_write(&ld->map_order);
	return mem;
}

static void coherent_free(struct labdev *ld, struct labdev_mem *mem)
{
	dma_addr_t iova = mem->iova;
	size_t sz = mem->sz;

	down_read(&ld->map_order);
	labdev_mem_uncoherent(mem);
	if (notes_wanted(ld))
		labdev_note(ld, LABDEV_NOTE_UNMAPPED, LABDEV_RID, iova, sz);
	up_read(&ld->map_order);
}

long labdev_dma_mem_alloc(struct labdev_file *lf, void __user *arg)
{
	struct labdev_mem_alloc a;
	struct labdev_mem *mem;
	long ret;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if ((a.flags & ~LABDEV_MEM_COHERENT) || a.pad || !a.sz || a.sz > LABDEV_MEM_MAX)
		return -EINVAL;
	a.sz = ALIGN(a.sz, max_t(u64, a.chunk, PAGE_SIZE));
	ret = mem_charge(lf, a.sz);
	if (ret)
		return ret;
	mem = a.flags & LABDEV_MEM_COHERENT ? coherent_new(lf->labdev, a.sz)
					    : labdev_mem_new(a.sz, a.chunk);
	if (IS_ERR(mem)) {
		ret = PTR_ERR(mem);
		goto err_uncharge;
	}
	ret = xa_alloc(&lf->mems, &a.handle, mem, xa_limit_31b, GFP_KERNEL);
	if (ret)
		goto err_free_mem;
	a.iova = mem->iova;
	/* The program can free what it cannot read about only by closing. */
	return copy_to_user(arg, &a, sizeof(a)) ? -EFAULT : 0;

err_free_mem:
	if (mem->dev)
		coherent_free(lf->labdev, mem);
	labdev_mem_free(mem);
err_uncharge:
	mem_uncharge(lf, a.sz);
	return ret;
}

long labdev_dma_mem_free(struct labdev_file *lf, u32 handle)
{
	struct labdev_mem *mem;
	size_t sz;

	mutex_lock(&lf->lock);
	mem = xa_load(&lf->mems, handle);
	if (!mem || mem->users) {
		mutex_unlock(&lf->lock);
		return mem ? -EBUSY : -ENOENT;
	}
	xa_erase(&lf->mems, handle);
	mutex_unlock(&lf->lock);
	sz = mem->sz;
	if (mem->dev)
		coherent_free(lf->labdev, mem);
	labdev_mem_free(mem);
	mem_uncharge(lf, sz);
	return 0;
}

static struct labdev_mem *mem_use(struct labdev_file *lf, u32 handle)
{
	struct labdev_mem *mem;

	mutex_lock(&lf->lock);
	mem = xa_load(&lf->mems, handle);
	if (mem)
		mem->users++;
	mutex_unlock(&lf->lock);
	return mem;
}

static void mem_unuse(struct labdev_file *lf, struct labdev_mem *mem)
{
	mutex_lock(&lf->lock);
	mem->users--;
	mutex_unlock(&lf->lock);
}

long labdev_dma_mem_io(struct labdev_file *lf, void __user *arg)
{
	struct labdev_mem_io io;
	struct labdev_mem *mem;
	long ret;

	if (copy_from_user(&io, arg, sizeof(io)))
		return -EFAULT;
	mem = mem_use(lf, io.handle);
	if (!mem)
		return -ENOENT;
	ret = labdev_mem_io(mem, &io);
	mem_unuse(lf, mem);
	if (!ret && copy_to_user(arg, &io, sizeof(io)))
		return -EFAULT;
	return ret;
}

/* ---------------------------------------------------------------- mappings */

static int map_list(struct device *dev, struct labdev_map *map, u64 offset)
{
	unsigned int n = (offset + map->len - 1) / map->mem->chunk - offset / map->mem->chunk + 1;
	struct scatterlist *sg;
	size_t left = map->len;
	int i, ret;

	ret = sg_alloc_table(&map->sgt, n, GFP_KERNEL);
	if (ret)
		return ret;
	for_each_sgtable_sg(&map->sgt, sg, i) {
		size_t room;
		void *cpu = labdev_mem_at(map->mem, offset, &room);

		room = min(room, left);
		sg_set_buf(sg, cpu, room);
		offset += room;
		left -= room;
	}
	ret = dma_map_sgtable(dev, &map->sgt, map->dir, 0);
	if (!ret && map->sgt.nents != 1) {
		/* Jobs take one address; without an IOMMU's help a list has many. */
		dma_unmap_sgtable(dev, &map->sgt, map->dir, 0);
		ret = -EOPNOTSUPP;
	}
	if (ret)
		sg_free_table(&map->sgt);
	else
		map->iova = sg_dma_address(map->sgt.sgl);
	return ret;
}

static int map_make(struct labdev *ld, struct labdev_map *map, u64 offset)
{
	struct device *dev = &ld->pdev->dev;
	size_t room;
	void *cpu = labdev_mem_at(map->mem, offset, &room);
	int ret = 0;

	down_write(&ld->map_order);
	if (map->len > room) {
		ret = map_list(dev, map, offset);
	} else {
		map->iova = dma_map_single(dev, cpu, map->len, map->dir);
		if (dma_mapping_error(dev, map->iova))
			ret = -EIO;
	}
	if (!ret && notes_wanted(ld))
		labdev_note(ld, LABDEV_NOTE_MAPPED, LABDEV_RID, map->iova, map->len);
	up_write(&ld->map_order);
	return ret;
}

static void map_undo(struct labdev *ld, struct labdev_map *map)
{
	struct device *dev = &ld->pdev->dev;

	down_read(&ld->map_order);
	if (map->sgt.nents) {
		dma_unmap_sgtable(dev, &map->sgt, map->dir, 0);
		sg_free_table(&map->sgt);
	} else {
		dma_unmap_single(dev, map->iova, map->len, map->dir);
	}
	if (notes_wanted(ld))
		labdev_note(ld, LABDEV_NOTE_UNMAPPED, LABDEV_RID, map->iova, map->len);
	up_read(&ld->map_order);
}

static int dir_of(u32 dir, enum dma_data_direction *out)
{
	static const enum dma_data_direction dirs[] = {DMA_NONE, DMA_TO_DEVICE, DMA_FROM_DEVICE,
						       DMA_BIDIRECTIONAL};

	if (dir < LABDEV_TO_DEVICE || dir > LABDEV_BOTH)
		return -EINVAL;
	*out = dirs[dir];
	return 0;
}

static long dma_map(struct labdev_file *lf, struct labdev_dma_map *a, struct labdev_mem *mem)
{
	struct labdev *ld = lf->labdev;
	struct labdev_map *map;
	long ret;

	if (mem->dev)
		return -EINVAL;
	if (!a->len || a->offset >= mem->sz || a->len > mem->sz - a->offset)
		return -ERANGE;
	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	map->mem = mem;
	map->len = a->len;
	ret = dir_of(a->dir, &map->dir);
	if (!ret)
		ret = map_make(ld, map, a->offset);
	if (ret)
		goto err_free_map;
	a->iova = map->iova;
	ret = xa_alloc(&lf->maps, &a->handle, map, xa_limit_31b, GFP_KERNEL);
	if (ret)
		goto err_unmap;
	return 0;

err_unmap:
	map_undo(ld, map);
err_free_map:
	kfree(map);
	return ret;
}

long labdev_dma_map_ioctl(struct labdev_file *lf, void __user *arg)
{
	struct labdev *ld = lf->labdev;
	struct labdev_dma_map a;
	struct labdev_mem *mem;
	long ret;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if (a.flags & ~LABDEV_MAP_NOTE)
		return -EINVAL;
	if (a.flags & LABDEV_MAP_NOTE)
		WRITE_ONCE(ld->noting, true);
	mem = mem_use(lf, a.mem);
	if (!mem)
		return -ENOENT;
	ret = dma_map(lf, &a, mem);
	if (ret)
		mem_unuse(lf, mem);
	else if (copy_to_user(arg, &a, sizeof(a)))
		ret = -EFAULT;
	return ret;
}

static void map_end(struct labdev_file *lf, struct labdev_map *map)
{
	map_undo(lf->labdev, map);
	mem_unuse(lf, map->mem);
	kfree(map);
}

long labdev_dma_unmap_ioctl(struct labdev_file *lf, u32 handle)
{
	struct labdev_map *map;

	/* Who erases it owns it. */
	mutex_lock(&lf->lock);
	map = xa_erase(&lf->maps, handle);
	mutex_unlock(&lf->lock);
	if (!map)
		return -ENOENT;
	map_end(lf, map);
	return 0;
}

static void map_sync(struct device *dev, struct labdev_map *map, u32 whom)
{
	if (map->sgt.nents && whom == LABDEV_SYNC_CPU)
		dma_sync_sgtable_for_cpu(dev, &map->sgt, map->dir);
	else if (map->sgt.nents)
		dma_sync_sgtable_for_device(dev, &map->sgt, map->dir);
	else if (whom == LABDEV_SYNC_CPU)
		dma_sync_single_for_cpu(dev, map->iova, map->len, map->dir);
	else
		dma_sync_single_for_device(dev, map->iova, map->len, map->dir);
}

long labdev_dma_sync_ioctl(struct labdev_file *lf, void __user *arg)
{
	struct device *dev = &lf->labdev->pdev->dev;
	struct labdev_dma_sync a;
	struct labdev_map *map;

	if (copy_from_user(&a, arg, sizeof(a)))
		return -EFAULT;
	if (a.whom > LABDEV_SYNC_DEVICE)
		return -EINVAL;
	/* With the lock held nobody can unmap it meanwhile. */
	mutex_lock(&lf->lock);
	map = xa_load(&lf->maps, a.handle);
	if (map)
		map_sync(dev, map, a.whom);
	mutex_unlock(&lf->lock);
	return map ? 0 : -ENOENT;
}

/* The device leaves, or the file is closed: mappings and coherent memory go, memory may stay. */
void labdev_dma_unmap_all(struct labdev_file *lf)
{
	struct labdev_map *map;
	struct labdev_mem *mem;
	unsigned long i;

	xa_for_each(&lf->maps, i, map) {
		xa_erase(&lf->maps, i);
		map_end(lf, map);
	}
	xa_for_each(&lf->mems, i, mem)
		if (mem->dev)
			coherent_free(lf->labdev, mem);
}

/* With @leak the device may still write to it: better lost than used again. */
void labdev_dma_free_all(struct labdev_file *lf, bool leak)
{
	struct labdev_mem *mem;
	unsigned long i;

	xa_for_each(&lf->mems, i, mem) {
		xa_erase(&lf->mems, i);
		if (!leak)
			labdev_mem_free(mem);
	}
}
