/**
 * Interrupts of guests with a vIOMMU each: their own entries, Xen's entries for passed-through devices, the physical unit's cache of these,
 * and the emulation that virtual devices' messages go through. A machine of its own, as interrupts do not depend on DMA.
 *
 * <p>Read {@link dev.moat.viommu.interrupt.InterruptState} and {@link dev.moat.viommu.interrupt.Remapping} first.
 */
@NullMarked
package dev.moat.viommu.interrupt;

import org.jspecify.annotations.NullMarked;
