/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the command queue's CPUs meet: the SMMU, GERROR's server (src/hw/gerror.c, cmdq_error()),
 * recovery (src/hw/reset.c, smmu3_cmdq_stop() and smmu3_cmdq_start()); and the CPUs' programs.
 * Included by cmdq.pml.
 */
mtype = { FINE, ILLEGAL, ATC_TIMEOUT };		/* CMDQ_CONS.ERR */
mtype cerror = FINE;
byte cerror_nr, ills, silences;
bool gerror_lock, consuming = true, busy;

/* ---------------------------------------------------------------- the SMMU */

/* Which may be illegal: any, but with recoveries there would be too many cases. */
#if RECOVERIES
#define MAY_BE_ILLEGAL	(ills < ILLS && cmd == TLBI && who == 0)
#else
#define MAY_BE_ILLEGAL	(ills < ILLS)
#endif
#define ASKED		(asked[0] || asked[1] || asked[CPUS - 1])

/*
 * Everything before a CMD_SYNC has taken effect. What is mapped is cached again at once: an
 * invalidation that came before the page table changed was of no use.
 */
inline complete()
{
	for (x : 0 .. CPUS) {
		cached[x] = cached[x] && !pending[x] && (!asked[x] || silent[x]);
		CACHE(x);
		pending[x] = false;
		asked[x] = false
	}
	consumed++
}

inline command_error(what)
{
	cerror = what;
	cerror_nr++
}

active proctype smmu()
{
	byte at, who, x;
	mtype cmd;
end:
	do
	:: atomic { consuming && !busy && cerror == FINE && REG(consumed) != prod_reg ->
		/* The entries came before the doorbell, and no doorbell went back. */
		assert(REG(prod_reg - consumed) <= N && ent_at[consumed & MASK] == consumed);
		at = consumed;
		cmd = ent[at & MASK];
		who = ent_who[at & MASK];
		if
#if ILLS
		:: MAY_BE_ILLEGAL ->
			ills++;
			ill_seen = true;
			ill_new = true;
			command_error(ILLEGAL)
#endif
		:: cmd == TLBI ->
			pending[who] = !pte[who];
			consumed++;
			cons++
#if RECOVERIES
		:: cmd == FLUSH ->
			for (x : 0 .. CPUS) {
				pending[x] = !pte[x] || !translates
			}
			consumed++;
			cons++
#endif
#ifdef ATCS
		:: cmd == ATC ->
			/* 4.5.1: what it could be filled from is gone. */
			for (x : 0 .. CPUS) {
				assert(!pending[x])
			}
			asked[who] = true;
			consumed++;
			cons++
		:: IS_SYNC(cmd) && silences < SILENT && ASKED ->
			silences++;
			for (x : 0 .. CPUS) {
				silent[x] = asked[x]
			}
			command_error(ATC_TIMEOUT)
#endif
#if defined(POLL_CONS) || ILLS
		:: cmd == SYNC ->
			complete();
			cons++
#endif
#ifndef POLL_CONS
		:: cmd == SYNC_MSI ->
			complete();
			busy = true;
			/* The register and the word in either order. */
			if
			:: cons++
			:: word[at & MASK] = WORD(at + 1)
			fi
#endif
		fi;
		cmd = 0;
		who = 0;
		x = 0
	   }
#ifndef POLL_CONS
	:: atomic { busy && cons != consumed -> cons++; busy = false; at = 0 }
	:: atomic { busy && cons == consumed ->
		word[at & MASK] = WORD(at + 1);
		busy = false;
		at = 0
	   }
#endif
	od
}

/* ---------------------------------------------------------------- errors */

#if ILLS || SILENT
/* cmdq_accuse(): who may not have answered the CMD_SYNC at @at. */
inline accuse()
{
	i = 1;
	do
	:: i <= KEEP && !IS_SYNC(ent[(at - i) & MASK]) ->
		if
		:: ent[(at - i) & MASK] == ATC ->
			x = ent_who[(at - i) & MASK];
			said[x] = true
		:: else
		fi;
		i++
	:: else -> break
	od;
	i = 0;
	d_step {
		for (x : 0 .. CPUS) {
			assert(said[x] == asked[x]);
			said[x] = false
		}
		x = 0
	}
}

/* smmu3_gerror_serve() with cmdq_error(), by the interrupt or by who polls. */
active proctype gerror()
{
	byte nr, from, reg, at, i, x;
	bool said[PAGES];
	mtype cause;
end:
	do
	:: atomic { cerror != FINE && !gerror_lock ->
		gerror_lock = true;
		nr = cerror_nr
	   };
	   /* CONS names the error, too. */
	   atomic { cause = cerror; reg = REG(cons) };
	   atomic { from = done; at = from + REG(reg - from); reg = 0; from = 0 };
#ifdef MUT_ACK_FIRST
	   cerror = FINE;
#endif
	   if
#if ILLS
	   :: cause == ILLEGAL ->
		if
		:: !IS_SYNC(ent[at & MASK]) -> broken = true
		:: else
		fi;
		atomic {
			/* No command that is still to come is lost by this. */
			assert(ent_at[at & MASK] <= consumed);
			ent[at & MASK] = SYNC
		}
#endif
#if SILENT
	   :: cause == ATC_TIMEOUT ->
#ifndef MUT_FAILED_UNTOLD
		failed = at + 1;
#endif
		accuse()
#endif
	   :: cause == FINE
	   fi;
	   /* The acknowledgement of an error that is no more does nothing. */
	   atomic {
		if
		:: nr == cerror_nr -> cerror = FINE
		:: else
		fi;
		cause = 0; at = 0; nr = 0;
		gerror_lock = false
	   }
	od
}
#endif

/* ---------------------------------------------------------------- recovery */

#if RECOVERIES
/* smmu3_cmdq_stop(): all orders of its stores; start comes behind the others but for broken. */
inline cmdq_stop()
{
	atomic { !lock ->
		lock = true;
		running = false;
#ifndef MUT_STOP_SILENT
		/* Read with the lock only. */
		seen = prod
#endif
	};
	do
#ifndef MUT_STOP_SILENT
	:: done != prod -> done = prod
	:: synced != prod -> synced = prod
	:: done == prod && synced == prod && start != prod -> start = prod
#endif
	:: broken -> broken = false
	:: else -> break
	od;
	atomic {
		lock = false
	}
}

/* smmu3_reset_disable() */
inline disable()
{
#ifdef MUT_STOP_EARLY
	cmdq_stop();
#endif
	atomic { !busy ->
		translates = false;
		consuming = false;
		for (x : 0 .. CPUS) {
			pending[x] = false;
			asked[x] = false
		}
		x = 0
	}
#ifndef MUT_STOP_EARLY
	cmdq_stop()
#endif
}

/* device_recover(): at any time, or where a command was illegal at any time from then on. */
active proctype recovery()
{
	LOCALS;
	byte x, nr;
end:
	do
	:: nr < RECOVERIES && (!ILLS || ill_seen) ->
		nr++;
		disable();
		/* smmu3_reset_enable(): reset_gerror() finds nobody at work on an earlier error. */
		atomic {
#ifndef MUT_GERROR_UNLOCKED
			!gerror_lock ->
#endif
			cerror = FINE;
			cerror_nr++
		};
		atomic { !lock ->
			prod_reg = REG(prod);
			cons = prod;
			consumed = prod;
#ifndef MUT_BROKEN_KEPT
			broken = false;
#endif
			ill_new = false;
			running = true
		};
		consuming = true;
#ifndef MUT_NO_FLUSH
		post(FLUSH, 0, RECOVERY, RECOVERY, 1, END_SHARE);
		wait_for(mine, RECOVERY);
#else
		ret = OK;
#endif
		if
		:: ret != OK ->
			/* Nothing from before makes a recovery fail. */
			assert(ill_new);
			disable();
			break
		:: else ->
			d_step {
				translates = true;
				for (x : 0 .. CPUS) {
					assert(!(reused[x] && cached[x]));
					CACHE(x)
				}
				x = 0
			}
		fi
	od
}
#endif

/* ---------------------------------------------------------------- what CPUs do */

/* The page table has been changed before anything is posted: see inv.pml. */
inline unmap(page, cmd, nr, end)
{
	d_step {
		reused[page] = false;
		silent[page] = false;
		pte[page] = true;
		CACHE(page)
	}
	pte[page] = false;
	post(cmd, page, page, c, nr, end)
}

inline unmapped(page, tk)
{
	wait_for(tk, page);
	d_step {
		if
		/* (a) And no ATC that kept it is left unnamed. */
		:: ret == OK ->
			assert(!(cached[page] && translates) && !silent[page]);
			reused[page] = true
		:: ret == EIO -> assert(silent[page])
		:: ret == LOST -> assert(ill_seen)
		fi;
		ret = 0;
		mine = 0
	}
}

inline simply(page, cmd, nr, end)
{
	unmap(page, cmd, nr, end);
	unmapped(page, mine)
}

proctype cpu(byte c)
{
	LOCALS;
	byte round, outer;
	bool outer_first;

	do
	:: round < ROUNDS ->
		if
#ifdef LONG
		/* More commands than one, so that they fill the queue. */
		:: c == LONG -> simply(c, TLBI, RUN_MAX, END_SHARE)
#endif
#ifdef ATCS
		:: c == ATCS -> simply(c, ATC, KEEP, ATC_END)
#endif
#ifdef NOSYNC
		/* smmu3_cmdq_post_nosync(), then what completes it. */
		:: c == NOSYNC ->
			unmap(c, TLBI, RUN_MAX, END_OPEN);
			post(TLBI, c, c, c, 1, END_SYNC);
			unmapped(c, mine)
#endif
#ifdef NESTED
		/* An interrupt comes between the two, and unmaps, too. */
		:: c == NESTED ->
			unmap(c, TLBI, 1, END_SHARE);
			outer = mine;
			outer_first = first;
			simply(INNER, TLBI, 1, END_SHARE);
			first = outer_first;
			unmapped(c, outer);
			outer = 0;
			outer_first = false
#endif
		:: else -> simply(c, TLBI, 1, END_SHARE)
		fi;
		round++
	:: else -> break
	od
}

init {
	atomic {
		run cpu(0);
		run cpu(1);
#if CPUS > 2
		run cpu(2)
#endif
	}
}
