package dev.moat.iommu;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a unit may answer, from the log of what software did and was told. Knows no caches and no queue: what was stored may be
 * answered until its successor is surely seen and what was cached of it was asked to go, later than that, and the asker was told.
 * Times count what happened.
 */
final class KitHistory {
    static final long NEVER = Long.MAX_VALUE;
    /** In place of a frame: nothing that is modelled. */
    static final int NOTHING = -1;

    /** Something stored, until what replaced it is surely seen. */
    private static class Stored {
        long from;
        /** When its line was written back. */
        long written = NEVER;
        /** When every unit sees it. */
        long seen = NEVER;
        /** When no unit can find it any more, where {@link #until} knows. */
        long until = NEVER;
    }

    /** An entry of a table. */
    static final class Entry extends Stored {
        final int frame;
        final int rights;
        /** Its replacement owes nothing, so it is gone as soon as that is seen. */
        boolean forgotten;

        Entry(int frame, int rights) {
            this.frame = rights == Rights.NONE ? NOTHING : frame;
            this.rights = rights;
        }

        @Override
        public String toString() {
            return "f" + frame + " with rights " + rights;
        }
    }

    /** Where a requester is led. */
    static final class Lead extends Stored {
        final int requester;
        /** -1 for nowhere. */
        final int space;

        final int tag;
        /** When no unit can read it from memory any more; it may still be cached. */
        long gone = NEVER;

        Lead(int requester, int space, int tag) {
            this.requester = requester;
            this.space = space;
            this.tag = tag;
        }
    }

    /** Something that a unit was asked to forget: pages under a tag, or where a requester with this number was led; what
     * was found before {@code since} it forgets. */
    record Ask(int unit, int cpu, int tag, int first, int last, int requester, long when, long since) {
        boolean covers(int u, int t, int page) {
            return requester < 0
                    && u == unit
                    && (tag == Port.ALL_TAGS || t == tag)
                    && (first == Port.ALL_PAGES || (page >= first && page <= last));
        }
    }

    private final KitMachine m;
    private final Capabilities can;
    private final List<List<Entry>> entries = new ArrayList<>();
    private final List<List<Lead>> leads = new ArrayList<>();
    private final List<Ask> open = new ArrayList<>();
    private final List<Ask> done = new ArrayList<>();
    /** Since when each requester has had its walk in flight. */
    private final long[] walking = new long[KitMachine.REQUESTERS];

    /** The unit that each CPU waits for, or -1. */
    private final int[] busy = new int[KitMachine.CPUS];

    private long now;

    KitHistory(KitMachine machine) {
        m = machine;
        can = machine.capabilities;
        for (int i = 0; i < m.spaces() * KitMachine.PAGES; i++) {
            entries.add(new ArrayList<>(List.of(settled(new Entry(NOTHING, Rights.NONE)))));
        }
        boolean one = can.tagging() == Capabilities.Tagging.NONE;
        Arrays.fill(walking, NEVER);
        Arrays.fill(busy, -1);
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            Lead first =
                    one ? new Lead(q, 0, 0) : new Lead(q, -1, m.iommu.duty().tagOfAbsence());
            leads.add(new ArrayList<>(List.of(settled(first))));
        }
    }

    private static <T extends Stored> T settled(T stored) {
        stored.written = 0;
        stored.seen = 0;
        return stored;
    }

    long tick() {
        return ++now;
    }

    private List<Entry> entries(int space, int page) {
        return entries.get(space * KitMachine.PAGES + page);
    }

    /** What software stored last for a page. */
    Entry entry(int space, int page) {
        List<Entry> all = entries(space, page);
        return all.get(all.size() - 1);
    }

    /** Where software led a requester last. */
    Lead lead(int requester) {
        List<Lead> all = leads.get(requester);
        return all.get(all.size() - 1);
    }

    /** Whether a requester was ever led to another space than this one. */
    boolean wasElsewhere(int requester, int space) {
        return leads.get(requester).stream().anyMatch(l -> l.space >= 0 && l.space != space);
    }

    void store(int space, int page, int frame, int rights) {
        if (m.isTranslated(page)) {
            Entry next = new Entry(frame, m.iommu.tables().expressed(rights));
            Entry last = entry(space, page);
            last.forgotten = last.rights != next.rights && !m.iommu.duty().outlives(last.rights, next.rights);
            begin(entries(space, page), next);
            arrive(entry(space, page));
        }
    }

    /** A requester's entry begins to lead elsewhere; {@link #arrive(int)} when all of its parts are stored. */
    void lead(int requester, int space, int tag) {
        begin(leads.get(requester), new Lead(requester, space, tag));
    }

    void arrive(int requester) {
        arrive(lead(requester));
    }

    private <T extends Stored> void begin(List<T> all, T next) {
        next.from = tick();
        all.add(next);
    }

    private void arrive(Stored stored) {
        if (can.stores().snooped()) {
            write(stored);
        }
    }

    void writeBack(int space, int page) {
        tick();
        entries(space, page).forEach(this::write);
    }

    void writeBackEntry(int requester) {
        tick();
        leads.get(requester).forEach(this::write);
    }

    private void write(Stored stored) {
        if (stored.written == NEVER) {
            stored.written = now;
        }
        if (!can.stores().buffered() && stored.seen == NEVER) {
            stored.seen = now;
        }
        retire();
    }

    /** A flush that began then is done. */
    void flushed(long began) {
        tick();
        for (List<? extends Stored> all : all()) {
            for (Stored stored : all) {
                if (stored.written <= began && stored.seen == NEVER) {
                    stored.seen = now;
                }
            }
        }
        retire();
    }

    private List<List<? extends Stored>> all() {
        List<List<? extends Stored>> all = new ArrayList<>(entries);
        all.addAll(leads);
        return all;
    }

    /** Notes what can be found no more: of several stores to one entry only the last one's arrival counts. */
    private void retire() {
        for (List<Entry> all : entries) {
            for (Entry entry : replaced(all)) {
                entry.until = Math.min(entry.until, now);
            }
        }
        for (List<Lead> all : leads) {
            for (Lead lead : replaced(all)) {
                if (lead.gone == NEVER) {
                    lead.gone = now;
                }
                boolean forgotten = lead.space < 0 && !m.iommu.duty().remembersAbsentEntry();
                if (lead.until == NEVER && (forgotten || isForgotten(lead, lead.gone))) {
                    lead.until = now;
                }
            }
        }
    }

    private static <T extends Stored> List<T> replaced(List<T> all) {
        int last = all.size() - 1;
        return all.get(last).seen == NEVER ? List.of() : all.subList(0, last);
    }

    private boolean isForgotten(Lead lead, long since) {
        return done.stream()
                .filter(a -> a.requester == lead.requester && a.when >= since)
                .anyMatch(a -> a.tag == lead.tag || lead.tag == Duty.NO_TAG);
    }

    void asked(int unit, int cpu, int tag, int first, int last) {
        long when = tick();
        busy[cpu] = unit;
        long drained =
                can.asking().drains() ? when : Arrays.stream(walking).min().orElse(NEVER);
        open.add(new Ask(unit, cpu, tag, first, last, -1, when, Math.min(when, drained)));
    }

    void askedEntry(int unit, int cpu, int tag, int requester) {
        long when = tick();
        busy[cpu] = unit;
        open.add(new Ask(unit, cpu, tag, 0, 0, requester, when, when));
    }

    /** A CPU was told that all that it asked for is done. */
    void told(int cpu) {
        busy[cpu] = -1;
        finish(open.stream().filter(a -> a.cpu == cpu).toList());
    }

    private void finish(List<Ask> which) {
        tick();
        done.addAll(which);
        open.removeAll(which);
        retire();
    }

    /** A CPU gave up: nothing is known of what it asked for. */
    void gaveUp(int cpu) {
        busy[cpu] = -1;
        open.removeIf(a -> a.cpu == cpu);
    }

    /** What the port itself says of what was asked: what it does not have to do any more, it has done. */
    void look(long[] s) {
        List<Ask> gone = open.stream().filter(a -> !isToDo(s, a)).toList();
        if (!gone.isEmpty()) {
            finish(gone);
        }
    }

    private boolean isToDo(long[] s, Ask ask) {
        Port port = m.iommu.port(ask.unit);
        if (ask.requester >= 0) {
            return port.findsEntry(s, ask.cpu, ask.requester) == Port.COVERED;
        }
        for (int tag = 0; tag < m.tags(); tag++) {
            for (int page = 0; page < KitMachine.PAGES; page++) {
                if (ask.covers(ask.unit, tag, page) && port.finds(s, ask.cpu, tag, page) == Port.COVERED) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether somebody's request is under way at a unit: asked for, and not told. */
    private boolean isBusy(int unit) {
        return Arrays.stream(busy).anyMatch(u -> u == unit);
    }

    /** Notes which walks are in flight; what they have found may be cached although everything was forgotten meanwhile. */
    void lookAtWalks(long[] s) {
        tick();
        for (int q = 0; q < KitMachine.REQUESTERS; q++) {
            boolean walks = isWalking(s, q);
            walking[q] = !walks ? NEVER : Math.min(walking[q], now);
        }
    }

    boolean isWalking(long[] s, int requester) {
        Meaning meaning = m.iommu.meaning();
        return meaning.hasFlights() && meaning.isWalking(s, m.iommu.unitOf(requester), requester);
    }

    /** Whether a space may still be cached under its tag at a unit, or a requester be led to it there. */
    boolean mayBeUsed(int space, int tag, int unit) {
        for (List<Lead> all : leads) {
            for (Lead lead : all) {
                if (lead.space == space && m.iommu.unitOf(lead.requester) == unit && lead.until == NEVER) {
                    return true;
                }
            }
        }
        for (int page = 0; page < KitMachine.PAGES; page++) {
            if (!cached(unit, tag, page).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** What a unit may have cached for a page under a tag. */
    List<Entry> cached(int unit, int tag, int page) {
        long since = -1;
        for (Ask ask : done) {
            since = ask.since > since && ask.covers(unit, tag, page) ? ask.since : since;
        }
        List<Entry> found = new ArrayList<>();
        for (List<Lead> all : leads) {
            for (Lead lead : all) {
                if (lead.space >= 0 && lead.tag == tag && m.iommu.unitOf(lead.requester) == unit) {
                    for (Entry e : entries(lead.space, page)) {
                        boolean kept = e.rights != Rights.NONE || can.caching().absence();
                        if (kept
                                && (!e.forgotten || e.until == NEVER)
                                && Math.min(e.until, lead.until) > Math.max(since, Math.max(e.from, lead.from))) {
                            found.add(e);
                        }
                    }
                }
            }
        }
        return found;
    }

    /** Where a requester may be led. */
    List<Lead> led(int requester) {
        return leads.get(requester).stream().filter(l -> l.until == NEVER).toList();
    }

    /** The frames that a request may get, {@link #NOTHING} among them where it may get nothing. */
    Set<Integer> answers(int requester, int page, boolean write) {
        Set<Integer> all = new TreeSet<>();
        int unit = m.iommu.unitOf(requester);
        if (!m.isTranslated(page)) {
            all.add(m.isIdentity(page) ? page : NOTHING);
            return all;
        }
        if (isBusy(unit) && !m.iommu.port(unit).driverSteps().isEmpty()) {
            all.add(NOTHING);
        }
        for (Lead lead : led(requester)) {
            if (lead.space < 0) {
                all.add(NOTHING);
                continue;
            }
            for (Entry entry : entries(lead.space, page)) {
                if (entry.until == NEVER) {
                    all.add(allows(entry, write) ? entry.frame : NOTHING);
                }
            }
            for (Entry entry : cached(unit, lead.tag, page)) {
                if (allows(entry, write)) {
                    all.add(entry.frame);
                } else if (can.caching().absence() || !can.caching().rewalks()) {
                    all.add(NOTHING);
                }
            }
        }
        return all;
    }

    static boolean allows(Entry entry, boolean write) {
        return (entry.rights & Rights.of(write)) != 0;
    }
}
