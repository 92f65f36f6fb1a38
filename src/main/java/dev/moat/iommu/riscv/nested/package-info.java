/**
 * Guests that have a first stage of their own behind a hypervisor's second stage, on a unit that caches both, and what they lead to
 * together: a machine of its own. {@link dev.moat.iommu.riscv.nested.GuestTables} is what the unit finds in memory, {@link
 * dev.moat.iommu.riscv.nested.StageCaches} what it has cached of it, {@link dev.moat.iommu.riscv.nested.NestedSteps} the order in which
 * guests and hypervisor go about it.
 */
@NullMarked
package dev.moat.iommu.riscv.nested;

import org.jspecify.annotations.NullMarked;
