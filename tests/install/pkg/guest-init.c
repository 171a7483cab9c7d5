// SPDX-License-Identifier: GPL-2.0-only
/*
 * /init of the loader's tests: says what it finds and turns the machine off.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

static void list(const char *what, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	printf("GUEST %s:", what);
	while (d && (e = readdir(d))) {
		if (e->d_name[0] != '.')
			printf(" %s", e->d_name);
	}
	printf("\n");
	if (d)
		closedir(d);
}

static void value(const char *what, const char *path)
{
	char text[64] = "none\n";
	FILE *f = fopen(path, "r");

	if (f) {
		if (!fgets(text, sizeof(text), f))
			text[0] = 0;
		fclose(f);
	}
	text[strcspn(text, "\n")] = 0;
	printf("GUEST %s: %s\n", what, text);
}

int main(int argc, char **argv, char **envp)
{
	int i;

	setvbuf(stdout, NULL, _IONBF, 0);
	printf("\nGUEST pid: %d\nGUEST argv:", getpid());
	for (i = 0; i < argc; i++)
		printf(" %s", argv[i]);
	printf("\nGUEST env:");
	for (; *envp; envp++)
		printf(" %s", *envp);
	printf("\n");
	list("root", "/");
	mkdir("/sys", 0755);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	list("driver", "/sys/bus/platform/drivers/smmu3");
	value("late", "/sys/module/smmu3/parameters/late");
	printf("GUEST end\n");
	reboot(RB_POWER_OFF);
	return 0;
}
