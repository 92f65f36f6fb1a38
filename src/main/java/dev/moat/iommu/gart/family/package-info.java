/**
 * The GART behind the contract: its parameters and capabilities, northbridges and driver together, actions of the
 * hardware, the meaning of states, and faults. A unit of the contract is a northbridge.
 *
 * <p>What software must do about the GART, apart from who has it done: entries stored, TLBs emptied.
 */
@NullMarked
package dev.moat.iommu.gart.family;

import org.jspecify.annotations.NullMarked;
