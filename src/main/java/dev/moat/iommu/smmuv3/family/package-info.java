/**
 * The Arm SMMUv3 behind the contract: its parameters and capabilities, units and driver together, actions of the
 * hardware, the meaning of states, and faults.
 *
 * <p>What software must do about SMMUv3s, apart from who has it done: stream table entries and context descriptors
 * stored, commands encoded, CMD_SYNCs awaited.
 */
@NullMarked
package dev.moat.iommu.smmuv3.family;

import org.jspecify.annotations.NullMarked;
