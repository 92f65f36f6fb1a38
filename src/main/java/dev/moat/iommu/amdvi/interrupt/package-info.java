/**
 * Interrupt remapping of AMD-Vi, a machine of its own, because interrupts do not depend on DMA. It has each device's
 * entries, in tables to which its device table entry points; the unit's cache of them by DevID and index; and Xen's
 * operations on them.
 *
 * <p>Read {@link dev.moat.iommu.amdvi.interrupt.InterruptTables} first.
 */
@NullMarked
package dev.moat.iommu.amdvi.interrupt;

import org.jspecify.annotations.NullMarked;
