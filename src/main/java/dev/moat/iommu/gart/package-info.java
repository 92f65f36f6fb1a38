/**
 * The GART of AMD's K8 northbridges as an IOMMU, hardware side only: a window of addresses that is remapped page by
 * page, everything outside reaching memory as it is. No requester, no domain, no right to forbid: it gives reach, and
 * isolates nobody.
 *
 * <p>Read {@link dev.moat.iommu.gart.Gpte} and {@link dev.moat.iommu.gart.NodeRegisters} first.
 * {@link dev.moat.iommu.gart.GartUnit} has the northbridges of a machine, each with registers and a TLB of its own,
 * all on one table; {@link dev.moat.iommu.gart.GartGeometry} has their sizes. {@link dev.moat.iommu.gart.GartWalk}
 * gives the result of a request; {@link dev.moat.iommu.gart.GartTlb} has the actions of a northbridge. {@link
 * dev.moat.iommu.gart.PtesInState} is the memory of a search. At real geometry any {@link
 * dev.moat.iommu.Memory} holds the table.
 *
 * <p>Not modelled: accesses of CPUs through the window, and the half of it that AGP uses when it shares the table,
 * which for the hardware are entries like others.
 *
 * <p>Words of a GART: entries of its table, and the registers of a northbridge.
 */
@NullMarked
package dev.moat.iommu.gart;

import org.jspecify.annotations.NullMarked;
