/**
 * A RISC-V IOMMU of a search: {@link dev.moat.iommu.riscv.semantics} on slots of a state, with small tables, and the
 * caches that matter to drivers. One stage of translation: the first one of a host, or the second one of guests.
 */
@NullMarked
package dev.moat.iommu.riscv;

import org.jspecify.annotations.NullMarked;
