package dev.moat.xen.fault;

import static dev.moat.xen.grant.GrantOperations.MAP;
import static dev.moat.xen.grant.GrantOperations.UNMAP;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** Injected faults that only some hardware, or only some way of invalidating, shows. */
public final class HardwareFaults {
    private static final String AT_OPERATION = "operation";
    private static final int READ_WRITE = 3;

    private HardwareFaults() {}

    public static final List<InjectedFault> ALL = List.of(
            fault(
                    "promotion.not-invalidated",
                    "An entry that goes from read-only to read-write is not invalidated.",
                    "the open question of the 2008 series: hardware that faults on a cached read-only entry",
                    List.of("legitimate-dma-passes"),
                    AT_OPERATION,
                    e -> e.decide(
                            "invalidation.needed",
                            (s, before, after, c) -> before == 0 || after == READ_WRITE ? 0 : 1)),
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
                    "caching-mode.present-under-did-0",
                    "In caching mode, what was not present is invalidated under DID 0, not under the domain's.",
                    "Xen c5c84e9766 (2021): negative caching flushed under DID 0",
                    List.of("legitimate-dma-passes"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.did", (s, domain, absent, own) -> absent != 0 ? 0 : own)),
            fault(
                    "caching-mode.absent-context-under-own-did",
                    "In caching mode, an absent context entry is invalidated under the domain's DID, not under DID 0.",
                    "derived: only what was not present in the context table is filed under DID 0",
                    List.of("legitimate-dma-passes"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.absent-did", (s, domain, own, c) -> own)),
            fault(
                    "invalidation.page-zero-names-another",
                    "The address register is not written for page 0, so the page named before is invalidated.",
                    "Xen 710942e57f (2015): address zero suppressed the write of the address register",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.page", (s, frame, b, c) -> frame == 0 ? 1 : frame)),
            fault(
                    "invalidation.page-number-truncated",
                    "The page number in an invalidation keeps only the bits that one table level of the machine decodes.",
                    "specification and representation limits; Xen d4619ab51e and fd33987ba2: the range of an invalidation"
                            + " encoded too small",
                    List.of("no-stale", "free-is-unreachable"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.page", (s, frame, b, c) -> frame & 1)),
            fault(
                    "invalidation.range-not-widened",
                    "AM is computed from the number of changed pages alone, although it names an aligned range.",
                    "specification and representation limits; Linux 59bf3557cf2f (2022): the mask of a flush whose start is"
                            + " not aligned",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.mask", (s, am, largest, count) -> {
                        int counted = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
                        return counted <= largest ? counted : -1;
                    })),
            fault(
                    "invalidation.mask-clipped",
                    "A range larger than CAP.MAMV is invalidated with the largest AM there is, not domain-wide.",
                    "specification and representation limits; derived: a range cut short where it should be widened",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.mask", (s, am, largest, count) -> Math.min(am, largest))),
            fault(
                    "invalidation.all-is-page-zero",
                    "A domain-wide invalidation becomes a page-selective one of page 0.",
                    "Xen fd3102e5d2 (2015): flush all flushed page 0",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.whole-domain", (s, domain, frame, c) -> 0)),
            fault(
                    "invalidation.not-drained",
                    "Invalidations leave walks in flight alone (DR and DW clear).",
                    "derived: XSA-373's promise that nothing is under way when the wait completes",
                    List.of("no-stale", "no-foreign"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.drain", (s, a, b, c) -> 0)),
            fault(
                    "deferred.map-ignores-limbo",
                    "Map of a page whose deferred invalidation is not done invalidates nothing.",
                    "derived: not present to present, but the entry before is still cached",
                    List.of("legitimate-dma-passes"),
                    AT_OPERATION,
                    e -> e.decide("invalidation.lingers", (s, domain, frame, c) -> 0)));

    private static InjectedFault fault(
            String id, String says, String bug, List<String> breaks, String at, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, at, edit);
    }
}
