/**
 * The GART behind the contract: its parameters and capabilities, northbridges and driver together, actions of the
 * hardware, the meaning of states, and faults. A unit of the contract is a northbridge.
 */
@NullMarked
package dev.moat.iommu.gart.family;

import org.jspecify.annotations.NullMarked;
