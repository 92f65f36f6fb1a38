/** Bit formats of the RISC-V IOMMU, version 1.0 with the extensions QOSID, NL, S and Svrsw60t59b. Formats only: no state, no rules. */
@NullMarked
package dev.moat.iommu.riscv.format;

import org.jspecify.annotations.NullMarked;
