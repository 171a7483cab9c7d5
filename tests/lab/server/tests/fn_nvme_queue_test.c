// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvme_queue.c and the queue commands of nvme_admin.c. Sections are those of the NVM Express base
 * specification 1.4.
 */
#include "nvme_host.h"

static u32 admin(u8 opcode, u32 cdw10, u32 cdw11, u64 prp1)
{
	struct host_cmd cmd = {.opcode = opcode, .cdw10 = cdw10, .cdw11 = cdw11, .prp1 = prp1};

	return host_do(0, cmd, NULL);
}

/* 5.3: create an I/O completion queue */
static void create_cq(void **state)
{
	u64 base = host_cq_addr(1);

	(void)state;
	assert_int_equal(admin(5, 7 << 16 | 0, 3, base), 0x101);
	assert_int_equal(admin(5, 7 << 16 | 4, 3, base), 0x101); /* beyond queues=3 */
	assert_int_equal(admin(5, 7 << 16 | 0xffff, 3, base), 0x101);
	assert_int_equal(admin(5, 0 << 16 | 1, 3, base), 0x102);
	assert_int_equal(admin(5, 1024 << 16 | 1, 3, base), 0x102);
	assert_int_equal(admin(5, 7 << 16 | 1, 2, base), 0x02); /* not contiguous */
	assert_int_equal(admin(5, 7 << 16 | 1, 3, base + 8), 0x13);
	assert_int_equal(admin(5, 7 << 16 | 1, 4 << 16 | 3, base), 0x108);
	assert_int_equal(admin(5, 7 << 16 | 1, 3 << 16 | 3, base), 0);
	assert_int_equal(admin(5, 7 << 16 | 1, 3 << 16 | 3, base), 0x101); /* it exists */
	assert_int_equal(admin(5, 7 << 16 | 2, 4 << 16 | 1, host_cq_addr(2)),
			 0); /* no interrupt, no vector */
}

/* 5.4: create an I/O submission queue */
static void create_sq(void **state)
{
	u64 base = host_sq_addr(1);

	(void)state;
	assert_int_equal(admin(1, 7 << 16 | 1, 1 << 16 | 1, base),
			 0x100); /* no such completion queue */
	assert_int_equal(host_make_cq(1, 8, 3), 0);
	assert_int_equal(admin(1, 7 << 16 | 0, 1 << 16 | 1, base), 0x101);
	assert_int_equal(admin(1, 7 << 16 | 4, 1 << 16 | 1, base), 0x101);
	assert_int_equal(admin(1, 7 << 16 | 1, 0 << 16 | 1, base), 0x101); /* the admin queue */
	assert_int_equal(admin(1, 7 << 16 | 1, 0xffffu << 16 | 1, base), 0x101);
	assert_int_equal(admin(1, 7 << 16 | 1, 1 << 16, base), 0x02);
	assert_int_equal(admin(1, 0 << 16 | 1, 1 << 16 | 1, base), 0x102);
	assert_int_equal(admin(1, 7 << 16 | 1, 1 << 16 | 1, base + 0x800), 0x13);
	assert_int_equal(admin(1, 7 << 16 | 1, 1 << 16 | 1, base), 0);
	assert_int_equal(admin(1, 7 << 16 | 1, 1 << 16 | 1, base), 0x101);
}

/* 3.1.5: entry sizes must have been set when I/O queues are made */
static void entry_sizes(void **state)
{
	(void)state;
	fake_write(0x14, 4, 1 | 4u << 20);
	assert_int_equal(admin(5, 7 << 16 | 1, 3, host_cq_addr(1)), 0x02);
	fake_write(0x14, 4, 1 | 6u << 16);
	assert_int_equal(admin(5, 7 << 16 | 1, 3, host_cq_addr(1)), 0x02);
}

/* 5.5, 5.6: a completion queue goes last */
static void delete_queues(void **state)
{
	(void)state;
	assert_int_equal(admin(4, 1, 0, 0), 0x10c);
	assert_int_equal(admin(0, 0, 0, 0), 0x101);
	assert_int_equal(admin(0, 2, 0, 0), 0x101);
	assert_int_equal(admin(0, 0xffff, 0, 0), 0x101);
	assert_int_equal(admin(0, 1, 0, 0), 0);
	assert_int_equal(admin(0, 1, 0, 0), 0x101);
	assert_int_equal(admin(4, 0, 0, 0), 0x101);
	assert_int_equal(admin(4, 4, 0, 0), 0x101);
	assert_int_equal(admin(4, 1, 0, 0), 0);
	assert_int_equal(admin(4, 1, 0, 0), 0x101);
	assert_int_equal(host_make_cq(1, 8, 3), 0);
	assert_int_equal(host_make_sq(1, 8, 1), 0);
	assert_int_equal(host_do(1, (struct host_cmd){.opcode = 0, .nsid = 1}, NULL), 0);
}

/* 5.6: commands under way end before the deletion does, and no DMA of theirs follows it */
static void delete_under_way(void **state)
{
	struct host_cpl c;
	u32 aborted = 0;
	u64 nr;

	(void)state;
	for (u32 i = 0; i < 5; i++)
		host_put(1, host_rw(2, i * 8, 8, HOST_DATA + i * 4096, 0));
	host_ring(1);
	while (fake.nr_dma < 2 + 2 * 3 + 3) /* queues were made; some were fetched */
		fn_nvme_ops.step(&fake.fn);
	assert_int_equal(admin(0, 1, 0, 0), 0);
	nr = fake.nr_dma;
	while (host_take(1, &c, false))
		aborted += host_status(&c) == 0x08;
	assert_true(aborted > 0);
	host_ring(1); /* the queue is gone: an event, no DMA */
	assert_int_equal(fake_run(100), 0);
	assert_int_equal(fake.nr_dma, nr);
}

/* 4.1, 4.6: head and phase go around, many times */
static void queue_wraps(void **state)
{
	(void)state;
	for (u32 i = 0; i < 50; i++)
		assert_int_equal(host_do(1, (struct host_cmd){.opcode = 0, .nsid = 1}, NULL), 0);
	assert_int_equal(fake.irqs[1], 50);
	for (u32 i = 0; i < 50; i++)
		assert_int_equal(host_do(0, (struct host_cmd){.opcode = 0x0a, .cdw10 = 7}, NULL),
				 0);
}

/* 4.1: no entry is overwritten before the host has taken it */
static void completion_queue_full(void **state)
{
	struct host_cpl c;
	u32 seen = 0;

	(void)state;
	assert_int_equal(host_make_cq(2, 4, 3), 0);
	host.q[2].entries = 16;
	assert_int_equal(host_make_sq(2, 16, 2), 0);
	for (u32 i = 0; i < 10; i++)
		host_put(2, (struct host_cmd){.opcode = 0, .nsid = 1});
	host_ring(2);
	host.q[2].entries = 4;
	assert_int_equal(fake_run(1000), 0);
	assert_int_equal(fake.irqs[2], 3);
	/* The admin queue is not held up. */
	assert_int_equal(host_do(0, (struct host_cmd){.opcode = 0x0a, .cdw10 = 7}, NULL), 0);
	while (host_take(2, &c, true)) {
		seen++;
		assert_int_equal(fake_run(1000), 0);
	}
	assert_int_equal(seen, 10);
}

/*
 * As many commands as there are slots and more wait for a full completion queue; the admin queue
 * still works.
 */
static void all_slots_wait(void **state)
{
	(void)state;
	assert_int_equal(host_make_cq(2, 4, 3), 0);
	host.q[2].entries = 128;
	assert_int_equal(host_make_sq(2, 128, 2), 0);
	for (u32 i = 0; i < 127; i++)
		host_put(2, (struct host_cmd){.opcode = 0, .nsid = 1});
	host_ring(2);
	assert_int_equal(fake_run(10000), 0);
	assert_int_equal(host_do(0, (struct host_cmd){.opcode = 0x0a, .cdw10 = 7}, NULL), 0);
	assert_int_equal(admin(5, 7 << 16 | 3, 3, host_cq_addr(3)), 0);
}

/* 4.2: no SGLs, no fused commands, and an identifier is used by one command at a time */
static void command_fields(void **state)
{
	struct host_cmd read = host_rw(2, 0, 8, HOST_DATA, 0);
	struct host_cpl c;
	u32 conflicts = 0;

	(void)state;
	assert_int_equal(host_do(1, (struct host_cmd){.opcode = 0, .nsid = 1, .flags = 0x40}, NULL),
			 0x02);
	assert_int_equal(host_do(1, (struct host_cmd){.opcode = 0, .nsid = 1, .flags = 0x01}, NULL),
			 0x02);
	assert_int_equal(host_do(1, (struct host_cmd){.opcode = 0x7f, .nsid = 1}, NULL), 0x01);
	assert_int_equal(host_do(0, (struct host_cmd){.opcode = 0x7f}, NULL), 0x01);
	read.cid = 77;
	for (u32 i = 0; i < 6; i++)
		host_put(1, read);
	host_ring(1);
	assert_int_equal(fake_run(1000), 0);
	while (host_take(1, &c, true))
		conflicts += host_status(&c) == 0x03;
	assert_true(conflicts > 0);
}

/*
 * ---------------------------------------------------------------- doorbells and
 * events, 3.1.24, 5.2
 */

static bool event_is(u16 cid, u32 info)
{
	struct host_cpl c;

	assert_int_equal(fake_run(100), 0);
	if (!host_take(0, &c, true))
		return false;
	assert_int_equal(c.cid, cid);
	assert_int_equal(c.dw0, info << 8 | 1 << 16);
	assert_int_equal(host_status(&c), 0);
	return true;
}

static u16 wait_for_event(void)
{
	u16 cid = host_put(0, (struct host_cmd){.opcode = 0x0c});

	host_ring(0);
	assert_int_equal(fake_run(100), 0);
	return cid;
}

static void unmask_events(void)
{
	assert_int_equal(admin(2, 15 << 16 | 1, 0, HOST_DATA), 0);
}

static void doorbell_wrong_queue(void **state)
{
	static const u32 wrong[] = {0x1010, 0x1014, 0x1018, 0x1020, 0x1080, 0x3ff8, 0x3ffc};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(wrong); i++) {
		u16 cid = wait_for_event();

		fake_write(wrong[i], 4, 1);
		assert_true(event_is(cid, 0));
		unmask_events();
	}
	assert_int_equal(fake_read(0x1c, 4), 1);
}

static void doorbell_wrong_value(void **state)
{
	static const struct {
		u32 reg, value;
	} wrong[] = {
		{0x1008, HOST_ENTRIES}, {0x1008, ~0u}, {0x100c, HOST_ENTRIES}, {0x100c, 1},
		{0x1000, 0xffff},
	};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(wrong); i++) {
		u16 cid = wait_for_event();

		fake_write(wrong[i].reg, 4, wrong[i].value);
		assert_true(event_is(cid, 1));
		unmask_events();
	}
	assert_int_equal(host_do(1, (struct host_cmd){.opcode = 0, .nsid = 1}, NULL), 0);
}

/* A tail that would pass over entries that were not fetched yet. */
static void doorbell_overruns(void **state)
{
	u16 cid = wait_for_event();

	(void)state;
	fake.master = false;
	fake_write(0x1008, 4, 6);
	fake_write(0x1008, 4, 2);
	fake.master = true;
	assert_int_equal(fake_run(0), -1);
	while (fn_nvme_ops.step(&fake.fn))
		;
	assert_true(event_is(cid, 1));
}

/* An event that nobody waits for waits itself; the next is masked until the log page was read. */
static void events_wait(void **state)
{
	u16 cid;

	(void)state;
	fake_write(0x1080, 4, 1);
	assert_int_equal(fake_run(100), 0);
	cid = host_put(0, (struct host_cmd){.opcode = 0x0c});
	host_ring(0);
	assert_true(event_is(cid, 0));
	cid = wait_for_event();
	fake_write(0x1080, 4, 1);
	assert_false(event_is(cid, 0));
	unmask_events();
	fake_write(0x1080, 4, 1);
	assert_true(event_is(cid, 0));
}

/* 5.2: four may wait */
static void too_many_event_requests(void **state)
{
	(void)state;
	for (u32 i = 0; i < 4; i++)
		wait_for_event();
	assert_int_equal(host_do(0, (struct host_cmd){.opcode = 0x0c}, NULL), 0x105);
}

/* ---------------------------------------------------------------- abort, 5.1 */

static void abort_event_request(void **state)
{
	struct host_cpl c;
	u16 cid = wait_for_event(), by;

	(void)state;
	by = host_put(0, (struct host_cmd){.opcode = 8, .cdw10 = (u32)cid << 16});
	host_ring(0);
	assert_int_equal(fake_run(100), 0);
	for (u32 i = 0; i < 2; i++) {
		assert_true(host_take(0, &c, true));
		assert_int_equal(host_status(&c), c.cid == cid ? 0x07 : 0);
		assert_true(c.cid == cid || c.cid == by);
		assert_int_equal(c.dw0, 0);
	}
}

/* Of several that wait, the one that is named. */
static void abort_one_of_two(void **state)
{
	u16 first = wait_for_event(), second = wait_for_event();
	struct host_cmd abort = {.opcode = 8, .cdw10 = (u32)second << 16};
	struct host_cpl c;
	bool seen = false;

	(void)state;
	host_put(0, abort);
	host_ring(0);
	assert_int_equal(fake_run(100), 0);
	while (host_take(0, &c, true)) {
		assert_int_not_equal(c.cid, first);
		seen |= c.cid == second && host_status(&c) == 0x07;
	}
	assert_true(seen);
	fake_write(0x1080, 4, 1);
	assert_true(event_is(first, 0));
}

static void abort_nothing(void **state)
{
	u32 dw0 = 0;

	(void)state;
	assert_int_equal(host_do(0, (struct host_cmd){.opcode = 8, .cdw10 = 1234 << 16 | 1}, &dw0),
			 0);
	assert_int_equal(dw0, 1);
	assert_int_equal(host_do(0, (struct host_cmd){.opcode = 8, .cdw10 = 1234 << 16}, &dw0), 0);
	assert_int_equal(dw0, 1);
}

static void abort_io(void **state)
{
	struct host_cmd abort = {.opcode = 8, .cdw10 = 1};
	struct host_cpl c;
	u64 nr = fake.nr_dma;
	u32 dw0 = 1;
	u16 cid;

	(void)state;
	/* A list that is read over and over keeps the command busy: 2 MiB of pages. */
	for (u32 i = 0; i < 512; i++)
		*(u64 *)fake_at(HOST_DATA + i * 8) = HOST_DATA + 0x100000;
	cid = host_put(1, host_rw(2, 0, 4096, HOST_DATA + 0x100000, HOST_DATA));
	host_ring(1);
	while (fake.nr_dma < nr + 10)
		fn_nvme_ops.step(&fake.fn);
	abort.cdw10 |= (u32)cid << 16;
	assert_int_equal(host_do(0, abort, &dw0), 0);
	assert_int_equal(dw0, 0);
	assert_true(host_take(1, &c, true));
	assert_int_equal(host_status(&c), 0x07);
	assert_true(fake.nr_dma < nr + 200);
}

#define ADMIN(name) cmocka_unit_test_setup_teardown(name, host_start_enabled, host_stop)
#define IO(name)    cmocka_unit_test_setup_teardown(name, host_start_io, host_stop)

const struct CMUnitTest fn_nvme_queue_tests[] = {
	ADMIN(create_cq),
	ADMIN(create_sq),
	ADMIN(entry_sizes),
	IO(delete_queues),
	IO(delete_under_way),
	IO(queue_wraps),
	IO(completion_queue_full),
	IO(all_slots_wait),
	IO(command_fields),
	IO(doorbell_wrong_queue),
	IO(doorbell_wrong_value),
	IO(doorbell_overruns),
	IO(events_wait),
	ADMIN(too_many_event_requests),
	ADMIN(abort_event_request),
	ADMIN(abort_one_of_two),
	IO(abort_nothing),
	IO(abort_io),
};

const size_t nr_fn_nvme_queue_tests = ARRAY_SIZE(fn_nvme_queue_tests);
