/* SPDX-License-Identifier: GPL-2.0-only */
/* Queue entries in words for the log, told from the addresses at which a model reads and writes. */
#ifndef SERVER_TRACE_H
#define SERVER_TRACE_H

#include "lab.h"

/* A register was written: it may say where a queue is. */
void trace_register(struct lab_smmu *s, u64 offset, unsigned int n, u64 value);
/* The model has read or written memory there: a line in the log if that was a queue's entry. */
void trace_read(struct lab_smmu *s, u64 pa, const void *buf, size_t n);
void trace_write(struct lab_smmu *s, u64 pa, const void *buf, size_t n);

/* One line about a command (2 words), an event record (4) or a page request (2). */
void trace_command(const u64 c[2], char *text, size_t sz);
void trace_event(const u64 e[4], char *text, size_t sz);
void trace_page_request(const u64 p[2], char *text, size_t sz);

#endif
