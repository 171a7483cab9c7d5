# SPDX-License-Identifier: GPL-2.0-only
# The model's second test device has eight PASIDs.
shape_machine() { model_second=labdev,pasid=3; }
