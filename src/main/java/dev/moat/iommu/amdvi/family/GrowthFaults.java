package dev.moat.iommu.amdvi.family;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** Faults in the order in which tables grow. {@code @source} Linux's history of growing tables. */
final class GrowthFaults {
    private static final String MAP = "iommu_map_page";
    private static final String PASSES = "legitimate-dma-passes";
    private static final String LED = "assigned-device-is-led";

    private GrowthFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "growth.entry-not-invalidated",
                    "The device entries get the new root and Mode, but the unit may still use cached entries.",
                    "derived: AMD-Vi specification: a cached DTE is used until INVALIDATE_DEVTAB_ENTRY",
                    List.of(PASSES),
                    e -> e.decide("growth.invalidates", (s, q, b, c) -> 0)),
            fault(
                    "growth.invalidation-not-awaited",
                    "The entries of the devices are invalidated, and the new tables are the domain's before the unit has done so.",
                    "Linux f44a4d7e4f1c (2020): domain_flush_complete() was missing behind the flush of the device table",
                    List.of(PASSES),
                    e -> e.drop(MAP, "queue-entry-wait").drop(MAP, "await-entries")),
            order(
                    "growth.published-first",
                    "The domain gets its new tables before the device entries point to them; another CPU maps a page there.",
                    "Linux 19c6978fba68 (2020); again in 6.1, where the walks read the root and mode that are set before the device table",
                    List.of(PASSES),
                    e -> e.moveBefore(MAP, "publish", "write-device-entry")),
            fault(
                    "growth.old-top-not-linked",
                    "The tables grow by a level, but the new root does not yet point to the old one.",
                    "derived: the one store of increase_address_space that all others have to follow",
                    List.of(LED, "live-mapping-is-readable"),
                    e -> e.drop(MAP, "link-old-top")),
            fault(
                    "growth.mode-not-raised",
                    "The entries of the devices get the new top table, and keep the Mode that they had.",
                    "derived: AMD-Vi specification, DTE: Mode is the level of the root table",
                    List.of(LED),
                    e -> e.decide("growth.mode", (s, old, fresh, c) -> old)),
            order(
                    "growth.not-locked",
                    "Two CPUs put a level on top at the same time, and the domain's level goes up twice.",
                    "Linux 754265bcab78 (2019): race in increase_address_space(), invalid domain->mode settings",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("growth.locks", (s, cpu, b, c) -> 0)
                            .decide("growth.published-mode", (s, fresh, until, c) -> until + 1)),
            order(
                    "growth.unmap-reads-root-later",
                    "An unmap reads the level before the tables grow and the root after; it misses its page and releases it.",
                    "CVE-2025-39961 (1e56310b40fd, 2025): fetch_pte() reads new root and old mode; before that Linux eb791aa70b90 (2020)",
                    List.of("no-foreign", "no-foreign-request"),
                    e -> e.decide("growth.reads-at-once", (s, cpu, maps, c) -> maps)),
            order(
                    "growth.map-reads-root-later",
                    "A map reads the level before the tables grow and the root after, so its page gets another address.",
                    "CVE-2025-39961 (1e56310b40fd, 2025), which mends alloc_pte() too: no entry is there whose level it could compare",
                    List.of("live-mapping-is-readable", "no-foreign", "no-foreign-request"),
                    e -> e.decide("growth.reads-at-once", (s, cpu, maps, c) -> 1 - maps)));

    private static InjectedFault fault(String id, String says, String bug, List<String> breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, "operation", edit);
    }

    private static InjectedFault order(String id, String says, String bug, List<String> breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, "step", edit);
    }
}
