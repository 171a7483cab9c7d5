// SPDX-License-Identifier: GPL-2.0-only
/* What a test's driver tells the referee: in preparation, it judges nothing yet. */
#include "judge.h"

bool notes_init(struct model *m) { return true; }
void notes_fini(struct model *m) { }
void notes_reset(struct model *m) { }
void model_note_unmapped(struct model *m, u32 sid, u32 ssid, bool ssv, u64 iova, u64 len) { }
void model_note_mapped(struct model *m, u32 sid, u32 ssid, bool ssv, u64 iova, u64 len) { }
void model_note_no_bypass(struct model *m, u32 sid, bool begin) { }
void model_note_hitless(struct model *m, u32 sid, bool begin) { }
void referee_access(struct model *m, const struct model_access *a, bool bypass) { }
