// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of a vfio-user client: handshake, memory, what the function looks like, its registers. A
 * command that cannot be done is answered with an errno; one that is no sound message ends the
 * connection.
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "vfu.h"

#define REGION_RW	3u	/* VFIO_REGION_INFO_FLAG_READ and _WRITE */
#define INFO_RESET_PCI	3u	/* VFIO_DEVICE_FLAGS_RESET and _PCI */
#define IRQ_EVENTFD_SET	9u	/* VFIO_IRQ_INFO_EVENTFD and _NORESIZE */
#define MAP_WRITE	2u
#define UNMAP_DIRTY	1u
#define UNMAP_ALL	2u

static void reply(struct vfu *v, const struct vfu_header *h, const void *a, size_t a_sz,
		  const void *b, size_t b_sz)
{
	struct vfu_header answer = { .id = h->id, .command = h->command, .flags = VFU_REPLY };

	if (!(h->flags & VFU_NO_REPLY))
		vfu_send(v, &answer, a, a_sz, b, b_sz);
}

static void reply_error(struct vfu *v, const struct vfu_header *h, int err)
{
	struct vfu_header answer = {.id = h->id,
				    .command = h->command,
				    .flags = VFU_REPLY | VFU_ERROR,
				    .error = (u32)err};

	function_log(v->fn, "command %u of the peer fails: %s", h->command, strerror(err));
	if (!(h->flags & VFU_NO_REPLY))
		vfu_send(v, &answer, NULL, 0, NULL, 0);
}

static void reply_or_error(struct vfu *v, const struct vfu_header *h, int err, const void *a,
			   size_t a_sz)
{
	if (err)
		reply_error(v, h, err);
	else
		reply(v, h, a, a_sz, NULL, 0);
}

/* ---------------------------------------------------------------- handshake */

static bool wants_multi(const u8 *text, size_t n, bool *multi, const char **why)
{
	json_t *all, *caps;

	*multi = false;
	if (!n)
		return true;
	if (text[n - 1])
		*why = "version data that does not end with a NUL";
	all = text[n - 1] ? NULL : json_loads((const char *)text, 0, NULL);
	if (!all) {
		if (!text[n - 1])
			*why = "version data that is no JSON";
		return false;
	}
	caps = json_object_get(all, "capabilities");
	*multi = json_is_true(json_object_get(caps, "write_multiple"));
	json_decref(all);
	return true;
}

static bool version(struct vfu *v, const struct vfu_header *h, const u8 *body, size_t n,
		    const char **why)
{
	const u16 ours[2] = { 0, 0 };
	char caps[256];
	u16 theirs[2];
	bool multi;

	if (v->versioned || n < sizeof(theirs)) {
		*why = v->versioned ? "a second version message"
				    : "a version message without a version";
		return false;
	}
	memcpy(theirs, body, sizeof(theirs));
	if (theirs[0]) {
		*why = "a major version of the protocol that is not 0";
		return false;
	}
	if (!wants_multi(body + sizeof(theirs), n - sizeof(theirs), &multi, why))
		return false;
	snprintf(caps, sizeof(caps),
		 "{\"capabilities\":{\"max_msg_fds\":%u,\"max_data_xfer_size\":%u,"
		 "\"pgsizes\":4096%s}}",
		 VFU_MAX_FDS, VFU_MAX_XFER, multi ? ",\"write_multiple\":true" : "");
	v->versioned = true;
	reply(v, h, ours, sizeof(ours), caps, strlen(caps) + 1);
	return true;
}

/* ---------------------------------------------------------------- memory */

static void dma_map(struct vfu *v, const struct vfu_header *h, const u8 *body)
{
	struct vfu_map m;
	int err;

	memcpy(&m, body, sizeof(m));
	err = memory_map(v->lab->mem, v, m.address, m.size, v->nr_fds ? v->fds[0] : -1, m.offset,
			 m.flags & MAP_WRITE);
	function_log(v->fn, "memory %#llx..%#llx%s%s", (unsigned long long)m.address,
		     (unsigned long long)(m.address + m.size - 1),
		     v->nr_fds ? "" : " without a descriptor: out of reach",
		     m.flags & MAP_WRITE ? "" : ", read-only");
	reply_or_error(v, h, err, NULL, 0);
}

static void dma_unmap(struct vfu *v, const struct vfu_header *h, const u8 *body)
{
	struct vfu_unmap m;
	int err = 0;

	memcpy(&m, body, sizeof(m));
	if (m.flags & UNMAP_DIRTY)
		err = ENOTSUP;
	else if (m.flags & UNMAP_ALL)
		memory_unmap_all(v->lab->mem, v);
	else
		err = memory_unmap(v->lab->mem, v, m.address, m.size);
	reply_or_error(v, h, err, &m, sizeof(m));
}

/* ---------------------------------------------------------------- what the function looks like */

static void get_info(struct vfu *v, const struct vfu_header *h, const u8 *body)
{
	const struct vfu_info info = { sizeof(info), INFO_RESET_PCI, VFU_NR_REGIONS, VFU_NR_IRQS };
	u32 argsz;

	memcpy(&argsz, body, sizeof(argsz));
	reply_or_error(v, h, argsz < sizeof(info) ? EINVAL : 0, &info, sizeof(info));
}

static u64 region_sz(const struct vfu *v, u32 index)
{
	if (index < FUNCTION_NR_BARS)
		return v->fn->bar_sz[index];
	return index == VFU_REGION_CONFIG ? FUNCTION_CONFIG_SZ : 0;
}

static void get_region(struct vfu *v, const struct vfu_header *h, const u8 *body)
{
	struct vfu_region r;
	int err;

	memcpy(&r, body, sizeof(r));
	err = r.argsz < sizeof(r) || r.index >= VFU_NR_REGIONS ? EINVAL : 0;
	r.argsz = sizeof(r);
	r.size = region_sz(v, r.index);
	r.flags = r.size ? REGION_RW : 0;
	r.cap_offset = 0;
	r.offset = 0;
	reply_or_error(v, h, err, &r, sizeof(r));
}

static void get_irq(struct vfu *v, const struct vfu_header *h, const u8 *body)
{
	struct vfu_irq q;
	int err;

	memcpy(&q, body, sizeof(q));
	err = q.argsz < sizeof(q) || q.index >= VFU_NR_IRQS ? EINVAL : 0;
	q.argsz = sizeof(q);
	q.count = vfu_nr_irqs(v, q.index);
	q.flags = q.count ? IRQ_EVENTFD_SET : 0;
	reply_or_error(v, h, err, &q, sizeof(q));
}

static void set_irqs(struct vfu *v, const struct vfu_header *h, const u8 *body, size_t n)
{
	struct vfu_set_irqs s;

	memcpy(&s, body, sizeof(s));
	reply_or_error(v, h, vfu_set_irqs(v, &s, n - sizeof(s), body + sizeof(s)), NULL, 0);
}

/* ---------------------------------------------------------------- registers */

static bool access_ok(const struct vfu *v, const struct vfu_rw *rw)
{
	u64 sz = region_sz(v, rw->region);

	if (rw->offset > sz || rw->count > sz - rw->offset)
		return false;
	if (rw->region == VFU_REGION_CONFIG)
		return true;
	return rw->count && rw->count <= 8 && !(rw->count & (rw->count - 1)) &&
	       !(rw->offset & (rw->count - 1));
}

static void region_read(struct vfu *v, const struct vfu_header *h, const u8 *body)
{
	struct function *fn = v->fn;
	const void *data;
	struct vfu_rw rw;
	u64 value = 0;

	memcpy(&rw, body, sizeof(rw));
	if (!access_ok(v, &rw)) {
		reply_error(v, h, EINVAL);
		return;
	}
	data = &value;
	if (rw.region == VFU_REGION_CONFIG)
		data = fn->config + rw.offset;
	else if (!cfg_msix_contains(fn, rw.region, rw.offset) && fn->ops->bar_read)
		value = fn->ops->bar_read(fn, rw.region, rw.offset, rw.count);
	reply(v, h, &rw, sizeof(rw), data, rw.count);
}

static void config_store(struct function *fn, const struct vfu_rw *rw, const u8 *data)
{
	bool flr = cfg_write(fn, (unsigned int)rw->offset, rw->count, data);

	/* What QEMU refused it may have refused while the function was no bus master. */
	vfu_trust_pages(slot_of(fn)->vfu);
	if (fn->ops->config_written)
		fn->ops->config_written(fn, (unsigned int)rw->offset, rw->count);
	if (!flr)
		return;
	function_log(fn, "function level reset");
	vfu_forget_irqs(slot_of(fn)->vfu);
	lab_function_reset(fn);
}

static int region_store(struct vfu *v, const struct vfu_rw *rw, const u8 *data)
{
	struct function *fn = v->fn;
	u64 value = 0;

	if (!access_ok(v, rw))
		return EINVAL;
	if (rw->region == VFU_REGION_CONFIG) {
		config_store(fn, rw, data);
		return 0;
	}
	memcpy(&value, data, rw->count);
	if (!cfg_msix_contains(fn, rw->region, rw->offset) && fn->ops->bar_write)
		fn->ops->bar_write(fn, rw->region, rw->offset, rw->count, value);
	if (fn->lab->prompt)
		loop_settle(fn->lab);
	return 0;
}

static bool region_write(struct vfu *v, const struct vfu_header *h, const u8 *body, size_t n,
			 const char **why)
{
	struct vfu_rw rw;

	memcpy(&rw, body, sizeof(rw));
	if (rw.count != n - sizeof(rw)) {
		*why = "a write whose length and data differ";
		return false;
	}
	reply_or_error(v, h, region_store(v, &rw, body + sizeof(rw)), &rw, sizeof(rw));
	return true;
}

static bool region_multi(struct vfu *v, const struct vfu_header *h, const u8 *body, size_t n,
			 const char **why)
{
	int err = 0;
	u64 nr;

	memcpy(&nr, body, sizeof(nr));
	if (nr > VFU_MAX_MSG || n < sizeof(nr) + nr * sizeof(struct vfu_multi)) {
		*why = "several writes in one message, more than it has room for";
		return false;
	}
	for (u64 i = 0; i < nr && vfu_connected(v); i++) {
		struct vfu_multi one;
		struct vfu_rw rw;

		memcpy(&one, body + sizeof(nr) + i * sizeof(one), sizeof(one));
		rw = (struct vfu_rw){ one.offset, one.region, one.count };
		/*
		 * One that fails does not keep back those behind it: the guest's CPU knows of no
		 * error.
		 */
		if (rw.count > sizeof(one.data) || region_store(v, &rw, one.data))
			err = EINVAL;
	}
	reply_or_error(v, h, err, &nr, sizeof(nr));
	return true;
}

/* ---------------------------------------------------------------- all commands */

/* Bytes of a command's body at least; ~0: a command that we do not have. */
static size_t body_sz(u16 command)
{
	switch (command) {
	case VFU_VERSION:
		return 4;
	case VFU_DMA_MAP:
		return sizeof(struct vfu_map);
	case VFU_DMA_UNMAP:
		return sizeof(struct vfu_unmap);
	case VFU_GET_INFO:
		return sizeof(struct vfu_info);
	case VFU_GET_REGION_INFO:
		return sizeof(struct vfu_region);
	case VFU_GET_IRQ_INFO:
		return sizeof(struct vfu_irq);
	case VFU_SET_IRQS:
		return sizeof(struct vfu_set_irqs);
	case VFU_REGION_READ:
	case VFU_REGION_WRITE:
		return sizeof(struct vfu_rw);
	case VFU_REGION_WRITE_MULTI:
		return sizeof(u64);
	case VFU_RESET:
		return 0;
	}
	return ~(size_t)0;
}

bool vfu_command(struct vfu *v, const struct vfu_header *h, const u8 *body, size_t n,
		 const char **why)
{
	size_t least = body_sz(h->command);

	if (least == ~(size_t)0) {
		reply_error(v, h, ENOTSUP);
		return true;
	}
	if (n < least) {
		*why = "a command that is too short for what it asks";
		return false;
	}
	switch (h->command) {
	case VFU_VERSION:
		return version(v, h, body, n, why);
	case VFU_DMA_MAP:
		dma_map(v, h, body);
		break;
	case VFU_DMA_UNMAP:
		dma_unmap(v, h, body);
		break;
	case VFU_GET_INFO:
		get_info(v, h, body);
		break;
	case VFU_GET_REGION_INFO:
		get_region(v, h, body);
		break;
	case VFU_GET_IRQ_INFO:
		get_irq(v, h, body);
		break;
	case VFU_SET_IRQS:
		set_irqs(v, h, body, n);
		break;
	case VFU_REGION_READ:
		region_read(v, h, body);
		break;
	case VFU_REGION_WRITE:
		return region_write(v, h, body, n, why);
	case VFU_REGION_WRITE_MULTI:
		return region_multi(v, h, body, n, why);
	case VFU_RESET:
		function_log(v->fn, "reset");
		vfu_forget_irqs(v);
		lab_function_reset(v->fn);
		reply(v, h, NULL, 0, NULL, 0);
		break;
	}
	return true;
}
