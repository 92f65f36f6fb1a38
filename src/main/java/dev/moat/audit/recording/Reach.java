package dev.moat.audit.recording;

import dev.moat.iommu.Entry;
import org.jspecify.annotations.Nullable;

/**
 * A translation that leads to a frame.
 *
 * @param tag under which it is cached
 * @param page that leads there
 * @param entry that has the frame
 * @param through what a cache may hold on the way; null where memory leads there
 */
record Reach(
        UnitTables unit,
        long tag,
        long page,
        Entry entry,
        @Nullable Lingering through) {}
