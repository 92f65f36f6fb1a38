/**
 * The Arm SMMUv3 behind the contract: its parameters and capabilities, units and driver put together, what hardware does of its own
 * accord, what the state means, what can be injected.
 *
 * <p>What software must do about SMMUv3s, apart from who has it done: stream table entries and context descriptors
 * stored, commands encoded, CMD_SYNCs awaited.
 */
@NullMarked
package dev.moat.iommu.smmuv3.family;

import org.jspecify.annotations.NullMarked;
