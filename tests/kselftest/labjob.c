// SPDX-License-Identifier: GPL-2.0-only
/*
 * labjob [OPTION...] DEVICE SCENARIO: DMA jobs of the lab's test device (/dev/labdev-DEVICE), while
 * tables change. Exit 0 and one line of figures, or exit 1 and a line that says what was meant,
 * wanted and seen; 77: it does not apply here, and why.
 *
 *	--note		tell the referee of every map and unmap
 *	--ats		jobs use the device's own translation cache
 *	--threads N	of a storm (4)
 *	--domains N	of a crowd (300)
 *	--rounds N	of each thread (100); LABJOB_SLOW=N in the environment divides them
 *	--seed N	of its choices (1); LABJOB_SEED=N in the environment makes it another
 *	--other DEVICE	a second device, where a scenario wants one
 *	--sid N|all	index of the StreamID of all jobs (0), or each job the next
 *	--by CMD	resets the device, where a scenario does (the driver's own call)
 *	--id N		the first of two markers (1)
 */
#define _GNU_SOURCE
#include <fcntl.h>

#include "labjob.h"
#include "labjob_dma.h"
#include "labjob_device.h"
#include "labjob_pasid.h"
#include "labjob_atc.h"
#include "labjob_matrix.h"
#include "labjob_attach.h"
#include "labjob_bounds.h"
#include "labjob_group.h"
#include "labjob_span.h"
#include "labjob_crowd.h"
#include "labjob_costs.h"

struct thread threads[MAX_THREADS];
__thread int lab_on;
struct run run = { .threads = 4, .domains = 300, .rounds = 100, .seed = 1, .id = 1 };

/* ---------------------------------------------------------------- info, counts */

static void go_info(void)
{
	static const char *const domains[] = { "none", "identity", "dma", "dma-fq", "other" };
	u32 status = run.info.status;

	printf("domain=%s max_pasids=%u sids=%u master=%d ats=%d pri=%d pasid=%d resets=%u "
	       "missed_irqs=%u page=%u\n",
	       domains[run.info.domain < ARRAY_SIZE(domains) ? run.info.domain : 4],
	       run.info.max_pasids, run.info.nr_sids, !!(status & LABDEV_STATUS_MASTER),
	       !!(status & LABDEV_STATUS_ATS), !!(status & LABDEV_STATUS_PRI),
	       !!(status & LABDEV_STATUS_PASID), run.info.resets, run.info.missed_irqs,
	       run.info.page_sz);
}

#define C(name) #name,
static const char *const counter_names[] = { LABDEV_COUNTER_NAMES(C) };
#undef C

static void go_counts(void)
{
	struct labdev_counts c;

	must(try_ioctl(run.fd, LABDEV_IOC_COUNTS, &c), "LABDEV_IOC_COUNTS");
	for (unsigned int i = 0; i < LABDEV_NR_COUNTERS; i++)
		printf("%s=%llu ", counter_names[i], (unsigned long long)c.count[i]);
	putchar('\n');
}

/* ---------------------------------------------------------------- main */

static const struct {
	const char *name;
	void (*go)(void);
	const char *what;
} scenarios[] = {
	{ "info", go_info, "what the device and its domain are" },
	{ "counts", go_counts, "the device's counters" },
	{ "ops", go_ops, "every kind of job on every kind of DMA memory" },
	{ "refused", go_refused, "accesses that must not succeed" },
	{ "storm", go_storm, "threads that map, run jobs and unmap" },
	{ "hammer", go_hammer, "unmaps under a job that never ends" },
	{ "pasid", go_pasid, "paging domains on PASIDs" },
	{ "pasid-storm", go_pasid_storm, "threads that attach, map, run jobs, unmap and detach" },
	{ "crowd", go_crowd, "a storm in many domains, each on a PASID" },
	{ "rid", go_rid, "another domain in place of the device's own" },
	{ "matrix", go_matrix, "every transition of RID and PASIDs; a line a cell" },
	{ "bounds", go_bounds, "attaches to PASIDs that must be refused" },
	{ "hitless", go_hitless, "IDENTITY and DMA in turn under a job that sees no fault" },
	{ "asids", go_asids, "every ASID changes under jobs" },
	{ "ats-switch", go_ats_switch, "ATS on and off under a job that uses it" },
	{ "blocked", go_blocked, "BLOCKED under a job that goes on" },
	{ "reset-attached", go_reset_attached, "a reset in every state of RID and PASIDs" },
	{ "never-fail", go_never_fail, "to IDENTITY and BLOCKED without memory" },
	{ "fail-nth", go_fail_nth, "attach with each allocation failing in turn" },
	{ "group", go_group, "two devices with one StreamID: what one has, both have" },
	{ "span", go_span, "one domain on two devices behind two SMMUs" },
	{ "unfit", go_unfit, "a domain that the other device's SMMU cannot take" },
	{ "ats", go_ats, "the device's translation cache" },
	{ "silent", go_silent, "a device whose translation cache does not answer an invalidation" },
	{ "late", go_late, "or answers when nobody waits any more" },
	{ "pri", go_pri, "page requests that nobody serves" },
	{ "flr", go_flr, "a reset with jobs under way" },
	{ "fault", go_fault, "bad addresses and PASIDs beside good jobs" },
	{ "bad", go_bad, "ioctls with wrong arguments" },
	{ "death", go_death, "processes killed with jobs under way" },
	{ "hold", go_hold, "be busy until the device is taken away" },
	{ "sva", go_sva, "share the process's addresses" },
	{ "cost-rid", go_cost_rid, "the device's domain replaced, between markers" },
	{ "cost-pasid", go_cost_pasid, "a domain on a PASID, between markers" },
};

void usage(void)
{
	unsigned int i;

	puts("labjob [--note] [--ats] [--threads N] [--domains N] [--rounds N] [--seed N] [--id N] "
	     "[--sid N|all] [--other DEVICE] [--by CMD] DEVICE SCENARIO");
	for (i = 0; i < ARRAY_SIZE(scenarios); i++)
		printf("  %-12s %s\n", scenarios[i].name, scenarios[i].what);
	exit(2);
}

static int device_open(const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/dev/labdev-%s", name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

static char **options(char **arg)
{
	for (; *arg && !strncmp(*arg, "--", 2); arg++) {
		if (!strcmp(*arg, "--note"))
			run.note = true;
		else if (!strcmp(*arg, "--ats"))
			run.ats = true;
		else if (!strcmp(*arg, "--threads"))
			run.threads = number(*++arg, 1, ARRAY_SIZE(threads));
		else if (!strcmp(*arg, "--id"))
			run.id = number(*++arg, 1, 1u << 30);
		else if (!strcmp(*arg, "--domains"))
			run.domains = number(*++arg, 1, 65535);
		else if (!strcmp(*arg, "--rounds"))
			run.rounds = number(*++arg, 1, 1000000);
		else if (!strcmp(*arg, "--seed"))
			run.seed = number(*++arg, 0, ~0ull);
		else if (!strcmp(*arg, "--other") && arg[1])
			run.other = device_open(*++arg);
		else if (!strcmp(*arg, "--by") && arg[1])
			run.by = *++arg;
		else if (!strcmp(*arg, "--sid") && arg[1] && !strcmp(arg[1], "all"))
			run.all_sids = *++arg;
		else if (!strcmp(*arg, "--sid"))
			run.sid = number(*++arg, 0, 255);
		else
			usage();
	}
	return arg;
}

int main(int argc, char **argv)
{
	char **arg = options(argv + 1);
	unsigned int i;

	(void)argc;
	environment_apply();
	if (!arg[0] || !arg[1] || arg[2])
		usage();
	run.name = arg[0];
	run.fd = device_open(run.name);
	info_get();
	if (run.sid >= run.info.nr_sids)
		die("--sid %u: the device has %u StreamIDs", run.sid, run.info.nr_sids);
	if (run.ats && !(run.info.status & LABDEV_STATUS_ATS))
		skip("ATS is not enabled in this device");
	for (i = 0; i < ARRAY_SIZE(scenarios); i++) {
		if (strcmp(scenarios[i].name, arg[1]))
			continue;
		scenarios[i].go();
		return 0;
	}
	usage();
}
