// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin for versions of the plugin interface that no QEMU has, made only to be refused: QEMU's
 * refusal says which versions it takes.
 *
 * Invariant: it is never loaded.
 */
__attribute__((visibility("default"))) int qemu_plugin_version = ASK_VERSION;
__attribute__((visibility("default"))) int qemu_plugin_install(void);

int qemu_plugin_install(void) { return 1; }
