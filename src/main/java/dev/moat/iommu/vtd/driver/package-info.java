/**
 * What software must do about VT-d units, apart from who has it done: entries stored and written back, DIDs, descriptors and
 * commands, waits, the repair of a stopped queue. Each class is the driver's side of one interface of {@link dev.moat.iommu}.
 */
@NullMarked
package dev.moat.iommu.vtd.driver;

import org.jspecify.annotations.NullMarked;
