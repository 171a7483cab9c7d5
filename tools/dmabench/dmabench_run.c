// SPDX-License-Identifier: GPL-2.0-only
/*
 * The measurement: threads, each bound to a CPU, that map and unmap the same memory until they are
 * stopped. Invariant: every thread has ended and all memory is unmapped when dmabench_run()
 * returns.
 */
#include <linux/cpumask.h>
#include <linux/dma-mapping.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "dmabench.h"
#include "marker.h"

/* The first pairs fill the allocator's caches and make the tables; they are not counted. */
#define WARM_UP_LOOPS		32

/*
 * The work of the IOMMU is what is measured. Without this a device that is not coherent would add
 * cache maintenance of every byte.
 */
#define DMA_ATTRS		DMA_ATTR_SKIP_CPU_SYNC

struct worker {
	struct device *dev;
	struct task_struct *task;
	struct page *page;
	unsigned int bytes;
	struct page **pages;
	unsigned int nr_pages;
	struct sg_table sgt;
	dma_addr_t iova;
	u64 loops, map_ns, unmap_ns, wall_ns;
	int err;
};

/* ---------------------------------------------------------------- memory */

static void worker_free(struct worker *w)
{
	unsigned int i;

	if (w->page)
		__free_pages(w->page, get_order(w->bytes));
	if (w->sgt.sgl)
		sg_free_table(&w->sgt);
	for (i = 0; w->pages && i < 2 * w->nr_pages; i++)
		if (w->pages[i])
			__free_page(w->pages[i]);
	kvfree(w->pages);
}

/* Every second page of twice as many: two that follow each other are not one piece of memory. */
static int worker_scatter(struct worker *w, int node)
{
	struct scatterlist *sg;
	unsigned int i;

	w->pages = kvcalloc(2 * w->nr_pages, sizeof(*w->pages), GFP_KERNEL);
	if (!w->pages)
		return -ENOMEM;
	for (i = 0; i < 2 * w->nr_pages; i++) {
		w->pages[i] = alloc_pages_node(node, GFP_KERNEL | __GFP_NOWARN, 0);
		if (!w->pages[i])
			return -ENOMEM;
	}
	if (sg_alloc_table(&w->sgt, w->nr_pages, GFP_KERNEL))
		return -ENOMEM;
	for_each_sgtable_sg(&w->sgt, sg, i)
		sg_set_page(sg, w->pages[2 * i], PAGE_SIZE, 0);
	return 0;
}

static int worker_alloc(struct worker *w, const struct dmabench_job *job, int node)
{
	w->bytes = job->bytes;
	w->nr_pages = job->pages;
	if (job->pages)
		return worker_scatter(w, node);
	w->page = alloc_pages_node(node, GFP_KERNEL | __GFP_NOWARN, get_order(job->bytes));
	return w->page ? 0 : -ENOMEM;
}

/* ---------------------------------------------------------------- threads */

static int worker_map(struct worker *w)
{
	if (w->nr_pages)
		return dma_map_sgtable(w->dev, &w->sgt, DMA_BIDIRECTIONAL, DMA_ATTRS);
	w->iova = dma_map_page_attrs(w->dev, w->page, 0, w->bytes, DMA_BIDIRECTIONAL, DMA_ATTRS);
	return dma_mapping_error(w->dev, w->iova) ? -EIO : 0;
}

static void worker_unmap(struct worker *w)
{
	if (w->nr_pages)
		dma_unmap_sgtable(w->dev, &w->sgt, DMA_BIDIRECTIONAL, DMA_ATTRS);
	else
		dma_unmap_page_attrs(w->dev, w->iova, w->bytes, DMA_BIDIRECTIONAL, DMA_ATTRS);
}

static int worker_pair(struct worker *w, bool count)
{
	u64 begin = ktime_get_ns(), mapped, end;

	if (worker_map(w))
		return -EIO;
	mapped = ktime_get_ns();
	worker_unmap(w);
	end = ktime_get_ns();
	if (count) {
		w->loops++;
		w->map_ns += mapped - begin;
		w->unmap_ns += end - mapped;
	}
	return 0;
}

static int worker_thread(void *arg)
{
	struct worker *w = arg;
	u64 begin = ktime_get_ns();
	unsigned int i;

	/* One measured pair at least, however slow the machine. */
	for (i = 0; !w->err && (!w->loops || !kthread_should_stop()); i++) {
		if (i == WARM_UP_LOOPS)
			begin = ktime_get_ns();
		w->err = worker_pair(w, i >= WARM_UP_LOOPS);
		cond_resched();
	}
	w->wall_ns = ktime_get_ns() - begin;

	/* kthread_stop() needs the thread to be there. */
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* A pair whose halves lie between markers, on one CPU. */
static int worker_marked_pair(struct worker *w, unsigned long id)
{
	int ret;

	preempt_disable();
	marker_begin(id);
	ret = worker_map(w);
	marker_end(id);
	if (!ret) {
		marker_begin(id + 1);
		worker_unmap(w);
		marker_end(id + 1);
	}
	preempt_enable();
	return ret ? -EIO : 0;
}

int dmabench_count(struct device *dev, const struct dmabench_count *count)
{
	struct worker w = { .dev = dev };
	unsigned int i;
	int ret = worker_alloc(&w, &count->job, NUMA_NO_NODE);

	for (i = 0; !ret && i < WARM_UP_LOOPS + count->rounds; i++) {
		if (signal_pending(current))
			ret = -EINTR;
		else if (i < WARM_UP_LOOPS)
			ret = worker_pair(&w, false);
		else
			ret = worker_marked_pair(&w, count->id);
		cond_resched();
	}
	worker_free(&w);
	return ret;
}

static int workers_make(struct worker *all, struct device *dev, const struct dmabench_job *job)
{
	unsigned int cpu = cpumask_first(cpu_online_mask), i;
	int ret;

	for (i = 0; i < job->threads; i++, cpu = cpumask_next(cpu, cpu_online_mask)) {
		if (cpu >= nr_cpu_ids)
			return -ERANGE;
		all[i].dev = dev;
		ret = worker_alloc(&all[i], job, cpu_to_node(cpu));
		if (ret)
			return ret;
		all[i].task = kthread_create_on_node(worker_thread, &all[i], cpu_to_node(cpu),
						     "dmabench/%u", i);
		if (IS_ERR(all[i].task)) {
			ret = PTR_ERR(all[i].task);
			all[i].task = NULL;
			return ret;
		}
		kthread_bind(all[i].task, cpu);
	}
	return 0;
}

static void workers_stop(struct worker *all, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (all[i].task)
			kthread_stop(all[i].task);
}

static int workers_sum(const struct worker *all, unsigned int nr, struct dmabench_result *sum)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (all[i].err)
			return all[i].err;
		sum->loops += all[i].loops;
		sum->map_ns += all[i].map_ns;
		sum->unmap_ns += all[i].unmap_ns;
		sum->wall_ns += all[i].wall_ns;
	}
	return 0;
}

static u64 clock_cost(void)
{
	u64 begin = ktime_get_ns();
	unsigned int i;

	for (i = 0; i < 1024; i++)
		ktime_get_ns();
	return (ktime_get_ns() - begin) / 1024;
}

int dmabench_run(struct device *dev, const struct dmabench_job *job,
		 struct dmabench_result *result)
{
	struct worker *all;
	unsigned int i;
	int ret;

	all = kvcalloc(job->threads, sizeof(*all), GFP_KERNEL);
	if (!all)
		return -ENOMEM;
	memset(result, 0, sizeof(*result));
	ret = workers_make(all, dev, job);
	if (!ret) {
		for (i = 0; i < job->threads; i++)
			wake_up_process(all[i].task);
		schedule_timeout_interruptible(msecs_to_jiffies(job->ms) + 1);
		if (signal_pending(current))
			ret = -EINTR;
	}
	workers_stop(all, job->threads);
	if (!ret)
		ret = workers_sum(all, job->threads, result);
	result->clock_ns = clock_cost();
	for (i = 0; i < job->threads; i++)
		worker_free(&all[i]);
	kvfree(all);
	return ret;
}
