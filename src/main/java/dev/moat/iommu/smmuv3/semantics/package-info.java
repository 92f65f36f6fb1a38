/**
 * The behaviour that all SMMUv3s share. It needs no state of its own except a {@link dev.moat.iommu.Memory} and
 * the {@link dev.moat.iommu.smmuv3.semantics.RegisterBank}:
 *
 * <ul>
 *   <li>{@link dev.moat.iommu.smmuv3.semantics.Translator}: the result of a {@link dev.moat.iommu.smmuv3.semantics.Transaction}, from
 *       memory or from {@link dev.moat.iommu.smmuv3.semantics.Caches};
 *   <li>{@link dev.moat.iommu.smmuv3.semantics.CommandQueue}, {@link dev.moat.iommu.smmuv3.semantics.EventQueue}, {@link
 *       dev.moat.iommu.smmuv3.semantics.RegisterFile}: commands, events, registers;
 *   <li>{@link dev.moat.iommu.smmuv3.semantics.Scope}: the cached entries that a command removes.
 * </ul>
 */
@NullMarked
package dev.moat.iommu.smmuv3.semantics;

import org.jspecify.annotations.NullMarked;
