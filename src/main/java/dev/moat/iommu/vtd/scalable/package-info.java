/**
 * Scalable mode of VT-d: what its tables and descriptors look like, and what can go wrong in either mode. Formats only; the unit
 * that reads them is in {@code iommu.vtd.register}. Root entries are two halves in the format of
 * {@link dev.moat.iommu.vtd.format.RootEntry#LO}, the first for devfn 0 to 127, the second for the rest.
 */
@NullMarked
package dev.moat.iommu.vtd.scalable;

import org.jspecify.annotations.NullMarked;
