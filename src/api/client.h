/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Clients: devices as the IOMMU core presents them.
 *
 * Layer 3.
 */
#ifndef SMMU3_API_CLIENT_H
#define SMMU3_API_CLIENT_H

#include <linux/iommu.h>

struct iommu_device *smmu3_client_probe(struct device *dev);
void smmu3_client_release(struct device *dev);
struct iommu_group *smmu3_client_group(struct device *dev);
int smmu3_client_of_xlate(struct device *dev, const struct of_phandle_args *args);
void smmu3_client_get_resv_regions(struct device *dev, struct list_head *head);
int smmu3_client_def_domain_type(struct device *dev);
bool smmu3_client_capable(struct device *dev, enum iommu_cap cap);

#endif
