package dev.moat.xen.fault;

import static dev.moat.xen.grant.GrantOperations.MAP;
import static dev.moat.xen.grant.GrantOperations.UNMAP;

import dev.moat.iommu.Rights;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** Injected faults that only some hardware, or only some way of invalidating, shows. */
public final class HardwareFaults {
    private static final String AT_OPERATION = "operation";

    private HardwareFaults() {}

    public static final List<InjectedFault> ALL = List.of(
            fault(
                    "promotion.not-invalidated",
                    "An entry that goes from read-only to read-write is not invalidated.",
                    "xen-devel 2008, VT-d support for PV guests (V2): promotion from read-only to read-write",
                    List.of("legitimate-dma-passes"),
                    AT_OPERATION,
                    e -> passOver(e, Rights.READ, Rights.ALL)),
            fault(
                    "map.read-only-not-invalidated",
                    "An entry that becomes present and allows reading only is not invalidated.",
                    "derived: the test for what may be cached looks at the right to write alone",
                    List.of("legitimate-dma-passes"),
                    AT_OPERATION,
                    e -> passOver(e, Rights.NONE, Rights.READ)),
            fault(
                    "unmap.entry-not-written-back",
                    "Unmap clears the entry in the CPU's cache and invalidates; the walker still reads the old one.",
                    "XSA-321, CVE-2020-15565 (2020): table entries not written back for a walker that does not snoop",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.drop(UNMAP, "write-back")),
            fault(
                    "map.write-buffer-not-flushed",
                    "Map returns while the new entry is still in the chipset's write buffer.",
                    "derived: CAP.RWBF ignored where an entry becomes present",
                    List.of("legitimate-dma-passes"),
                    AT_OPERATION,
                    e -> e.drop(MAP, "flush-buffer").drop(MAP, "await-flush")),
            fault(
                    "deferred.map-ignores-limbo",
                    "Map of a page whose deferred invalidation is not done invalidates nothing.",
                    "derived: not present to present, but the entry before is still cached",
                    List.of("legitimate-dma-passes"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.lingers", (s, domain, frame, c) -> 0)));

    /** Owes nothing for a change from some rights of an entry to others, and what it did for each other change. */
    static Edits passOver(Edits edits, int from, int to) {
        return edits.around(
                "invalidation.needed",
                needed -> (s, before, after, domain) ->
                        before == from && after == to ? 0 : needed.decide(s, before, after, domain));
    }

    private static InjectedFault fault(
            String id, String says, String bug, List<String> breaks, String at, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, at, edit);
    }
}
