// SPDX-License-Identifier: GPL-2.0-only
/* The store-by-store referee: in preparation, it judges nothing yet. */
#include "judge.h"

bool watch_init(struct model *m) { return true; }
void watch_fini(struct model *m) { }
void watch_reset(struct model *m) { }
void config_learnt(struct model *m, enum config_kind kind, u64 pa, u32 sid, u32 ssid) { }
void referee_cfgi(struct model *m, enum config_kind kind, u32 sid, u32 ssid) { }
void referee_cfgi_range(struct model *m, u32 sid, unsigned int range, bool cds_only, bool one_cd, u32 ssid) { }
void model_store(struct model *m, u64 pa, unsigned int n) { }
void referee_step(struct model *m) { }
void referee_final(struct model *m) { }
