package dev.moat.pv.fault;

import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import java.util.List;
import java.util.function.Consumer;

/** What was wrong, or would be, with the bounce pool as Linux has had it since 2022. */
final class PoolFaults {
    private static final String MAP = "swiotlb_map";
    private static final String HAND_OUT = "hand-out";
    private static final String NOTE = "note-use";
    private static final String ONE_MAPPING = "slot-has-one-mapping";

    static final List<InjectedFault> ALL = List.of(
            whole(
                    "sync.copied-in-from-device",
                    "A sync for the device copies in a write-only buffer, over newer data of the device.",
                    "Linux aa6f8dcbab47 (2022): in 5.17, reverted by bddac7c1e02b",
                    "device-data-arrives",
                    e -> e.decide("sync.copies-in", (s, toDevice, b, c) -> 1)),
            whole(
                    "alloc.not-page-aligned",
                    "A coherent allocation is rounded down to the page of its first slot; the search is not page-aligned.",
                    "CVE-2024-35814, Linux 04867a7a3332 (2024): double allocation of slots, in 6.3 to 6.8",
                    ONE_MAPPING,
                    e -> e.decide("alloc.page-aligned", (s, a, b, c) -> 0)),
            between(
                    "pool.areas-below-segment",
                    "The pool is divided into the requested number of areas, so a run of free slots spans two areas.",
                    "Linux 8ac04063354a (2023): fewer areas than were asked for, from 6.5 on",
                    ONE_MAPPING,
                    e -> e.decide("pool.areas", (s, asked, segments, c) -> asked)),
            between(
                    "area.not-locked",
                    "Slots are looked for and taken without the lock of their area.",
                    "derived: Linux swiotlb.c, the lock of struct io_tlb_area",
                    ONE_MAPPING,
                    e -> e.decide("area.locks", (s, a, b, c) -> 0)),
            whole(
                    "transient.counts-beyond",
                    "A pool that is made for one mapping counts the slots of a segment as free, though it has fewer.",
                    "CVE-2023-52790, Linux 53c87e846e33 (2023): allocations out of bounds",
                    "bounce-is-reachable",
                    e -> e.decide("transient.counted", (s, slots, segment, c) -> segment)),
            between(
                    "map.handed-out-early",
                    "Another CPU sees the address of slots before it sees that the device uses any.",
                    "derived: Linux swiotlb.c since 6.6, the barrier of swiotlb_find_slots",
                    "device-data-arrives",
                    PoolFaults::handOutEarly));

    private PoolFaults() {}

    /** As a CPU would see it whose loads and stores are not kept in order. */
    private static void handOutEarly(Edits e) {
        e.moveBefore(MAP, HAND_OUT, NOTE)
                .redirect(MAP, HAND_OUT, Outcome.NEXT, NOTE)
                .redirect(MAP, "grow", Outcome.NEXT, HAND_OUT)
                .redirect(MAP, NOTE, Outcome.NEXT, Step.END);
    }

    private static InjectedFault whole(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "operation", edit);
    }

    private static InjectedFault between(String id, String says, String bug, String breaks, Consumer<Edits> edit) {
        return new InjectedFault(id, says, bug, List.of(breaks), "step", edit);
    }
}
