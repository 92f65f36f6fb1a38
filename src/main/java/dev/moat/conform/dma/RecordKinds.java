package dev.moat.conform.dma;

import dev.moat.conform.dma.bounce.SwiotlbRows;
import dev.moat.conform.dma.bounce.XenSwiotlbRows;
import dev.moat.conform.dma.iova.IovaRows;
import dev.moat.conform.dma.remap.AreaRows;
import dev.moat.conform.dma.remap.CalgaryRows;
import dev.moat.conform.dma.remap.GartRows;
import dev.moat.conform.dma.row.RecordKind;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All kinds of recorded files; a new one is a line here. */
final class RecordKinds {
    private static final List<RecordKind> ALL = List.of(
            AreaRows.KIND, CalgaryRows.KIND, GartRows.KIND, IovaRows.KIND, SwiotlbRows.KIND, XenSwiotlbRows.KIND);

    private RecordKinds() {}

    /** The kind with this first line, or null. */
    static @Nullable RecordKind of(@Nullable String header) {
        return ALL.stream()
                .filter(kind -> kind.header().equals(header))
                .findFirst()
                .orElse(null);
    }

    /** The first lines that are known, for a message. */
    static String headers() {
        return ALL.stream()
                .map(kind -> kind.header() + " (" + kind.name() + ")")
                .collect(Collectors.joining(" or "));
    }
}
