/**
 * A domain of Linux's whose page tables get another level while its devices are at work and other CPUs map and unmap: a machine of its own, on
 * the unit of a search. {@link dev.moat.iommu.amdvi.growth.GrowingTables} are the tables and what the domain knows of them, {@link
 * dev.moat.iommu.amdvi.growth.GrowthSteps} the order in which Linux goes about it.
 */
@NullMarked
package dev.moat.iommu.amdvi.growth;

import org.jspecify.annotations.NullMarked;
