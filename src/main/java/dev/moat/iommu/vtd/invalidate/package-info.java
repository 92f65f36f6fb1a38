/** Commands that take from a unit's caches, and how they come: descriptors in a queue in memory, or registers. */
@NullMarked
package dev.moat.iommu.vtd.invalidate;

import org.jspecify.annotations.NullMarked;
