/**
 * The RISC-V IOMMU behind the contract: its parameters and capabilities, units and driver together, actions of the
 * hardware, the meaning of states, and faults.
 *
 * <p>What software must do about RISC-V IOMMUs, apart from who has it done: contexts and entries stored, commands
 * encoded, fences awaited.
 */
@NullMarked
package dev.moat.iommu.riscv.family;

import org.jspecify.annotations.NullMarked;
