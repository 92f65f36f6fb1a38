/**
 * The Arm SMMUv3 behind the contract: its parameters and capabilities, units and driver put together, what hardware does of its own
 * accord, what the state means, what can be injected.
 */
@NullMarked
package dev.moat.iommu.smmuv3.family;

import org.jspecify.annotations.NullMarked;
