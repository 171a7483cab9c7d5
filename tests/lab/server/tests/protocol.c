// SPDX-License-Identifier: GPL-2.0-only
/*
 * protocol SERVER: tests of the server as a vfio-user peer sees it. Each case ends with a server
 * that still serves: the next one connects again. Section names are those of QEMU's
 * docs/interop/vfio-user.rst; register offsets are of Arm IHI 0070, chapter 6.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol.h"

const char *program;
struct server server;
const char *smmu, *device;
static char smmu_path[128], device_path[128];
char hot_path[128];

/*
 * ---------------------------------------------------------------- handshake ("VFIO_USER_VERSION")
 */

static bool version_refused(const void *body, size_t n)
{
	int s = client_connect(smmu);
	bool closed = client_send(s, 1, C_VERSION, 0, body, n, NULL, 0) && client_closed(s);

	close(s);
	return closed;
}

static void test_version(void)
{
	static const char plain[] = "\0\0\0\0{\"capabilities\":{\"max_msg_fds\":1}}";
	static const char multi[] = "\0\0\0\0{\"capabilities\":{\"write_multiple\":true}}";
	static struct message m;
	int s = client_connect(smmu);

	check(!client_ask(s, C_VERSION, plain, sizeof(plain), &m), "version: 0.0 is agreed on");
	check(!m.body[0] && !m.body[1] && !m.body[2] && !m.body[3], "version: the answer is 0.0");
	check(strstr((char *)m.body + 4, "max_data_xfer_size"),
	      "version: the answer has capabilities");
	check(!strstr((char *)m.body + 4, "write_multiple"),
	      "version: only what was proposed is offered");
	check(client_send(s, 1, C_VERSION, 0, plain, sizeof(plain), NULL, 0) && client_closed(s),
	      "version: not twice");
	close(s);
	s = client_connect(smmu);
	check(!client_ask(s, C_VERSION, multi, sizeof(multi), &m),
	      "version: after a bad peer a good one is served");
	check(strstr((char *)m.body + 4, "\"write_multiple\":true"),
	      "version: several writes in one message are offered");
	close(s);
	s = client_connect(smmu);
	check(!client_ask(s, C_VERSION, "\0\0\1\0", 4, &m),
	      "version: data are optional, 0.1 becomes 0.0");
	close(s);
	check(version_refused("\1\0\0\0", 4), "version: another major number is refused");
	check(version_refused("\0\0\0\0{\"a\":", 10), "version: broken JSON is refused");
	check(version_refused("\0\0\0\0{}", 6), "version: data without a NUL are refused");
	check(version_refused("\0\0", 2), "version: half of a number is refused");
	s = client_connect(smmu);
	client_send(s, 1, C_INFO, 0, "\20\0\0\0............", 16, NULL, 0);
	check(client_closed(s),
	      "version: nothing is served before it");
	close(s);
}

/* ---------------------------------------------------------------- framing ("Header") */

static void refused(const char *what, const void *data, size_t n)
{
	int s = client_open(smmu);

	check(client_raw(s, data, n, NULL, 0) && client_closed(s), what);
	close(s);
}

static void test_header(void)
{
	const uint32_t small[4] = { 9u << 16, 8, 0, 0 }, large[4] = { 9u << 16, 0x7fffffff, 0, 0 };
	const uint32_t odd[4] = { 9u << 16, 16, 7, 0 }, answer[4] = { 11u << 16 | 3, 16, 1, 0 };
	const uint32_t read_idr[8] = { 9u << 16 | 5, 32, 0, 0, 0, 0, 0, 4 };
	const uint32_t cut[6] = { 9u << 16 | 5, 32, 0, 0, 0, 0 };
	static struct message m;
	int s;

	refused("header: smaller than itself", small, sizeof(small));
	refused("header: larger than agreed", large, sizeof(large));
	refused("header: a type that there is not", odd, sizeof(odd));
	refused("header: an answer to nothing", answer, sizeof(answer));
	s = client_open(smmu);
	client_raw(s, cut, sizeof(cut), NULL, 0);
	close(s);
	s = client_open(smmu);
	client_raw(s, cut, 7, NULL, 0);
	close(s);
	s = client_open(smmu);
	for (size_t i = 0; i < sizeof(read_idr); i++) {
		client_raw(s, (const char *)read_idr + i, 1, NULL, 0);
		usleep(200);
	}
	check(client_receive(s, &m) && m.id == 5 && m.size == 36 && !(m.flags & F_ERROR),
	      "header: a message byte by byte");
	check(client_ask(s, 99, NULL, 0, NULL) == ENOTSUP,
	      "header: an unknown command is answered");
	check(client_ask(s, C_IOFDS, "0123456789abcdef", 16, NULL) == ENOTSUP,
	      "header: an optional command is answered");
	check(client_get(s, 0, 0, 4) != ~0ull, "header: and the connection goes on");
	check(client_send(s, 1, C_READ, 0, "\0\0\0\0", 4, NULL, 0) && client_closed(s),
	      "header: a command cut short");
	close(s);
}

/* ---------------------------------------------------------------- what it looks like */

struct region { uint32_t argsz, flags, index, cap; uint64_t size, offset; };

static uint64_t region_sz(int s, uint32_t index)
{
	const struct region r = { .argsz = 32, .index = index };
	static struct message m;
	struct region got;

	if (client_ask(s, C_REGION, &r, sizeof(r), &m))
		return ~0ull;
	memcpy(&got, m.body, sizeof(got));
	return got.index == index ? got.size : ~0ull;
}

static void test_info(void)
{
	const uint32_t info[4] = { 16 }, small[4] = { 8 };
	const struct region bad = { .argsz = 32, .index = 9 }, tiny = { .argsz = 16 };
	uint32_t irq[4] = { 16, 0, 2 }, got[4];
	static struct message m;
	int s = client_open(smmu);

	check(!client_ask(s, C_INFO, info, sizeof(info), &m), "info: is answered");
	memcpy(got, m.body, sizeof(got));
	check(got[0] == 16 && got[1] == 3 && got[2] == 9 && got[3] == 5,
	      "info: PCI, reset, 9 regions, 5 kinds of interrupts");
	check(client_ask(s, C_INFO, small, sizeof(small), NULL) == EINVAL, "info: too little room");
	check(region_sz(s, 0) >= 0x20000, "region: BAR 0 holds two 64 KiB pages");
	check(!(region_sz(s, 0) & (region_sz(s, 0) - 1)), "region: its size is a power of two");
	check(region_sz(s, CONFIG) == 4096 && !region_sz(s, 6),
	      "region: configuration space, no ROM");
	check(client_ask(s, C_REGION, &bad, sizeof(bad), NULL) == EINVAL,
	      "region: one that there is not");
	check(client_ask(s, C_REGION, &tiny, sizeof(tiny), NULL) == EINVAL,
	      "region: too little room");
	check(!client_ask(s, C_IRQ, irq, sizeof(irq), &m), "irq: MSI-X is answered");
	memcpy(got, m.body, sizeof(got));
	check(got[3] == 4 && (got[1] & 1), "irq: four vectors by eventfd");
	irq[2] = 0;
	check(!client_ask(s, C_IRQ, irq, sizeof(irq), &m) && !m.body[12], "irq: no INTx");
	irq[2] = 5;
	check(client_ask(s, C_IRQ, irq, sizeof(irq), NULL) == EINVAL,
	      "irq: a kind that there is not");
	close(s);
}

unsigned int capability(const uint8_t *c, uint8_t id)
{
	for (unsigned int at = c[0x34], left = 48; at && left; at = c[at + 1], left--)
		if (c[at] == id)
			return at;
	return 0;
}

static void test_config(void)
{
	static uint8_t c[4096];
	unsigned int at;
	int s = client_open(smmu);

	check(!client_read(s, CONFIG, 0, 4096, c), "config: all of it at once");
	check(c[0] == 0x34 && c[1] == 0x12 && c[2] == 0x33 && c[3] == 0x5a,
	      "config: vendor and device");
	at = capability(c, 0x11);
	check(at && (c[at + 2] & 0x3f) == 3, "config: MSI-X with four vectors");
	client_put(s, CONFIG, 0x10, 4, 0xffffffff);
	check(client_get(s, CONFIG, 0x10, 4) == (~(region_sz(s, 0) - 1) & 0xffffffff),
	      "config: BAR 0 tells its size");
	client_put(s, CONFIG, 0, 4, 0);
	check(client_get(s, CONFIG, 0, 2) == 0x1234, "config: the vendor is read-only");
	client_put(s, CONFIG, 4, 2, 0xffff);
	check((client_get(s, CONFIG, 4, 2) & 0x0006) == 6 && !(client_get(s, CONFIG, 4, 2) & 1),
	      "config: memory and master, no I/O");
	check(client_read(s, CONFIG, 4093, 4, c) == EINVAL, "config: not beyond its end");
	check(client_read(s, CONFIG, ~0ull, 4, c) == EINVAL, "config: nor around it");
	check(!client_read(s, CONFIG, 4096, 0, c), "config: nothing at its end is nothing");
	close(s);
}

/* ---------------------------------------------------------------- registers */

static void test_registers(void)
{
	const struct {
		uint64_t offset;
		uint32_t region, count;
		uint64_t v;
	} w = {0x80, 0, 8, 0x41000000};
	struct {
		uint64_t nr;
		struct {
			uint64_t offset;
			uint32_t region, count;
			uint64_t v;
		} w[2];
	} two = {2, {{0x80, 0, 8, 0x42000000}, {0x88, 0, 4, 8}}};
	uint8_t b[16];
	int s = client_open(smmu);

	check(client_get(s, 0, 0, 4) != ~0ull && client_get(s, 0, 0, 4),
	      "registers: IDR0 is not zero");
	check(client_read(s, 0, 1, 4, b) == EINVAL, "registers: not misaligned");
	check(client_read(s, 0, 0, 3, b) == EINVAL, "registers: not three bytes");
	check(client_read(s, 0, 0, 16, b) == EINVAL, "registers: not sixteen");
	check(client_read(s, 0, 0, 0, b) == EINVAL, "registers: not none");
	check(client_read(s, 0, 1ull << 40, 4, b) == EINVAL, "registers: not beyond the BAR");
	check(client_read(s, 5, 0, 4, b) == EINVAL, "registers: not in a BAR that there is not");
	check(client_read(s, 8, 0, 4, b) == EINVAL && client_read(s, 77, 0, 4, b) == EINVAL,
	      "registers: nor in VGA's");
	check(client_send(s, 1, C_WRITE, F_NO_REPLY, &w, sizeof(w), NULL, 0),
	      "registers: a posted write is sent");
	check(client_get(s, 0, 0x80, 8) == 0x41000000, "registers: and done before the next read");
	check(!client_ask(s, C_MULTI, &two, sizeof(two), NULL),
	      "registers: two writes in one message");
	check(client_get(s, 0, 0x80, 8) == 0x42000000 && client_get(s, 0, 0x88, 4) == 8,
	      "registers: both are done");
	two.w[0].count = 9;
	check(client_ask(s, C_MULTI, &two, sizeof(two), NULL) == EINVAL,
	      "registers: nine bytes of eight");
	check(!client_ask(s, C_RESET, NULL, 0, NULL) && !client_get(s, 0, 0x80, 8),
	      "registers: a reset clears them");
	two.nr = 1ull << 61;
	check(client_send(s, 1, C_MULTI, 0, &two, sizeof(two), NULL, 0) && client_closed(s),
	      "registers: a number that overflows");
	close(s);
	s = client_open(smmu);
	check(client_send(s, 1, C_WRITE, 0, &w, 20, NULL, 0) && client_closed(s),
	      "registers: less data than announced");
	close(s);
}

/* ---------------------------------------------------------------- memory ("VFIO_USER_DMA_MAP") */

static int unmap(int s, uint32_t flags, uint64_t gpa, uint64_t size)
{
	const struct { uint32_t argsz, flags; uint64_t gpa, size; } u = { 24, flags, gpa, size };

	return client_ask(s, C_UNMAP, &u, sizeof(u), NULL);
}

static void test_memory(void)
{
	int s = client_open(smmu), d = client_open(device), fd = memfd_create("ram", 0),
	    other = memfd_create("other", 0);

	if (ftruncate(fd, RAM_SZ) || ftruncate(other, RAM_SZ))
		failed++;
	check(client_map(s, RAM, RAM_SZ, 0, fd) == 0, "memory: a range is mapped");
	check(client_map(s, RAM, RAM_SZ, 0, fd) == EEXIST, "memory: not twice");
	check(client_map(s, RAM + RAM_SZ - 4096, 4096, 0, fd) == EEXIST,
	      "memory: not one over another");
	check(client_map(d, RAM, RAM_SZ, 0, fd) == 0, "memory: another function has the same");
	check(client_map(d, RAM + 4096, RAM_SZ, 0, other) == EEXIST,
	      "memory: but no other memory there");
	check(client_map(s, 0x80000000, RAM_SZ * 2, 0, fd) == EINVAL,
	      "memory: not beyond the file's end");
	check(client_map(s, 0x80000000, 4096, ~0ull - 100, fd) == EINVAL, "memory: nor around it");
	check(client_map(s, 0x80000000, 0, 0, fd) == EINVAL, "memory: not nothing");
	check(client_map(s, ~0ull - 4095, 8192, 0, fd) == EINVAL,
	      "memory: not around the end of addresses");
	check(client_map(s, 0x90000000, 4096, 0, -1) == 0,
	      "memory: without a descriptor it is only known");
	check(unmap(s, 0, RAM, 4096) == ENOENT, "memory: a part is not unmapped");
	check(unmap(s, 1, RAM, RAM_SZ) == ENOTSUP, "memory: nor with a bitmap of dirty pages");
	check(!unmap(s, 0, RAM, RAM_SZ) && unmap(s, 0, RAM, RAM_SZ) == ENOENT,
	      "memory: unmapped once");
	check(client_map(s, RAM, RAM_SZ, 0, fd) == 0, "memory: and mapped again");
	check(!unmap(s, 2, 0, 0) && unmap(s, 0, RAM, RAM_SZ) == ENOENT, "memory: all is unmapped");
	close(s);
	close(d);
	close(fd);
	close(other);
}

/* A file that the peer makes shorter while its memory is in use: no access of ours ends with it. */
static void test_short_memory(void)
{
	int s = client_open(smmu), d = client_open(device), fd = memfd_create("ram", 0),
	    other = memfd_create("other", 0);
	const char *now;
	uint8_t *ram;

	ram = ftruncate(fd, RAM_SZ) || ftruncate(other, RAM_SZ)
		      ? MAP_FAILED
		      : mmap(NULL, RAM_SZ, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	check(ram != MAP_FAILED && !client_map(s, RAM, RAM_SZ, 0, fd) &&
	      !client_map(d, 2 * RAM, RAM_SZ, 0, other), "short memory: two peers have memory");
	if (ram == MAP_FAILED)
		return;
	client_put(s, CONFIG, 4, 2, 6);
	client_put(s, 0, 0x20, 4, 0);
	for (int i = 0; i < 1000 && client_get(s, 0, 0x24, 4); i++)
		usleep(500);
	cmdq_enable(s);
	sync_command(ram, 0, RAM + 0x80000, 1);
	/* The command is still there, what its MSI writes is not. */
	check(!ftruncate(fd, 0x2000), "short memory: the file shrinks");
	client_put(s, 0, 0x98, 4, 1);
	check(client_closed(s), "short memory: its peer is disconnected");
	check(client_get(d, CONFIG, 0, 4) == 0x11e81234, "short memory: another one is served");
	now = server_ask(&server, "functions");
	check(strstr(now, "8.0:smmu:waiting") && strstr(now, "4.0:edu:connected"),
	      "short memory: and only that one");
	close(s);
	s = client_open(smmu);
	check(client_map(s, RAM, RAM_SZ, 0, fd) == EINVAL,
	      "short memory: the file is too short for a new peer");
	check(!ftruncate(fd, RAM_SZ) && !client_map(s, RAM, RAM_SZ, 0, fd),
	      "short memory: with the old length it is memory again");
	check(client_get(s, 0, 0x60, 4) & 0x10,
	      "short memory: the write was an abort, MSI_CMDQ_ABT");
	close(s);
	close(d);
	munmap(ram, RAM_SZ);
	close(fd);
	close(other);
}

/* ---------------------------------------------------------------- peers that are no good */

static void test_peers(void)
{
	const struct { uint64_t offset; uint32_t region, count; } all = { 0, CONFIG, 4096 };
	int s = client_open(smmu), second = client_connect(smmu);
	unsigned int sent = 0;

	check(client_closed(second), "peers: a second one is turned away");
	check(client_get(s, 0, 0, 4) != ~0ull, "peers: the first one is not disturbed");
	close(second);
	while (sent < 20000 && client_send(s, 1, C_READ, 0, &all, sizeof(all), NULL, 0))
		sent++;
	check(sent < 20000, "peers: one that does not read is not fed for ever");
	close(s);
	s = client_open(smmu);
	check(s >= 0, "peers: then the next one is served");
	close(s);
}

static void test_garbage(void)
{
	unsigned int alive = 0;

	srandom(1);
	for (unsigned int i = 0; i < 300; i++) {
		int s = i & 1 ? client_open(smmu) : client_open(device);
		uint8_t body[128];

		for (unsigned int j = 0; j < 8; j++) {
			size_t n = (size_t)random() % sizeof(body);

			for (size_t k = 0; k < n; k++)
				body[k] = random() % 4 ? 0 : (uint8_t)random();
			if (!client_send(s, (uint16_t)j, (uint16_t)(random() % 20),
					 random() % 8 ? 0 : (uint32_t)random() & 0x3f, body, n,
					 NULL, 0))
				break;
		}
		if (random() % 2)
			shutdown(s, 2);
		close(s);
	}
	for (unsigned int i = 0; i < 2; i++) {
		int s = client_open(i ? smmu : device);

		alive += client_get(s, CONFIG, 0, 2) == 0x1234;
		close(s);
	}
	check(alive == 2, "garbage: both functions are served after 300 bad peers");
}

/* ---------------------------------------------------------------- questions, and the end */

static void test_control(void)
{
	static char much[600];

	check(!strcmp(server_ask(&server, "mark"), "ok"), "control: mark");
	check(!strncmp(server_ask(&server, "seen 0x20"),
		       "translated=0 bypassed=0 aborted=0 disabled=0 commands=0 events=0 "
		       "own_events=0 enabled=0",
		       60),
	      "control: seen");
	check(!strncmp(server_ask(&server, "seen"), "error ", 6), "control: seen wants a StreamID");
	check(strstr(server_ask(&server, "counters"), "mmio_reads="), "control: counters");
	check(!strncmp(server_ask(&server, "counters 7"), "error ", 6),
	      "control: of an SMMU that there is");
	check(strstr(server_ask(&server, "functions"), "8.0:smmu:waiting"), "control: functions");
	check(!strncmp(server_ask(&server, "violations"), "fail=", 5), "control: violations");
	check(!strcmp(server_ask(&server, "seed"), "7"), "control: seed");
	check(!strncmp(server_ask(&server, "what"), "error ", 6), "control: a word that is none");
	memset(much, 'x', sizeof(much) - 1);
	check(!strncmp(server_ask(&server, much), "error ", 6), "control: a line that is too long");
	check(!strncmp(server_ask(&server, "violations"), "fail=", 5), "control: and goes on");
}

static const char *const arguments[] = {"--smmu", "8.0:preset=mmu-700", "--fn",	  "4.0:edu",
					"--fn",	  "hot:edu,rid=0x100",	"--seed", "7",
					NULL};

static void test_end(void)
{
	int s;

	check(!strcmp(server_ask(&server, "quit"), "ok"), "end: it is told to");
	check(server_wait(&server) >= 0, "end: it ends");
	check(access(smmu_path, F_OK), "end: its sockets are gone");
	check(server_start(&server, program, arguments), "end: a new one starts");
	kill(server.pid, SIGTERM);
	check(server_wait(&server) == 0, "end: by a signal, without violations: 0");
	check(server_start(&server, program, arguments), "end: and another one");
	s = client_open(server_socket(&server, "8.0"));
	client_put(s, 0, 0x20, 4, 0xfffffff0);
	check(strncmp(server_ask(&server, "violations"), "fail=0", 6),
	      "end: reserved bits are a violation");
	close(s);
	server_ask(&server, "quit");
	check(server_wait(&server) == 1, "end: with violations: 1");
}

#define D "--socket-dir", "/tmp"
static const char *const wrong[][8] = {
	{NULL},
	{"--socket-dir", "/tmp"},
	{D, "--smmu", ""},
	{D, "--smmu", "40.0", "--fn", "40.0:edu"},
	{D, "--smmu", "8.0:preset=none"},
	{D, "--smmu", "8.0:nonsense=1"},
	{D, "--smmu", "8.0:oas=7"},
	{D, "--smmu", "8.0", "--smmu", "8.0"},
	{D, "--fn", "4.0"},
	{D, "--fn", "4.0:"},
	{D, "--fn", "4.0:what"},
	{D, "--fn", "4.0:smmu"},
	{D, "--fn", "4.0:edu,smmu=0"},
	{D, "--smmu", "8.0", "--fn", "4.0:edu,smmu=1"},
	{D, "--fn", "4.0:edu,rid=0x10000"},
	{D, "--fn", "4.0:edu,sids="},
	{D, "--fn", "4.0:edu,sids=1+x"},
	{D, "--fn", "4.0:edu,sids=1+2+3+4+5+6+7+8+9"},
	{D, "--fn", "hot:edu"},
	{D, "--fn", "../x:edu"},
	{D, "--fn", "4.0:edu", "--seed", "x"},
	{D, "--fn", "4.0:edu", "more"},
	{D, "--what"},
	{D, "--fn", "4.0:edu", "--log", "/nonexistent/x"},
	{D, "--fn", "4.0:edu", "--report", "/nonexistent/x"},
	{"--socket-dir", "/nonexistent", "--fn", "4.0:edu"},
	{D, "--smmu", "8.0", "--features-file", "/nonexistent"},
};

static void test_arguments(void)
{
	char text[4096], what[200];
	unsigned int lines;

	for (unsigned int i = 0; i < NR(wrong); i++) {
		int status = server_refuses(program, wrong[i], &lines, text, sizeof(text));

		snprintf(what, sizeof(what),
			 "arguments: case %u is refused in one line (status %d, %u lines: %.100s)",
			 i, status, lines, text);
		check(status == 2 && lines == 1, what);
	}
}

int main(int argc, char **argv)
{
	static void (*const tests[])(void) = {
		test_version, test_header,  test_info,	  test_config, test_registers,
		test_memory,  test_irqs,    test_msix,	  test_msi,    test_commands,
		test_prompt,  test_short_memory, test_peers, test_garbage, test_control, test_end,
		test_arguments};

	if (argc != 2) {
		fprintf(stderr, "protocol SERVER\n");
		return 2;
	}
	program = argv[1];
	signal(SIGPIPE, SIG_IGN);
	if (!server_start(&server, program, arguments)) {
		fprintf(stderr, "protocol: the server does not get ready\n");
		return 2;
	}
	strcpy(smmu_path, server_socket(&server, "8.0"));
	strcpy(device_path, server_socket(&server, "4.0"));
	strcpy(hot_path, server_socket(&server, "hot"));
	smmu = smmu_path;
	device = device_path;
	for (unsigned int i = 0; i < NR(tests); i++)
		tests[i]();
	printf("%u passed, %u failed, 0 skipped\n", passed, failed);
	return failed ? 1 : 0;
}
