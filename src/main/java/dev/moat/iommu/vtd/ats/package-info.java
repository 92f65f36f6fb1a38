/** Device TLBs: the unit's answers that devices keep, and their invalidation (PCIe ATS). */
@NullMarked
package dev.moat.iommu.vtd.ats;

import org.jspecify.annotations.NullMarked;
