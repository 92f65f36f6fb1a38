/**
 * The contract between IOMMUs and the software that drives them, in no family's words.
 *
 * <p>A family ({@link dev.moat.iommu.Family}) is hardware and its driver. Software reads its {@link
 * dev.moat.iommu.Capabilities}, passes {@link dev.moat.iommu.Sizes} and gets the units of the machine ({@link
 * dev.moat.iommu.Iommu}), which it drives ({@code driver}). No software imports a family.
 *
 * <p>ACPI tables as bytes, and what a family of IOMMUs is told of a unit to describe it in one. Software's use of an
 * IOMMU: it writes the tables of a space and the entries of devices, makes stores visible, chooses tags, and asks
 * for invalidations and waits for them ({@link dev.moat.iommu.Port}). Memory as a unit sees it, whoever has
 * it: a searched state, a recorded case, a guest. The part of an IOMMU type that a recording needs: the places of
 * tables, the meaning of entries and commands, and the result of a request.
 */
@NullMarked
package dev.moat.iommu;

import org.jspecify.annotations.NullMarked;
