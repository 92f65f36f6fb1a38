package dev.moat.explore;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * In which order Xen does what units and devices notice: what each change makes the operation do before it may return, one thing after the
 * other, each after the wait before it is over. {@code @source} Xen 4.21: vtd/qinval.c flush_iotlb_qi, queue_invalidate_wait; vtd/x86/ats.c
 * dev_invalidate_iotlb, device_in_domain; vtd/iommu.c domain_context_unmap_one, domain_context_unmap, domain_context_mapping.
 */
final class SlowFlushes {
    /** What comes next; of a device that is to be told, from which one on. */
    record Due(Kind kind, int of) {}

    enum Kind {
        IOTLB_PAGES,
        IOTLB_DOMAIN,
        CONTEXT,
        WAIT,
        DEVICES_PAGES,
        DEVICES_ALL,
        ATS_ON,
        ATS_OFF
    }

    private final Deque<Due> due = new ArrayDeque<>();
    /** Whether a call pays for all that it changed at its end, by one range. */
    private final boolean atEnd;
    /** The pages that are paid for together. */
    private final SortedSet<Integer> pages = new TreeSet<>();
    /** Whose tables are changed, as a DID. */
    private int did;
    /** Whether a wait is in the queue, or done and not acted on. */
    private boolean waits;
    /** The device that was told last, or -1. */
    private int told = -1;

    SlowFlushes(boolean atEnd) {
        this.atEnd = atEnd;
    }

    SlowFlushes copy() {
        SlowFlushes copy = new SlowFlushes(atEnd);
        copy.due.addAll(due);
        copy.pages.addAll(pages);
        copy.did = did;
        copy.waits = waits;
        copy.told = told;
        return copy;
    }

    /** The unit has done the wait. */
    void waitIsOver() {
        waits = false;
    }

    /** Whether nothing is left to do, so that the operation may go on and return. */
    boolean isPaid(SlowAts unit) {
        return !waits && next(unit) == null;
    }

    /**
     * An entry that was present is another one (IOMMU_FLUSHF_modified): the IOTLB, then every device of the domain; nothing at a unit where the
     * domain has no device (iommu_bitmap).
     */
    void changed(SlowAts unit, int did, int page) {
        if (unit.contexts.stream().noneMatch(entry -> entry != null && entry.did() == did)) {
            return;
        }
        if (!atEnd || !new Due(Kind.IOTLB_PAGES, did).equals(due.peekFirst())) {
            this.did = did;
            pages.clear();
            due.addAll(List.of(new Due(Kind.IOTLB_PAGES, did), new Due(Kind.WAIT, 0), new Due(Kind.DEVICES_PAGES, 0)));
        }
        pages.add(page);
    }

    /** A context entry was emptied: the entry, the IOTLB, the domain's other devices, and then the device's ATS. */
    void cleared(int device, int did) {
        this.did = did;
        due.addAll(List.of(
                new Due(Kind.CONTEXT, device),
                new Due(Kind.WAIT, 0),
                new Due(Kind.IOTLB_DOMAIN, did),
                new Due(Kind.WAIT, 0),
                new Due(Kind.DEVICES_ALL, 0),
                new Due(Kind.ATS_OFF, device)));
    }

    /** A context entry was written where there was none: no flush, and ATS behind it. */
    void written(int device) {
        due.add(new Due(Kind.ATS_ON, device));
    }

    /** What is to be done now, or null for nothing. */
    private Due next(SlowAts unit) {
        while (!due.isEmpty()) {
            Due first = due.getFirst();
            boolean page = first.kind == Kind.DEVICES_PAGES;
            if (!page && first.kind != Kind.DEVICES_ALL) {
                return first;
            }
            for (int device = first.of; device < unit.contexts.size(); device++) {
                if (unit.enabled.contains(device) && new SlowAts.Context(did, true).equals(unit.contexts.get(device))) {
                    due.removeFirst();
                    due.addFirst(new Due(first.kind, device));
                    return due.getFirst();
                }
            }
            due.removeFirst();
        }
        return null;
    }

    /** Software put something into the queue: empty when it is what is due, otherwise what is wrong. */
    String put(SlowAts unit, SlowAts.Descriptor word) {
        Due now = next(unit);
        if (waits || now == null || !fits(now, word)) {
            return "queued " + word + (waits ? " during a wait" : "") + ", due " + now;
        }
        due.removeFirst();
        if (word.type() == SlowAts.WAIT) {
            waits = true;
        } else if (word.type() == SlowAts.IOTLB) {
            told = -1;
        } else if (word.type() == SlowAts.DEVICE_TLB) {
            told = now.of;
            due.addFirst(new Due(now.kind, now.of + 1));
            due.addFirst(new Due(Kind.WAIT, 0));
        }
        return "";
    }

    /** Whether it names the smallest aligned power of two of pages that has all of them. */
    private boolean isRange(SlowAts.Descriptor word) {
        int size = 1;
        while (pages.first() / size != pages.last() / size) {
            size *= 2;
        }
        int first = pages.first() / size * size;
        boolean all = true;
        for (int page = first; page < first + size; page++) {
            all &= word.covers(page);
        }
        return all && !word.covers(first ^ size);
    }

    private boolean fits(Due now, SlowAts.Descriptor word) {
        return switch (now.kind) {
            case IOTLB_PAGES ->
                word.type() == SlowAts.IOTLB && word.granularity() == 3 && word.did() == now.of && isRange(word);
            case IOTLB_DOMAIN -> word.type() == SlowAts.IOTLB && word.granularity() == 2 && word.did() == now.of;
            case CONTEXT ->
                word.type() == SlowAts.CONTEXT
                        && word.granularity() == 3
                        && word.sourceId() == SlowAts.sourceId(now.of);
            case WAIT -> word.type() == SlowAts.WAIT;
            case DEVICES_PAGES -> isFor(now.of, word) && isRange(word);
            case DEVICES_ALL -> isFor(now.of, word) && word.covers(0) && word.covers(1L << 50);
            default -> false;
        };
    }

    private static boolean isFor(int device, SlowAts.Descriptor word) {
        return word.type() == SlowAts.DEVICE_TLB && word.sourceId() == SlowAts.sourceId(device);
    }

    /** Whether this is the device that has been told last, and not answered: Xen before XSA-373, iommu_dev_iotlb_flush_timeout. */
    boolean gaveUp(int device, boolean on) {
        return !on && waits && told == device;
    }

    /** A device's ATS was switched: empty when that is due. */
    String switched(SlowAts unit, int device, boolean on) {
        Due now = next(unit);
        Due expected = new Due(on ? Kind.ATS_ON : Kind.ATS_OFF, device);
        if (waits || !expected.equals(now)) {
            return expected + (waits ? " during a wait" : "") + ", due " + now;
        }
        due.removeFirst();
        return "";
    }

    @Override
    public String toString() {
        return due + " of pages " + pages + " of DID " + did + (waits ? ", waiting" : "") + ", told " + told;
    }
}
