/**
 * What software must do about the GART, apart from who has it done: entries stored, TLBs emptied. Each class is the driver's side of
 * one interface of {@link dev.moat.iommu}. Linux's own driver, which has nobody above it, is {@link dev.moat.iommu.gart.linux}.
 */
@NullMarked
package dev.moat.iommu.gart.driver;

import org.jspecify.annotations.NullMarked;
