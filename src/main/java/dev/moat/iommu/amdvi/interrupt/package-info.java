/**
 * Interrupt remapping of AMD-Vi, a machine of its own, as interrupts do not depend on DMA: each device's entries in tables that its device
 * table entry leads to, what the unit has cached of them by DevID and index, and Xen's operations on them.
 *
 * <p>Read {@link dev.moat.iommu.amdvi.interrupt.InterruptTables} first.
 */
@NullMarked
package dev.moat.iommu.amdvi.interrupt;

import org.jspecify.annotations.NullMarked;
