/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waiting for a ticket, and leading (src/hw/cmdq_wait.c, smmu3_cmdq_lead()). Included by cmdq.pml.
 */
/* cmdq_ticket_done() and cmdq_wait_on(): until it is. */
inline await(ticket)
{
#ifdef POLL_CONS
	do
	:: done >= ticket -> break
	/* One look may come too early; the others need not be tried. */
	:: cons >= ticket || !early ->
		early = true;
		read_cons();
		if
		:: res >= ticket -> break
		:: else
		fi
	od;
	early = false;
	res = 0
#else
	if
	:: done >= ticket
	:: WORD_DONE(ticket) -> ADVANCE(ticket)
#if ILLS
	/* Where a CMD_SYNC that would have written memory was taken away. */
	:: cons >= ticket -> read_cons(); res = 0
#endif
	fi
#endif
}

/* That it may go back is as if the CPU had come later. */
inline has_seen(sync_pos)
{
	if
	:: !head -> seen = (seen < sync_pos -> sync_pos : seen)
	:: else
	fi
}

/* cmdq_fill_shared(): as many of @list as may stand before one CMD_SYNC; @rest are the others. */
inline fill_shared()
{
	atomic {
		!lock -> lock = true
	};
	if
	:: HAS_ROOM(RUN_MAX + 1)
	:: else -> reserve(RUN_MAX + 1)
	fi;
	if
	:: !running ->
		atomic {
			/* A ticket of 0 would be none. */
			to = start;
			rest = 0;
			lock = false
		}
	:: else ->
		d_step {
			p = prod;
			rest = list;
			sync = false
		}
		do
		:: rest && (!sync || p - prod + nd_size[rest - 1] <= RUN_MAX) ->
			d_step {
				k = 0;
				do
				:: k < nd_size[rest - 1] ->
#ifdef MUT_SKIP
					if
					:: !sync -> put(nd_cmd[rest - 1], rest - 1); p++
					:: else
					fi;
#else
					put(nd_cmd[rest - 1], rest - 1);
					p++;
#endif
					k++
				:: else -> break
				od;
				k = 0;
				sync = true;
				merged++
			}
			atomic { nd_next[rest - 1] != LINKING -> rest = nd_next[rest - 1] }
		:: else -> break
		od;
		sync = false;
		merged--;
		assert(merged >= 0);
		close_sync();
		atomic {
			prod_reg = REG(p);
			to = p;
			p = 0;
			lock = false
		}
	fi
}

/* cmdq_tell(): who has been told may be gone. */
inline tell()
{
	do
	:: list != rest ->
#ifdef MUT_TELL_FIRST
		part = list;
		nd_ticket[list - 1] = to;
		atomic { nd_next[part - 1] != LINKING -> list = nd_next[part - 1]; part = 0 }
#else
		atomic { nd_next[list - 1] != LINKING -> part = nd_next[list - 1] };
		atomic {
			nd_ticket[list - 1] = to;
			list = part;
			part = 0
		}
#endif
	:: else -> break
	od;
	to = 0
}

/* smmu3_cmdq_lead() */
inline lead()
{
	atomic {
		list = head;
		head = 0
	};
	do
	:: list -> fill_shared(); tell(); rest = 0
	:: else -> break
	od
}

/*
 * cmdq_turn(). Any who waits may lead when the CMD_SYNC before is done; in the driver all but the
 * first look a few times before. STRICT: only the first ever leads.
 */
#ifdef STRICT
#define MAY_LEAD	first
#else
#define MAY_LEAD	true
#endif

inline turn(node)
{
	do
	:: nd_ticket[node] -> break
#ifdef MUT_EARLY
	:: true -> break
#endif
#ifndef MUT_NO_LEAD
	:: MAY_LEAD && head && !nd_ticket[node] ->
		t = synced;
		/* (d) The one on its way. */
		d_step {
			waits = waits + (t != last);
			last = t
		}
		await(t);
		if
		:: !nd_ticket[node] -> lead()
		:: else
		fi
#endif
	od;
	atomic {
#ifdef MUT_EARLY
		t = synced;
#else
		t = nd_ticket[node];
#endif
		/* The stack is used anew. */
		nd_ticket[node] = 0;
		nd_size[node] = 0;
		nd_cmd[node] = 0;
		nd_next[node] = LINKING
	}
}

/* smmu3_cmdq_wait() for the ticket @tk; in @ret */
inline wait_for(tk, node)
{
	ok = false;
	t = tk;
	if
	:: t == SHARED -> ok = !first; turn(node)
	:: else
	fi;
	if
	:: !t -> ret = OK
	:: else ->
		await(t);
		if
		:: !ok -> has_seen(t)
		:: else
		fi;
		/* (d) And the next. */
		d_step {
			waits = waits + (t != last);
			assert(waits <= WAITS)
		}
		if
#ifndef MUT_BROKEN_UNREAD
		:: broken -> ret = LOST
		:: else ->
#else
		:: true ->
#endif
			ret = (failed == t -> EIO : OK)
		fi
	fi;
	d_step {
		waits = 0;
		last = 0;
		t = 0;
		ok = false;
		first = false
	}
}
