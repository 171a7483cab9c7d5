// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for DMA, and the CPU's look at it. Invariant: it outlives every mapping of it, so that a
 * stale access is seen in it and harms nobody.
 */
#include <linux/dma-mapping.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "labdev.h"

/**
 * labdev_mem_new() - zeroed memory
 * @sz: bytes, rounded up to whole chunks
 * @chunk: bytes that are contiguous; 0: a page
 *
 * Return: it, or an ERR_PTR: -EINVAL for sizes that are not offered, -ENOMEM.
 */
struct labdev_mem *labdev_mem_new(u64 sz, u32 chunk)
{
	struct labdev_mem *mem;
	unsigned int i;

	if (!chunk)
		chunk = PAGE_SIZE;
	if (chunk < PAGE_SIZE || chunk > LABDEV_CHUNK_MAX || !is_power_of_2(chunk) || !sz ||
	    sz > LABDEV_MEM_MAX)
		return ERR_PTR(-EINVAL);
	mem = kzalloc(sizeof(*mem), GFP_KERNEL);
	if (!mem)
		return ERR_PTR(-ENOMEM);
	mem->chunk = chunk;
	mem->nr = DIV_ROUND_UP(sz, chunk);
	mem->sz = (size_t)mem->nr * chunk;
	mem->cpu = kvcalloc(mem->nr, sizeof(*mem->cpu), GFP_KERNEL);
	if (!mem->cpu)
		goto err_free;
	for (i = 0; i < mem->nr; i++) {
		mem->cpu[i] = alloc_pages_exact(chunk, GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN);
		if (!mem->cpu[i])
			goto err_free;
	}
	return mem;

err_free:
	labdev_mem_free(mem);
	return ERR_PTR(-ENOMEM);
}

struct labdev_mem *labdev_mem_new_coherent(struct device *dev, u64 sz)
{
	struct labdev_mem *mem;

	if (!sz || sz > LABDEV_CHUNK_MAX)
		return ERR_PTR(-EINVAL);
	mem = kzalloc(sizeof(*mem), GFP_KERNEL);
	if (!mem)
		return ERR_PTR(-ENOMEM);
	mem->nr = 1;
	mem->chunk = PAGE_ALIGN(sz);
	mem->sz = mem->chunk;
	mem->cpu = kvcalloc(1, sizeof(*mem->cpu), GFP_KERNEL);
	if (mem->cpu)
		mem->cpu[0] =
			dma_alloc_coherent(dev, mem->sz, &mem->iova, GFP_KERNEL | __GFP_NOWARN);
	if (!mem->cpu || !mem->cpu[0]) {
		labdev_mem_free(mem);
		return ERR_PTR(-ENOMEM);
	}
	mem->dev = dev;
	return mem;
}

/*
 * Give coherent memory back while its device is there; nothing can be reached in it from then on.
 */
void labdev_mem_uncoherent(struct labdev_mem *mem)
{
	if (!mem->dev)
		return;
	dma_free_coherent(mem->dev, mem->sz, mem->cpu[0], mem->iova);
	mem->cpu[0] = NULL;
	mem->dev = NULL;
	mem->sz = 0;
	mem->nr = 0;
}

void labdev_mem_free(struct labdev_mem *mem)
{
	unsigned int i;

	labdev_mem_uncoherent(mem);
	for (i = 0; mem->cpu && i < mem->nr; i++)
		if (mem->cpu[i])
			free_pages_exact(mem->cpu[i], mem->chunk);
	kvfree(mem->cpu);
	kfree(mem);
}

/* Address of @offset, which is below mem->sz, and bytes that are contiguous from there. */
void *labdev_mem_at(const struct labdev_mem *mem, u64 offset, size_t *room)
{
	size_t in = offset % mem->chunk;

	*room = mem->chunk - in;
	return mem->cpu[offset / mem->chunk] + in;
}

static u8 io_byte(const struct labdev_mem_io *io, u64 at)
{
	if (io->op == LABDEV_IO_FILL || io->op == LABDEV_IO_CHECK_FILL)
		return io->seed >> (at % 8 * 8);
	return labdev_pattern_byte(io->seed, at);
}

static void io_check(struct labdev_mem_io *io, const u8 *cpu, u64 at, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		u8 seen = READ_ONCE(cpu[i]);

		io->sum = labdev_sum(io->sum, &seen, 1);
		if (seen == io_byte(io, at + i))
			continue;
		if (!io->wrong++)
			io->first_wrong = io->offset + at + i;
	}
}

static long io_piece(struct labdev_mem_io *io, u8 *cpu, u64 at, size_t n)
{
	size_t i;

	switch (io->op) {
	case LABDEV_IO_READ:
		return copy_to_user(u64_to_user_ptr(io->buf + at), cpu, n) ? -EFAULT : 0;
	case LABDEV_IO_WRITE:
		return copy_from_user(cpu, u64_to_user_ptr(io->buf + at), n) ? -EFAULT : 0;
	case LABDEV_IO_PATTERN:
	case LABDEV_IO_FILL:
		for (i = 0; i < n; i++)
			WRITE_ONCE(cpu[i], io_byte(io, at + i));
		return 0;
	case LABDEV_IO_CHECK:
	case LABDEV_IO_CHECK_FILL:
		io_check(io, cpu, at, n);
		return 0;
	default:
		return -EINVAL;
	}
}

long labdev_mem_io(struct labdev_mem *mem, struct labdev_mem_io *io)
{
	u64 at = 0;
	long ret;

	if (io->offset > mem->sz || io->len > mem->sz - io->offset)
		return -ERANGE;
	io->wrong = 0;
	io->first_wrong = 0;
	io->sum = LABDEV_SUM_BEGIN;
	while (at < io->len) {
		size_t room;
		u8 *cpu = labdev_mem_at(mem, io->offset + at, &room);
		size_t n = min3((u64)room, io->len - at, (u64)PAGE_SIZE);

		ret = io_piece(io, cpu, at, n);
		if (ret)
			return ret;
		at += n;
		cond_resched();
	}
	return 0;
}
