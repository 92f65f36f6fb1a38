/** RISC-V IOMMUs in recordings. */
@NullMarked
package dev.moat.iommu.riscv.recorded;

import org.jspecify.annotations.NullMarked;
