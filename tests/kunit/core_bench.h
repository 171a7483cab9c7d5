/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the cases of src/core share: spaces, masters, and a photograph of everything that an attach
 * may change. Layer: tests.
 */
#ifndef SMMU3_KUNIT_CORE_BENCH_H
#define SMMU3_KUNIT_CORE_BENCH_H

#include <kunit/test.h>
#include "core/attach.h"
#include "core/inv.h"
#include "core/master.h"
#include "core/space.h"
#include "core/stream.h"
#include "stub_smmu.h"

#define BENCH_SPACES	8

/*
 * A space with tables of its own at an address that says which it is. Fails the case where there
 * is no memory.
 */
struct smmu3_space *bench_space(struct kunit *test, enum smmu3_stage stage);
u64 bench_ttb(const struct smmu3_space *space);
/* A master; fails the case where it is refused. */
struct smmu3_master *bench_master(struct kunit *test, struct smmu3_stub *stub, const u32 *sids,
				  unsigned int nr, u8 ssid_bits);
/* An enabled stub whose TLB is held against the invalidation sets at every instant. */
struct smmu3_stub *bench_stub(struct kunit *test, const struct smmu3_stub_cfg *cfg);
/* The suite's exit: masters, stubs, then spaces. */
void bench_exit(struct kunit *test);

int bench_attach(struct smmu3_master *master, enum smmu3_target_kind kind,
		 struct smmu3_space *space);
/* ASID or VMID of a space on an SMMU, 0: none. */
u16 bench_tag(const struct smmu3_space *space, struct smmu3_stub *stub);

/* The STE of a stream is these words, stated by hand; the others are 0. */
void bench_expect_ste(struct kunit *test, struct smmu3_stub *stub, u32 sid, u64 w0, u64 w1, u64 w2,
		      u64 w3, const char *what);
/* The STE leads through @master's CD table with this S1DSS. */
void bench_expect_ste_s1(struct kunit *test, const struct smmu3_master *master, u32 sid, u64 s1dss,
			 const char *what);
void bench_expect_ste_s2(struct kunit *test, const struct smmu3_master *master, u32 sid,
			 const struct smmu3_space *space, const char *what);
/* A CD is that of a space, or absent (NULL). */
void bench_expect_cd(struct kunit *test, const struct smmu3_master *master, u32 ssid,
		     const struct smmu3_space *space, const char *what);

/* A transaction meets this and nothing else, whatever is cached. @space: with STUB_S1, STUB_S2. */
void bench_expect_now(struct kunit *test, struct smmu3_stub *stub, unsigned int watch, u64 fate,
		      const struct smmu3_space *space, const char *what);
/*
 * Since the mark it has met only what it met then (@old) or meets now, or one of the terminations
 * in the mask @also (BIT(enum smmu3_stub_fate)).
 */
void bench_expect_seen(struct kunit *test, struct smmu3_stub *stub, unsigned int watch,
		       const struct smmu3_stub_txn *old, u32 also, const char *what);

/* Everything that an attach may change, by value. */
struct bench_photo;
struct bench_photo *bench_photo(struct kunit *test, struct smmu3_stub *stub,
				struct smmu3_master *const *masters, unsigned int nr_masters);
/* The same photograph anew, with another master in the place of the first. */
void bench_photo_again(struct bench_photo *photo, struct smmu3_master *first);
/* Everything is byte for byte as it was. */
void bench_expect_unchanged(struct kunit *test, const struct bench_photo *before, const char *what);

#endif
