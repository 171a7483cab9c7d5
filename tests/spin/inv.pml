/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Invalidation sets: who unmaps, who attaches, and an SMMU that walks and caches whenever it may
 * (src/core/inv.c, src/core/attach.c, src/core/tag.c).
 *
 * Stores go into a buffer and become visible in any order, when memory() likes; a barrier waits
 * until the buffer is empty. The command queue is what cmdq.pml says it is: a command takes effect
 * some time after it was posted, and a wait ends when it has.
 */
#ifndef ROUNDS
#define ROUNDS 1
#endif

/* The spaces and their tags' numbers; 0: none. Each space has one page, at the same address. */
#define A		1
#define B		2
#define TAGS		3	/* two, and none */
#define STREAMS		2
#define SETS		8

/* An entry (STE and CD): space and tag. */
#define ENTRY(x, n)	((x) * 4 + (n))
#define SPACE(e)	((e) / 4)
#define TAG(e)		((e) % 4)

/* The page tables and what leads to them, as seen by all. */
bool pte[3];
byte entry[STREAMS];
/* Stores on their way: of who unmaps, by space; of who attaches. */
bool pte_stored[3], pte_new[3];
bool entry_stored[STREAMS], set_stored;
byte entry_new[STREAMS], set_space, set_new;

/* Sets: users of each tag, of each stream's ATC. */
byte set_of[3];
byte tag_users[SETS * TAGS], atc_users[SETS * STREAMS];
#define TAG_USERS(k, n)	tag_users[(k) * TAGS + (n)]
#define ATC_USERS(k, s)	atc_users[(k) * STREAMS + (s)]

/* The SMMU: entries cached, TLB by tag, walks on their way, ATCs, commands not done yet. */
bool entry_cached[STREAMS], walking[STREAMS], walk_found[STREAMS], walk_read[STREAMS];
byte cache[STREAMS], walk[STREAMS];
byte tlb[TAGS], atc[STREAMS], answer[STREAMS];
bool ats[STREAMS];
bool tlbi[TAGS], cfgi[STREAMS], atc_inv[STREAMS];

/* To be asserted: unmap has returned; nothing uses the space; the device is taken away. */
bool unmapped[3], left[3] = true, away[STREAMS];
bool reading[3];	/* RCU */

#define HELD(x)	(tlb[1] == x || tlb[2] == x || atc[0] == x || atc[1] == x)

/* ---------------------------------------------------------------- memory, the SMMU */

active proctype memory()
{
	byte i;
end:
	do
	:: pte_stored[A] -> atomic { pte[A] = pte_new[A]; pte_stored[A] = false }
	:: pte_stored[B] -> atomic { pte[B] = pte_new[B]; pte_stored[B] = false }
	:: set_stored -> atomic { set_of[set_space] = set_new; set_stored = false }
	:: entry_stored[0] -> atomic { entry[0] = entry_new[0]; entry_stored[0] = false }
	:: entry_stored[1] -> atomic { entry[1] = entry_new[1]; entry_stored[1] = false }
	od
}

#define WALKS(n)	(walking[0] && TAG(walk[0]) == n || walking[1] && TAG(walk[1]) == n)

proctype stream(byte s)
{
end:
	do
	/* It reads the entry, and uses what it read until it is told to forget. */
	:: atomic { !entry_cached[s] && !cfgi[s] -> cache[s] = entry[s]; entry_cached[s] = true }
	:: atomic { entry_cached[s] && cache[s] && !walking[s] && !tlb[TAG(cache[s])] ->
		walking[s] = true;
		walk[s] = cache[s]
	   }
	:: atomic { walking[s] && !walk_read[s] ->
		/* (b) Nobody walks tables that may have been freed. */
		assert(!left[SPACE(walk[s])]);
		walk_found[s] = pte[SPACE(walk[s])];
		walk_read[s] = true
	   }
	:: atomic { walk_read[s] ->
		if
		:: walk_found[s] ->
			/* (a) */
			assert(!unmapped[SPACE(walk[s])]);
			tlb[TAG(walk[s])] = SPACE(walk[s])
		:: else
		fi;
		walking[s] = false;
		walk_read[s] = false;
		walk_found[s] = false;
		walk[s] = 0
	   }
	/* An access: (c) nobody meets what another's tag has left. */
	:: atomic { entry_cached[s] && cache[s] && tlb[TAG(cache[s])] ->
		assert(tlb[TAG(cache[s])] == SPACE(cache[s]));
		assert(!unmapped[SPACE(cache[s])]);
		if
		/* Or the device asks, and keeps the answer. */
		:: ats[s] && !answer[s] -> answer[s] = tlb[TAG(cache[s])]
		:: tlb[TAG(cache[s])] = 0
		fi
	   }
	:: atomic { answer[s] ->
		assert(!unmapped[answer[s]]);
		atc[s] = answer[s];
		answer[s] = 0
	   }
	od
}

/* Commands; a TLBI waits for the walks that have begun, an ATC_INV for answers on their way. */
active proctype smmu()
{
end:
	do
	:: atomic { tlbi[1] && !WALKS(1) -> tlb[1] = 0; tlbi[1] = false }
	:: atomic { tlbi[2] && !WALKS(2) -> tlb[2] = 0; tlbi[2] = false }
	:: atomic { cfgi[0] -> entry_cached[0] = false; cache[0] = 0; cfgi[0] = false }
	:: atomic { cfgi[1] -> entry_cached[1] = false; cache[1] = 0; cfgi[1] = false }
	:: atomic { atc_inv[0] && !answer[0] ->
		assert(!away[0]);
		atc[0] = 0;
		atc_inv[0] = false
	   }
	od
}

/* ---------------------------------------------------------------- who unmaps */

/* inv_pass_tlb(): the users are read when their turn comes. */
inline pass_tlb()
{
	i = 1;
	do
	:: i < TAGS ->
		if
		:: atomic { TAG_USERS(k, i) -> tlbi[i] = true; posted[i] = true }
		:: else
		fi;
		i++
	:: else -> break
	od;
#ifndef MUT_UNMAP_UNSYNCED
	!(posted[1] && tlbi[1]) && !(posted[2] && tlbi[2]);
#endif
	atomic { posted[1] = false; posted[2] = false; i = 0 }
}

inline pass_atc()
{
	if
	:: atomic { ATC_USERS(k, 0) -> atc_inv[0] = true };
		!atc_inv[0]
	:: else
	fi
}

/* Of one space: map, unmap, and what iotlb_sync() does: smmu3_inv_range(). */
proctype unmapper(byte x)
{
	byte k, i, round;
	bool posted[TAGS];

	do
	:: round < ROUNDS ->
		!pte_stored[x];
		atomic { pte_new[x] = false; pte_stored[x] = true };
		/* inv_read_lock() */
#ifndef MUT_UNMAP_UNORDERED
		!pte_stored[x];
#endif
		atomic { reading[x] = true; k = set_of[x] };
		if
		/* Who posts waits until its stores can be seen: cmdq_ring(). */
		:: TAG_USERS(k, 1) || TAG_USERS(k, 2) -> !pte_stored[x]
		:: else
		fi;
#ifdef MUT_ATC_FIRST
		pass_atc();
		pass_tlb();
#else
		pass_tlb();
		pass_atc();
#endif
		atomic {
			/* (a) */
			assert(!HELD(x));
			unmapped[x] = true;
			reading[x] = false;
			k = 0;
			round++
		};
		if
		:: round < ROUNDS ->
			!pte_stored[x];
			atomic { unmapped[x] = false; pte_new[x] = true; pte_stored[x] = true }
		:: else -> break
		fi
	od
}

#include "inv_attach.pml"
