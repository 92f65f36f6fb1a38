/**
 * AMD-Vi behind the contract: its parameters and capabilities, units and driver together, actions of the hardware, the
 * meaning of states, and faults.
 */
@NullMarked
package dev.moat.iommu.amdvi.family;

import org.jspecify.annotations.NullMarked;
