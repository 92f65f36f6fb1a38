/**
 * Calgary behind the contract: its parameters and capabilities, chip and driver put together, what hardware does of its own accord,
 * what the state means, what can be injected. A unit of the contract is a bus.
 */
@NullMarked
package dev.moat.iommu.calgary.family;

import org.jspecify.annotations.NullMarked;
