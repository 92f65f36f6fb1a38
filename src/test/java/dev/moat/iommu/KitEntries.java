package dev.moat.iommu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The device entries: attached and detached store by store, requesters that hardware cannot tell apart together. */
final class KitEntries {
    /** A change of a device entry that has more stores to go. */
    private static final class Change {
        int space = -1;
        int tag;
        int part;
        boolean open;
    }

    private final KitRun run;
    private final Change[] changes = new Change[KitMachine.REQUESTERS];

    KitEntries(KitRun run) {
        this.run = run;
        Arrays.setAll(changes, i -> new Change());
    }

    List<Integer> group(int requester) {
        int group = run.iommu.entries().group(requester);
        List<Integer> all = new ArrayList<>();
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            if (run.iommu.entries().group(q) == group) {
                all.add(q);
            }
        }
        return all;
    }

    /** The entry that hardware has for a requester and those that it cannot tell from it. */
    private Change change(int requester) {
        return changes[group(requester).get(0)];
    }

    /** Takes the next store of an attachment, or its first one. */
    void attach(int requester, int space) {
        Change change = change(requester);
        int unit = run.iommu.unitOf(requester);
        if (!change.open) {
            boolean moves = run.m.capabilities.tagging() != Capabilities.Tagging.GROUP;
            if (run.isOneSpace() || (!moves && (run.history.lead(requester).space >= 0 || holdsAnother(space, unit)))) {
                return;
            }
            if (!run.attempt("take a tag", () -> run.iommu.tags().take(run.s, space, unit) >= 0)) {
                return;
            }
            begin(change, requester, space, run.iommu.tags().of(run.s, space, unit));
        }
        next(change, requester);
    }

    /** Whether anything of another space may still be cached at a unit. */
    private boolean holdsAnother(int space, int unit) {
        for (int other = 0; other < run.m.spaces(); other++) {
            int tag = run.iommu.tags().of(run.s, other, unit);
            if (other != space && run.history.mayBeUsed(other, tag, unit)) {
                return true;
            }
        }
        return false;
    }

    void detach(int requester) {
        Change change = change(requester);
        if (run.isOneSpace()) {
            run.step(() -> run.iommu.entries().detach(run.s, requester, 0));
            return;
        }
        if (!change.open) {
            if (run.history.lead(requester).space < 0) {
                return;
            }
            begin(change, requester, -1, run.iommu.duty().tagOfAbsence());
        }
        next(change, requester);
    }

    /** Between several stores an entry that leads somewhere may also lead nowhere: others never see half of it. */
    private void begin(Change change, int requester, int space, int tag) {
        change.open = true;
        change.space = space;
        change.tag = tag;
        change.part = 0;
        boolean pauses = space >= 0 && run.iommu.entries().stores() > 1 && run.history.lead(requester).space >= 0;
        for (int q : group(requester)) {
            if (pauses) {
                run.history.lead(q, -1, run.iommu.duty().tagOfAbsence());
            }
            if (space >= 0 && run.history.wasElsewhere(q, space)) {
                run.seen.add("led elsewhere");
            }
            run.history.lead(q, space, tag);
        }
    }

    private void next(Change change, int requester) {
        int first = group(requester).get(0);
        int part = change.part++;
        if (change.space >= 0) {
            run.step(() -> run.iommu.entries().attach(run.s, first, change.space, change.tag, part));
        } else {
            run.step(() -> run.iommu.entries().detach(run.s, first, part));
        }
        if (change.part == run.iommu.entries().stores()) {
            change.open = false;
            group(requester).forEach(run.history::arrive);
        }
    }

    /** Takes the stores that a change has still to take. */
    void finish(int requester) {
        while (isBetweenStores(requester)) {
            next(change(requester), requester);
        }
    }

    /** Whether an entry is between its stores. */
    boolean isBetweenStores(int requester) {
        return change(requester).open;
    }
}
