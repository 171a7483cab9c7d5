/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vfio-user protocol, version 0.0, as QEMU's docs/interop/vfio-user.rst describes it: numbers
 * and layouts, and one function's connection.
 */
#ifndef SERVER_VFU_H
#define SERVER_VFU_H

#include "lab.h"

#define VFU_MAX_FDS	8
#define VFU_MAX_XFER	65536u		/* bytes in one read or write that we take */
#define VFU_MAX_MSG	(VFU_MAX_XFER + 64u)
#define VFU_MAX_OUT	(4u << 20)	/* bytes that a peer may leave unread */

enum vfu_command {
	VFU_VERSION = 1,
	VFU_DMA_MAP = 2,
	VFU_DMA_UNMAP = 3,
	VFU_GET_INFO = 4,
	VFU_GET_REGION_INFO = 5,
	VFU_GET_REGION_IO_FDS = 6,
	VFU_GET_IRQ_INFO = 7,
	VFU_SET_IRQS = 8,
	VFU_REGION_READ = 9,
	VFU_REGION_WRITE = 10,
	VFU_DMA_READ = 11,
	VFU_DMA_WRITE = 12,
	VFU_RESET = 13,
	VFU_REGION_WRITE_MULTI = 15,
	VFU_FEATURE = 16,
};

#define VFU_TYPE	0xfu
#define VFU_REPLY	1u
#define VFU_NO_REPLY	0x10u
#define VFU_ERROR	0x20u

/* Indices of regions and of kinds of interrupts, as in linux/vfio.h. */
enum { VFU_REGION_CONFIG = 7, VFU_NR_REGIONS = 9 };
enum { VFU_IRQ_MSI = 1, VFU_IRQ_MSIX = 2, VFU_NR_IRQS = 5 };

struct vfu_header { u16 id, command; u32 size, flags, error; };
struct vfu_map { u32 argsz, flags; u64 offset, address, size; };
struct vfu_unmap { u32 argsz, flags; u64 address, size; };
struct vfu_info { u32 argsz, flags, nr_regions, nr_irqs; };
struct vfu_region { u32 argsz, flags, index, cap_offset; u64 size, offset; };
struct vfu_irq { u32 argsz, flags, index, count; };
struct vfu_set_irqs { u32 argsz, flags, index, start, count; };
struct vfu_rw { u64 offset; u32 region, count; };
struct vfu_multi { u64 offset; u32 region, count; u8 data[8]; };
struct vfu_dma { u64 address, count; };

/* A request of ours that the peer has not answered yet. */
enum vfu_asked { VFU_ASKED_NOTHING, VFU_ASKED_TABLE, VFU_ASKED_POST };

struct vfu_request {
	enum vfu_asked what;
	unsigned int vector;
	u64 gpa;
};

#define VFU_MAX_REQUESTS	64
#define VFU_BAD_PAGES		8

struct vfu {
	struct function *fn;
	struct lab *lab;
	struct loop_fd listener, peer;
	char path[256];
	bool versioned;			/* the handshake is over */
	/* in */
	u8 in[VFU_MAX_MSG];
	size_t have;
	int fds[VFU_MAX_FDS];
	unsigned int nr_fds;
	/* out */
	u8 *out;
	size_t out_have, out_room;
	/* interrupts */
	int irq[LAB_MAX_IRQS];
	u64 wanted, asking, masked;	/* vectors: raised, asked for, found masked */
	unsigned int retry_ms;
	/* what we have asked of the peer */
	struct vfu_request request[VFU_MAX_REQUESTS];
	u16 next_id;
	u64 bad_page[VFU_BAD_PAGES];
	unsigned int nr_bad_pages;
	u64 messages;
};

/* vfu.c */
void vfu_close(struct vfu *v, const char *why);
void vfu_send(struct vfu *v, const struct vfu_header *h, const void *a, size_t a_sz, const void *b,
	      size_t b_sz);

/* vfu_msg.c: a whole command. False: the connection is to be closed, *@why says why. */
bool vfu_command(struct vfu *v, const struct vfu_header *h, const u8 *body, size_t n,
		 const char **why);

/* vfu_irq.c */
bool vfu_answer(struct vfu *v, const struct vfu_header *h, const u8 *body, size_t n,
		const char **why);
/* Everything that belonged to the peer; or, at a reset, only what was still to be raised. */
void vfu_forget(struct vfu *v);
void vfu_forget_irqs(struct vfu *v);
/* Writes that nobody took are tried again. */
void vfu_trust_pages(struct vfu *v);
u32 vfu_nr_irqs(const struct vfu *v, u32 index);
int vfu_set_irqs(struct vfu *v, const struct vfu_set_irqs *s, size_t extra, const u8 *data);

#endif
