// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work of a disk: fio, or blkwork (tests/kselftest) where there is no fio. Invariant: nothing is
 * written to a disk that somebody uses or that holds something, and nothing to its first MiB, so
 * that what was found to be free stays so.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "ab.h"

#define MIB		(1u << 20)
#define MIN_MIB		128u

/* ---------------------------------------------------------------- may it be written? */

/* Folders below the device's that have a file "partition". */
static bool has_partitions(dev_t dev)
{
	char *dir = ctl_format("/sys/dev/block/%u:%u", major(dev), minor(dev));
	struct ctl_list names = { 0 };
	bool found = false;
	size_t i;

	ctl_names(dir, &names);
	for (i = 0; i < names.nr && !found; i++) {
		char *path = ctl_format("%s/%s/partition", dir, names.item[i]);

		found = ctl_exists(path);
		free(path);
	}
	ctl_list_free(&names);
	free(dir);
	return found;
}

static char *judge_content(int fd, const char *name)
{
	char *buf = ctl_alloc(MIB), *why = NULL;
	ssize_t n = pread(fd, buf, MIB, 0);

	if (n != (ssize_t)MIB)
		why = ctl_format("%s: its first MiB cannot be read: %s", name,
				 n < 0 ? strerror(errno) : "it is shorter");
	else if (*buf || memcmp(buf, buf + 1, MIB - 1))
		why = ctl_format("%s holds something; --overwrite if that can go", name);
	free(buf);
	return why;
}

static char *judge_disk(const struct ab_options *o, int fd)
{
	uint64_t bytes = 0;
	struct stat st;

	if (fstat(fd, &st))
		return ctl_format("%s: %s", o->disk, strerror(errno));
	if (S_ISREG(st.st_mode))
		bytes = st.st_size;
	else if (!S_ISBLK(st.st_mode) || ioctl(fd, BLKGETSIZE64, &bytes))
		return ctl_format("%s is neither a block device nor a file", o->disk);
	if (bytes / MIB < MIN_MIB)
		return ctl_format("%s is smaller than %u MiB", o->disk, MIN_MIB);
	if (o->overwrite)
		return NULL;
	if (S_ISBLK(st.st_mode) && has_partitions(st.st_rdev))
		return ctl_format("%s has partitions; --overwrite if they can go", o->disk);
	return judge_content(fd, o->disk);
}

bool ab_disk_free(const struct ab_options *o, char **why)
{
	struct stat st;
	int fd;

	/* Of a block device EBUSY: it is mounted, swapped to, or part of another. */
	fd = open(o->disk, O_RDWR | O_CLOEXEC |
		  (stat(o->disk, &st) || !S_ISBLK(st.st_mode) ? 0 : O_EXCL));
	if (fd < 0) {
		*why = ctl_format("%s: %s", o->disk,
				  errno == EBUSY ? "somebody uses it" : strerror(errno));
		return false;
	}
	*why = judge_disk(o, fd);
	close(fd);
	return !*why;
}

static bool disk_given(const struct ab_options *o, char **why)
{
	if (o->disk)
		return ab_disk_free(o, why);
	*why = ctl_strdup("no scratch device is given by --disk");
	return false;
}

/* ---------------------------------------------------------------- fio */

static const struct {
	const char	*name, *rw, *bs;
} fio_jobs[] = {
	{ "fio-randread-4k", "randread", "4k" },
	{ "fio-randwrite-4k", "randwrite", "4k" },
	{ "fio-read-4k", "read", "4k" },
	{ "fio-randread-1m", "randread", "1m" },
	{ "fio-randwrite-1m", "randwrite", "1m" },
	{ "fio-read-1m", "read", "1m" },
};

static bool fio_ready(const struct ab_options *o, char **why)
{
	if (!disk_given(o, why))
		return false;
	if (ab_program_there("fio"))
		return true;
	*why = ctl_format("fio is not installed%s",
			  ab_program_there("blkwork") ? "; blkwork does the disk's work" : "");
	return false;
}

static void fio_plan(const struct ab_options *o, FILE *f)
{
	fprintf(f, "fio: %s is WRITTEN TO from 1 MiB on: 4 KiB and 1 MiB, random reads and writes, "
		"reads in sequence, %u s each\n", o->disk, o->seconds);
}

/* fio may put words in front of its JSON. */
static struct json *after_words(const char *text, size_t len, char **why)
{
	const char *brace = memchr(text, '{', len);

	if (!brace) {
		*why = ctl_strdup("no JSON");
		return NULL;
	}
	return json_parse(brace, len - (brace - text), why);
}

/* The one direction that was used. */
static const struct json *fio_direction(const struct json *job)
{
	static const char * const names[] = { "read", "write" };
	double ios;
	size_t i;

	for (i = 0; i < CTL_ARRAY_SIZE(names); i++) {
		const struct json *d = json_get(job, names[i]);

		if (json_real(d, "total_ios", &ios) && ios > 0)
			return d;
	}
	return NULL;
}

static bool fio_figures(const struct json *root, const char *workload, struct json *results,
			char **why)
{
	const struct json *jobs = json_get(root, "jobs"), *d;
	double error, iops, bytes, mean, p99;

	if (!jobs || jobs->kind != JSON_ARRAY || !jobs->child) {
		*why = ctl_format("%s: fio tells of no job", workload);
		return false;
	}
	if (json_real(jobs->child, "error", &error) && error) {
		*why = ctl_format("%s: fio: %s", workload, strerror(error));
		return false;
	}
	d = fio_direction(jobs->child);
	if (!d || !json_real(d, "iops", &iops) || !json_real(d, "bw_bytes", &bytes) ||
	    !json_real(d, "clat_ns/mean", &mean) ||
	    !json_real(d, "clat_ns/percentile/99.000000", &p99)) {
		*why = ctl_format("%s: fio's figures are not there", workload);
		return false;
	}
	/* The one is the other times the size of a block. */
	if (ctl_ends(workload, "-1m"))
		ab_figure(results, workload, "rate", "MB/s", false, bytes / 1e6);
	else
		ab_figure(results, workload, "operations", "1/s", false, iops);
	ab_figure(results, workload, "latency", "us", true, mean / 1e3);
	ab_figure(results, workload, "latency-p99", "us", true, p99 / 1e3);
	return true;
}

bool ab_fio_parse(const char *text, size_t len, const char *workload, struct json *results,
		  char **why)
{
	char *reason = NULL;
	struct json *root = after_words(text, len, &reason);
	bool good;

	if (!root) {
		*why = ctl_format("%s: fio's output: %s", workload, reason);
		free(reason);
		return false;
	}
	good = fio_figures(root, workload, results, why);
	json_free(root);
	return good;
}

/* To fio a colon ends one name and begins the next, which it would make. */
static char *fio_filename(const char *path)
{
	char *text = ctl_alloc(2 * strlen(path) + 16), *to = stpcpy(text, "--filename=");

	for (; *path; path++) {
		if (*path == ':')
			*to++ = '\\';
		*to++ = *path;
	}
	return text;
}

static bool fio_run(const struct ab_options *o, unsigned int job, struct json *results, char **why)
{
	char *file = fio_filename(o->disk);
	char *rw = ctl_format("--rw=%s", fio_jobs[job].rw);
	char *bs = ctl_format("--bs=%s", fio_jobs[job].bs);
	char *runtime = ctl_format("--runtime=%u", o->seconds), *text;
	const char * const argv[] = {
		"fio", "--name=ab", file, rw, bs, runtime, "--time_based", "--direct=1",
		"--ioengine=libaio", "--iodepth=16", "--offset=1m", "--randrepeat=1",
		"--output-format=json", NULL
	};
	bool good = false;
	size_t len;

	text = ab_program(argv, o->seconds + 120, &len, why, NULL);
	if (text)
		good = ab_fio_parse(text, len, fio_jobs[job].name, results, why);
	free(text);
	free(runtime);
	free(bs);
	free(rw);
	free(file);
	return good;
}

static bool fio_round(const struct ab_options *o, struct json *results, char **why)
{
	unsigned int job;

	for (job = 0; job < CTL_ARRAY_SIZE(fio_jobs); job++)
		if (ab_stopped || !fio_run(o, job, results, why))
			return false;
	return true;
}

const struct ab_load ab_load_fio = {
	.name = "fio", .ready = fio_ready, .plan = fio_plan, .round = fio_round,
};

/* ---------------------------------------------------------------- blkwork */

static const struct {
	const char	*name, *mib, *bytes;
} blk_jobs[] = {
	{ "blkwork-4k", "8", "4096" },
	{ "blkwork-1m", "64", "1048576" },
};

static bool blkwork_ready(const struct ab_options *o, char **why)
{
	/* Where there is fio, this is no piece of work that is left out. */
	if (ab_program_there("fio") || !ab_program_there("blkwork"))
		return false;
	return disk_given(o, why);
}

static void blkwork_plan(const struct ab_options *o, FILE *f)
{
	fprintf(f, "blkwork: %s is WRITTEN TO from 1 MiB on: 4 KiB and 1 MiB, %u s each\n", o->disk,
		o->seconds);
}

static bool blkwork_run(const struct ab_options *o, unsigned int job, struct json *results,
			char **why)
{
	char *seconds = ctl_format("%u", o->seconds), *text;
	const char * const argv[] = {
		"blkwork", o->disk, "1", blk_jobs[job].mib, blk_jobs[job].bytes, "2", "7", seconds,
		NULL
	};
	double wrote, read;
	bool good = false;
	size_t len;

	text = ab_program(argv, o->seconds + 120, &len, why, NULL);
	if (text) {
		good = sscanf(text, "wrote_MBps=%lf read_MBps=%lf", &wrote, &read) == 2;
		if (!good)
			*why = ctl_format("%s: not understood: %.100s", blk_jobs[job].name, text);
	}
	if (good) {
		ab_figure(results, blk_jobs[job].name, "write", "MB/s", false, wrote);
		ab_figure(results, blk_jobs[job].name, "read", "MB/s", false, read);
	}
	free(text);
	free(seconds);
	return good;
}

static bool blkwork_round(const struct ab_options *o, struct json *results, char **why)
{
	unsigned int job;

	for (job = 0; job < CTL_ARRAY_SIZE(blk_jobs); job++)
		if (ab_stopped || !blkwork_run(o, job, results, why))
			return false;
	return true;
}

const struct ab_load ab_load_blkwork = {
	.name = "blkwork", .ready = blkwork_ready, .plan = blkwork_plan, .round = blkwork_round,
};
