# SPDX-License-Identifier: GPL-2.0-only
#
# For people: "make help" lists what there is. kbuild reads Kbuild instead.

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
JOBS ?= $(shell nproc)

# What is built by default: the kernel that runs, where it is one that the driver is for.
ifeq ($(ARCH)$(filter aarch64 arm64,$(shell uname -m)),)
cannot-build := this machine is not arm64: "make demo" and "make check" build and run in the lab; \
	to build here give KDIR=, ARCH=arm64 and CROSS_COMPILE=
endif

kbuild = $(MAKE) -j$(JOBS) -C $(KDIR) M=$(CURDIR) \
	$(if $(ARCH),ARCH=$(ARCH)) $(if $(CROSS_COMPILE),CROSS_COMPILE=$(CROSS_COMPILE))

.PHONY: all modules install uninstall clean help
.PHONY: demo shell compare ab square check style
.PHONY: deb check-install
.PHONY: check-build check-host check-kunit check-queue check-model check-referee check-lab check-mutants soak bench bench-model bench-sva

all: modules

modules:
	$(if $(cannot-build),$(error $(cannot-build)))
	+$(kbuild) modules

# ---------------------------------------------------------------- on this host

# A distribution's kernel does not come with its key; signing with it would only fail aloud.
install: modules
	+$(kbuild) INSTALL_MOD_DIR=updates modules_install \
		$(if $(wildcard $(KDIR)/certs/signing_key.pem),,CONFIG_MODULE_SIG_ALL=)
	$(if $(INSTALL_MOD_PATH),,/sbin/depmod $(KVER))
	@echo
	@echo "smmu3.ko is installed for $(KVER); nothing loads it yet and nothing has changed."
	@echo "The kernel's own driver goes on until it is told to stay away at boot:"
	@echo "README.md, \"On a host\", says how, and how to get back."

uninstall:
	rm -f $(INSTALL_MOD_PATH)/lib/modules/$(KVER)/updates/smmu3.ko*
	$(if $(INSTALL_MOD_PATH),,/sbin/depmod $(KVER))

# ---------------------------------------------------------------- in the lab

demo:
	@tests/lab/demo

shell:
	@tests/lab/run --shell

square:
	@tests/lab/square

compare:
	@tests/lab/compare

ab:
	@tests/lab/ab $(if $(KERNEL),--kernel $(KERNEL)) $(if $(ROUNDS),--rounds $(ROUNDS))

# ---------------------------------------------------------------- checks
# Each prints "N passed, N failed, N skipped" as its last line; check adds them up.

check:
	@tests/check

style:
	@tests/style/run

check-build:
	@tests/style/build

check-host:
	@tests/host/run

check-queue:
	@tests/check sim spin

check-kunit:
	@tests/kunit/run $(if $(ALL),--all)

check-model:
	@tests/check model server plugin

check-referee:
	@tests/lab/check-referee

check-lab:
	@tests/lab/check $(if $(ALL),--all) $(if $(SEED),--seed $(SEED))

bench:
	@tests/lab/bench $(if $(KERNELS),--kernels $(KERNELS)) --functions
	@tests/lab/bench-share
	@tests/lab/bench-sva

bench-model:
	@tests/lab/server/bench

bench-sva:
	@tests/lab/bench-sva

# Arguments of e2e come by the environment: SHORT=, DEBS=.
check-install:
	@tests/check ctl ab install e2e

deb:
	@tools/deb $(if $(TWICE),--twice)

soak:
	@tests/lab/soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

check-mutants:
	@tests/lab/mutants

# ----------------------------------------------------------------

# Without a kernel's headers there is no kbuild to ask; what it leaves behind is known.
clean:
	@find . -path ./.git -prune -o \( -name '*.o' -o -name '*.ko' -o -name '*.mod' \
		-o -name '*.mod.c' -o -name '.*.cmd' -o -name '.*.d' -o -name '*.verdict' \
		-o -name '*.verdict.log' -o -name verdicts_gen.h -o -name modules.order \
		-o -name Module.symvers -o -name 'built-in.a' \) -type f -exec rm -f {} +
	@rm -rf kunit-obj header-obj .tmp_versions

help:
	@echo 'Without arm64 hardware, as root or with user namespaces:'
	@echo '  demo           boot a stock Debian kernel with smmu3 in the lab and show its tables'
	@echo '  shell          the same, ending in a shell in the guest'
	@echo '  compare        smmu3 and the in-tree driver side by side'
	@echo '  ab             smmu3ctl ab: a record with each driver, compared; build/ab.html (KERNEL=, ROUNDS=)'
	@echo '  square         both drivers, each behind QEMU'"'"'s SMMUv3 and behind our model, row by row'
	@echo '  check          every check below; the last line adds them up'
	@echo '    style          layers, licence lines, spelling, checkpatch, kernel-doc'
	@echo '    check-build    stock kernels, each flavour (ALL=1: of each): W=1, sparse, -Werror, headers'
	@echo '    check-host     the lower layers as a process under ASan and UBSan, and fuzzed'
	@echo '    check-queue    the command queue and the invalidation sets: every state of their protocols, and 128 CPUs simulated'
	@echo '    check-kunit    the same inside a kernel with KASAN, lockdep and fault injection (ALL=1: in an older one with'
	@echo '                   64K pages, too)'
	@echo '    check-model    the SMMUv3 model, its server and its plugin by themselves, line coverage, fuzzed'
	@echo '    check-referee  every rule of the referee catches its seeded fault'
	@echo '    check-lab      real work on stock kernels, behind QEMU'"'"'s SMMUv3 and behind our model (SEED=;'
	@echo '                   ALL=1 with every configuration, two hours)'
	@echo '    check-mutants  broken builds, each of which a check must catch'
	@echo '    check-install  the installation: overlay, entries, hooks, loader, and the packages on a whole machine that is'
	@echo '                   upgraded, broken, cut off, purged (SHORT=1 a part of it; DEBS=); check has all but the whole machine'
	@echo '  deb            smmu3-dkms and smmu3-tools for arm64 into ./build, held against lintian (TWICE=1: and reproducible)'
	@echo '  soak           the lab with one seed after the other for MINUTES= (from SEED=), until one fails'
	@echo '  bench          what maps, unmaps and attaches cost, smmu3 beside the in-tree driver: instructions, atomics, barriers, commands'
	@echo '                 (KERNELS=), CPUs that share a queue, and bench-sva; an hour'
	@echo '  bench-model    what the model costs a guest: boot, register accesses, commands'
	@echo '  bench-sva      what shared addresses cost, with smmu3 and with the in-tree driver: faults, bonds, munmap'
	@echo
	@echo 'On an arm64 host with the headers of its kernel:'
	@echo '  modules        smmu3.ko (KDIR=, ARCH=, CROSS_COMPILE= for another kernel)'
	@echo '  install        into updates/ of that kernel (KVER=); uninstall removes it'
	@echo '  clean          remove what a build leaves here'
