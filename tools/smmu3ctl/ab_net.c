// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work of a network device (iperf3 against a server that somebody has started) and of a device that
 * shares a process's addresses (svajob against the calls of tests/modules/labdev_uapi.h).
 */
#include <stdlib.h>
#include <string.h>

#include "ab.h"

/* ---------------------------------------------------------------- iperf3 */

static bool net_ready(const struct ab_options *o, char **why)
{
	if (!o->net)
		*why = ctl_strdup("no host with an iperf3 server is given by --net");
	else if (!ab_program_there("iperf3"))
		*why = ctl_strdup("iperf3 is not installed");
	return !*why;
}

static void net_plan(const struct ab_options *o, FILE *f)
{
	fprintf(f, "net: iperf3 to %s and back, %u s each\n", o->net, o->seconds);
}

static bool iperf_figures(const struct json *root, const char *workload, struct json *results,
			  char **why)
{
	const char *error = json_text(root, "error");
	double bits, again, cpu;

	if (error) {
		*why = ctl_format("%s: iperf3: %.200s", workload, error);
		return false;
	}
	if (!json_real(root, "end/sum_received/bits_per_second", &bits)) {
		*why = ctl_format("%s: iperf3's figures are not there", workload);
		return false;
	}
	ab_figure(results, workload, "rate", "Mbit/s", false, bits / 1e6);
	if (json_real(root, "end/sum_sent/retransmits", &again))
		ab_figure(results, workload, "retransmits", "segments", true, again);
	if (json_real(root, "end/cpu_utilization_percent/host_total", &cpu))
		ab_figure(results, workload, "cpu", "%", true, cpu);
	return true;
}

bool ab_iperf_parse(const char *text, size_t len, const char *workload, struct json *results,
		    char **why)
{
	char *reason = NULL;
	struct json *root = json_parse(text, len, &reason);
	bool good;

	if (!root) {
		*why = ctl_format("%s: iperf3's output: %s", workload, reason);
		free(reason);
		return false;
	}
	good = iperf_figures(root, workload, results, why);
	json_free(root);
	return good;
}

/* HOST, HOST:PORT, [ADDRESS]:PORT or an IPv6 address by itself. */
static void split_host(const char *net, char **host, char **port)
{
	const char *colon = strrchr(net, ':');
	const char *end = *net == '[' ? strchr(net, ']') : NULL;

	*port = NULL;
	if (end) {
		*host = ctl_format("%.*s", (int)(end - net - 1), net + 1);
		if (end[1] == ':')
			*port = ctl_strdup(end + 2);
	} else if (colon && colon == strchr(net, ':')) {
		*host = ctl_format("%.*s", (int)(colon - net), net);
		*port = ctl_strdup(colon + 1);
	} else {
		*host = ctl_strdup(net);
	}
}

static bool iperf_run(const struct ab_options *o, bool back, struct json *results, char **why)
{
	char *seconds = ctl_format("%u", o->seconds), *host, *port, *text;
	const char *argv[10] = { "iperf3", "-J", "-t", seconds, "-c" };
	const char *workload = back ? "net-receive" : "net-send";
	bool good = false;
	size_t len, n = 5;
	int rc;

	split_host(o->net, &host, &port);
	argv[n++] = host;
	if (port) {
		argv[n++] = "-p";
		argv[n++] = port;
	}
	if (back)
		argv[n++] = "-R";
	/* What went wrong is in its JSON. */
	text = ab_program(argv, o->seconds + 60, &len, why, &rc);
	if (text)
		good = ab_iperf_parse(text, len, workload, results, why);
	if (good && rc) {
		*why = ctl_format("%s: iperf3: exit %d", workload, rc);
		good = false;
	}
	free(text);
	free(host);
	free(port);
	free(seconds);
	return good;
}

static bool net_round(const struct ab_options *o, struct json *results, char **why)
{
	return iperf_run(o, false, results, why) && !ab_stopped && iperf_run(o, true, results, why);
}

const struct ab_load ab_load_net = {
	.name = "net", .ready = net_ready, .plan = net_plan, .round = net_round,
};

/* ---------------------------------------------------------------- svajob */

static char *sva_device;

static bool sva_ready(const struct ab_options *o, char **why)
{
	struct ctl_list names = { 0 };
	size_t i;

	(void)o;
	sva_device = NULL;
	ctl_names("/dev", &names);
	for (i = 0; i < names.nr && !sva_device; i++)
		if (ctl_starts(names.item[i], "labdev-"))
			sva_device = ctl_strdup(names.item[i] + strlen("labdev-"));
	ctl_list_free(&names);
	if (!sva_device)
		*why = ctl_strdup("no device offers the calls that svajob makes (/dev/labdev-*)");
	else if (!ab_program_there("svajob"))
		*why = ctl_strdup("svajob is not installed");
	if (!*why)
		return true;
	free(sva_device);
	sva_device = NULL;
	return false;
}

static void sva_plan(const struct ab_options *o, FILE *f)
{
	(void)o;
	fprintf(f, "sva: %s: faults, bonds, and what munmap() costs\n", sva_device);
}

static const struct {
	const char	*workload, *metric, *unit, *bench, *rounds, *key;
	bool		lower;
} sva_jobs[] = {
	{ "sva-faults", "faults", "1/s", "faults", "5", "faults_per_s=", false },
	{ "sva-bind", "bonds", "1/s", "bind", "50", "binds_per_s=", false },
	{ "sva-munmap-2m", "munmap", "us", "munmap", "10", "us_per_munmap=", true },
};

static bool sva_run(unsigned int job, struct json *results, char **why)
{
	const char * const argv[] = {
		"svajob", "--bench", sva_jobs[job].bench, "--threads", "1", "--size", "2097152",
		"--rounds", sva_jobs[job].rounds, "--faults",
		sva_jobs[job].lower ? "none" : "stall", sva_device, NULL
	};
	const char *at;
	double value;
	size_t len;
	char *text;
	int rc;

	text = ab_program(argv, 300, &len, why, &rc);
	if (!text)
		return false;
	at = strstr(text, sva_jobs[job].key);
	if (rc)
		*why = ctl_format("%s: svajob: exit %d: %.200s", sva_jobs[job].workload, rc,
				  ctl_trim(text));
	else if (!at || sscanf(at + strlen(sva_jobs[job].key), "%lf", &value) != 1)
		*why = ctl_format("%s: not understood: %.100s", sva_jobs[job].workload, text);
	else
		ab_figure(results, sva_jobs[job].workload, sva_jobs[job].metric,
			  sva_jobs[job].unit, sva_jobs[job].lower, value);
	free(text);
	return !*why;
}

static bool sva_round(const struct ab_options *o, struct json *results, char **why)
{
	unsigned int job;

	(void)o;
	for (job = 0; job < CTL_ARRAY_SIZE(sva_jobs); job++)
		if (ab_stopped || !sva_run(job, results, why))
			return false;
	return true;
}

static void sva_done(void)
{
	free(sva_device);
	sva_device = NULL;
}

const struct ab_load ab_load_sva = {
	.name = "sva", .ready = sva_ready, .plan = sva_plan, .round = sva_round, .done = sva_done,
};
