/**
 * The contract between IOMMUs and the software that drives them, in no family's words.
 *
 * <p>A family ({@link dev.moat.iommu.Family}) is hardware and its driver. Software reads its {@link
 * dev.moat.iommu.Capabilities}, passes {@link dev.moat.iommu.Sizes} and gets the units of the machine ({@link
 * dev.moat.iommu.Iommu}), which it drives ({@code driver}). No software imports a family.
 *
 * <p>Software writes the tables of a space and the entries of devices, makes stores visible and chooses tags. It asks for
 * invalidations and waits for them ({@link dev.moat.iommu.Port}). A unit reads {@link dev.moat.iommu.Memory}: a searched state, a
 * recorded case, or a guest. A recording asks a family for the places of tables, the meaning of entries and commands, and the result
 * of a request ({@link dev.moat.iommu.RecordedUnit}).
 */
@NullMarked
package dev.moat.iommu;

import org.jspecify.annotations.NullMarked;
