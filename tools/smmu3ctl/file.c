// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files below --root.
 *
 * A link in a copied tree may be absolute and then leads out of it; links are therefore read as
 * text and never followed by hand. Opening follows them as the kernel does.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ctl.h"

#define FILE_MAX_BYTES	(64U << 20)

static char *file_vpath(const char *root, const char *fmt, va_list ap)
{
	char *s = ctl_vformat(fmt, ap), *path = ctl_format("%s%s", root, s);

	free(s);
	return path;
}

char *ctl_path(const char *fmt, ...)
{
	va_list ap;
	char *path;

	va_start(ap, fmt);
	path = file_vpath(ctl.root, fmt, ap);
	va_end(ap);
	return path;
}

FILE *ctl_open(const char *path)
{
	char *full = ctl_path("%s", path);
	FILE *f = fopen(full, "re");
	int err = errno;

	free(full);
	errno = err;
	return f;
}

bool ctl_exists(const char *path)
{
	char *full = ctl_path("%s", path);
	struct stat st;
	bool there = !stat(full, &st);

	free(full);
	return there;
}

bool ctl_readable(const char *path)
{
	char *full = ctl_path("%s", path);
	bool yes = !access(full, R_OK);

	free(full);
	return yes;
}

bool ctl_mtime(const char *path, int64_t *ns)
{
	char *full = ctl_path("%s", path);
	struct stat st;
	bool there = !stat(full, &st);

	free(full);
	if (there)
		*ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	return there;
}

static char *file_take(FILE *f, size_t *len)
{
	size_t size = 4096, n = 0, got;
	char *buf = ctl_alloc(size);

	while ((got = fread(buf + n, 1, size - n - 1, f)) > 0) {
		n += got;
		if (n > FILE_MAX_BYTES) {
			free(buf);
			errno = EFBIG;
			return NULL;
		}
		if (n + 1 == size) {
			size *= 2;
			buf = ctl_realloc(buf, size);
		}
	}
	if (ferror(f)) {
		free(buf);
		return NULL;
	}
	buf[n] = '\0';
	if (len)
		*len = n;
	return buf;
}

char *ctl_read(const char *path, size_t *len)
{
	FILE *f = ctl_open(path);
	char *buf;
	int err;

	if (!f)
		return NULL;
	errno = EIO;
	buf = file_take(f, len);
	err = errno;
	fclose(f);
	errno = err;
	return buf;
}

char *ctl_read_line(const char *path)
{
	char *buf = ctl_read(path, NULL);

	if (buf)
		buf[strcspn(buf, "\r\n")] = '\0';
	return buf;
}

char *ctl_value(const char *fmt, ...)
{
	char *path, *value;
	va_list ap;

	va_start(ap, fmt);
	path = file_vpath("", fmt, ap);
	va_end(ap);
	value = ctl_read_line(path);
	free(path);
	return value;
}

char *ctl_link_text(const char *path)
{
	char *full = ctl_path("%s", path), text[PATH_MAX];
	ssize_t n = readlink(full, text, sizeof(text) - 1);

	free(full);
	if (n < 0)
		return NULL;
	text[n] = '\0';
	return ctl_strdup(text);
}

char *ctl_link(const char *fmt, ...)
{
	char *path, *text, *last;
	va_list ap;

	va_start(ap, fmt);
	path = file_vpath("", fmt, ap);
	va_end(ap);
	text = ctl_link_text(path);
	free(path);
	last = text ? strrchr(text, '/') : NULL;
	if (last)
		memmove(text, last + 1, strlen(last));
	return text;
}

static int file_compare(const void *a, const void *b)
{
	return ctl_version_cmp(*(char *const *)a, *(char *const *)b);
}

int ctl_names(const char *dir, struct ctl_list *names)
{
	char *full = ctl_path("%s", dir);
	DIR *d = opendir(full);
	struct dirent *e;
	int err = errno;

	free(full);
	if (!d)
		return -err;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] != '.')
			ctl_list_add(names, e->d_name);
	}
	closedir(d);
	if (names->nr)
		qsort(names->item, names->nr, sizeof(*names->item), file_compare);
	return 0;
}

int ctl_write(const char *path, const char *text)
{
	char *full = ctl_path("%s", path);
	int fd = open(full, O_WRONLY | O_TRUNC | O_CLOEXEC), err = errno;
	ssize_t n;

	free(full);
	if (fd < 0)
		return -err;
	n = write(fd, text, strlen(text));
	err = n < 0 ? errno : (size_t)n < strlen(text) ? EIO : 0;
	if (close(fd) && !err)
		err = errno;
	return -err;
}

/* In the child: never returns. */
static void file_exec(const char *const *argv, const char *input_path, int out)
{
	int in = open(input_path ? input_path : "/dev/null", O_RDONLY);
	int null = open("/dev/null", O_WRONLY);

	if (in >= 0 && null >= 0 && dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && dup2(null, 2) >= 0)
		execvp(argv[0], (char *const *)argv);
	_exit(127);
}

char *ctl_run(const char *const *argv, const char *input_path, size_t *len)
{
	char *full = input_path ? ctl_path("%s", input_path) : NULL, *buf = NULL;
	int fd[2], status;
	pid_t pid;
	FILE *f;

	if (pipe2(fd, O_CLOEXEC)) {
		free(full);
		return NULL;
	}
	fflush(NULL);
	pid = fork();
	if (!pid)
		file_exec(argv, full, fd[1]);
	free(full);
	close(fd[1]);
	f = fdopen(fd[0], "r");
	if (f && pid > 0)
		buf = file_take(f, len);
	if (f)
		fclose(f);
	else
		close(fd[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status)) {
		free(buf);
		return NULL;
	}
	return buf;
}
