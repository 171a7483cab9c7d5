/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine: how far things are from one another and how long they take, in nanoseconds. What a
 * parameter means stands here; why it has its value, in the machine's file.
 */
#ifndef SIM_MACHINE_H
#define SIM_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

#define MAX_CPUS 256

/**
 * struct machine - parameters; all belong to the machine, none to an algorithm
 * @cluster_cpus: CPUs of a cluster
 * @die_cpus: CPUs of a die (a NUMA node)
 * @socket_cpus: CPUs of a socket
 * @hit: an access to a line that the CPU holds
 * @atomic: the same, of an atomic read-modify-write
 * @line_cluster: a line comes from a CPU of the same cluster
 * @line_die: from the same die, and from memory or the last cache of the same die
 * @line_socket: from another die of the socket
 * @line_remote: from another socket
 * @line_share: how long one reader of a line that nobody writes keeps the next from being served
 * @keep: per cent of cases in which a CPU that got the right to write can use the line again before
 *	somebody who waits takes it
 * @keep_ns: so long it has it then
 * @map: CPU time of a map, and of what the loop does beside
 * @unmap: CPU time of an unmap, without its invalidation
 * @jitter: per cent by which both vary
 * @poll: a turn of a loop that looks at something again
 * @mmio: way to a register of the SMMU from its own die, one direction
 * @mmio_ack: until a store that follows a register store in order may be seen
 * @mmio_busy: how long the register port takes for an access
 * @fetch: the SMMU reads the queue's memory, not counting what a CPU's cache adds
 * @fetch_nr: commands that it reads at once
 * @cmd: it executes a TLB invalidation
 * @sync: it executes a CMD_SYNC
 * @sync_write: until the word that a CMD_SYNC writes is in memory
 * @queue_lg2: log2 of the entries of its queue
 * @msi: CMD_SYNC can write memory; else waiters read CMDQ_CONS
 */
struct machine {
	int cluster_cpus, die_cpus, socket_cpus;
	int hit, atomic;
	int line_cluster, line_die, line_socket, line_remote, line_share, keep, keep_ns;
	int map, unmap, jitter, poll;
	int mmio, mmio_ack, mmio_busy;
	int fetch, fetch_nr, cmd, sync, sync_write;
	int queue_lg2, msi;
};

/* Read a file of "name = value" lines; # begins a comment. False, said on stderr, on any mistake. */
bool machine_read(struct machine *m, const char *path);
/* One "name=value". */
bool machine_set(struct machine *m, const char *setting);

/* The machine of this run. */
extern struct machine machine;

/* From one CPU to another. */
int cpu_distance(int from, int to);
/* From a CPU to where the SMMU and its queue are: the first die. */
int home_distance(int cpu);

#endif
