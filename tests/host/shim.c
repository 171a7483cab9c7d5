// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's functions that are no one-liners: formatted text and memory. Layer: tests.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

unsigned int host_fail_nth;
long host_live_allocs;

/* The kernel writes 0 as 0x0 under "%#x", the C library as 0: "%#llx" becomes "0x%llx". */
static void kernel_format(char *to, size_t sz, const char *fmt)
{
	size_t i = 0;

	for (; *fmt && i + 3 < sz; fmt++) {
		if (fmt[0] == '%' && fmt[1] == '%') {
			to[i++] = *fmt++;
		} else if (!strncmp(fmt, "%#", 2) && fmt[2 + strspn(fmt + 2, "lhz")] == 'x') {
			to[i++] = '0';
			to[i++] = 'x';
			to[i++] = '%';
			fmt++;
			continue;
		}
		to[i++] = *fmt;
	}
	to[i] = '\0';
}

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	char kernel[1024];
	int len;

	if (!size)
		return 0;
	kernel_format(kernel, sizeof(kernel), fmt);
	len = vsnprintf(buf, size, kernel, args);
	return len < (int)size ? len : (int)size - 1;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

void *host_alloc(size_t size, gfp_t gfp)
{
	void *p;

	if (host_fail_nth && !--host_fail_nth && !(gfp & __GFP_NOFAIL))
		return NULL;
	p = malloc(size ? size : 1);
	if (!p)
		abort();
	/* What is not asked to be zero is not. */
	memset(p, gfp & __GFP_ZERO ? 0 : 0xa5, size);
	host_live_allocs++;
	return p;
}

void *host_realloc(void *p, size_t size, gfp_t gfp)
{
	if (!p)
		return host_alloc(size, gfp);
	if (host_fail_nth && !--host_fail_nth)
		return NULL;
	p = realloc(p, size ? size : 1);
	if (!p)
		abort();
	return p;
}

void *host_memdup(const void *src, size_t size, gfp_t gfp)
{
	void *p = host_alloc(size, gfp);

	return p ? memcpy(p, src, size) : NULL;
}

void host_free(const void *p)
{
	if (!p)
		return;
	host_live_allocs--;
	free((void *)p);
}
