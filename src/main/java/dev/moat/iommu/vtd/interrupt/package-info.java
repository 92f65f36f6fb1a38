/**
 * Interrupt remapping of VT-d: what a request looks like, what the table's entries look like, and what an entry makes of a
 * request. Pure functions of words; the unit that fetches, caches and records is in {@code iommu.vtd.register}.
 */
@NullMarked
package dev.moat.iommu.vtd.interrupt;

import org.jspecify.annotations.NullMarked;
