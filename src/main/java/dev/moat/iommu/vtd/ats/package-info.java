/** Device TLBs: what devices keep of the unit's answers, and how they are made to forget it (PCIe ATS). */
@NullMarked
package dev.moat.iommu.vtd.ats;

import org.jspecify.annotations.NullMarked;
