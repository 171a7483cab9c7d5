/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PCI function that this process gives to QEMU over vfio-user. A file fn_<kind>.c implements
 * one kind: the SMMU
 * itself, the DMA test device, an NVMe controller, and stand-ins for QEMU's own test devices.
 *
 * One thread: nothing here blocks; longer work is done by ops->step in pieces.
 */
#ifndef SERVER_FUNCTION_H
#define SERVER_FUNCTION_H

#include "../model/model.h"

struct function;
struct lab;

#define FUNCTION_NR_BARS	6
#define FUNCTION_CONFIG_SZ	4096

/**
 * struct function_ops - a kind of function
 * @name: as on the command line
 * @init: fill fn->config, fn->bar_sz, fn->nr_irqs; @options is what followed the kind on the
 *	command line,
 *	NULL-terminated "name=value" words. False: *why is what is wrong
 * @fini: the process ends
 * @bar_read: @n is 1, 2, 4 or 8 and aligned
 * @bar_write: the same
 * @config_written: fn->config[@offset, @offset + @n) was just written by the guest, read-only
 *	bits already kept
 * @reset: FLR or a reset of the machine: no answer and no DMA of before may follow
 * @step: do one piece of work; true while more is pending that does not wait for others
 * @atc_inv: an invalidation for its ATC; answer with model_atc_inv_done(), at once or from step
 * @page_response: answer to a page request group
 * @stall_end: a stalled access ends
 */
struct function_ops {
	const char *name;
	bool (*init)(struct function *fn, char **options, const char **why);
	void (*fini)(struct function *fn);
	u64 (*bar_read)(struct function *fn, unsigned int bar, u64 offset, unsigned int n);
	void (*bar_write)(struct function *fn, unsigned int bar, u64 offset, unsigned int n,
			  u64 value);
	void (*config_written)(struct function *fn, unsigned int offset, unsigned int n);
	void (*reset)(struct function *fn);
	bool (*step)(struct function *fn);
	void (*atc_inv)(struct function *fn, const struct model_atc_inv *inv);
	void (*page_response)(struct function *fn, u32 sid, u32 ssid, bool ssv, u16 prgi,
			      enum model_page_response code);
	void (*stall_end)(struct function *fn, u64 cookie, enum model_stall_end how);
};

/**
 * struct function - one function
 * @ops: its kind
 * @lab: the whole lab
 * @name: for logs, as given on the command line
 * @priv: of the kind
 * @smmu: SMMU behind which it stands; for an SMMU itself
 * @sids: its StreamIDs, the first is its requester ID's
 * @nr_sids: how many
 * @config: configuration space
 * @writable: which bits of it the guest may write (ones); everything else is read-only
 * @bar_sz: bytes of each BAR, a power of two, 0 for none. 64-bit BARs use two
 * @bar_64: BAR is 64 bits wide
 * @nr_irqs: MSI-X vectors, whose table and PBA the transport provides in the BAR @msix_bar
 */
struct function {
	const struct function_ops *ops;
	struct lab *lab;
	const char *name;
	void *priv;
	struct model *smmu;
	u32 sids[8];
	unsigned int nr_sids;
	u8 config[FUNCTION_CONFIG_SZ];
	u8 writable[FUNCTION_CONFIG_SZ];
	u64 bar_sz[FUNCTION_NR_BARS];
	bool bar_64[FUNCTION_NR_BARS];
	unsigned int nr_irqs, msix_bar;
};

/*
 * Helpers for init (config.c): the header, and capabilities behind each other. Each returns the
 * capability's offset.
 */
void function_identity(struct function *fn, u16 vendor, u16 device, u32 class_code, u8 revision);
/* Endpoint, End-End TLP prefixes. */
unsigned int function_add_pcie(struct function *fn, bool flr);
/* Of the capability at @pcie: without TLP prefixes a PASID cannot be sent. */
void function_no_prefixes(struct function *fn, unsigned int pcie);
unsigned int function_add_msix(struct function *fn, unsigned int bar, unsigned int nr);
unsigned int function_add_ats(struct function *fn, unsigned int queue_depth);
unsigned int function_add_pri(struct function *fn, u32 capacity);
unsigned int function_add_pasid(struct function *fn, unsigned int bits, bool exec, bool priv);

/* State that the guest has set in those capabilities. */
bool function_bus_master(const struct function *fn);
bool function_ats_enabled(const struct function *fn);
bool function_pri_enabled(const struct function *fn);
bool function_pasid_enabled(const struct function *fn);

/*
 * DMA through the SMMU with StreamID sids[@sid_index]. @len up to what the caller likes: it is
 * cut at 4 KiB boundaries;
 * the outcome is the first that is not MODEL_DONE, with *@done bytes before it. Without bus
 * mastering: MODEL_ABORTED.
 */
enum model_outcome function_dma(struct function *fn, struct model_access *a, void *buf, u64 *done);

/*
 * DMA past any SMMU, at physical addresses: for witnesses and job descriptors only. -1: no memory
 * there.
 */
int lab_memory_read(struct lab *lab, u64 pa, void *buf, size_t n);
int lab_memory_write(struct lab *lab, u64 pa, const void *buf, size_t n);

/* Raise MSI-X vector @vector. */
void function_irq(struct function *fn, unsigned int vector);

/* Chance that follows from the lab's seed, and a log line with the function's name before it. */
u64 lab_random(struct lab *lab);
__attribute__((format(printf, 2, 3)))
void function_log(struct function *fn, const char *format, ...);

/* A breach that a device sees (unmapped ATC entry in use, ...), counted with the referee's. */
__attribute__((format(printf, 3, 4)))
void function_violation(struct function *fn, const char *rule, const char *format, ...);

#endif
