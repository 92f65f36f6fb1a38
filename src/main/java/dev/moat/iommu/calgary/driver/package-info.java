/**
 * What software must do about Calgary chips, apart from who has it done: entries stored and written back, a bus led to a table, the
 * cache of a bus emptied. Each class is the driver's side of one interface of {@link dev.moat.iommu}. Linux's own driver, which has
 * nobody above it, is {@link dev.moat.iommu.calgary.linux}.
 */
@NullMarked
package dev.moat.iommu.calgary.driver;

import org.jspecify.annotations.NullMarked;
