# SPDX-License-Identifier: GPL-2.0-only
# The model's second test device has no PASID capability; a third has one, and a link that cannot carry PASIDs.
shape_machine() { model_second=labdev,pasid=0 model_more+=(--fn b.0:labdev,prefixes=0); }
