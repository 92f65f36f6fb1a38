/**
 * Tables in a recorded memory, and what caches may hold of them: every walk that was possible since the last invalidation that covers it and
 * was awaited. Knows no family but by {@link dev.moat.iommu.recorded.RecordedUnit}.
 */
@NullMarked
package dev.moat.audit.caches;

import org.jspecify.annotations.NullMarked;
