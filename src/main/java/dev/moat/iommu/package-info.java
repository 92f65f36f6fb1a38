/**
 * The contract between IOMMUs and the software that drives them, in no family's words.
 *
 * <p>A family ({@link dev.moat.iommu.Family}) is hardware and its driver. Software reads its {@link
 * dev.moat.iommu.Capabilities}, passes {@link dev.moat.iommu.Sizes} and gets the units of the machine ({@link
 * dev.moat.iommu.Iommu}), which it drives ({@code driver}). No software imports a family.
 */
@NullMarked
package dev.moat.iommu;

import org.jspecify.annotations.NullMarked;
