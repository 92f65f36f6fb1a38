/**
 * What software must do about SMMUv3s, apart from who has it done: stream table entries and context descriptors stored, commands encoded,
 * CMD_SYNCs awaited. Each class is the driver's side of one interface of {@link dev.moat.iommu}. Linux's way is the default; others are
 * policies with a name.
 */
@NullMarked
package dev.moat.iommu.smmuv3.driver;

import org.jspecify.annotations.NullMarked;
