/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command queue: CPUs that post and wait (src/hw/cmdq.c, src/hw/cmdq_wait.c).
 *
 * Each access that others may see is a step of its own, in an order that the driver's barriers
 * enforce; where none does, any order is tried. Arm's memory is multi-copy atomic, so that is what
 * weak memory comes to: see README.md. The SMMU, GERROR and recovery are in cmdq_hw.pml.
 *
 * Positions are small and never wrap, registers hold them modulo 2 N. A polling loop is a guard
 * that blocks, so a wait that never ends is an invalid end state, and a loop that gets nowhere a
 * cycle: the run looks for both.
 */

/* What the configurations of ./run set. */
#ifndef N
#define N 4
#endif
#ifndef CPUS
#define CPUS 2
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif
/* Done moves by so much at least. */
#ifndef STEP
#define STEP 1
#endif
/* Commands that the SMMU may take for illegal; ATC invalidations that no device answers. */
#ifndef ILLS
#define ILLS 0
#endif
#ifndef SILENT
#define SILENT 0
#endif
/* Recoveries, at any time. */
#ifndef RECOVERIES
#define RECOVERIES 0
#endif

/* CMD_SYNCs that one wait waits for, at most. */
#ifndef WAITS
#define WAITS 2
#endif

#define MASK		(N - 1)
#define REG(pos)	((pos) & (2 * N - 1))
#define FIRST		(2 * N)
#define RUN_MAX		(N / 2)
#define KEEP		(N / 4)
#ifdef MUT_NO_KEEP
#define ROOM		N
#else
#define ROOM		(N - KEEP)
#endif
#define PAGES		(CPUS + 1)
#define INNER		CPUS	/* the page of an interrupt's unmap */
#define NODES		(PAGES + 1)
#define RECOVERY	PAGES	/* the node of a recovery; others have their page's */
#define LINKING		255

/* The word of a CMD_SYNC has few bits, too: a stale one may look like the ticket to come. */
#define WORD(pos)	((pos) & (4 * N - 1))
#define WORD_DONE(t)	(((word[((t) - 1) & MASK] - (t)) & (4 * N - 1)) < 2 * N)

mtype = { NONE, TLBI, FLUSH, ATC, SYNC, SYNC_MSI };	/* commands */
mtype = { END_SYNC, END_SHARE, END_OPEN };
mtype = { OK, EIO, LOST };			/* what a wait returns */

/* struct smmu3_cmdq */
bool lock, running = true, broken;
byte prod = FIRST, synced = FIRST, start = FIRST;
byte head, first_cpu;
/* struct smmu3_cmdq_share, one for each page: a node is named by its number plus 1. */
byte nd_next[NODES], nd_ticket[NODES], nd_size[NODES];
mtype nd_cmd[NODES];
byte done = FIRST, seen = FIRST, failed;
byte word[N] = 4 * N - 1;	/* left by CMD_SYNCs of long ago */
mtype ent[N] = NONE;
byte ent_who[N];

/* The SMMU's registers and its way through the queue: see cmdq_hw.pml. */
byte prod_reg = REG(FIRST), cons = FIRST, consumed = FIRST;
bool translates = true;

/* What is only here to be asserted. */
byte ent_at[N];		/* the position that an entry was filled for */
short merged;		/* syncs_merged */
bool ill_seen, ill_new;	/* some command was illegal; since the last restart */
/* A page of each CPU: mapped; in a TLB or ATC; a TLBI or ATC_INV for it waits for a CMD_SYNC. */
bool pte[PAGES], cached[PAGES], pending[PAGES], asked[PAGES];
bool silent[PAGES];	/* the ATC did not answer */
bool reused[PAGES];	/* its memory belongs to others, for its unmap has returned */

#define IS_SYNC(cmd)	((cmd) == SYNC || (cmd) == SYNC_MSI)
#define CACHE(x)	cached[x] = cached[x] || (translates && pte[x])

/* Of one process; mine: the ticket that fill() gives. */
#define LOCALS \
	byte mine, t, last, from, reg, res, p, k, waits, list, part, rest, to; \
	bool share, sync, ok, early, first; \
	mtype ret
/* In mine: left in the list. */
#define SHARED		255

/* ---------------------------------------------------------------- posting */

inline put(cmd, who)
{
	/* (b) What stood there has been consumed. */
	assert(!ent_at[p & MASK] || ent_at[p & MASK] < consumed);
	ent[p & MASK] = cmd;
	ent_who[p & MASK] = who;
	ent_at[p & MASK] = p
}

inline put_sync()
{
#ifdef POLL_CONS
	put(SYNC, 0);
#else
#ifndef MUT_WORD_LATE
	word[p & MASK] = WORD(p);
#endif
	put(SYNC_MSI, 0);
#endif
	p++
}

/* Entries are the SMMU's from the doorbell on; until then nobody sees them. */
inline put_all(cmd, who, nr)
{
	d_step {
		p = prod;
		do
		:: k < nr ->
			put(cmd, who);
			p++;
			k++
		:: else -> break
		od;
		k = 0
	}
}

inline close_sync()
{
	d_step {
		put_sync()
	}
	prod = p;
	synced = p;
#ifdef MUT_WORD_LATE
	word[(p - 1) & MASK] = WORD(p - 1);
#endif
}

/* cmdq_fill_and_unlock(), the rest of it */
inline fill(cmd, who, nr, end)
{
#ifdef MUT_DOORBELL_FIRST
	prod_reg = REG(prod + nr + (end != END_OPEN));
#endif
	put_all(cmd, who, nr);
	if
	:: end != END_OPEN -> close_sync()
	:: else -> prod = p
	fi;
#ifdef MUT_RING_UNLOCKED
	lock = false;
#endif
	atomic {
		prod_reg = REG(p);
#ifndef MUT_RING_UNLOCKED
		lock = false;
#endif
		mine = p;
		p = 0
	}
}

/* ---------------------------------------------------------------- how far the SMMU is */

/* cmdq_advance(): a cmpxchg that is tried until it fits is one step. */
#define ADVANCE(to)	done = (done + STEP <= (to) -> (to) : done)

inline read_cons()
{
	do
	::
#ifdef MUT_FROM_LATE
		reg = REG(cons);
		from = done;
#else
		from = done;
		reg = REG(cons);
#endif
		res = from + REG(reg - from);
		ok = res <= prod;
		if
		:: from != done
		:: from == done ->
			/* A register that is behind @done says nothing. */
			res = (ok -> res : from);
			break
		fi
	od;
	atomic {
		ADVANCE(res);
		ok = false;
		from = 0;
		reg = 0
	}
}

/* cmdq_has_room(); in a queue that does not run nobody needs any. */
#define HAS_ROOM(nr)	(!running || prod + (nr) - done <= ROOM)

/* cmdq_reserve(): with the lock, which is dropped meanwhile. */
inline reserve(nr)
{
	do
	:: HAS_ROOM(nr) -> break
	:: else ->
		read_cons();
		if
		:: prod + nr - res <= ROOM -> break
		:: else
		fi;
		atomic {
			res = 0;
			lock = false
		};
		atomic {
			!lock && (!running || prod + nr - cons <= ROOM) ->
			lock = true
		}
	od;
	res = 0
}

/* cmdq_leave(): interrupts are off between the exchange and the link. */
inline leave(cmd, node, cpu, nr)
{
	d_step {
		nd_size[node] = nr;
		nd_cmd[node] = cmd;
		nd_ticket[node] = 0;
		nd_next[node] = LINKING
	}
#if RECOVERIES
	/* With them the walk of the list is not what is looked at. */
	atomic {
#endif
	d_step {
		part = head;
		head = node + 1;
#ifndef MUT_FIRST_KEPT
		if
		:: part == 0 -> first_cpu = cpu
		:: else
		fi;
		first = first_cpu == cpu;
#else
		first = part == 0;
#endif
	}
	atomic {
		nd_next[node] = part;
		part = 0;
		mine = SHARED
	}
#if RECOVERIES
	}
#endif
}

/* smmu3_cmdq_post(); @node lies on the stack of @cpu. */
inline post(cmd, who, node, cpu, nr, end)
{
	share = false;
	if
	:: end == END_SHARE && nr < RUN_MAX ->
		/* A hint: who reads the two apart is as if it had come earlier or later. */
		d_step { share = seen != synced }
	:: else
	fi;
	if
	:: share
	:: else ->
		atomic {
			if
			:: !lock ->
				lock = true;
#ifdef MUT_NO_ROOM
				ok = true
#else
				ok = HAS_ROOM(nr + (end != END_OPEN))
#endif
			:: lock && end == END_SHARE && nr < RUN_MAX -> share = true
			fi
		}
	fi;
	if
	:: share ->
		share = false;
		leave(cmd, node, cpu, nr)
	:: else ->
		if
		:: ok -> ok = false
		:: else -> reserve(nr + (end != END_OPEN))
		fi;
		if
		:: running -> fill(cmd, who, nr, end)
		:: else ->
			atomic {
				mine = 0;
				lock = false
			}
		fi
	fi
}

#include "cmdq_wait.pml"
#include "cmdq_hw.pml"
