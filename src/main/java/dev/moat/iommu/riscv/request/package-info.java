/** A RISC-V IOMMU that is driven by its registers, on a memory at real size: for recorded cases, not for searches. */
@NullMarked
package dev.moat.iommu.riscv.request;

import org.jspecify.annotations.NullMarked;
