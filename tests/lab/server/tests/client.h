/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vfio-user client for tests of the server: numbers and layouts transcribed anew from QEMU's
 * docs/interop/vfio-user.rst, so that a slip of the server's is not repeated here.
 */
#ifndef TESTS_CLIENT_H
#define TESTS_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct message {
	uint16_t id, command;
	uint32_t size, flags, error;
	uint8_t body[70000];
};

#define HEADER_SZ 16
enum {
	C_VERSION = 1,
	C_MAP,
	C_UNMAP,
	C_INFO,
	C_REGION,
	C_IOFDS,
	C_IRQ,
	C_SET_IRQS,
	C_READ,
	C_WRITE,
	C_DMA_READ,
	C_DMA_WRITE,
	C_RESET,
	C_MULTI = 15
};

enum { F_REPLY = 1, F_NO_REPLY = 0x10, F_ERROR = 0x20 };

/* How many checks have passed and failed. */
extern unsigned int passed, failed;
void check(bool ok, const char *what);

int client_connect(const char *path);
/* Connect and agree on the version. */
int client_open(const char *path);
/* Bytes as they are, with descriptors. */
bool client_raw(int s, const void *data, size_t n, const int *fds, unsigned int nr_fds);
bool client_send(int s, uint16_t id, uint16_t command, uint32_t flags, const void *body, size_t n,
		 const int *fds, unsigned int nr_fds);
/* The next message; false: closed, or nothing for two seconds. */
bool client_receive(int s, struct message *m);
/* A command and its answer: 0, or the error of the answer; -1: no answer. */
int client_ask(int s, uint16_t command, const void *body, size_t n, struct message *answer);
/* Whether the peer has closed it. */
bool client_closed(int s);

int client_map(int s, uint64_t gpa, uint64_t size, uint64_t offset, int fd);
int client_read(int s, uint32_t region, uint64_t offset, uint32_t n, void *to);
int client_write(int s, uint32_t region, uint64_t offset, uint32_t n, const void *from);
uint64_t client_get(int s, uint32_t region, uint64_t offset, uint32_t n);
int client_put(int s, uint32_t region, uint64_t offset, uint32_t n, uint64_t value);

/* The server that is tested, with its standard input and output. */
struct server {
	int pid, in, out;
	char dir[64];
};

/* @args: NULL-terminated, after --socket-dir. False: it did not get ready. */
bool server_start(struct server *s, const char *program, const char *const *args);
/* Its status, or -1 if it did not end within ten seconds. */
int server_wait(struct server *s);
/* A line asked, a line answered. */
const char *server_ask(struct server *s, const char *line);
const char *server_socket(const struct server *s, const char *name);
/*
 * Run it with arguments that are wrong: its status; *@lines how many lines it wrote on standard
 * error.
 */
int server_refuses(const char *program, const char *const *args, unsigned int *lines, char *text,
		   size_t text_sz);

#endif
