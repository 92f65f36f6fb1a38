/**
 * VT-d behind the contract: its parameters and capabilities, units and driver together, actions of the hardware, the
 * meaning of states, and faults.
 *
 * <p>What software must do about VT-d units, apart from who has it done: entries stored and written back, DIDs,
 * descriptors and commands, waits, the repair of a stopped queue.
 */
@NullMarked
package dev.moat.iommu.vtd.family;

import org.jspecify.annotations.NullMarked;
