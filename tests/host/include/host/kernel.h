/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel that layers 1 and 2 stand on, in one process with one thread. Layer: tests.
 *
 * Time is simulated: it passes only where the code under test waits. Deferred work runs when a
 * test says so. Locks check that they are taken and held in order; WARN_ON() fails the case.
 * Stores by WRITE_ONCE() and barriers can be watched, because the order in which hardware sees
 * memory is part of what is tested.
 */
#ifndef SMMU3_HOST_KERNEL_H
#define SMMU3_HOST_KERNEL_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/bitfield.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>

#define PAGE_SHIFT		12
#define PAGE_SIZE		(1UL << PAGE_SHIFT)
#define MAX_PAGE_ORDER		10
#define HZ			250
#define IS_ENABLED(x)		0

#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#ifndef __counted_by
#define __counted_by(x)
#endif
#define __cold
#define __weak			__attribute__((__weak__))
#define EXPORT_SYMBOL_GPL(x)

/* ---------------------------------------------------------------- memory order */

/**
 * host_watch - called before each WRITE_ONCE() and at each barrier that orders stores for hardware
 * @addr: where the store goes; NULL: a barrier
 * @sz: its size
 *
 * NULL: nobody watches.
 */
extern void (*host_watch)(const void *addr, size_t sz);

static inline void host_barrier(void)
{
	if (host_watch)
		host_watch(NULL, 0);
}

#define READ_ONCE(x)		(*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val) do {						\
	if (host_watch)							\
		host_watch(&(x), sizeof(x));				\
	*(volatile typeof(x) *)&(x) = (val);				\
} while (0)
#define smp_store_release(p, v)	do { host_barrier(); WRITE_ONCE(*(p), v); } while (0)
#define smp_load_acquire(p)	READ_ONCE(*(p))
#define smp_mb()		host_barrier()
#define smp_wmb()		host_barrier()
#define smp_rmb()		do { } while (0)
#define smp_mb__after_atomic()	do { } while (0)
#define smp_mb__before_atomic()	do { } while (0)
#define mb()			host_barrier()
#define wmb()			host_barrier()
#define rmb()			do { } while (0)
#define dma_wmb()		host_barrier()
#define dma_rmb()		do { } while (0)
#define barrier()		do { } while (0)
#define cmpxchg(p, old, new) ({						\
	typeof(*(p)) __seen = *(p);					\
	if (__seen == (old))						\
		*(p) = (new);						\
	__seen;								\
})
#define try_cmpxchg(p, oldp, new) ({					\
	bool __ok = *(p) == *(oldp);					\
	if (__ok)							\
		*(p) = (new);						\
	else								\
		*(oldp) = *(p);						\
	__ok;								\
})
#define xchg(p, new)		({ typeof(*(p)) __o = *(p); *(p) = (new); __o; })

typedef struct { long counter; } atomic_long_t;
#define ATOMIC_INIT(i)			{ (i) }
#define ATOMIC64_INIT(i)		{ (i) }
#define atomic_read(v)			((v)->counter)
#define atomic_set(v, i)		((v)->counter = (i))
#define atomic_inc(v)			((v)->counter++)
#define atomic_dec(v)			((v)->counter--)
#define atomic_add(i, v)		((v)->counter += (i))
#define atomic_inc_return(v)		(++(v)->counter)
#define atomic_dec_and_test(v)		(!--(v)->counter)
#define atomic64_read(v)		((v)->counter)
#define atomic64_set(v, i)		((v)->counter = (i))
#define atomic64_inc(v)			((v)->counter++)
#define atomic64_add(i, v)		((v)->counter += (i))
#define atomic64_inc_return(v)		(++(v)->counter)
#define atomic64_fetch_inc_release(v)	((v)->counter++)
#define atomic64_read_acquire(v)	((v)->counter)
#define atomic_long_read(v)		((v)->counter)
#define atomic_long_set(v, i)		((v)->counter = (i))
#define atomic_long_add(i, v)		((v)->counter += (long)(i))
#define atomic_long_sub(i, v)		((v)->counter -= (long)(i))

typedef struct { int refs; } refcount_t;
#define refcount_set(r, n)		((r)->refs = (n))
#define refcount_read(r)		((r)->refs)
#define refcount_inc(r)			((r)->refs++)
#define refcount_dec_and_test(r)	(!--(r)->refs)
#define refcount_inc_not_zero(r)	((r)->refs && (r)->refs++)

/* ---------------------------------------------------------------- complaints */

/* WARN_ONs and broken locking rules so far; a case that adds one fails. */
extern unsigned int host_warns;
int host_warn(const char *file, int line, const char *what);

#define WARN_ON(c)                                                                                 \
	({                                                                                         \
		bool __c = !!(c);                                                                  \
		if (__c)                                                                           \
			host_warn(__FILE__, __LINE__, #c);                                         \
		__c;                                                                               \
	})
#define WARN_ON_ONCE(c)		WARN_ON(c)
#define WARN(c, ...)		WARN_ON(c)
#define WARN_ONCE(c, ...)	WARN_ON(c)
#define BUG_ON(c)		do { if (c) abort(); } while (0)
#ifndef BUILD_BUG_ON
#define BUILD_BUG_ON(c)		_Static_assert(!(c), #c)
#endif
#ifndef static_assert
#define static_assert		_Static_assert
#endif

/* ---------------------------------------------------------------- locks */

typedef struct { int held; } spinlock_t;
typedef spinlock_t raw_spinlock_t;
#define SMP_CACHE_BYTES			64

struct mutex { int held; };
struct lock_class_key { int unused; };

void host_lock(int *held, const char *file, int line);
void host_unlock(int *held, const char *file, int line);

#define __LOCK(l)			host_lock(&(l)->held, __FILE__, __LINE__)
#define __UNLOCK(l)			host_unlock(&(l)->held, __FILE__, __LINE__)
#define DEFINE_MUTEX(m)			struct mutex m
#define DEFINE_SPINLOCK(l)		spinlock_t l
#define DEFINE_RAW_SPINLOCK(l)		raw_spinlock_t l
#define mutex_init(m)			((m)->held = 0)
#define mutex_destroy(m)		WARN_ON((m)->held)
#define mutex_lock(m)			__LOCK(m)
#define mutex_unlock(m)			__UNLOCK(m)
#define mutex_is_locked(m)		((m)->held)
#define spin_lock_init(l)		((l)->held = 0)
#define raw_spin_lock_init(l)		((l)->held = 0)
#define spin_lock(l)			__LOCK(l)
#define spin_unlock(l)			__UNLOCK(l)
#define spin_lock_irq(l)		__LOCK(l)
#define spin_unlock_irq(l)		__UNLOCK(l)
#define spin_lock_irqsave(l, f)		do { (f) = 0; __LOCK(l); } while (0)
#define spin_unlock_irqrestore(l, f)	do { (void)(f); __UNLOCK(l); } while (0)
#define raw_spin_lock(l)		__LOCK(l)
#define raw_spin_unlock(l)		__UNLOCK(l)
#define raw_spin_lock_irqsave(l, f)	do { (f) = 0; __LOCK(l); } while (0)
#define raw_spin_trylock_irqsave(l, f)	\
	({ bool free_ = !(l)->held; (f) = 0; if (free_) __LOCK(l); free_; })
#define raw_spin_unlock_irqrestore(l, f) do { (void)(f); __UNLOCK(l); } while (0)
#define lockdep_is_held(l)		((l)->held)
#define lockdep_assert_held(l)		((void)WARN_ON(!(l)->held))
#define lockdep_assert_not_held(l)	((void)WARN_ON((l)->held))
#define might_sleep()			do { } while (0)

/*
 * ---------------------------------------------------------------- RCU: one thread, so a grace
 * period is over at once
 */

#define rcu_read_lock()				do { } while (0)
#define rcu_read_unlock()			do { } while (0)
#define rcu_dereference(p)			(p)
#define rcu_dereference_protected(p, c)		({ WARN_ON(!(c)); (p); })
#define rcu_dereference_check(p, c)		(p)
#define rcu_access_pointer(p)			(p)
#define rcu_assign_pointer(p, v)		do { host_barrier(); (p) = (v); } while (0)
#define RCU_INIT_POINTER(p, v)			((p) = (v))
#define kfree_rcu(p, field)			kfree(p)
#define synchronize_rcu_expedited()	synchronize_rcu()
#define synchronize_rcu()			do { } while (0)
#define rcu_barrier()				do { } while (0)

/* ---------------------------------------------------------------- errors in pointers */

#define MAX_ERRNO		4095
#define IS_ERR_VALUE(x)		((unsigned long)(x) >= (unsigned long)-MAX_ERRNO)
#define ERR_PTR(e)		((void *)(long)(e))
#define PTR_ERR(p)		((long)(p))
#define IS_ERR(p)		IS_ERR_VALUE(p)
#define IS_ERR_OR_NULL(p)	(!(p) || IS_ERR(p))
#define ERR_CAST(p)		((void *)(p))
#define PTR_ERR_OR_ZERO(p)	(IS_ERR(p) ? PTR_ERR(p) : 0)

/* ---------------------------------------------------------------- bits and words */

#define ilog2(n)			(63 - __builtin_clzll(n))
#define order_base_2(n)			((n) > 1 ? ilog2((n) - 1) + 1 : 0)
#define is_power_of_2(n)		((n) && !((n) & ((n) - 1)))
#define roundup_pow_of_two(n)		(1UL << order_base_2(n))
#define fls64(n)			((n) ? 64 - __builtin_clzll(n) : 0)
#define __ffs(n)			__builtin_ctzl(n)
#define hweight32(n)			__builtin_popcount(n)
#define for_each_set_bit(bit, p, nr)                                                               \
	for ((bit) = 0; (bit) < (nr); (bit)++)                                                     \
		if ((*(p) >> (bit)) & 1)
#define test_bit(nr, p)			(((p)[(nr) / 64] >> ((nr) % 64)) & 1)
#define strscpy(d, s, n)		((void)snprintf(d, n, "%s", s))

/* ---------------------------------------------------------------- CPUs */

/* Where the case says that it runs. */
#define nr_cpu_ids		4
extern unsigned int host_cpu;
#define raw_smp_processor_id()	host_cpu
#define preempt_disable()	do { } while (0)
#define preempt_enable()	do { } while (0)
#define local_irq_save(f)	((void)((f) = 0))
#define local_irq_restore(f)	((void)(f))

/* ---------------------------------------------------------------- lists */

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define LIST_HEAD(name)		struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *l)
{
	l->next = l->prev = l;
}

static inline void __list_add(struct list_head *new, struct list_head *prev, struct list_head *next)
{
	next->prev = new;
	new->next = next;
	new->prev = prev;
	prev->next = new;
}

static inline void list_add(struct list_head *new, struct list_head *head)
{
	__list_add(new, head, head->next);
}

static inline void list_add_tail(struct list_head *new, struct list_head *head)
{
	__list_add(new, head->prev, head);
}

static inline void list_del(struct list_head *l)
{
	WARN_ON(l->next->prev != l || l->prev->next != l);
	l->next->prev = l->prev;
	l->prev->next = l->next;
	l->next = l->prev = (struct list_head *)0x100;
}

static inline void list_del_init(struct list_head *l)
{
	list_del(l);
	INIT_LIST_HEAD(l);
}

static inline void list_replace(struct list_head *old, struct list_head *new)
{
	new->next = old->next;
	new->next->prev = new;
	new->prev = old->prev;
	new->prev->next = new;
}

static inline int list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

static inline size_t list_count_nodes(struct list_head *head)
{
	struct list_head *p;
	size_t nr = 0;

	for (p = head->next; p != head; p = p->next)
		nr++;
	return nr;
}

#define list_entry(p, type, member)		container_of(p, type, member)
#define list_first_entry(h, type, member)	list_entry((h)->next, type, member)
#define list_first_entry_or_null(h, type, m)	\
	(list_empty(h) ? NULL : list_first_entry(h, type, m))
#define list_next_entry(p, member)		list_entry((p)->member.next, typeof(*(p)), member)
#define list_entry_is_head(p, h, member)	(&(p)->member == (h))
#define list_for_each_entry(p, h, member)					\
	for (p = list_first_entry(h, typeof(*p), member); !list_entry_is_head(p, h, member);	\
	     p = list_next_entry(p, member))
#define list_for_each_entry_safe(p, n, h, member)				\
	for (p = list_first_entry(h, typeof(*p), member), n = list_next_entry(p, member);	\
	     !list_entry_is_head(p, h, member); p = n, n = list_next_entry(n, member))

/* ---------------------------------------------------------------- xarray, as a sorted list */

struct xarray {
	struct host_xa_entry {
		struct host_xa_entry *next;
		unsigned long index;
		void *entry;
	} *first;
	unsigned int flags;
};

struct xa_limit { u32 max, min; };
#define XA_FLAGS_ALLOC		1
#define XA_FLAGS_ALLOC1		2
#define XA_FLAGS_LOCK_IRQ	4
#define XA_LIMIT(lo, hi)	(struct xa_limit) { .min = (lo), .max = (hi) }
#define xa_limit_32b		XA_LIMIT(0, U32_MAX)
#define xa_init_flags(xa, f)	((xa)->first = NULL, (xa)->flags = (f))
#define xa_init(xa)		xa_init_flags(xa, 0)
#define DEFINE_XARRAY(n)	struct xarray n
#define DEFINE_XARRAY_ALLOC1(n)	struct xarray n = { .flags = XA_FLAGS_ALLOC1 }
void *xa_load(const struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
/* A place that a later xa_store() takes without memory; xa_load() finds nothing there. */
int xa_reserve(struct xarray *xa, unsigned long index, gfp_t gfp);
void xa_release(struct xarray *xa, unsigned long index);
int xa_insert(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
int xa_alloc(struct xarray *xa, u32 *id, void *entry, struct xa_limit limit, gfp_t gfp);
void xa_destroy(struct xarray *xa);
void *xa_find(const struct xarray *xa, unsigned long *index, unsigned long max, unsigned int mark);
void *xa_find_after(const struct xarray *xa, unsigned long *index, unsigned long max,
		    unsigned int mark);
#define XA_PRESENT		8u
static inline int xa_err(void *entry)
{
	return IS_ERR(entry) ? (int)PTR_ERR(entry) : 0;
}

#define xa_empty(xa)		(!(xa)->first)
#define xa_lock(xa)		do { } while (0)
#define xa_unlock(xa)		do { } while (0)
#define xa_for_each(xa, index, entry)						\
	for (index = 0, entry = xa_find(xa, &index, ULONG_MAX, XA_PRESENT); entry;	\
	     entry = xa_find_after(xa, &index, ULONG_MAX, XA_PRESENT))

/* ---------------------------------------------------------------- time */

typedef s64 ktime_t;
/* Nanoseconds; passes where the code under test waits. */
extern s64 host_now;

static inline ktime_t ktime_get(void)
{
	return host_now += 200;
}

#define jiffies				((unsigned long)(host_now / (NSEC_PER_SEC / HZ)))
#define NSEC_PER_SEC			1000000000LL
#define NSEC_PER_USEC			1000LL
#define USEC_PER_SEC			1000000L
#define ktime_add_us(t, us)		((t) + (us) * NSEC_PER_USEC)
#define ktime_after(a, b)		((a) > (b))
#define ktime_us_delta(a, b)		(((a) - (b)) / NSEC_PER_USEC)
#define ktime_sub(a, b)			((a) - (b))
#define ktime_to_us(t)			((t) / NSEC_PER_USEC)
#define udelay(us)			((void)(host_now += (us) * NSEC_PER_USEC))
#define usleep_range(lo, hi)		udelay(lo)
#define msleep(ms)			udelay((ms) * 1000)
void cpu_relax(void);
#define smp_cond_load_relaxed(ptr, cond)		\
({							\
	__typeof__(*(ptr)) VAL;				\
							\
	for (;;) {					\
		VAL = READ_ONCE(*(ptr));		\
		if (cond)				\
			break;				\
		cpu_relax();				\
	}						\
	VAL;						\
})
#define cond_resched()			do { } while (0)

/* ---------------------------------------------------------------- deferred work */

struct work_struct {
	void (*func)(struct work_struct *work);
	bool queued;
	struct work_struct *next;
};

#define INIT_WORK(w, f)		((w)->func = (f), (w)->queued = false, (w)->next = NULL)
bool schedule_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
#define flush_work(w)		host_run_work()
#define WQ_UNBOUND		0
struct workqueue_struct;
#define TASK_COMM_LEN			16
/* There is one queue for all. */
#define alloc_workqueue(name, flags, max)	((struct workqueue_struct *)1)
#define queue_work(wq, w)			((void)(wq), schedule_work(w))
#define flush_workqueue(wq)			((void)(wq), host_run_work())
#define destroy_workqueue(wq)			((void)(wq), host_run_work())
#define work_busy(w)		((w)->queued)
/* Run what has been scheduled, in order, until nothing is. Return: how many ran. */
unsigned int host_run_work(void);

/* ---------------------------------------------------------------- devices and their log */

struct device {
	const char *name;
	void *driver_data;
	bool is_pci;
	bool has_msi_domain;
	int numa_node;
	const void *driver;
	bool has_iommu_group;
	int refs;
};

#define dev_name(d)			((d)->name)
#define dev_get_drvdata(d)		((d)->driver_data)
#define dev_set_drvdata(d, p)		((d)->driver_data = (p))
#define dev_to_node(d)			((d)->numa_node)
#define get_device(d)			({ (d)->refs++; (d); })
#define put_device(d)			((void)(d)->refs--)
#define device_iommu_mapped(d)		((d)->has_iommu_group)

/* Lines that drivers printed, newest last; forgotten by host_log_clear(). */
void host_log(const struct device *dev, char level, const char *fmt, ...);
bool host_log_has(const char *text);
unsigned int host_log_lines(void);
void host_log_clear(void);

#define dev_err(d, ...)			host_log(d, 'E', __VA_ARGS__)
#define dev_warn(d, ...)		host_log(d, 'W', __VA_ARGS__)
#define dev_notice(d, ...)		host_log(d, 'N', __VA_ARGS__)
#define dev_info(d, ...)		host_log(d, 'I', __VA_ARGS__)
#define dev_dbg(d, ...)			do { } while (0)
#define dev_err_ratelimited(d, ...)	dev_err(d, __VA_ARGS__)
#define dev_warn_ratelimited(d, ...)	dev_warn(d, __VA_ARGS__)
#define dev_err_once(d, ...)		dev_err(d, __VA_ARGS__)
#define dev_warn_once(d, ...)		dev_warn(d, __VA_ARGS__)
#define pr_err(...)			host_log(NULL, 'E', __VA_ARGS__)
#define pr_warn(...)			host_log(NULL, 'W', __VA_ARGS__)
#define pr_info(...)			host_log(NULL, 'I', __VA_ARGS__)

struct ratelimit_state {
	s64 begin;
	int interval, burst, printed;
};

#define RATELIMIT_MSG_ON_RELEASE	1
#define ratelimit_state_init(r, i, b)                                                              \
	(*(r) = (struct ratelimit_state){ .interval = (i), .burst = (b) })
#define ratelimit_set_flags(r, f)	do { } while (0)
#define DEFINE_RATELIMIT_STATE(n, i, b)	struct ratelimit_state n = { .interval = (i), .burst = (b) }
int __ratelimit(struct ratelimit_state *rs);

/*
 * ---------------------------------------------------------------- DMA memory: the address is the
 * pointer
 */

void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *dma, gfp_t gfp);
void dma_free_coherent(struct device *dev, size_t size, void *p, dma_addr_t dma);
#define dma_set_mask_and_coherent(d, m)	0
#define DMA_BIT_MASK(n)			((n) == 64 ? ~0ULL : (1ULL << (n)) - 1)

struct dma_pool { size_t size; long live; };
struct dma_pool *dma_pool_create(const char *name, struct device *dev, size_t size, size_t align,
				 size_t boundary);
void dma_pool_destroy(struct dma_pool *pool);
void *dma_pool_zalloc(struct dma_pool *pool, gfp_t gfp, dma_addr_t *dma);
void dma_pool_free(struct dma_pool *pool, void *p, dma_addr_t dma);

#define MEMREMAP_WC			2
#define memremap(pa, sz, how)		((void *)(uintptr_t)(pa))
#define memunmap(p)			((void)(p))

/* ---------------------------------------------------------------- interrupts */

typedef int irqreturn_t;
typedef irqreturn_t (*irq_handler_t)(int irq, void *arg);
enum { IRQ_NONE, IRQ_HANDLED, IRQ_WAKE_THREAD };
#define IRQ_RETVAL(x)		((x) ? IRQ_HANDLED : IRQ_NONE)
#define IRQF_ONESHOT		1
int devm_request_threaded_irq(struct device *dev, int irq, irq_handler_t hard, irq_handler_t thread,
			      unsigned long flags, const char *name, void *arg);
#define synchronize_irq(irq)	do { (void)(irq); } while (0)
/* Deliver an interrupt to whoever requested it. Return: somebody did. */
bool host_irq(int irq);
/* Forget all requests, as devm does when a device goes. */
void host_irq_clear(void);

struct msi_msg { u32 address_lo, address_hi, data; };
struct msi_desc { struct device *dev; u16 msi_index; };
#define msi_desc_to_dev(d)	((d)->dev)
#define dev_get_msi_domain(d)	((d)->has_msi_domain)
int platform_device_msi_init_and_alloc_irqs(struct device *dev, unsigned int nr,
					    void (*write)(struct msi_desc *desc,
							  struct msi_msg *msg));
#define platform_device_msi_free_irqs_all(d)	((void)(d))
#define msi_get_virq(d, i)			(200 + (int)(i))
#define devm_add_action_or_reset(d, f, p)	({ (void)(f); 0; })

/* ---------------------------------------------------------------- PCI: what ATS and PASID need */

struct pci_dev {
	struct device dev;
	int max_pasids;		/* 0: no PASID capability */
	bool ats_cap, ats_on, ats_refuses, pasid_on, pasid_refuses, gone;
	int current_state;
};

#define PCI_D0		0
#define PCI_D3hot	3

#define dev_is_pci(d)			((d)->is_pci)
#define to_pci_dev(d)			container_of(d, struct pci_dev, dev)
#define pci_max_pasids(p)		((p)->max_pasids ?: -EINVAL)
#define pci_pasid_features(p)		0
#define pci_enable_pasid(p, f)		((p)->pasid_refuses ? -EINVAL : ((p)->pasid_on = true, 0))
#define pci_disable_pasid(p)		((void)((p)->pasid_on = false))
#define pci_ats_supported(p)		((p)->ats_cap)
#define pci_prepare_ats(p, ps)		((void)(p), (void)(ps), 0)
#define pci_dev_is_disconnected(p)	((p)->gone)
/* Recorded in the order in which they come among commands: tests look at both. */
extern void (*host_ats_watch)(struct pci_dev *pdev, bool on);
int pci_enable_ats(struct pci_dev *pdev, int ps);
void pci_disable_ats(struct pci_dev *pdev);

#endif
