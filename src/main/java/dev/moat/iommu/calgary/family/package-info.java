/**
 * Calgary behind the contract: its parameters and capabilities, chip and driver together, actions of the hardware, the
 * meaning of states, and faults. A unit of the contract is a bus.
 *
 * <p>What software must do about Calgary chips, apart from who has it done: entries stored and written back, a bus
 * led to a table, the cache of a bus emptied.
 */
@NullMarked
package dev.moat.iommu.calgary.family;

import org.jspecify.annotations.NullMarked;
