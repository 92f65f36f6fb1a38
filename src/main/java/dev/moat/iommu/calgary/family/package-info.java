/**
 * Calgary behind the contract: its parameters and capabilities, chip and driver together, actions of the hardware, the
 * meaning of states, and faults. A unit of the contract is a bus.
 */
@NullMarked
package dev.moat.iommu.calgary.family;

import org.jspecify.annotations.NullMarked;
