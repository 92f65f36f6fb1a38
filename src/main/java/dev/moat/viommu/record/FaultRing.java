package dev.moat.viommu.record;

import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The fault recording registers of a kind of unit, and where whoever reads them stands. A unit writes its records in turn, one per source
 * at a time; FRI is the one that it wrote when none was pending; when the next one is in use the fault is lost and overflow is set, and
 * while that is set nothing is recorded. Software begins at FRI, clears F of one record after the other until it finds F clear, and
 * then clears overflow. {@code @source} VT-d specification 2.x, chapter 7.2, and FSTS.
 */
final class FaultRing {
    /** No record, or nothing done. */
    static final int NOWHERE = -1;
    /** Behind it nothing is left to read. */
    static final int LAST = -2;
    /** What {@link #find} comes to: one of the source is pending or others are lost, so nothing; a record is free; or none is. */
    static final int NOTHING = 0;

    private static final int FREE = 1;
    private static final int FULL = 2;

    private final int records;
    /** Per unit and record: whose fault it is of, or none (F is clear), and at which page. */
    private final Slots source;

    private final Slots page;
    /** Per unit: the record that is written next; FRI, 0 while none is pending; PFO. */
    private final Slots next;

    private final Slots first;
    private final Slots lost;
    /** Per unit: a fault was lost while a record was free. */
    private final Slots lostEarly;
    /** Per unit: the record that software reads next, or none when it is not at it. */
    private final Slots reads;

    private final Choices choices;
    private final int kind;

    /**
     * What units and software do with records; the first argument is 0 of the physical unit's and 1 of guests'.
     *
     * @param index {@code fault.index}: (kind, the record that is written while none is pending, FRI) to FRI
     * @param writes {@code fault.writes}: (kind, 1 when the next record is free) to 1 when it is written
     * @param overflows {@code fault.overflows}: (kind) to 1 when a fault that finds no record sets PFO
     * @param begins {@code fault.begins}: (kind, FRI) to the record that software reads first
     */
    record Choices(Decision index, Decision writes, Decision overflows, Decision begins) {
        static Choices declare(ModelBuilder model) {
            return new Choices(
                    model.decision("fault.index", (s, kind, written, fri) -> written),
                    model.decision("fault.writes", (s, kind, free, c) -> free),
                    model.decision("fault.overflows", (s, kind, b, c) -> 1),
                    model.decision(FaultRecords.BEGINS, (s, kind, fri, c) -> fri));
        }
    }

    /**
     * What a record says.
     *
     * @param sources whose fault it is
     * @param name of the slots of where it was: a page, or an index
     * @param declares these
     */
    record Places(Sort sources, String name, Function<SlotsBuilder, Slots> declares) {}

    private FaultRing(Choices choices, int kind, int records, Declared declared) {
        this.choices = choices;
        this.kind = kind;
        this.records = records;
        SchemaBuilder schema = declared.schema;
        Sort all = Sort.numbered(declared.ofGuests() ? "GuestRecord" : "Record", "frcd", records);
        Sort[] each = declared.index(records > 1 ? List.of(all) : List.of());
        Sort[] units = declared.index(List.of());
        source = declared.slots("fault.source", each).optional(declared.places.sources);
        page = declared.places.declares.apply(
                declared.slots(declared.places.name, each).live((s, i) -> source.get(s, i) != 0));
        lost = declared.slots("fault.overflow", units).bits(1);
        lostEarly = schema.slots(declared.prefix() + "fault.lost-early", Role.GHOST, Writer.GHOST, units)
                .bits(1);
        next = declared.slots("fault.next", units).of(all);
        first = declared.slots("fault.index", units).of(all);
        SlotsBuilder reading =
                schema.slots(declared.prefix() + "fault.reads", Role.HYPERVISOR, Writer.HYPERVISOR, units);
        // With one record whoever reads it is done at once.
        reads = records > 1 ? reading.optional(all) : reading.bits(0);
    }

    /** What goes into each slot's declaration: of guests' units, which Xen emulates, or of the physical one. */
    private record Declared(SchemaBuilder schema, List<Sort> guests, Places places) {
        boolean ofGuests() {
            return !guests.isEmpty();
        }

        String prefix() {
            return ofGuests() ? "guest." : "";
        }

        SlotsBuilder slots(String name, Sort... index) {
            Role role = ofGuests() ? Role.HYPERVISOR : Role.ARCHITECTURAL;
            return schema.slots(prefix() + name, role, ofGuests() ? Writer.HYPERVISOR : Writer.IOMMU, index);
        }

        Sort[] index(List<Sort> more) {
            List<Sort> all = new ArrayList<>(guests);
            all.addAll(more);
            return all.toArray(Sort[]::new);
        }
    }

    /** Those of each guest's unit. */
    static FaultRing ofGuests(Sort guests, int registers, Places places, Choices choices, SchemaBuilder schema) {
        return new FaultRing(choices, 1, registers, new Declared(schema, List.of(guests), places));
    }

    /** Those of the physical unit, which is one. */
    static FaultRing ofHost(int registers, Places places, Choices choices, SchemaBuilder schema) {
        return new FaultRing(choices, 0, registers, new Declared(schema, List.of(), places));
    }

    private int at(int unit, int record) {
        return unit * records + record;
    }

    private boolean isUsed(long[] s, int unit, int record) {
        return source.get(s, at(unit, record)) != 0;
    }

    private boolean isPending(long[] s, int unit) {
        boolean pending = false;
        for (int i = 0; i < records; i++) {
            pending |= isUsed(s, unit, i);
        }
        return pending;
    }

    /** Whether a fault that comes now finds its record in use, and is lost. */
    boolean isNextUsed(long[] s, int unit) {
        return isUsed(s, unit, (int) next.get(s, unit));
    }

    /** Whether any record is not in use. */
    boolean isAnyFree(long[] s, int unit) {
        boolean any = false;
        for (int i = 0; i < records; i++) {
            any |= !isUsed(s, unit, i);
        }
        return any;
    }

    /** Whether F is set in a record of the device, whoever may find it. */
    boolean hasRecord(long[] s, int unit, int device) {
        boolean has = false;
        for (int i = 0; i < records; i++) {
            has |= source.get(s, at(unit, i)) == device + 1;
        }
        return has;
    }

    /** What is to be done with a fault of a device. */
    int find(long[] s, int unit, int device) {
        if (lost.get(s, unit) != 0 || hasRecord(s, unit, device)) {
            return NOTHING;
        }
        boolean free = !isUsed(s, unit, (int) next.get(s, unit));
        return choices.writes.decide(s, kind, free ? 1 : 0, 0) == 0 ? FULL : FREE;
    }

    /** Does what was found, with the record that is the next one now; says whether that changed anything. */
    boolean write(long[] s, int unit, int found, int device, int of) {
        if (found == FULL) {
            if (isAnyFree(s, unit)) {
                lostEarly.set(s, unit, 1);
            }
            lost.set(s, unit, choices.overflows.decide(s, kind, 0, 0));
            return lost.get(s, unit) != 0;
        }
        if (found == NOTHING) {
            return false;
        }
        int record = (int) next.get(s, unit);
        if (!isPending(s, unit)) {
            first.set(s, unit, choices.index.decide(s, kind, record, (int) first.get(s, unit)));
        }
        source.set(s, at(unit, record), device + 1L);
        page.set(s, at(unit, record), of);
        next.set(s, unit, (record + 1) % records);
        return true;
    }

    /** A fault comes in; says whether that changed anything. */
    boolean put(long[] s, int unit, int device, int of) {
        return write(s, unit, find(s, unit, device), device, of);
    }

    /** Where software reads now: on its way, or at FRI. */
    private int reader(long[] s, int unit) {
        int on = (int) reads.get(s, unit) - 1;
        return on >= 0 ? on : choices.begins.decide(s, kind, (int) first.get(s, unit), 0);
    }

    /** The record that software finds next, or -1 when F is clear there. */
    int found(long[] s, int unit) {
        int record = reader(s, unit);
        return isUsed(s, unit, record) ? record : NOWHERE;
    }

    /** Whether software that reads this record is done behind it: F is clear in the next one, if there is one. */
    boolean isLast(long[] s, int unit, int record) {
        int on = (record + 1) % records;
        return on == record || !isUsed(s, unit, on);
    }

    int device(long[] s, int unit, int record) {
        return (int) source.get(s, at(unit, record)) - 1;
    }

    int page(long[] s, int unit, int record) {
        return (int) page.get(s, at(unit, record));
    }

    /**
     * Software has read a record and clears its F. It goes on with the next one, or is done where F is clear there.
     *
     * @return whether it is done
     */
    boolean take(long[] s, int unit, int record) {
        source.set(s, at(unit, record), 0);
        page.set(s, at(unit, record), 0);
        int on = (record + 1) % records;
        boolean done = !isUsed(s, unit, on);
        if (records > 1) {
            reads.set(s, unit, done ? 0 : on + 1L);
        }
        if (!isPending(s, unit)) {
            first.set(s, unit, 0);
        }
        return done;
    }

    /**
     * Software reads one record and clears its F, and PFO behind the last one.
     *
     * @return the device whose fault it read; {@link #LAST} when there is no other behind it, {@link #NOWHERE} when there was
     *     nothing to read or to clear
     */
    int readOne(long[] s, int unit) {
        int record = found(s, unit);
        if (record < 0 && !isLost(s, unit)) {
            return NOWHERE;
        }
        int device = record < 0 ? LAST : device(s, unit, record);
        if (record >= 0 && !take(s, unit, record)) {
            return device;
        }
        setLost(s, unit, false);
        return LAST;
    }

    boolean isLost(long[] s, int unit) {
        return lost.get(s, unit) != 0;
    }

    /** Whether a fault was lost while a record was free. */
    boolean wasLostEarly(long[] s, int unit) {
        return lostEarly.get(s, unit) != 0;
    }

    void setLost(long[] s, int unit, boolean is) {
        lost.set(s, unit, is ? 1 : 0);
    }

    /** As at reset. */
    void clear(long[] s, int unit) {
        for (int i = 0; i < records; i++) {
            source.set(s, at(unit, i), 0);
            page.set(s, at(unit, i), 0);
        }
        for (Slots one : List.of(next, first, lost, lostEarly, reads)) {
            one.set(s, unit, 0);
        }
    }

    /** Whether software, reading on until it finds F clear, comes to a record of the device. */
    boolean tells(long[] s, int unit, int device) {
        return toldRecord(s, unit, device) != NOWHERE;
    }

    /** The same of a record of the device at a page. */
    boolean tells(long[] s, int unit, int device, int of) {
        int record = toldRecord(s, unit, device);
        return record != NOWHERE && page(s, unit, record) == of;
    }

    private int toldRecord(long[] s, int unit, int device) {
        int record = found(s, unit);
        for (int n = 0; n < records && record != NOWHERE; n++) {
            if (device(s, unit, record) == device) {
                return record;
            }
            int on = (record + 1) % records;
            record = isUsed(s, unit, on) ? on : NOWHERE;
        }
        return NOWHERE;
    }

    /** Adds what these read. */
    void read(Footprint footprint, int unit) {
        for (int i = 0; i < records; i++) {
            footprint.one(source, at(unit, i)).one(page, at(unit, i));
        }
        footprint
                .one(lost, unit)
                .one(lostEarly, unit)
                .one(first, unit)
                .one(reads, unit)
                .one(next, unit);
    }
}
