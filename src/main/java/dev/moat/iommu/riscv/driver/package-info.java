/**
 * What software must do about RISC-V IOMMUs, apart from who has it done: contexts and entries stored, commands encoded, fences awaited.
 * Each class is the driver's side of one interface of {@link dev.moat.iommu}. Linux's way is the default; others are policies with a
 * name.
 */
@NullMarked
package dev.moat.iommu.riscv.driver;

import org.jspecify.annotations.NullMarked;
