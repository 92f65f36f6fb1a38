package dev.moat.viommu.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import java.util.List;
import java.util.function.Consumer;

/** Injected faults of shared virtual memory. {@code @source} VT-d specification 3.x, chapter 6.5.3.3. */
public final class SvmFaults {
    private static final String UNBIND = "unbind_process";
    private static final String SERVES_NOTHING = "unbound-pasid-serves-nothing";
    private static final String ONE_GUESTS = "pasid-is-one-guests";
    private static final String COMPLETION = "first-level-completion";
    private static final String REQUESTS = "page-request-is-answered-once";
    private static final String GUIDANCE =
            "VT-d specification 3.x, chapter 6.5.3.3: what is invalidated when a PASID entry goes";

    /** All of them. */
    public static final List<InjectedFault> ALL = List.of(
            fault(
                    "unbind.entry-stays",
                    "A process is unbound, and Xen's PASID entry stays.",
                    GUIDANCE,
                    SERVES_NOTHING,
                    e -> e.drop(UNBIND, "clear-entry")),
            fault(
                    "unbind.no-pasid-cache",
                    "A process is unbound, and the unit keeps the PASID entry that it has cached.",
                    GUIDANCE,
                    SERVES_NOTHING,
                    e -> e.drop(UNBIND, "ask-pasid")),
            fault(
                    "unbind.no-iotlb",
                    "A process is unbound, and the unit keeps its translations.",
                    GUIDANCE,
                    SERVES_NOTHING,
                    e -> e.drop(UNBIND, "ask-translations")),
            fault(
                    "unbind.no-device-tlb",
                    "A process is unbound, and the device keeps its translations.",
                    GUIDANCE,
                    SERVES_NOTHING,
                    e -> e.drop(UNBIND, "ask-device-tlb")),
            fault(
                    "unbind.requests-not-drained",
                    "A process is unbound, and its page requests stay where they are.",
                    "VT-d specification 3.x, chapter 7.10: draining of page requests",
                    SERVES_NOTHING + " " + REQUESTS,
                    e -> e.drop(UNBIND, "drain")),
            fault(
                    "unbind.sent-requests-not-drained",
                    "A process is unbound, and its page requests that Xen has not read yet stay on their way.",
                    "VT-d specification 3.x, chapter 7.10: draining reaches what the unit holds, not the queue alone",
                    SERVES_NOTHING,
                    e -> e.decide("drain.takes", (s, delivered, b, c) -> delivered)),
            order(
                    "unbind.device-tlb-first",
                    "The device TLB is invalidated while the unit still serves its own cached entry.",
                    "VT-d specification 3.x, chapter 6.5.2.5: device TLBs are invalidated behind the IOTLB",
                    SERVES_NOTHING,
                    e -> e.moveBefore(UNBIND, "ask-device-tlb", "ask-translations")
                            .moveBefore(UNBIND, "await-device-tlb", "ask-translations")),
            order(
                    "unbind.pasid-freed-first",
                    "A PASID is free for reuse before the translations cached under it are invalidated.",
                    "derived: reuse of indices, as with interrupt entries (XSA-36)",
                    SERVES_NOTHING + " " + REQUESTS,
                    e -> e.moveBefore(UNBIND, "free", "ask-pasid")),
            order(
                    "invalidation.completed-first",
                    "A guest sees the invalidation of its first level done before the unit has forgotten it.",
                    "VT-d specification 3.x, chapter 6.5.2.8, of an emulated queue",
                    COMPLETION,
                    e -> e.moveBefore("invalidate_process", "complete", "ask-translations")),
            fault(
                    "invalidation.not-passed-on",
                    "A guest's invalidation of its first level does not reach the unit.",
                    "derived: VT-d specification 3.x, chapter 6.5.2.4, of a guest's first level",
                    COMPLETION,
                    e -> e.drop("invalidate_process", "ask-translations")),
            fault(
                    "pasid.guest-number-used",
                    "The device's PASID is the number that the guest has for its process.",
                    "derived: guests number their processes alike, and share the device's PASIDs",
                    ONE_GUESTS,
                    e -> e.decide("pasid.gives", (s, number, free, c) -> number)),
            fault(
                    "response.unchecked",
                    "Any response of a guest's goes to the device.",
                    "derived: VT-d specification 3.x, chapter 7.4: a page request is answered once",
                    REQUESTS,
                    e -> e.decide("response.is-awaited", (s, has, b, c) -> 1)),
            fault(
                    "walk.refuses-writing",
                    "The unit lets no request write by a first level, whatever the entry says.",
                    "VT-d specification 3.x, chapter 9.7: R/W of a first-level entry",
                    "first-level-is-reachable",
                    e -> e.decide("walk.writes", (s, may, b, c) -> 0)),
            order(
                    "request.no-lock",
                    "A page request is delivered while its PASID becomes another process's.",
                    "derived from lantianyu/Xen, vvtd.c: no lock around shared state",
                    REQUESTS,
                    e -> e.decide("pasids.lock", (s, a, b, c) -> 0)));

    private SvmFaults() {}

    private static InjectedFault fault(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks.split(" ")), "operation", edit);
    }

    /** One that shows only between steps. */
    private static InjectedFault order(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks.split(" ")), "step", edit);
    }
}
