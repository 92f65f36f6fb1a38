/**
 * What all RISC-V IOMMUs have in common. It needs no state of its own except a {@link dev.moat.iommu.memory.Memory} and the {@link
 * dev.moat.iommu.riscv.semantics.RegisterBank}:
 *
 * <ul>
 *   <li>{@link dev.moat.iommu.riscv.semantics.Translator}: what a {@link dev.moat.iommu.riscv.semantics.Transaction} gets, from
 *       {@link dev.moat.iommu.riscv.semantics.Structures} in memory or in caches;
 *   <li>{@link dev.moat.iommu.riscv.semantics.CommandQueue}, {@link dev.moat.iommu.riscv.semantics.Signals}, {@link
 *       dev.moat.iommu.riscv.semantics.PageRequests}, {@link dev.moat.iommu.riscv.semantics.RegisterFile}: commands, faults,
 *       interrupts, page requests, registers;
 *   <li>{@link dev.moat.iommu.riscv.semantics.Capabilities}, {@link dev.moat.iommu.riscv.semantics.Latitude} and {@link
 *       dev.moat.iommu.riscv.semantics.Deviation}: what a unit can do, what it does where it may choose, and what the reference
 *       model does otherwise.
 * </ul>
 */
@NullMarked
package dev.moat.iommu.riscv.semantics;

import org.jspecify.annotations.NullMarked;
