/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who attaches, of all at most one at a time (smmu3_attach_lock), and what it does in each
 * configuration. Included by inv.pml.
 */
byte tag_of[3], users_of[3], owner[TAGS];
byte space_of[STREAMS], sets;

/* A CFGI behind the store of an entry: the doorbell orders them, the CMD_SYNC is waited for. */
inline install(s, e)
{
	!entry_stored[s];
	atomic { entry_new[s] = e; entry_stored[s] = true };
	!entry_stored[s] && !set_stored;
#ifndef MUT_NO_CFGI
	cfgi[s] = true;
	!cfgi[s]
#endif
}

/* smmu3_inv_tag() */
inline flush_tag(n)
{
	tlbi[n] = true;
#ifndef MUT_FLUSH_UNSYNCED
	!tlbi[n]
#endif
}

inline flush_atc(s)
{
	atc_inv[s] = true;
	!atc_inv[s]
}

/* smmu3_inv_grow(): what is used of the old set; its caller adds. */
inline set_copy(x)
{
	sets++;
	for (i : 1 .. TAGS - 1) {
		TAG_USERS(sets, i) = TAG_USERS(set_of[x], i)
	}
	for (i : 0 .. STREAMS - 1) {
		ATC_USERS(sets, i) = ATC_USERS(set_of[x], i)
	}
	i = 0
}

/* smmu3_inv_publish() */
inline publish(x)
{
	atomic { set_space = x; set_new = sets; set_stored = true };
#ifndef MUT_ATTACH_UNORDERED
	!set_stored
#endif
}

inline inv_drop(x, s)
{
	atomic {
#ifdef MUT_USERS_ZERO
		TAG_USERS(set_of[x], tag_of[x]) = 0;
#else
		TAG_USERS(set_of[x], tag_of[x]) = TAG_USERS(set_of[x], tag_of[x]) - 1;
#endif
		ATC_USERS(set_of[x], s) = 0
	}
}

/* synchronize_rcu(): whoever is reading now has ended. */
inline quiesce()
{
	!reading[A];
	!reading[B]
}

/* attach_drop_use(); @off: the device has no ATS any more. */
inline drop_use(x, s, off)
{
	users_of[x]--;
#ifdef MUT_DROP_BEFORE_FLUSH
	inv_drop(x, s);
#endif
	if
#if !defined(MUT_NO_FLUSH) && !defined(MUT_FLUSH_EARLY)
	:: !users_of[x] -> flush_tag(tag_of[x])
#endif
	:: else
	fi;
#if !defined(MUT_DROP_BEFORE_FLUSH) && !defined(MUT_DROP_EARLY)
	inv_drop(x, s);
#endif
#if defined(ATS) && !defined(MUT_NO_QUIESCE)
	if
	:: s == 0 && off -> quiesce()
	:: else
	fi;
#endif
	atomic {
		if
		:: !users_of[x] ->
			/* (b) */
			assert(!HELD(x));
			left[x] = true;
			owner[tag_of[x]] = 0;
			tag_of[x] = 0
		:: else
		fi;
		away[s] = off
	}
}

/* smmu3_attach_rid(): from BLOCKED or another space. */
inline attach(s, x)
{
	atomic {
		left[x] = false;
		away[s] = false;
		/* smmu3_tag_alloc(): the lowest number that is free. */
		if
		:: !tag_of[x] ->
			tag_of[x] = (owner[1] -> 2 : 1);
			assert(!owner[tag_of[x]]);
			owner[tag_of[x]] = x
		:: else
		fi;
		users_of[x]++;
		set_copy(x);
		TAG_USERS(sets, tag_of[x])++;
#ifdef ATS
		ATC_USERS(sets, s) = (s == 0)
#endif
	};
#ifndef MUT_PUBLISH_LATE
	publish(x);
#endif
	/* Another space has another ASID and other tables: by way of V = 0. */
	if
	:: space_of[s] -> install(s, 0)
	:: else
	fi;
	install(s, ENTRY(x, tag_of[x]));
#ifdef MUT_PUBLISH_LATE
	publish(x);
#endif
#ifdef ATS
	if
	:: s == 0 && !space_of[s] -> ats[s] = true
	:: s == 0 && space_of[s] -> flush_atc(s)
	:: else
	fi;
#endif
	if
	:: space_of[s] -> drop_use(space_of[s], s, false)
	:: else
	fi;
	space_of[s] = x
}

/* To BLOCKED. */
inline detach(s)
{
#ifdef MUT_DROP_EARLY
	inv_drop(space_of[s], s);
#endif
#ifdef MUT_FLUSH_EARLY
	flush_tag(tag_of[space_of[s]]);
#endif
#ifdef ATS
	/* smmu3_atc_disable() */
	if
	:: s == 0 ->
		ats[s] = false;
		flush_atc(s)
	:: else
	fi;
#endif
	install(s, 0);
	drop_use(space_of[s], s, true);
	space_of[s] = 0
}

/* smmu3_tag_move() */
inline move(x)
{
	atomic {
		set_copy(x);
		i = tag_of[x];
		tag_of[x] = 3 - i;
		assert(!owner[tag_of[x]]);
		owner[tag_of[x]] = x;
		TAG_USERS(sets, tag_of[x]) = TAG_USERS(sets, i)
	};
#ifndef MUT_MOVE_UNTOLD
	publish(x);
#endif
	if
	:: space_of[0] == x -> install(0, ENTRY(x, tag_of[x]))
	:: else
	fi;
	if
	:: space_of[1] == x -> install(1, ENTRY(x, tag_of[x]))
	:: else
	fi;
#ifdef MUT_MOVE_UNTOLD
	publish(x);
#endif
#ifndef MUT_MOVE_UNFLUSHED
	flush_tag(i);
#endif
	atomic {
		TAG_USERS(set_of[x], i) = 0;
		owner[i] = 0;
		i = 0
	}
}

active proctype attacher()
{
	byte i;

#if SCRIPT == 1
	/* A number that one had is the next one's; and back. */
	attach(0, A);
	detach(0);
	attach(0, B);
	detach(0);
	attach(0, A)
#elif SCRIPT == 2
	/* One in place of the other. */
	attach(0, A);
	attach(0, B);
	attach(0, A)
#elif SCRIPT == 3
	/* Two devices behind one tag. */
	attach(0, A);
	attach(1, A);
	detach(0);
	detach(1)
#else
	/* A number changes in use, and another takes the old one. */
	attach(0, A);
	move(A);
	attach(1, B);
	detach(0)
#endif
}

init {
	atomic {
		pte[A] = true;
		pte[B] = true;
		run stream(0);
#if SCRIPT > 2
		run stream(1);
#endif
#if SCRIPT < 3
		run unmapper(B);
#endif
		run unmapper(A)
	}
}
