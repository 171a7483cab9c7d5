// SPDX-License-Identifier: GPL-2.0-only
/*
 * crashload KERNEL DTB AT: a crash kernel whose Image, device tree and initramfs lie in the memory
 * of crashkernel= already: only the few instructions that jump to it are loaded, at address AT.
 */
#include <linux/kexec.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel's entry wants the device tree's address in x0 and zero in x1 to x3. */
static struct {
	uint32_t code[6];
	uint64_t dtb, kernel;
} jump = {
	.code = {
		0x580000c0,	/* ldr x0, dtb */
		0x580000e4,	/* ldr x4, kernel */
		0xaa1f03e1,	/* mov x1, xzr */
		0xaa1f03e2,	/* mov x2, xzr */
		0xaa1f03e3,	/* mov x3, xzr */
		0xd61f0080,	/* br x4 */
	},
};

int main(int argc, char **argv)
{
	struct kexec_segment segment = { .buf = &jump, .bufsz = sizeof(jump), .memsz = 65536 };

	if (argc != 4) {
		fprintf(stderr, "usage: crashload KERNEL DTB AT\n");
		return 2;
	}
	jump.kernel = strtoull(argv[1], NULL, 0);
	jump.dtb = strtoull(argv[2], NULL, 0);
	segment.mem = (void *)strtoull(argv[3], NULL, 0);
	if (syscall(SYS_kexec_load, (unsigned long)segment.mem, 1UL, &segment, KEXEC_ON_CRASH)) {
		perror("kexec_load");
		return 1;
	}
	return 0;
}
