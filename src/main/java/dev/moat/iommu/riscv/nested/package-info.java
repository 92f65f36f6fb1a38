/**
 * Guests that have a first stage of their own behind a hypervisor's second stage, on a unit that caches both, and
 * combined translations: a machine of its own. {@link dev.moat.iommu.riscv.nested.GuestTables} is the memory that the
 * unit reads, {@link dev.moat.iommu.riscv.nested.StageCaches} are its caches, {@link
 * dev.moat.iommu.riscv.nested.NestedSteps} the order in which guests and hypervisor go about it.
 */
@NullMarked
package dev.moat.iommu.riscv.nested;

import org.jspecify.annotations.NullMarked;
