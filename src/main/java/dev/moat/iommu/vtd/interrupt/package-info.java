/**
 * Interrupt remapping of VT-d: the formats of requests and table entries, and the result of a request at an entry.
 * Pure functions of words; the unit that fetches, caches and records is in {@code iommu.vtd.register}.
 */
@NullMarked
package dev.moat.iommu.vtd.interrupt;

import org.jspecify.annotations.NullMarked;
