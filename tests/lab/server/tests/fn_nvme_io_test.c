// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvme_prp.c and nvme_io.c: where data go, and what faults and resets do in the middle. Sections
 * are those of the NVM Express base specification 1.4.
 */
#include "nvme_host.h"

#define WRITE  1
#define READ   2
#define ZEROES 8
#define DSM    9
#define LIST   (HOST_DATA + 0x400000)

static void pattern(u64 addr, u64 n, u32 seed)
{
	u8 *p = fake_at(addr);

	for (u64 i = 0; i < n; i++)
		p[i] = (i * 31 + i / 512 + seed) & 0xff;
}

static u32 rw(u8 opcode, u64 lba, u32 blocks, u64 prp1, u64 prp2)
{
	return host_do(1, host_rw(opcode, lba, blocks, prp1, prp2), NULL);
}

/* Entries @first, @first + 4096, ... at @list. */
static void list_make(u64 list, u64 first, u32 n)
{
	for (u32 i = 0; i < n; i++)
		*(u64 *)fake_at(list + 8 * i) = first + 4096ull * i;
}

/* ---------------------------------------------------------------- PRPs, 4.3 */

static void one_page(void **state)
{
	(void)state;
	pattern(HOST_DATA, 4096, 1);
	assert_int_equal(rw(WRITE, 5, 8, HOST_DATA, 0), 0);
	assert_int_equal(rw(READ, 5, 8, HOST_DATA + 0x10000, 0), 0);
	assert_memory_equal(fake_at(HOST_DATA), fake_at(HOST_DATA + 0x10000), 4096);
	assert_int_equal(rw(READ, 6, 1, HOST_DATA + 0x20004, 0), 0);
	assert_memory_equal(fake_at(HOST_DATA + 512), fake_at(HOST_DATA + 0x20004), 512);
	assert_int_equal(*(u8 *)fake_at(HOST_DATA + 0x20004 + 512), 0);
}

/* PRP1 begins within a page, PRP2 is the next page. */
static void offset_and_second_page(void **state)
{
	(void)state;
	pattern(HOST_DATA + 0xe04, 4096, 2);
	assert_int_equal(rw(WRITE, 0, 8, HOST_DATA + 0xe04, HOST_DATA + 0x1000), 0);
	assert_int_equal(rw(READ, 0, 8, HOST_DATA + 0x10ffc, HOST_DATA + 0x30000), 0);
	assert_memory_equal(fake_at(HOST_DATA + 0x10ffc), fake_at(HOST_DATA + 0xe04), 4);
	assert_memory_equal(fake_at(HOST_DATA + 0x30000), fake_at(HOST_DATA + 0xe08), 4092);
	assert_int_equal(*(u8 *)fake_at(HOST_DATA + 0x30000 + 4092), 0);
}

/* A list of exactly what is needed, pages in reverse order, the list not at its page's beginning.
 */
static void list_in_a_page(void **state)
{
	(void)state;
	pattern(HOST_DATA, 16384, 3);
	list_make(LIST + 0x100, HOST_DATA + 0x1000, 3);
	assert_int_equal(rw(WRITE, 0, 32, HOST_DATA, LIST + 0x100), 0);
	for (u32 i = 0; i < 3; i++)
		*(u64 *)fake_at(LIST + 8 * i) = HOST_DATA + 0x40000 - i * 0x1000;
	assert_int_equal(rw(READ, 0, 32, HOST_DATA + 0x50000, LIST), 0);
	assert_memory_equal(fake_at(HOST_DATA + 0x50000), fake_at(HOST_DATA), 4096);
	for (u32 i = 0; i < 3; i++)
		assert_memory_equal(fake_at(HOST_DATA + 0x40000 - i * 0x1000),
				    fake_at(HOST_DATA + 0x1000 * (i + 1)), 4096);
}

/* The last entry of a list's page leads to the next list. */
static void list_crosses_pages(void **state)
{
	(void)state;
	pattern(HOST_DATA, 6 * 4096, 4);
	list_make(LIST + 4096 - 24, HOST_DATA + 4096, 2);
	*(u64 *)fake_at(LIST + 4096 - 8) = LIST + 0x8000;
	list_make(LIST + 0x8000, HOST_DATA + 3 * 4096, 3);
	assert_int_equal(rw(WRITE, 16, 48, HOST_DATA, LIST + 4096 - 24), 0);
	list_make(LIST, HOST_DATA + 0x100000 + 4096, 5);
	assert_int_equal(rw(READ, 16, 48, HOST_DATA + 0x100000, LIST), 0);
	assert_memory_equal(fake_at(HOST_DATA), fake_at(HOST_DATA + 0x100000), 6 * 4096);
}

/* If nothing comes after it, the last entry of a list's page is a page of data. */
static void list_ends_with_its_page(void **state)
{
	(void)state;
	pattern(HOST_DATA, 3 * 4096, 5);
	list_make(LIST + 4096 - 16, HOST_DATA + 4096, 2);
	assert_int_equal(rw(WRITE, 0, 24, HOST_DATA, LIST + 4096 - 16), 0);
	list_make(LIST, HOST_DATA + 0x100000 + 4096, 2);
	assert_int_equal(rw(READ, 0, 24, HOST_DATA + 0x100000, LIST), 0);
	assert_memory_equal(fake_at(HOST_DATA), fake_at(HOST_DATA + 0x100000), 3 * 4096);
}

/* A list of one entry at the end of its page: a chain without data. */
static void list_of_a_chain_only(void **state)
{
	(void)state;
	pattern(HOST_DATA, 3 * 4096, 6);
	*(u64 *)fake_at(LIST + 4096 - 8) = LIST + 0x2000;
	list_make(LIST + 0x2000, HOST_DATA + 4096, 2);
	assert_int_equal(rw(WRITE, 0, 24, HOST_DATA, LIST + 4096 - 8), 0);
	list_make(LIST, HOST_DATA + 0x100000 + 4096, 2);
	assert_int_equal(rw(READ, 0, 24, HOST_DATA + 0x100000, LIST), 0);
	assert_memory_equal(fake_at(HOST_DATA), fake_at(HOST_DATA + 0x100000), 3 * 4096);
}

/*
 * The longest transfer, 4 MiB, with an offset: 1024 further pages, two lists; no access is longer
 * than 4 KiB.
 */
static void longest_transfer(void **state)
{
	const u32 n = 4 << 20;
	u64 data = HOST_DATA + 0x200, list = FAKE_BASE + 0x700000;

	(void)state;
	pattern(data, n, 7);
	list_make(list, HOST_DATA + 4096, 511);
	*(u64 *)fake_at(list + 511 * 8) = list + 4096;
	list_make(list + 4096, HOST_DATA + 512 * 4096, 512);
	*(u64 *)fake_at(list + 4096 + 511 * 8) = list + 8192;
	list_make(list + 8192, HOST_DATA + 1023 * 4096, 2);
	assert_int_equal(rw(WRITE, 0, n / 512, data, list), 0);
	assert_int_equal(fake.longest, 4096);
	assert_int_equal(rw(READ, 8191, 1, HOST_DATA + 0x600000, 0), 0);
	assert_memory_equal(fake_at(HOST_DATA + 0x600000), fake_at(data + n - 512), 512);
	assert_int_equal(rw(WRITE, 0, n / 512 + 1, data, list), 0x02); /* MDTS */
}

/* What is not aligned is refused, and nothing of the command's memory is touched then. */
static void misaligned(void **state)
{
	u64 nr;

	(void)state;
	assert_int_equal(rw(READ, 0, 8, HOST_DATA + 1, 0), 0x13);
	assert_int_equal(rw(READ, 0, 8, HOST_DATA + 2, 0), 0x13);
	nr = fake.nr_dma;
	assert_int_equal(rw(READ, 0, 24, HOST_DATA, LIST + 4), 0x13);
	assert_int_equal(fake.nr_dma,
			 nr + 1 + 1 + 2); /* fetch, the first page, completion; no list */
	assert_int_equal(rw(READ, 0, 16, HOST_DATA, HOST_DATA + 0x1004), 0x13);
	list_make(LIST, HOST_DATA + 0x1004, 2);
	assert_int_equal(rw(READ, 0, 24, HOST_DATA, LIST), 0x13);
	*(u64 *)fake_at(LIST + 4096 - 8) = LIST + 8; /* a chain goes to a page's beginning */
	assert_int_equal(rw(READ, 0, 24, HOST_DATA, LIST + 4096 - 8), 0x13);
}

/* CC.MPS = 1: pages of 8 KiB */
static void larger_pages(void **state)
{
	(void)state;
	fake_write(0x14, 4, 0);
	host_enable(HOST_CC | 1 << 7);
	assert_int_equal(host_make_cq(1, HOST_ENTRIES, 3), 0);
	assert_int_equal(host_make_sq(1, HOST_ENTRIES, 1), 0);
	pattern(HOST_DATA, 16384, 8);
	assert_int_equal(rw(WRITE, 0, 32, HOST_DATA, HOST_DATA + 8192), 0);
	assert_int_equal(fake.longest, 4096);
	assert_int_equal(rw(READ, 0, 32, HOST_DATA + 0x10000, HOST_DATA + 0x11000), 0x13);
	assert_int_equal(rw(READ, 0, 16, HOST_DATA + 0x20000, 0), 0);
	assert_memory_equal(fake_at(HOST_DATA), fake_at(HOST_DATA + 0x20000), 8192);
}

/* A list that lies across 4 KiB within its page of 8 KiB is read in two pieces. */
static void long_list_in_larger_page(void **state)
{
	(void)state;
	fake_write(0x14, 4, 0);
	host_enable(HOST_CC | 1 << 7);
	assert_int_equal(host_make_cq(1, HOST_ENTRIES, 3), 0);
	assert_int_equal(host_make_sq(1, HOST_ENTRIES, 1), 0);
	for (u32 i = 0; i < 511; i++)
		*(u64 *)fake_at(LIST + 2048 + 8 * i) = HOST_DATA + 0x100000 + (i == 510) * 8192;
	pattern(HOST_DATA, 8192, 13);
	assert_int_equal(rw(WRITE, 8192 - 16, 16, HOST_DATA, 0), 0);
	assert_int_equal(rw(READ, 0, 8192, HOST_DATA + 0x50000, LIST + 2048), 0);
	assert_memory_equal(fake_at(HOST_DATA + 0x100000 + 8192), fake_at(HOST_DATA), 8192);
	assert_int_equal(fake.longest, 4096);
}

/* ---------------------------------------------------------------- faults */

static void faults(void **state)
{
	(void)state;
	pattern(HOST_DATA, 3 * 4096, 9);
	list_make(LIST, HOST_DATA + 4096, 2);
	fake.fault_first = HOST_DATA + 2 * 4096;
	fake.fault_end = HOST_DATA + 3 * 4096;
	assert_int_equal(rw(WRITE, 0, 24, HOST_DATA, LIST), 0x04);
	assert_int_equal(rw(READ, 0, 24, HOST_DATA, LIST), 0x04);
	fake.fault_first = LIST;
	fake.fault_end = LIST + 8;
	assert_int_equal(rw(READ, 0, 24, HOST_DATA, LIST), 0x04);
	fake.fault_end = 0;
	assert_int_equal(rw(READ, 0, 24, HOST_DATA, LIST), 0);
	assert_int_equal(fake_read(0x1c, 4), 1);
}

/* "Do not retry" is set: a fault that goes away by itself must be seen. */
static void faults_are_final(void **state)
{
	struct host_cpl c;

	(void)state;
	host_put(1, host_rw(READ, 0, 8, 0x1000, 0));
	host_ring(1);
	assert_int_equal(fake_run(100), 0);
	assert_true(host_take(1, &c, true));
	assert_int_equal(c.status >> 15, 1);
}

/* Silent termination reads as zeroes: the device cannot know. */
static void silent_termination(void **state)
{
	(void)state;
	pattern(HOST_DATA, 4096, 10);
	assert_int_equal(rw(WRITE, 0, 8, HOST_DATA, 0), 0);
	fake.raz_first = HOST_DATA;
	fake.raz_end = HOST_DATA + 4096;
	assert_int_equal(rw(WRITE, 0, 8, HOST_DATA, 0), 0);
	fake.raz_end = 0;
	assert_int_equal(rw(READ, 0, 8, HOST_DATA + 0x10000, 0), 0);
	for (u32 i = 0; i < 4096; i++)
		assert_int_equal(((u8 *)fake_at(HOST_DATA + 0x10000))[i], 0);
}

static void fatal_on_io_queue(void **state)
{
	(void)state;
	fake.fault_first = host_sq_addr(1);
	fake.fault_end = host_sq_addr(1) + 4096;
	host_put(1, host_rw(READ, 0, 8, HOST_DATA, 0));
	host_ring(1);
	assert_int_equal(fake_run(100), 0);
	assert_int_equal(fake_read(0x1c, 4), 3);
}

/*
 * 7.3.2: after a reset nothing is heard of commands that were in flight, and their memory is left
 * alone
 */
static void reset_in_flight(void **state)
{
	u64 nr = fake.nr_dma;
	unsigned int irqs;

	(void)state;
	for (u32 i = 0; i < 6; i++)
		host_put(1, host_rw(READ, 0, 8, HOST_DATA + i * 4096, 0));
	host_ring(1);
	while (fake.nr_dma < nr + 5)
		fn_nvme_ops.step(&fake.fn);
	irqs = fake.irqs[1];
	nr = fake.nr_dma;
	fake_write(0x14, 4, 0);
	assert_int_equal(fake_run(1000), 0);
	assert_int_equal(fake.nr_dma, nr);
	assert_int_equal(fake.irqs[1], irqs);
	host_enable(HOST_CC);
	assert_int_equal(fake_run(1000), 0);
	assert_int_equal(fake.nr_dma, nr);
	assert_int_equal(host_make_cq(1, HOST_ENTRIES, 3), 0);
	assert_int_equal(host_make_sq(1, HOST_ENTRIES, 1), 0);
	assert_int_equal(rw(READ, 0, 8, HOST_DATA, 0), 0);
}

/* ---------------------------------------------------------------- commands, chapter 6 */

static void ranges_of_blocks(void **state)
{
	const u64 all = 16 << 11;

	(void)state;
	assert_int_equal(rw(READ, all - 8, 8, HOST_DATA, 0), 0);
	assert_int_equal(rw(READ, all - 7, 8, HOST_DATA, 0), 0x80);
	assert_int_equal(rw(WRITE, all, 1, HOST_DATA, 0), 0x80);
	assert_int_equal(rw(WRITE, ~0ull, 1, HOST_DATA, 0), 0x80);
	assert_int_equal(rw(ZEROES, all - 1, 2, 0, 0), 0x80);
	assert_int_equal(rw(READ, 0, 65536, HOST_DATA, 0), 0x80);
}

static void wrong_namespace(void **state)
{
	struct host_cmd cmd = host_rw(READ, 0, 8, HOST_DATA, 0);

	(void)state;
	cmd.nsid = 0;
	assert_int_equal(host_do(1, cmd, NULL), 0x0b);
	cmd.nsid = 2;
	assert_int_equal(host_do(1, cmd, NULL), 0x0b);
	cmd.nsid = 0xffffffff;
	assert_int_equal(host_do(1, cmd, NULL), 0x0b);
	cmd.opcode = 0; /* flush: of all */
	assert_int_equal(host_do(1, cmd, NULL), 0);
}

/* Blocks @lba and behind it: @n that are zero, then one that is not. */
static void expect_zeroes(u64 lba, u32 n)
{
	u8 *p = fake_at(HOST_DATA + 0x200000);

	for (u32 b = 0; b <= n; b++) {
		bool zero = true;

		assert_int_equal(rw(READ, lba + b, 1, HOST_DATA + 0x200000, 0), 0);
		for (u32 i = 0; i < 512; i++)
			zero &= !p[i];
		assert_int_equal(zero, b < n);
	}
}

static void write_zeroes(void **state)
{
	(void)state;
	for (u32 i = 0; i < 400; i += 8) {
		pattern(HOST_DATA, 4096, 11);
		assert_int_equal(rw(WRITE, i, 8, HOST_DATA, 0), 0);
	}
	assert_int_equal(rw(ZEROES, 10, 300, 0, 0), 0);
	expect_zeroes(10, 300);
	expect_zeroes(9, 0);
}

static u32 trim(u32 nr, u32 attributes)
{
	return host_do(1,
		       (struct host_cmd){.opcode = DSM,
					 .nsid = 1,
					 .prp1 = HOST_DATA + 0x8000,
					 .cdw10 = nr - 1,
					 .cdw11 = attributes},
		       NULL);
}

static void range_put(u32 index, u64 lba, u32 blocks)
{
	u8 *p = fake_at(HOST_DATA + 0x8000 + index * 16);

	memset(p, 0, 4);
	memcpy(p + 4, &blocks, 4);
	memcpy(p + 8, &lba, 8);
}

static void deallocate(void **state)
{
	(void)state;
	pattern(HOST_DATA, 4096, 12);
	for (u32 i = 0; i < 64; i += 8)
		assert_int_equal(rw(WRITE, i, 8, HOST_DATA, 0), 0);
	range_put(0, 4, 2);
	range_put(1, 20, 0);
	range_put(2, 30, 3);
	assert_int_equal(trim(3, 0), 0); /* no deallocation asked for */
	expect_zeroes(4, 0);
	assert_int_equal(trim(3, 4), 0);
	expect_zeroes(4, 2);
	expect_zeroes(30, 3);
	expect_zeroes(20, 0);
	range_put(0, 40, 1);
	range_put(1, 1 << 15, 1); /* beyond the end: none of all is done */
	assert_int_equal(trim(2, 4), 0x80);
	expect_zeroes(40, 0);
	for (u32 i = 0; i < 256; i++)
		range_put(i, 50, 1);
	assert_int_equal(trim(256, 4), 0);
	expect_zeroes(50, 1);
}

/* Many in flight on two queues: each completes once, and all data are right. */
static void many_in_flight(void **state)
{
	u32 done = 0, overtaken = 0, last = 0;
	struct host_cpl c;

	(void)state;
	assert_int_equal(host_make_cq(2, HOST_ENTRIES, 3), 0);
	assert_int_equal(host_make_sq(2, HOST_ENTRIES, 2), 0);
	for (u32 round = 0; round < 40; round++) {
		for (u32 i = 0; i < 14; i++) {
			pattern(HOST_DATA + i * 4096, 4096, round * 14 + i);
			host_put(1 + i % 2, host_rw(WRITE, i * 8, 8, HOST_DATA + i * 4096, 0));
		}
		host_ring(1);
		host_ring(2);
		assert_int_equal(fake_run(10000), 0);
		for (u32 q = 1; q <= 2; q++) {
			for (last = 0; host_take(q, &c, true); last = c.cid) {
				assert_int_equal(host_status(&c), 0);
				overtaken += c.cid < last;
				done++;
			}
		}
		for (u32 i = 0; i < 14; i++) {
			assert_int_equal(rw(READ, i * 8, 8, HOST_DATA + 0x100000, 0), 0);
			assert_memory_equal(fake_at(HOST_DATA + 0x100000),
					    fake_at(HOST_DATA + i * 4096), 4096);
		}
	}
	assert_int_equal(done, 40 * 14);
	assert_true(overtaken > 0);
}

#define IO(name) cmocka_unit_test_setup_teardown(name, host_start_io, host_stop)

const struct CMUnitTest fn_nvme_io_tests[] = {
	IO(one_page),
	IO(offset_and_second_page),
	IO(list_in_a_page),
	IO(list_crosses_pages),
	IO(list_ends_with_its_page),
	IO(list_of_a_chain_only),
	IO(longest_transfer),
	IO(misaligned),
	IO(larger_pages),
	IO(long_list_in_larger_page),
	IO(faults),
	IO(faults_are_final),
	IO(silent_termination),
	IO(fatal_on_io_queue),
	IO(reset_in_flight),
	IO(ranges_of_blocks),
	IO(wrong_namespace),
	IO(write_zeroes),
	IO(deallocate),
	IO(many_in_flight),
};

const size_t nr_fn_nvme_io_tests = ARRAY_SIZE(fn_nvme_io_tests);
