/**
 * Software's use of an IOMMU: it writes the tables of a space and the entries of devices, makes stores visible,
 * chooses tags, and asks for invalidations and waits for them ({@link dev.moat.iommu.driver.Port}). A family's driver
 * implements it.
 */
@NullMarked
package dev.moat.iommu.driver;

import org.jspecify.annotations.NullMarked;
