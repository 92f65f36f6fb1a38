package dev.moat.iommu.vtd.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** The injected faults of VT-d and its driver: descriptors and commands encoded wrongly, caching mode, a stopped queue. */
final class VtdFaults {
    private static final String AT_OPERATION = "operation";
    /** Levels that AW 0 says: of fewer a context entry cannot tell. */
    private static final int FEWEST = 2;

    private VtdFaults() {}

    static final List<InjectedFault> ALL = List.of(
            fault(
                    "caching-mode.present-under-did-0",
                    "In caching mode, absent entries are invalidated under DID 0, not under the domain's DID.",
                    "Xen c5c84e9766 (2021): negative caching flushed under DID 0",
                    List.of("legitimate-dma-passes"),
                    e -> e.decide("invalidation.did", (s, domain, absent, own) -> absent != 0 ? 0 : own)),
            fault(
                    "caching-mode.absent-context-under-own-did",
                    "In caching mode, an absent context entry is invalidated under the domain's DID, not under DID 0.",
                    "derived: only what was not present in the context table is filed under DID 0",
                    List.of("legitimate-dma-passes"),
                    e -> e.decide("invalidation.absent-did", (s, domain, own, c) -> own)),
            fault(
                    "entry.passes-through",
                    "The context entry of any device but the first says that requests pass untranslated.",
                    "derived: Xen's iommu=dom0-passthrough and Linux's iommu=pt, for a domain for which they are not meant",
                    List.of("no-foreign-request", "assigned-device-is-led"),
                    e -> e.decide("entry.type", (s, q, space, own) -> q == 0 ? own : ContextEntry.TT_PASS_THROUGH)),
            fault(
                    "entry.levels-too-few",
                    "A second device's context entry has one level too few, so a table page is used as a frame.",
                    "derived: AGAW of entry and tables kept apart; Xen's and Linux's skipping of upper levels",
                    List.of("no-request-strays"),
                    e -> e.decide("entry.levels", (s, q, there, c) -> q == 0 || there == FEWEST ? there : there - 1)),
            fault(
                    "entry.upper-levels-not-skipped",
                    "If tables are deeper than the unit walks, a second device's context entry still points to the top table.",
                    "XSA-390, CVE-2021-28710 (2021): upper levels that the unit does not walk are not skipped, there of tables shared with EPT",
                    List.of("no-request-strays", "assigned-device-is-led"),
                    e -> e.decide("entry.skips", (s, q, deeper, c) -> q == 0 ? deeper : 0)),
            fault(
                    "entry.did-of-another",
                    "The context entry of any device but the first carries the DID of another domain.",
                    "derived: translations filed under one DID and invalidated under another",
                    List.of("entry-means-its-space"),
                    e -> e.decide("entry.did", (s, q, space, own) -> q == 0 ? own : own ^ 1)),
            fault(
                    "tables.upper-level-read-only",
                    "Entries above level 1 allow reading only, so that no leaf below them gives the right to write.",
                    "derived: a walk combines the rights of all levels, and a leaf alone promises too much",
                    List.of("live-mapping-is-writable"),
                    e -> e.decide("tables.upper-rights", (s, rights, b, c) -> Rights.READ)),
            // Shows only while the unit has not done it: one that was too wide leaves nothing behind.
            new InjectedFault(
                    "invalidation.domain-for-page",
                    "A unit that can forget single pages is asked to forget all of the domain's.",
                    "derived: a flush wider than the policy says",
                    List.of("invalidation-is-no-wider"),
                    "step",
                    e -> e.decide("invalidation.whole-domain", (s, did, first, changed) -> 1)),
            fault(
                    "invalidation.page-zero-names-another",
                    "The address register is not written for page 0, so the page named before is invalidated.",
                    "Xen 710942e57f (2015): address zero suppressed the write of the address register",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("invalidation.page", (s, frame, b, c) -> frame == 0 ? 1 : frame)),
            fault(
                    "invalidation.page-number-truncated",
                    "The page number in an invalidation keeps only the bits that one table level of the machine decodes.",
                    "derived from Xen d4619ab51e (2012), an address in the wrong bits, and"
                            + " fd33987ba2 (2014), of device TLBs",
                    List.of("no-stale", "free-is-unreachable"),
                    e -> e.decide("invalidation.page", (s, frame, b, c) -> frame & 1)),
            fault(
                    "invalidation.range-not-widened",
                    "AM is computed from the number of changed pages alone, although it names an aligned range.",
                    "Linux 59bf3557cf2f (2022): the mask of a flush whose start is" + " not aligned",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("invalidation.mask", (s, am, largest, count) -> {
                        int counted = Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
                        return counted <= largest ? counted : -1;
                    })),
            fault(
                    "invalidation.device-range-not-encoded",
                    "A device-TLB invalidation of several pages sets S with the first address, which names two pages or others.",
                    "Xen fd33987ba2 (2014): a device-TLB invalidation named two pages, or others",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("invalidation.device-range", (s, page, am, address) -> page & ~(1 << am))),
            fault(
                    "invalidation.mask-clipped",
                    "A range larger than CAP.MAMV is invalidated with the largest AM there is, not domain-wide.",
                    "derived: a range cut short where it should be widened",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("invalidation.mask", (s, am, largest, count) -> Math.min(am, largest))),
            fault(
                    "invalidation.all-is-page-zero",
                    "A domain-wide invalidation becomes a page-selective one of page 0.",
                    "Xen fd3102e5d2 (2015): flush all flushed page 0",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("invalidation.whole-domain", (s, domain, frame, c) -> 0)),
            fault(
                    "invalidation.not-drained",
                    "Invalidations leave walks in flight alone (DR and DW clear).",
                    "derived: XSA-373's promise that nothing is under way when the wait completes",
                    List.of("no-stale", "no-foreign", "flight-follows-assignment"),
                    e -> e.decide("invalidation.drain", (s, a, b, c) -> 0)),
            fault(
                    "invalidation.page-without-psi",
                    "Page-selective invalidations are used although the unit does not offer them.",
                    "derived: a wrong descriptor stops the queue (IQE)",
                    List.of("no-deadlock"),
                    // What is of all pages is asked for by domain all the same.
                    e -> e.decide(
                            "invalidation.whole-domain",
                            (s, domain, frame, changed) ->
                                    frame == Port.ALL_PAGES || changed == Port.WHOLE_SPACE ? 1 : 0)),
            fault(
                    "recovery.skips-descriptor",
                    "A wrong descriptor that stopped the queue is skipped, and the wait after it completes anyway.",
                    "derived from Linux qi_check_fault, its caller's error ignored",
                    List.of("no-stale", "no-foreign"),
                    e -> e.decide("invalidation.whole-domain", (s, domain, frame, c) -> 0)
                            .decide("recovery.skips", (s, a, b, c) -> 1)),
            fault(
                    "recovery.repeats-descriptor",
                    "A queue that stopped at a wrong descriptor is restarted at the same descriptor, and stops again.",
                    "derived from Linux qi_submit_sync, which submits again for as long as it is told to",
                    List.of("no-deadlock"),
                    e -> e.decide("invalidation.whole-domain", (s, domain, frame, c) -> 0)
                            .decide("recovery.repeats", (s, a, b, c) -> 1)),
            fault(
                    "table.leaf-only-invalidation",
                    "The invalidation before a table is freed says that only leaf entries changed (VT-d: IH set; AMD-Vi: PDE"
                            + " clear).",
                    "derived: paging-structure caches keep what led to the table; Linux CVE-2025-71202 is their twin",
                    List.of("walked-is-table"),
                    e -> e.decide("invalidation.whole-domain", (s, domain, frame, c) -> frame < 0 ? 1 : 0)
                            .decide("invalidation.leaf-only", (s, unlinked, b, c) -> 1)));

    /** What the driver does beyond what software asks for, as the edit that leaves it out. */
    static final List<InjectedFault> OMISSIONS = List.of(new InjectedFault(
            "omit.drain",
            "invalidations leave walks in flight alone (DR and DW clear)",
            "omission",
            List.of(),
            "step",
            edits -> edits.decide("invalidation.drain", (s, a, b, c) -> 0)));

    private static InjectedFault fault(String id, String says, String bug, List<String> breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, breaks, AT_OPERATION, edit);
    }
}
