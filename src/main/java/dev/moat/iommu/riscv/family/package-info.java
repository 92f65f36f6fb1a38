/**
 * The RISC-V IOMMU behind the contract: its parameters and capabilities, units and driver put together, what hardware does of its own
 * accord, what the state means, what can be injected.
 */
@NullMarked
package dev.moat.iommu.riscv.family;

import org.jspecify.annotations.NullMarked;
