/**
 * AMD-Vi behind the contract: its parameters and capabilities, units and driver together, actions of the hardware, the
 * meaning of states, and faults.
 *
 * <p>What software must do about AMD-Vi units, apart from who has it done: entries stored, levels chosen, commands
 * encoded, completions awaited. A domain of Linux's whose page tables get another level while its devices are at
 * work and other CPUs map and unmap: a machine of its own, on the unit of a search.
 */
@NullMarked
package dev.moat.iommu.amdvi.family;

import org.jspecify.annotations.NullMarked;
