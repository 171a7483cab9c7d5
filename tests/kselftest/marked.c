// SPDX-License-Identifier: GPL-2.0-only
/*
 * marked ID FILE TEXT: writes TEXT to FILE in one call, between markers with that ID. Exits 1 if
 * the file does not take it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pinned.h"

int main(int argc, char **argv)
{
	unsigned long id;
	ssize_t done;
	size_t len;
	int fd;

	if (argc != 4) {
		fputs("marked ID FILE TEXT\n", stderr);
		return 2;
	}
	id = strtoul(argv[1], NULL, 0);
	len = strlen(argv[3]);
	fd = open(argv[2], O_WRONLY | O_CLOEXEC);
	if (fd < 0 || !pin_to_first_cpu()) {
		perror(argv[2]);
		return 1;
	}
	marker_begin(id);
	done = write(fd, argv[3], len);
	marker_end(id);
	if (done != (ssize_t)len) {
		fprintf(stderr, "%s: %s\n", argv[2], done < 0 ? strerror(errno) : "cut off");
		return 1;
	}
	return 0;
}
