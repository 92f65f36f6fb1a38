/**
 * The vocabulary's relations of hardware, their lists and hardware's claims, built from {@link dev.moat.iommu.Meaning} alike for
 * every family and all software.
 */
@NullMarked
package dev.moat.iommu.vocabulary;

import org.jspecify.annotations.NullMarked;
