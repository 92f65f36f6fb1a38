/**
 * The GART behind the contract: its parameters and capabilities, northbridges and driver put together, what hardware does of its own
 * accord, what the state means, what can be injected. A unit of the contract is a northbridge.
 */
@NullMarked
package dev.moat.iommu.gart.family;

import org.jspecify.annotations.NullMarked;
