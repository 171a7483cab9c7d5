// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/kernel/debug/smmu3: the tree.
 *
 * Beside the layers. Invariant: every file is 0400 and knows nothing but read, or kernel lockdown
 * would refuse it; and what a file shows lives until the file has been removed, which waits for
 * its readers.
 *
 *	smmu3/<smmu>/features ...	smmu3_debug_add_device()
 *	smmu3/<smmu>/streams/<sid>/	made with the first master, removed with the SMMU
 *	smmu3/by-device/<device>	a link to the stream, while the device is there
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include "../core/master.h"
#include "../core/stream.h"
#include "../hw/device.h"
#include "debug.h"
#include "views.h"

/**
 * struct debug_device - an SMMU's part of the tree
 * @dir: its directory
 * @streams: the directory of its streams
 */
struct debug_device {
	struct dentry	*dir;
	struct dentry	*streams;
};

/* Serialises who makes directories; protects stream->debug. Never taken by readers. */
static DEFINE_MUTEX(debug_lock);
static struct dentry *debug_root;
static struct dentry *debug_by_device;

DEFINE_SHOW_ATTRIBUTE(smmu3_debug_features);
DEFINE_SHOW_ATTRIBUTE(smmu3_debug_registers);
DEFINE_SHOW_ATTRIBUTE(smmu3_debug_queues);
DEFINE_SHOW_ATTRIBUTE(smmu3_debug_events);
DEFINE_SHOW_ATTRIBUTE(smmu3_debug_counters);
DEFINE_SHOW_ATTRIBUTE(smmu3_debug_asids);
DEFINE_SHOW_ATTRIBUTE(smmu3_debug_vmids);
DEFINE_SHOW_ATTRIBUTE(smmu3_debug_invalidation);
DEFINE_SHOW_ATTRIBUTE(smmu3_debug_ste);
DEFINE_SHOW_ATTRIBUTE(smmu3_debug_domain);

void smmu3_debug_init(void)
{
	debug_root = debugfs_create_dir("smmu3", NULL);
	debug_by_device = debugfs_create_dir("by-device", debug_root);
}

void smmu3_debug_exit(void)
{
	debugfs_remove(debug_root);
}

static void debug_add_stream(struct smmu3_device *smmu, struct smmu3_stream *stream)
{
	struct debug_device *dbg = smmu->debug;
	struct dentry *dir;
	char name[16];

	scnprintf(name, sizeof(name), "0x%x", stream->sid);
	dir = debugfs_create_dir(name, dbg->streams);
	debugfs_create_file("ste", 0400, dir, stream, &smmu3_debug_ste_fops);
	debugfs_create_file("cd", 0400, dir, stream, &smmu3_debug_cd_fops);
	debugfs_create_file("domain", 0400, dir, stream, &smmu3_debug_domain_fops);
	debugfs_create_file("walk", 0400, dir, stream, &smmu3_debug_walk_fops);
	stream->debug = dir;
}

void smmu3_debug_add_streams(struct smmu3_device *smmu)
{
	struct smmu3_stream *stream;
	unsigned long sid;

	mutex_lock(&debug_lock);
	xa_for_each(&smmu->streams, sid, stream) {
		if (smmu->debug && !stream->debug)
			debug_add_stream(smmu, stream);
	}
	mutex_unlock(&debug_lock);
}

static void debug_add_files(struct smmu3_device *smmu, struct debug_device *dbg)
{
	debugfs_create_file("features", 0400, dbg->dir, smmu, &smmu3_debug_features_fops);
	debugfs_create_file("registers", 0400, dbg->dir, smmu, &smmu3_debug_registers_fops);
	debugfs_create_file("queues", 0400, dbg->dir, smmu, &smmu3_debug_queues_fops);
	debugfs_create_file("events", 0400, dbg->dir, smmu, &smmu3_debug_events_fops);
	debugfs_create_file("counters", 0400, dbg->dir, smmu, &smmu3_debug_counters_fops);
	debugfs_create_file("asids", 0400, dbg->dir, smmu, &smmu3_debug_asids_fops);
	debugfs_create_file("vmids", 0400, dbg->dir, smmu, &smmu3_debug_vmids_fops);
	debugfs_create_file("invalidation", 0400, dbg->dir, smmu, &smmu3_debug_invalidation_fops);
	debugfs_create_file("table", 0400, dbg->streams, smmu, &smmu3_debug_table_fops);
}

void smmu3_debug_add_device(struct smmu3_device *smmu)
{
	struct debug_device *dbg = kzalloc(sizeof(*dbg), GFP_KERNEL);

	if (!dbg)
		return;
	dbg->dir = debugfs_create_dir(dev_name(smmu->dev), debug_root);
	dbg->streams = debugfs_create_dir("streams", dbg->dir);
	debug_add_files(smmu, dbg);
	mutex_lock(&debug_lock);
	smmu->debug = dbg;
	mutex_unlock(&debug_lock);
	smmu3_debug_add_streams(smmu);
}

void smmu3_debug_remove_device(struct smmu3_device *smmu)
{
	struct debug_device *dbg;
	struct smmu3_stream *stream;
	unsigned long sid;

	mutex_lock(&debug_lock);
	dbg = smmu->debug;
	smmu->debug = NULL;
	xa_for_each(&smmu->streams, sid, stream)
		stream->debug = NULL;
	mutex_unlock(&debug_lock);
	if (!dbg)
		return;
	debugfs_remove(dbg->dir);
	kfree(dbg);
}

/* A device with several StreamIDs has a link for each: <device>, <device>+1 ... */
static char *debug_link_name(const struct smmu3_master *master, unsigned int i)
{
	if (!i)
		return kstrdup(dev_name(master->dev), GFP_KERNEL);
	return kasprintf(GFP_KERNEL, "%s+%u", dev_name(master->dev), i);
}

static void debug_add_link(const struct smmu3_master *master, unsigned int i)
{
	u32 sid = master->streams[i].stream->sid;
	char *name = debug_link_name(master, i);
	char *target = kasprintf(GFP_KERNEL, "../%s/streams/0x%x", dev_name(master->smmu->dev),
				 sid);

	if (name && target)
		debugfs_create_symlink(name, debug_by_device, target);
	kfree(target);
	kfree(name);
}

void smmu3_debug_add_master(struct smmu3_master *master)
{
	unsigned int i;

	smmu3_debug_add_streams(master->smmu);
	for (i = 0; i < master->nr_streams; i++)
		debug_add_link(master, i);
}

void smmu3_debug_remove_master(struct smmu3_master *master)
{
	unsigned int i;

	for (i = 0; i < master->nr_streams; i++) {
		char *name = debug_link_name(master, i);

		if (name)
			debugfs_lookup_and_remove(name, debug_by_device);
		kfree(name);
	}
}
