/** Recorded answers of the official RISC-V IOMMU reference model, compared with what Moat's unit may answer. */
@NullMarked
package dev.moat.conform.riscv;

import org.jspecify.annotations.NullMarked;
