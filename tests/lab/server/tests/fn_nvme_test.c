// SPDX-License-Identifier: GPL-2.0-only
/*
 * fn_nvme.c, nvme_identify.c, and features: registers, reset, what the controller tells. Sections
 * are those of the NVM Express base specification 1.4.
 */
#include "nvme_host.h"

#define CSTS() fake_read(0x1c, 4)

/* ---------------------------------------------------------------- registers and reset */

/* 3.1.1 CAP, 3.1.2 VS */
static void capabilities(void **state)
{
	u64 cap = fake_read(0, 8);

	(void)state;
	assert_int_equal(cap & 0xffff, 1023);  /* MQES */
	assert_int_equal(cap >> 16 & 1, 1);    /* CQR */
	assert_true((cap >> 24 & 0xff) >= 10); /* TO */
	assert_int_equal(cap >> 32 & 0xf, 0);  /* DSTRD */
	assert_int_equal(cap >> 37 & 0xff, 1); /* CSS: NVM */
	assert_int_equal(cap >> 48 & 0xf, 0);  /* MPSMIN */
	assert_int_equal(cap >> 52 & 0xf, 4);  /* MPSMAX */
	assert_int_equal(fake_read(4, 4), cap >> 32);
	assert_int_equal(fake_read(2, 2), cap >> 16 & 0xffff);
	assert_int_equal(fake_read(8, 4), 0x10400);
	assert_int_equal(fake_read(0x38, 8), 0); /* no controller memory buffer */
	assert_int_equal(fake_read(0x1000, 4), 0);
	assert_int_equal(fake_read(0x3ff8, 8), 0);
}

static void pci_identity(void **state)
{
	(void)state;
	assert_int_equal(fake.fn.config[0x0b], 1);
	assert_int_equal(fake.fn.config[0x0a], 8);
	assert_int_equal(fake.fn.config[0x09], 2);
	assert_true(fake.fn.bar_64[0]);
	assert_int_equal(fake.fn.nr_irqs, 4);
	assert_int_equal(fake.fn.msix_bar, 4);
}

/*
 * 3.1.5, 3.1.6, 7.6.1: an enabled controller is ready, a disabled one has forgotten its queues and
 * not AQA
 */
static void enable_and_disable(void **state)
{
	(void)state;
	assert_int_equal(CSTS(), 0);
	host_enable(HOST_CC);
	assert_int_equal(CSTS(), 1);
	assert_int_equal(fake_read(0x14, 4), HOST_CC | 1);
	assert_int_equal(fake_read(0x28, 8), host_sq_addr(0));
	assert_int_equal(fake_read(0x30, 8), host_cq_addr(0));
	fake_write(0x14, 4, HOST_CC);
	assert_int_equal(CSTS(), 0);
	assert_int_equal(fake_read(0x24, 4), 7 << 16 | 7);
	fake_write(0x1000, 4, 1);
	assert_int_equal(fake_run(10), 0);
	assert_int_equal(fake.nr_dma, 0);
}

/* 3.1.6 CFS */
static void enable_refused(void **state)
{
	(void)state;
	host_enable(HOST_CC | 1 << 4); /* another command set */
	assert_int_equal(CSTS(), 2);
	fake_write(0x14, 4, 0);
	assert_int_equal(CSTS(), 0);
	host_enable(HOST_CC | 5 << 7); /* pages of 128 KiB */
	assert_int_equal(CSTS(), 2);
	fake_write(0x14, 4, 0);
	fake_write(0x24, 4, 7); /* one completion entry */
	fake_write(0x14, 4, HOST_CC | 1);
	assert_int_equal(CSTS(), 2);
	fake_write(0x14, 4, 0);
	fake_write(0x24, 4, 7 << 16 | 7);
	fake_write(0x28, 8, FAKE_BASE + 0x1000); /* not aligned to 64 KiB */
	fake_write(0x14, 4, HOST_CC | 4 << 7 | 1);
	assert_int_equal(CSTS(), 2);
	assert_int_equal(fake_run(10), 0);
	assert_int_equal(fake.nr_dma, 0);
}

static void odd_writes(void **state)
{
	(void)state;
	fake_write(0x14, 2, 1);
	fake_write(0x14, 1, 1);
	assert_int_equal(CSTS(), 0);
	fake_write(0x00, 8, ~0ull);
	fake_write(0x08, 4, 0);
	fake_write(0x1c, 4, ~0u);
	fake_write(0x0c, 4, 1);
	assert_int_equal(fake_read(0x08, 4), 0x10400);
	assert_int_equal(CSTS(), 0);
	assert_int_equal(fn_nvme_ops.bar_read(&fake.fn, 2, 0, 4), 0);
}

/* An admin queue entry that cannot be read is fatal, and nothing more is tried until a reset. */
static void fatal_fetch(void **state)
{
	(void)state;
	fake.fault_first = host_sq_addr(0);
	fake.fault_end = host_sq_addr(0) + 64;
	host_put(0, (struct host_cmd){.opcode = 0x0a, .cdw10 = 7});
	host_ring(0);
	assert_int_equal(fake_run(10), 0);
	assert_int_equal(CSTS(), 3);
	assert_int_equal(fake.nr_dma, 1);
	fake.fault_end = 0;
	host_ring(0);
	assert_int_equal(fake_run(10), 0);
	assert_int_equal(fake.nr_dma, 1);
	fake_write(0x14, 4, 0);
	host_enable(HOST_CC);
	assert_int_equal(CSTS(), 1);
	assert_int_equal(host_do(0, (struct host_cmd){.opcode = 0x0a, .cdw10 = 7}, NULL), 0);
}

static void fatal_completion(void **state)
{
	(void)state;
	fake.fault_first = host_cq_addr(0) + 8;
	fake.fault_end = host_cq_addr(0) + 16;
	host_put(0, (struct host_cmd){.opcode = 0x0a, .cdw10 = 7});
	host_ring(0);
	assert_int_equal(fake_run(10), 0);
	assert_int_equal(CSTS(), 3);
	assert_int_equal(fake.irqs[0], 0);
}

/* Without bus mastering nothing moves; with it work goes on where it was. */
static void bus_master(void **state)
{
	struct host_cpl c;

	(void)state;
	host_put(0, (struct host_cmd){.opcode = 0x0a, .cdw10 = 7});
	fake.master = false;
	host_ring(0);
	assert_int_equal(fake_run(10), 0);
	assert_int_equal(fake.nr_dma, 0);
	assert_int_equal(CSTS(), 1);
	fake.master = true;
	assert_int_equal(fake_run(10), 0);
	assert_true(host_take(0, &c, true));
	assert_int_equal(fake.irqs[0], 1);
}

/* 7.6.2: shutdown is done at once when nothing is in flight, else when nothing is any more */
static void shutdown(void **state)
{
	struct host_cpl c;

	(void)state;
	fake_write(0x14, 4, HOST_CC | 1 << 14 | 1);
	assert_int_equal(CSTS(), 1 | 2 << 2);
	fake_write(0x14, 4, 0);
	host_enable(HOST_CC);
	host_put(0, (struct host_cmd){.opcode = 0x06, .cdw10 = 1, .prp1 = HOST_DATA});
	host_ring(0);
	fn_nvme_ops.step(&fake.fn);
	fake_write(0x14, 4, HOST_CC | 1 << 14 | 1);
	assert_int_equal(CSTS(), 1 | 1 << 2);
	assert_int_equal(fake_run(100), 0);
	assert_int_equal(CSTS(), 1 | 2 << 2);
	assert_true(host_take(0, &c, true));
}

/* A function-level reset forgets all registers, and nothing follows of what was under way. */
static void function_reset(void **state)
{
	u64 nr;

	(void)state;
	host_put(0, (struct host_cmd){.opcode = 0x06, .cdw10 = 1, .prp1 = HOST_DATA});
	host_ring(0);
	fn_nvme_ops.step(&fake.fn);
	nr = fake.nr_dma;
	assert_int_equal(nr, 1);
	fn_nvme_ops.reset(&fake.fn);
	assert_int_equal(fake_run(10), 0);
	assert_int_equal(fake.nr_dma, nr);
	assert_int_equal(CSTS(), 0);
	assert_int_equal(fake_read(0x14, 4), 0);
	assert_int_equal(fake_read(0x24, 4), 0);
	assert_int_equal(fake_read(0x28, 8), 0);
	assert_int_equal(fake_read(0x30, 8), 0);
}

/* ---------------------------------------------------------------- identify, 5.15 */

static u8 *identify(u32 cns, u32 nsid, u32 want)
{
	struct host_cmd cmd = {.opcode = 0x06, .nsid = nsid, .cdw10 = cns, .prp1 = HOST_DATA};

	memset(fake_at(HOST_DATA), 0xee, 4096);
	assert_int_equal(host_do(0, cmd, NULL), want);
	return fake_at(HOST_DATA);
}

static void identify_controller(void **state)
{
	u8 *p = identify(1, 0, 0);

	(void)state;
	assert_memory_equal(p, fake.fn.config, 2);
	assert_memory_equal(p + 4, "abc                 ", 20);
	assert_int_equal(p[77], 10);
	assert_int_equal(*(u32 *)(p + 80), 0x10400);
	assert_int_equal(p[111], 1);
	assert_int_equal(p[512], 0x66);
	assert_int_equal(p[513], 0x44);
	assert_int_equal(*(u32 *)(p + 516), 1);
	assert_int_equal(*(u16 *)(p + 520), 0xc);
	assert_int_equal(p[525] & 1, 1);
	assert_int_equal(*(u32 *)(p + 536), 0); /* no SGLs */
	assert_memory_equal(p + 768, "nqn.2014-08.org.nvmexpress:uuid:", 32);
	assert_int_equal(strlen((char *)p + 768), 32 + 36);
	assert_int_equal(p[4095], 0);
}

static void identify_namespace(void **state)
{
	u8 *p = identify(0, 1, 0);

	(void)state;
	assert_int_equal(*(u64 *)p, 16 << 11);
	assert_int_equal(*(u64 *)(p + 8), 16 << 11);
	assert_int_equal(p[25], 0);
	assert_int_equal(*(u32 *)(p + 128), 9 << 16);
	identify(0, 0, 0x0b);
	identify(0, 2, 0x0b);
	identify(0, 0xffffffff, 0x0b);
}

static void identify_lists(void **state)
{
	u8 *p = identify(2, 0, 0);

	(void)state;
	assert_int_equal(*(u32 *)p, 1);
	assert_int_equal(*(u32 *)(p + 4), 0);
	p = identify(2, 1, 0);
	assert_int_equal(*(u32 *)p, 0);
	identify(2, 0xfffffffe, 0x0b);
	p = identify(3, 1, 0);
	assert_int_equal(p[0], 3);
	assert_int_equal(p[1], 16);
	assert_int_equal(p[4 + 6] >> 4, 8);
	assert_int_equal(p[4 + 8] >> 6, 2);
	assert_int_equal(*(u32 *)(p + 20), 0);
	identify(3, 2, 0x0b);
	identify(4, 1, 0x02);
	identify(0x1c, 0, 0x02);
}

/* Two controllers must not be taken for one subsystem. */
static void identities_differ(void **state)
{
	char *other[2] = {"serial=abx", NULL};
	u8 nqn[256], uuid[16];

	(void)state;
	memcpy(nqn, identify(1, 0, 0) + 768, sizeof(nqn));
	memcpy(uuid, identify(3, 1, 0) + 4, sizeof(uuid));
	fake_stop();
	fake_start(&fn_nvme_ops, other);
	host_enable(HOST_CC);
	assert_memory_not_equal(identify(1, 0, 0) + 768, nqn, sizeof(nqn));
	assert_memory_not_equal(identify(3, 1, 0) + 4, uuid, sizeof(uuid));
}

/* ---------------------------------------------------------------- log pages, 5.14 */

static u32 get_log(u32 page, u32 bytes, u32 offset)
{
	memset(fake_at(HOST_DATA), 0xee, 8192);
	return host_do(0,
		       (struct host_cmd){.opcode = 0x02,
					 .nsid = 0xffffffff,
					 .prp1 = HOST_DATA,
					 .prp2 = HOST_DATA + 4096,
					 .cdw10 = (bytes / 4 - 1) << 16 | page,
					 .cdw11 = (bytes / 4 - 1) >> 16,
					 .cdw12 = offset},
		       NULL);
}

static void logs(void **state)
{
	u8 *p = fake_at(HOST_DATA);

	(void)state;
	assert_int_equal(get_log(2, 512, 0), 0);
	assert_int_equal(p[1] | p[2] << 8, 300);
	assert_int_equal(p[512], 0xee);
	assert_int_equal(get_log(1, 64, 0), 0);
	assert_int_equal(get_log(3, 512, 0), 0);
	assert_int_equal(p[0], 1);
	assert_int_equal(get_log(2, 4096, 0), 0);
	assert_int_equal(get_log(2, 4100, 0), 0x02);
	assert_int_equal(get_log(2, 512, 4), 0x02);
	assert_int_equal(get_log(0x70, 512, 0), 0x109);
}

/* ---------------------------------------------------------------- features, 5.21 */

static u32 set_feature(u32 cdw10, u32 cdw11, u32 *dw0)
{
	return host_do(0, (struct host_cmd){.opcode = 0x09, .cdw10 = cdw10, .cdw11 = cdw11}, dw0);
}

static u32 get_feature(u32 cdw10, u32 cdw11, u32 *dw0)
{
	return host_do(0, (struct host_cmd){.opcode = 0x0a, .cdw10 = cdw10, .cdw11 = cdw11}, dw0);
}

static void number_of_queues(void **state)
{
	u32 dw0 = 0;

	(void)state;
	assert_int_equal(set_feature(7, 63 << 16 | 63, &dw0), 0);
	assert_int_equal(dw0, 2 << 16 | 2);
	assert_int_equal(set_feature(7, 0xffff, NULL), 0x02);
	assert_int_equal(set_feature(7, 0xffff0000, NULL), 0x02);
	assert_int_equal(get_feature(7, 0, &dw0), 0);
	assert_int_equal(dw0, 2 << 16 | 2);
	assert_int_equal(host_make_cq(1, 4, 3), 0);
	assert_int_equal(set_feature(7, 0, NULL), 0x0c);
}

static void other_features(void **state)
{
	u32 dw0 = 0;

	(void)state;
	assert_int_equal(set_feature(6, 1, NULL), 0);
	assert_int_equal(get_feature(6, 0, &dw0), 0);
	assert_int_equal(dw0, 1);
	assert_int_equal(get_feature(1 << 8 | 6, 0, &dw0), 0); /* the default */
	assert_int_equal(dw0, 0);
	assert_int_equal(get_feature(3 << 8 | 6, 0, &dw0), 0); /* what can be done with it */
	assert_int_equal(dw0, 4);
	assert_int_equal(get_feature(4 << 8 | 6, 0, &dw0), 0x02);
	assert_int_equal(set_feature(1u << 31 | 6, 1, NULL), 0x10d);
	assert_int_equal(set_feature(2, 1, NULL), 0x02); /* there is one power state */
	assert_int_equal(set_feature(2, 0, NULL), 0);
	assert_int_equal(get_feature(4, 0, &dw0), 0);
	assert_int_equal(dw0, 343);
	assert_int_equal(get_feature(4, 1 << 20, &dw0), 0); /* the lower limit */
	assert_int_equal(dw0, 0);
	assert_int_equal(set_feature(4, 1 << 20 | 300, NULL), 0x02);
	assert_int_equal(set_feature(4, 340, NULL), 0);
	assert_int_equal(set_feature(9, 3, NULL), 0);
	assert_int_equal(set_feature(9, 4, NULL), 0x02);
	assert_int_equal(set_feature(0, 0, NULL), 0x02);
	assert_int_equal(set_feature(3, 0, NULL), 0x02);
	assert_int_equal(get_feature(0x7f, 0, NULL), 0x02);
	/* A reset brings the defaults back. */
	fake_write(0x14, 4, 0);
	host_enable(HOST_CC);
	assert_int_equal(get_feature(6, 0, &dw0), 0);
	assert_int_equal(dw0, 0);
}

/* ---------------------------------------------------------------- options */

static void wrong_options(void **state)
{
	char *wrong[10] = {"size=0",   "size=1k",   "size=",   "size=65537",
			   "queues=0", "queues=17", "serial=", "serial=123456789012345678901",
			   "depth=1",  "size"};

	(void)state;
	for (u32 i = 0; i < ARRAY_SIZE(wrong); i++) {
		char *options[2] = {wrong[i], NULL};
		struct function fn = {.ops = &fn_nvme_ops};
		const char *why = NULL;

		assert_false(fn_nvme_ops.init(&fn, options, &why));
		assert_non_null(why);
		assert_null(fn.priv);
	}
}

#define COLD(name) cmocka_unit_test_setup_teardown(name, host_start, host_stop)
#define WARM(name) cmocka_unit_test_setup_teardown(name, host_start_enabled, host_stop)

const struct CMUnitTest fn_nvme_tests[] = {
	COLD(capabilities),	COLD(pci_identity),	   COLD(enable_and_disable),
	COLD(enable_refused),	COLD(odd_writes),	   WARM(fatal_fetch),
	WARM(fatal_completion), WARM(bus_master),	   WARM(shutdown),
	WARM(function_reset),	WARM(identify_controller), WARM(identify_namespace),
	WARM(identify_lists),	WARM(identities_differ),   WARM(logs),
	WARM(number_of_queues), WARM(other_features),	   COLD(wrong_options),
};

const size_t nr_fn_nvme_tests = ARRAY_SIZE(fn_nvme_tests);
