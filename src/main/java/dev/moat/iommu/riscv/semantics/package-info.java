/**
 * The behaviour that all RISC-V IOMMUs share. It needs no state of its own except a {@link
 * dev.moat.iommu.Memory} and the {@link dev.moat.iommu.riscv.semantics.RegisterBank}:
 *
 * <ul>
 *   <li>{@link dev.moat.iommu.riscv.semantics.Translator}: the result of a {@link dev.moat.iommu.riscv.semantics.Transaction}, from
 *       {@link dev.moat.iommu.riscv.semantics.Structures} in memory or in caches;
 *   <li>{@link dev.moat.iommu.riscv.semantics.CommandQueue}, {@link dev.moat.iommu.riscv.semantics.Signals}, {@link
 *       dev.moat.iommu.riscv.semantics.PageRequests}, {@link dev.moat.iommu.riscv.semantics.RegisterFile}: commands, faults,
 *       interrupts, page requests, registers;
 *   <li>{@link dev.moat.iommu.riscv.semantics.Capabilities}, {@link dev.moat.iommu.riscv.semantics.Latitude} and {@link
 *       dev.moat.iommu.riscv.semantics.Deviation}: a unit's capabilities, its choices, and the differences of the reference model.
 * </ul>
 */
@NullMarked
package dev.moat.iommu.riscv.semantics;

import org.jspecify.annotations.NullMarked;
