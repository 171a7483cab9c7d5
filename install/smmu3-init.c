// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first process of a boot with smmu3: inserts /smmu3.ko and becomes /init.
 *
 * It comes with the module in one small initrd behind the distribution's (see overlay), and is
 * named by rdinit= together with the parameter that keeps the kernel's own driver away. So neither
 * initramfs-tools nor dracut nor udev has a say in when the module is loaded: before all of them.
 * Invariant: /init runs only when at least one SMMU is driven by smmu3. In every other case the
 * machine restarts at once, and the boot loader, which holds a note of this try, takes the
 * kernel's own driver.
 *
 * Nothing is mounted yet and /dev/console may be all there is. No libc: what it needs are some
 * fifteen system calls, and a static libc would make a kilobyte a megabyte.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/reboot.h>
#include <linux/stat.h>

#define MODULE		"/smmu3.ko"
#define SELF		"/smmu3-init"
/* Where /proc, /sys and the log's device are for a moment; names that no initramfs has. */
#define SCRATCH		"/smmu3-mnt"
#define KMSG		"/smmu3-kmsg"
#define DRIVER_DIR	SCRATCH "/bus/platform/drivers/smmu3"
#define CMDLINE		SCRATCH "/cmdline"

#define KMSG_DEVICE	((1 << 8) | 11)
#define CONSOLE_FD	2

struct dirent64 {
	unsigned long	ino;
	long		off;
	unsigned short	len;
	unsigned char	type;
	char		name[];
};

#if defined(__aarch64__)
#define SYSCALL_REG(i, v)	register long r##i __asm__("x" #i) = (v)
static long sys5(long nr, long a, long b, long c, long d, long e)
{
	SYSCALL_REG(8, nr);
	SYSCALL_REG(0, a);
	SYSCALL_REG(1, b);
	SYSCALL_REG(2, c);
	SYSCALL_REG(3, d);
	SYSCALL_REG(4, e);

	__asm__ volatile("svc #0" : "+r" (r0) : "r" (r8), "r" (r1), "r" (r2), "r" (r3), "r" (r4)
			 : "memory", "cc");
	return r0;
}

__asm__(".globl _start\n"
	"_start:\n"
	"	mov	x29, xzr\n"
	"	mov	x30, xzr\n"
	"	mov	x0, sp\n"
	"	bl	start\n");
#elif defined(__x86_64__)
static long sys5(long nr, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long ret;

	__asm__ volatile("syscall" : "=a" (ret)
			 : "a" (nr), "D" (a), "S" (b), "d" (c), "r" (r10), "r" (r8)
			 : "rcx", "r11", "memory");
	return ret;
}

__asm__(".globl _start\n"
	"_start:\n"
	"	xor	%ebp, %ebp\n"
	"	mov	%rsp, %rdi\n"
	"	and	$-16, %rsp\n"
	"	call	start\n");
#else
#error "the loader knows aarch64 and, for its tests, x86-64"
#endif

#define sys(nr, a, b, c, d, e) \
	sys5(__NR_##nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

static int starts(const char *s, const char *with)
{
	while (*with)
		if (*s++ != *with++)
			return 0;
	return 1;
}

static char *append(char *to, const char *end, const char *s)
{
	while (*s && to < end)
		*to++ = *s++;
	return to;
}

static char *append_number(char *to, const char *end, unsigned long v)
{
	char digits[24], *d = digits + sizeof(digits) - 1;

	*d = 0;
	do {
		*--d = '0' + v % 10;
		v /= 10;
	} while (v);
	return append(to, end, d);
}

/* "<2>" is critical: it is shown although the kernel was told to be quiet. */
static void say(const char *what, const char *more, long err)
{
	char line[240];
	const char *end = line + sizeof(line) - 1;
	char *p = append(line, end, "<2>smmu3-init: ");
	long fd;

	p = append(append(p, end, what), end, more);
	if (err) {
		p = append(p, end, " (error ");
		p = append(append_number(p, end, -err), end, ")");
	}
	*p++ = '\n';
	sys(mknodat, AT_FDCWD, KMSG, S_IFCHR | 0600, KMSG_DEVICE, 0);
	fd = sys(openat, AT_FDCWD, KMSG, O_WRONLY, 0, 0);
	sys(unlinkat, AT_FDCWD, KMSG, 0, 0, 0);
	if (fd >= 0) {
		sys(write, fd, line, p - line, 0, 0);
		sys(close, fd, 0, 0, 0, 0);
	}
	sys(write, CONSOLE_FD, line + 3, p - line - 3, 0, 0);
}

/* Nothing is mounted that would have to be synced. */
static void __attribute__((noreturn)) give_up(const char *what, const char *more, long err)
{
	say(what, more, err);
	say("restarting; the next boot takes the kernel's own driver", "", 0);
	for (;;)
		sys(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART,
		    0, 0);
}

static const char *reason(long err)
{
	switch (-err) {
	case ENODEV:
		return ": no SMMUv3 could be bound";
	case ENOKEY:
	case EKEYREJECTED:
	case EPERM:
		return ": its signature is not accepted here (Secure Boot or lockdown)";
	case ENOEXEC:
		return ": it was not built for this kernel, or is damaged";
	case ENOENT:
		return ": a symbol or file is missing";
	case EINVAL:
		return ": it was built for another kernel, or a parameter is wrong";
	case EEXIST:
		return ": it is loaded already";
	default:
		return "";
	}
}

static long mount_scratch(const char *type)
{
	sys(mkdirat, AT_FDCWD, SCRATCH, 0700, 0, 0);
	return sys(mount, type, SCRATCH, type, 0, 0);
}

static void unmount_scratch(void)
{
	sys(umount2, SCRATCH, 0, 0, 0, 0);
	sys(unlinkat, AT_FDCWD, SCRATCH, AT_REMOVEDIR, 0, 0);
}

/*
 * The kernel gives "smmu3.name=value" of its command line to what is built in only; for a module
 * modprobe would do it.
 */
static void pick_parameters(char *p, char *to, const char *end)
{
	char *first = to;
	int quoted;

	while (*p) {
		quoted = 0;
		if (starts(p, "smmu3.")) {
			if (to != first)
				to = append(to, end, " ");
			for (p += 6; *p && (quoted || *p > ' '); p++) {
				quoted ^= *p == '"';
				if (to < end)
					*to++ = *p;
			}
		}
		for (; *p && (quoted || *p > ' '); p++)
			quoted ^= *p == '"';
		while (*p && *p <= ' ')
			p++;
	}
	*to = 0;
}

static void module_parameters(char *params, unsigned long size)
{
	static char text[4096];
	long fd, n;

	params[0] = 0;
	if (mount_scratch("proc"))
		return;
	fd = sys(openat, AT_FDCWD, CMDLINE, O_RDONLY, 0, 0);
	if (fd >= 0) {
		n = sys(read, fd, text, sizeof(text) - 1, 0, 0);
		sys(close, fd, 0, 0, 0, 0);
		text[n > 0 ? n : 0] = 0;
		pick_parameters(text, params, params + size - 1);
	}
	unmount_scratch();
}

/* A device bound to a driver is a link in the driver's folder; so is "module", which is none. */
static int has_device(long fd)
{
	static char buf[2048] __attribute__((aligned(8)));
	struct dirent64 *d;
	long n, at;

	while ((n = sys(getdents64, fd, buf, sizeof(buf), 0, 0)) > 0) {
		for (at = 0; at < n; at += d->len) {
			d = (struct dirent64 *)(buf + at);
			if (d->type == 10 && !(starts(d->name, "module") && !d->name[6]))
				return 1;
		}
	}
	return 0;
}

/* Init succeeds also while an SMMU waits for a clock or a power domain; that is no SMMU yet. */
static int smmu_bound(void)
{
	long fd;
	int bound = 0;

	if (mount_scratch("sysfs")) {
		unmount_scratch();
		return 0;
	}
	fd = sys(openat, AT_FDCWD, DRIVER_DIR, O_RDONLY | O_DIRECTORY, 0, 0);
	if (fd >= 0) {
		bound = has_device(fd);
		sys(close, fd, 0, 0, 0, 0);
	}
	unmount_scratch();
	return bound;
}

/**
 * start() - all of it
 * @stack: as the kernel leaves it: argc, argv, NULL, environment, NULL
 */
void __attribute__((used, noreturn)) start(long *stack)
{
	char **argv = (char **)(stack + 1), **envp = argv + stack[0] + 1;
	static char params[512];
	long module, err;

	if (sys(getpid, 0, 0, 0, 0, 0) != 1) {
		static const char text[] = "smmu3-init: only the kernel starts this (rdinit=)\n";

		sys(write, CONSOLE_FD, text, sizeof(text) - 1, 0, 0);
		sys(exit, 2, 0, 0, 0, 0);
	}
	module = sys(openat, AT_FDCWD, MODULE, O_RDONLY | O_CLOEXEC, 0, 0);
	/* What stays in the rootfs is there for good, in memory; /init need not know of us. */
	sys(unlinkat, AT_FDCWD, MODULE, 0, 0, 0);
	sys(unlinkat, AT_FDCWD, SELF, 0, 0, 0);
	if (module < 0)
		give_up("no ", MODULE, module);
	module_parameters(params, sizeof(params));
	err = sys(finit_module, module, params, 0, 0, 0);
	if (err)
		give_up("smmu3.ko is refused", reason(err), err);
	sys(close, module, 0, 0, 0, 0);
	if (!smmu_bound())
		give_up("smmu3 is loaded, but no SMMUv3 is bound to it", "", 0);
	argv[0] = "/init";
	err = sys(execve, argv[0], argv, envp, 0, 0);
	give_up("cannot start ", argv[0], err);
}
