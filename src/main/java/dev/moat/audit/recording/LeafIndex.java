package dev.moat.audit.recording;

import dev.moat.audit.recording.Ways.Way;
import dev.moat.iommu.Entry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which translations lead to a frame: through memory, or through what caches may hold; of all units. */
final class LeafIndex {
    private final Effort effort;
    private final AlignedBlocks<Leaf> leaves;
    private TagCaches.Frames lingering;
    /** Frames that an entry has ever led to, by log2 of the pages of the entry. */
    private final List<@Nullable Set<Long>> ever = new ArrayList<>();

    private record Leaf(TablePage node, int index, Entry entry) {}

    LeafIndex(Effort effort) {
        this.effort = effort;
        leaves = new AlignedBlocks<>(effort);
        lingering = new TagCaches.Frames(effort);
        for (int order = 0; order <= AlignedBlocks.WHOLE; order++) {
            ever.add(null);
        }
    }

    Effort effort() {
        return effort;
    }

    /** Nothing that lingers is known any more. */
    void clear() {
        lingering = new TagCaches.Frames(effort);
    }

    TagCaches.Frames lingering() {
        return lingering;
    }

    /** The first frame of the part of a page that one entry leads to; several entries can share a page. */
    private static long frame(TablePage node, int index, Entry entry) {
        long within = ((long) index << node.kind.shift()) & (1L << entry.size()) - 1;
        return entry.frame() | within;
    }

    void add(TablePage node, int index, Entry entry) {
        int order = node.kind.shift();
        long frame = frame(node, index, entry);
        leaves.add(frame, order, new Leaf(node, index, entry));
        Set<Long> known = ever.get(order);
        if (known == null) {
            known = new HashSet<>();
            ever.set(order, known);
        }
        if (known.add(frame >>> order)) {
            effort.keep(1);
        }
    }

    void remove(TablePage node, int index, Entry entry) {
        leaves.remove(frame(node, index, entry), node.kind.shift(), new Leaf(node, index, entry));
    }

    /** Whether an entry has ever led to one of some frames. */
    boolean everLedTo(long frame, long count) {
        for (int order = 0; order <= AlignedBlocks.WHOLE; order++) {
            Set<Long> known = ever.get(order);
            if (known == null) {
                continue;
            }
            for (long block = frame >>> order; block <= (frame + count - 1) >>> order; block++) {
                effort.spend(1);
                if (known.contains(block)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The translations that lead to one of some frames. */
    List<Reach> leadingTo(long frame, long count) {
        List<Reach> all = new ArrayList<>();
        for (Leaf leaf : leaves.overlapping(frame, count)) {
            TablePage node = leaf.node;
            for (Way way : node.unit.ways().to(node)) {
                long page = way.base() + ((long) leaf.index << node.kind.shift());
                Lingering through = way.through() == null ? null : way.through().partOver(page, node.kind.shift());
                boolean found = way.live() || (through != null && node.isFoundBy(leaf.index, through));
                if (found) {
                    all.add(new Reach(node.unit, way.tag(), page, leaf.entry, through));
                }
            }
        }
        for (Lingering l : lingering.leadingTo(frame, count)) {
            all.add(new Reach(l.unit(), l.tag(), l.first(), l.entry(), l));
        }
        return all;
    }
}
