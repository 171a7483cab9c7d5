// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel that layers 1 and 2 stand on: what is no one-liner. Layer: tests.
 */
#include <stdarg.h>
#include <host/kernel.h>

void (*host_watch)(const void *addr, size_t sz);
void (*host_ats_watch)(struct pci_dev *pdev, bool on);
unsigned int host_warns;
s64 host_now = NSEC_PER_SEC;
unsigned int host_cpu;

int host_warn(const char *file, int line, const char *what)
{
	host_warns++;
	printf("    # WARN at %s:%d: %s\n", file, line, what);
	return 1;
}

/* ---------------------------------------------------------------- locks */

void host_lock(int *held, const char *file, int line)
{
	if (*held)
		host_warn(file, line, "a lock is taken that is held already");
	*held = 1;
}

void host_unlock(int *held, const char *file, int line)
{
	if (!*held)
		host_warn(file, line, "a lock is released that is not held");
	*held = 0;
}

/* ---------------------------------------------------------------- xarray */

static struct host_xa_entry **xa_place(const struct xarray *xa, unsigned long index)
{
	struct host_xa_entry **e = (struct host_xa_entry **)&xa->first;

	while (*e && (*e)->index < index)
		e = &(*e)->next;
	return e;
}

void *xa_load(const struct xarray *xa, unsigned long index)
{
	struct host_xa_entry *e = *xa_place(xa, index);

	return e && e->index == index ? e->entry : NULL;
}

void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct host_xa_entry **place = xa_place(xa, index), *e = *place;
	void *old;

	/* As in the kernel: an array that allocates keeps the place. */
	if (!entry && !xa->flags)
		return xa_erase(xa, index);
	if (e && e->index == index) {
		old = e->entry;
		e->entry = entry;
		return old;
	}
	e = kmalloc(sizeof(*e), gfp);
	if (!e)
		return ERR_PTR(-ENOMEM);
	*e = (struct host_xa_entry) { .next = *place, .index = index, .entry = entry };
	*place = e;
	return NULL;
}

int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp)
{
	struct host_xa_entry **place = xa_place(xa, index), *e = *place;

	if (e && e->index == index)
		return 0;
	e = kmalloc(sizeof(*e), gfp);
	if (!e)
		return -ENOMEM;
	*e = (struct host_xa_entry){ .next = *place, .index = index };
	*place = e;
	return 0;
}

void xa_release(struct xarray *xa, unsigned long index)
{
	struct host_xa_entry *e = *xa_place(xa, index);

	if (e && e->index == index && !e->entry)
		xa_erase(xa, index);
}

int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp)
{
	struct host_xa_entry *e = *xa_place(xa, index);

	/* A place that is reserved is taken, too. */
	if (e && e->index == index)
		return -EBUSY;
	return xa_err(xa_store(xa, index, entry, gfp));
}

void *xa_erase(struct xarray *xa, unsigned long index)
{
	struct host_xa_entry **place = xa_place(xa, index), *e = *place;
	void *old;

	if (!e || e->index != index)
		return NULL;
	old = e->entry;
	*place = e->next;
	kfree(e);
	return old;
}

int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp)
{
	u32 i;

	for (i = limit.min; ; i++) {
		struct host_xa_entry *e = *xa_place(xa, i);

		if (!e || e->index != i)
			break;
		if (i == limit.max)
			return -EBUSY;
	}
	*id = i;
	return xa_err(xa_store(xa, i, entry, gfp));
}

void xa_destroy(struct xarray *xa)
{
	while (xa->first)
		xa_erase(xa, xa->first->index);
}

void *xa_find(const struct xarray *xa, unsigned long *index, unsigned long max, unsigned int mark)
{
	struct host_xa_entry *e = *xa_place(xa, *index);

	(void)mark;
	while (e && !e->entry)
		e = e->next;
	if (!e || e->index > max)
		return NULL;
	*index = e->index;
	return e->entry;
}

void *xa_find_after(const struct xarray *xa, unsigned long *index, unsigned long max,
		    unsigned int mark)
{
	if (*index == ULONG_MAX)
		return NULL;
	++*index;
	return xa_find(xa, index, max, mark);
}

/* ---------------------------------------------------------------- time and work */

void cpu_relax(void)
{
	host_now += 5 * NSEC_PER_USEC;
}

static struct work_struct *works;

bool schedule_work(struct work_struct *work)
{
	struct work_struct **w = &works;

	if (work->queued)
		return false;
	while (*w)
		w = &(*w)->next;
	work->queued = true;
	work->next = NULL;
	*w = work;
	return true;
}

bool cancel_work_sync(struct work_struct *work)
{
	struct work_struct **w = &works;

	if (!work->queued)
		return false;
	while (*w != work)
		w = &(*w)->next;
	*w = work->next;
	work->queued = false;
	return true;
}

unsigned int host_run_work(void)
{
	unsigned int nr = 0;

	while (works) {
		struct work_struct *work = works;

		works = work->next;
		work->queued = false;
		work->func(work);
		nr++;
	}
	return nr;
}

/* ---------------------------------------------------------------- log */

#define LOG_LINES	4096

static char *log_line[LOG_LINES];
static unsigned int log_nr;

/* The kernel's own conversions of %p are made plain. */
static void plain_format(char *to, size_t sz, const char *fmt)
{
	size_t i = 0;

	while (*fmt && i < sz - 1) {
		to[i++] = *fmt++;
		if (to[i - 1] == '%' && *fmt == 'p' && strspn(fmt + 1, "adeSsK")) {
			to[i++] = *fmt++;
			fmt += strspn(fmt, "adeSsK");
		}
	}
	to[i] = '\0';
}

void host_log(const struct device *dev, char level, const char *fmt, ...)
{
	char plain[512], line[1024];
	va_list args;
	int len;

	plain_format(plain, sizeof(plain), fmt);
	len = snprintf(line, sizeof(line), "%c %s: ", level, dev ? dev->name : "-");
	va_start(args, fmt);
	vsnprintf(line + len, sizeof(line) - len, plain, args);
	va_end(args);
	if (getenv("SMMU3_HOST_LOG"))
		printf("    # log %s", line);
	if (log_nr < LOG_LINES)
		log_line[log_nr++] = strdup(line);
}

bool host_log_has(const char *text)
{
	unsigned int i;

	for (i = 0; i < log_nr; i++) {
		if (strstr(log_line[i], text))
			return true;
	}
	return false;
}

unsigned int host_log_lines(void)
{
	return log_nr;
}

void host_log_clear(void)
{
	while (log_nr)
		free(log_line[--log_nr]);
}

int __ratelimit(struct ratelimit_state *rs)
{
	if (!rs->begin || host_now - rs->begin > rs->interval * (NSEC_PER_SEC / HZ)) {
		rs->begin = host_now;
		rs->printed = 0;
	}
	if (rs->printed >= rs->burst)
		return 0;
	rs->printed++;
	return 1;
}

/* ---------------------------------------------------------------- DMA memory */

static void *dma_alloc(size_t size, size_t align, size_t shift, dma_addr_t *dma, gfp_t gfp)
{
	void *p;

	if (host_fail_nth && !--host_fail_nth && !(gfp & __GFP_NOFAIL))
		return NULL;
	if (posix_memalign(&p, align, size + shift))
		abort();
	p += shift;
	memset(p, 0, size);
	*dma = (uintptr_t)p;
	host_live_allocs++;
	return p;
}

size_t host_dma_shift;

/* Aligned to its size, and moved by host_dma_shift: what comes from CMA is aligned less. */
void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *dma, gfp_t gfp)
{
	size_t align = PAGE_SIZE;

	(void)dev;
	if (size > PAGE_SIZE << MAX_PAGE_ORDER)
		return NULL;
	while (align < size)
		align <<= 1;
	return dma_alloc(size, align, host_dma_shift, dma, gfp);
}

void dma_free_coherent(struct device *dev, size_t size, void *p, dma_addr_t dma)
{
	(void)dev;
	(void)size;
	WARN_ON(!p || dma != (uintptr_t)p);
	host_live_allocs--;
	free(p - host_dma_shift);
}

struct dma_pool *dma_pool_create(const char *name, struct device *dev, size_t size, size_t align,
				 size_t boundary)
{
	struct dma_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);

	(void)name;
	(void)dev;
	(void)boundary;
	WARN_ON(align > size);
	if (pool)
		pool->size = size;
	return pool;
}

void dma_pool_destroy(struct dma_pool *pool)
{
	if (!pool)
		return;
	WARN_ON(pool->live);
	kfree(pool);
}

void *dma_pool_zalloc(struct dma_pool *pool, gfp_t gfp, dma_addr_t *dma)
{
	void *p = dma_alloc(pool->size, pool->size, host_dma_shift, dma, gfp);

	if (p)
		pool->live++;
	return p;
}

void dma_pool_free(struct dma_pool *pool, void *p, dma_addr_t dma)
{
	pool->live--;
	dma_free_coherent(NULL, pool->size, p, dma);
}

/* ---------------------------------------------------------------- interrupts */

static struct {
	int irq;
	irq_handler_t hard, thread;
	void *arg;
} irqs[16];
static unsigned int nr_irqs;

int devm_request_threaded_irq(struct device *dev, int irq, irq_handler_t hard, irq_handler_t thread,
			      unsigned long flags, const char *name, void *arg)
{
	(void)dev;
	(void)name;
	if (nr_irqs == ARRAY_SIZE(irqs))
		return -EBUSY;
	/* A thread without a hard handler needs the line masked until the thread has run. */
	WARN_ON(!hard && thread && !(flags & IRQF_ONESHOT));
	irqs[nr_irqs].irq = irq;
	irqs[nr_irqs].hard = hard;
	irqs[nr_irqs].thread = thread;
	irqs[nr_irqs++].arg = arg;
	return 0;
}

bool host_irq(int irq)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < nr_irqs; i++) {
		irqreturn_t ret = IRQ_WAKE_THREAD;

		if (irqs[i].irq != irq)
			continue;
		any = true;
		if (irqs[i].hard)
			ret = irqs[i].hard(irq, irqs[i].arg);
		if (ret == IRQ_WAKE_THREAD && irqs[i].thread)
			irqs[i].thread(irq, irqs[i].arg);
	}
	return any;
}

void host_irq_clear(void)
{
	nr_irqs = 0;
}

int platform_device_msi_init_and_alloc_irqs(struct device *dev, unsigned int nr,
					    void (*write)(struct msi_desc *desc,
							  struct msi_msg *msg))
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		struct msi_desc desc = { .dev = dev, .msi_index = i };
		struct msi_msg msg = { .address_lo = 0x8000040,
				       .address_hi = 1,
				       .data = 0x100 + i };

		write(&desc, &msg);
	}
	return 0;
}

/* ---------------------------------------------------------------- PCI */

int pci_enable_ats(struct pci_dev *pdev, int ps)
{
	(void)ps;
	if (pdev->ats_refuses)
		return -EINVAL;
	WARN_ON(pdev->ats_on);
	pdev->ats_on = true;
	if (host_ats_watch)
		host_ats_watch(pdev, true);
	return 0;
}

void pci_disable_ats(struct pci_dev *pdev)
{
	WARN_ON(!pdev->ats_on);
	pdev->ats_on = false;
	if (host_ats_watch)
		host_ats_watch(pdev, false);
}
