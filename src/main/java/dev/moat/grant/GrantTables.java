package dev.moat.grant;

import static dev.moat.grant.SharedEntry.DOMID;
import static dev.moat.grant.SharedEntry.GTF_READING;
import static dev.moat.grant.SharedEntry.GTF_READONLY;
import static dev.moat.grant.SharedEntry.GTF_SUB_PAGE;
import static dev.moat.grant.SharedEntry.GTF_TYPE;
import static dev.moat.grant.SharedEntry.GTF_WRITING;

import dev.moat.model.Decision;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * The grant tables of all domains: for each granting domain and reference the shared entry (guest-visible) and the active
 * entry (Xen's own), and the maptrack of each mapping domain. Every method is one critical section under the active
 * entry's lock. {@code @source} Xen grant_table.c; order of checks and statuses as recorded from Xen 4.17.
 */
public final class GrantTables {
    /** Reading of the decision {@code status.clear-reading}: 1 when the bit may go. */
    private final Decision clearsReading;
    /** The same for {@code status.clear-writing}. */
    private final Decision clearsWriting;

    /** {@code pin.refuses-domain}: (whether another domain has the entry pinned) to 1 when that refuses the pin. */
    private final Decision refusesDomain;
    /** {@code pin.refuses-type}: (whether the entry is transitive) to 1 when that refuses to map it; where there are such. */
    private final Decision refusesType;
    /** {@code pin.refuses-writer}: (whether the entry is read-only) to 1 when that refuses the first writer. */
    private final Decision refusesWriter;

    public final Sort domains;
    public final Sort refs;
    public final Pins pins;
    public final Maptrack maptrack;
    /** The entry the granting guest shares with Xen. */
    public final Slots shared;
    /** Pin counters of the active entry, packed as {@link Pins} says. */
    public final Slots pin;
    /** The mapping domain while anything is pinned. */
    public final Slots activeDomain;
    /** The frame while anything is pinned; fixed then, whatever the guest writes into the shared entry. */
    public final Slots activeFrame;
    /** Versions and sizes of the tables. */
    public final TableVersions versions;
    /** What copies may reach through pinned entries. */
    public final CopyRanges ranges;
    /** Ghost: the granter has stored to the entry while it was pinned. */
    public final Slots stored;

    /** Ghost, where tables have versions: the granter has withdrawn the offer while it was pinned, as version 2 lets it. */
    private final Slots withdrawn;

    private final Decision isFull;
    private final int refCount;
    private final int frameCount;
    private final boolean copies;

    /**
     * @param sharedVarying bits of shared entries that may differ from 0
     * @param decisions names the decisions above, and {@code status.clear-reading} and {@code status.clear-writing}; arguments:
     *     sides still pinned, sides still pinned for writing (masks), whether the released mapping was read-only; and
     *     {@code pin.full}; arguments: index of the entry, sides to be pinned, whether read-only
     */
    public GrantTables(SchemaBuilder schema, Geometry geometry, long sharedVarying, boolean careless, Named decisions) {
        domains = geometry.domains();
        refs = geometry.refs();
        pins = new Pins(geometry.pinBits());
        refCount = refs.size();
        frameCount = geometry.frames().size();
        copies = geometry.copies();
        SlotsBuilder entry = schema.slots("shared", Role.ARCHITECTURAL, Writer.GUEST, domains, refs);
        shared = (geometry.recorded() ? entry : entry.live(this::isMeaningful)).word(SharedEntry.FORMAT, sharedVarying);
        pin = schema.slots("active.pin", Role.HYPERVISOR, Writer.HYPERVISOR, domains, refs)
                .fields(pins.fields())
                .bits(Pins.KINDS * geometry.pinBits());
        Liveness pinned = this::pinned;
        activeDomain = geometry.whilePinned(
                        schema.slots("active.domid", Role.HYPERVISOR, Writer.HYPERVISOR, domains, refs), pinned)
                .of(domains);
        activeFrame = geometry.whilePinned(
                        schema.slots("active.frame", Role.HYPERVISOR, Writer.HYPERVISOR, domains, refs), pinned)
                .of(geometry.frames());
        stored = geometry.whilePinned(schema.slots("active.stored", Role.GHOST, Writer.GHOST, domains, refs), pinned)
                .bits(careless || geometry.versions().on() ? 1 : 0);
        withdrawn = geometry.whilePinned(
                        schema.slots(
                                "active.withdrawn",
                                Role.GHOST,
                                Writer.GHOST,
                                geometry.recorded() || !geometry.versions().on()
                                        ? Sort.numbered("Dom", "", 0)
                                        : domains,
                                refs),
                        pinned)
                .bits(1);
        versions = new TableVersions(schema, domains, refs, shared, geometry.versions(), this::isMeaningful);
        ranges = new CopyRanges(
                schema, domains, refs, geometry.versions().partial(), slots -> geometry.whilePinned(slots, pinned));
        maptrack = new Maptrack(schema, domains, refs, geometry.handles(), geometry.recorded());
        clearsReading = decisions.get("status.clear-reading", (s, sides, writers, ro) -> sides == 0 ? 1 : 0);
        refusesDomain = decisions.get("pin.refuses-domain", (s, another, b, c) -> another);
        refusesWriter = decisions.get("pin.refuses-writer", (s, restricted, b, c) -> restricted);
        Decision another = (s, transitive, b, c) -> transitive;
        refusesType = geometry.versions().partial() ? decisions.get("pin.refuses-type", another) : another;
        clearsWriting =
                decisions.get("status.clear-writing", (s, sides, writers, ro) -> ro == 0 && writers == 0 ? 1 : 0);
        isFull = decisions.get("pin.full", (s, i, sides, ro) -> pins.isFull(pin.get(s, i), sides, ro != 0) ? 1 : 0);
    }

    /**
     * Sizes: sorts, and bits per pin counter.
     *
     * @param recorded whether what a real Xen shows and a search need not tell apart is kept: all members of unused
     *     entries, and the order of free handles
     * @param versions what tables can be
     * @param copies whether guests copy through entries
     */
    public record Geometry(
            Sort domains,
            Sort frames,
            Sort refs,
            Sort handles,
            int pinBits,
            boolean recorded,
            TableVersions.Kind versions,
            boolean copies) {
        /**
         * Ends the life of slots with the last pin. Where recorded answers are compared nothing depends on it, and a call
         * would look at thousands of entries.
         */
        SlotsBuilder whilePinned(SlotsBuilder slots, Liveness pinned) {
            return recorded ? slots : slots.live(pinned);
        }
    }

    /** Looks up a decision by name. */
    @FunctionalInterface
    public interface Named {
        Decision get(String name, Decision normal);
    }

    /**
     * An entry with no flag set says nothing: its other members are dead. But one whose granter took it back while it is pinned, which
     * version 2 allows, is compared with what is pinned when a copy is the first to write there ({@link CopyPins}).
     */
    private boolean isMeaningful(long[] s, int i) {
        return SharedEntry.FLAGS.get(shared.get(s, i)) != 0 || (copies && pinned(s, i));
    }

    private boolean pinned(long[] s, int i) {
        return pin.get(s, i) != 0;
    }

    /** Row-major index of an entry. */
    public int index(int granter, int ref) {
        return granter * refCount + ref;
    }

    /** Whether a reference number lies in the table. */
    public boolean isInTable(long[] s, int granter, int ref) {
        return ref >= 0 && ref < versions.entries(s, granter);
    }

    /** Where frames are. */
    @FunctionalInterface
    public interface Pages {
        /** Whether a domain's entry can stand for this frame: memory, and its own. */
        boolean canRefer(long[] s, int owner, int frame);
    }

    /**
     * Pins an entry for a mapping and sets the status bits; on failure nothing changes, except that bits which the guest
     * had set itself are cleared with those set in vain for a frame that does not exist. Failures in this order:
     * pinned by another domain, or a counter full ({@code general_error}); not pinned yet and not a whole-page
     * permit_access entry for this domain ({@code general_error}); the first writer and the entry is read-only
     * ({@code general_error}); not pinned yet and no such frame ({@code bad_page}).
     *
     * @param sides mask of {@link Pins#HOST} and {@link Pins#DEVICE}
     * @return a {@link GrantStatus} value
     */
    public int pin(long[] s, int mapper, int granter, int ref, int sides, boolean readOnly) {
        int i = index(granter, ref);
        long held = pin.get(s, i);
        int status = admits(s, mapper, granter, i, sides, readOnly);
        if (status != GrantStatus.OKAY) {
            return status;
        }
        boolean first = held == 0;
        if (!first && ranges.isPartial(s, i)) {
            return GrantStatus.GENERAL_ERROR;
        }
        if (first && !permits(s, shared.get(s, i), mapper)) {
            return GrantStatus.GENERAL_ERROR;
        }
        boolean restricted = isFirstWriter(held, readOnly) && GTF_READONLY.isSet(shared.get(s, i));
        if (refusesWriter.decide(s, restricted ? 1 : 0, 0, 0) != 0) {
            return GrantStatus.GENERAL_ERROR;
        }
        if (first) {
            long frame = versions.frame(s, granter, i);
            if (frame >= frameCount) {
                setStatus(s, granter, i, readOnly);
                reduceStatus(s, granter, i, readOnly);
                return GrantStatus.BAD_PAGE;
            }
            open(s, i, mapper, (int) frame);
            ranges.whole(s, i);
        }
        if (first || isFirstWriter(held, readOnly)) {
            setStatus(s, granter, i, readOnly);
        }
        addPins(s, i, sides, readOnly);
        return GrantStatus.OKAY;
    }

    /**
     * What a mapping that has its pins answers when nobody can refer to the frame any more: bad_page, or general_error when
     * others had pinned the entry before, so that its frame was not looked up again.
     */
    public int unreferable(long[] s, int granter, int ref, int sides, boolean readOnly) {
        boolean first = pin.get(s, index(granter, ref)) == pins.taken(sides, readOnly);
        return first ? GrantStatus.BAD_PAGE : GrantStatus.GENERAL_ERROR;
    }

    /** Whether nobody else has pinned an entry, and a counter has room. */
    int admits(long[] s, int mapper, int granter, int i, int sides, boolean readOnly) {
        boolean another = pin.get(s, i) != 0 && activeDomain.get(s, i) != mapper;
        return refusesDomain.decide(s, another ? 1 : 0, 0, 0) != 0 || isFull.decide(s, i, sides, readOnly ? 1 : 0) != 0
                ? GrantStatus.GENERAL_ERROR
                : GrantStatus.OKAY;
    }

    /** Whether a pin is for writing and none of those held is. */
    boolean isFirstWriter(long held, boolean readOnly) {
        return !readOnly && pins.writers(held) == 0;
    }

    /** What is fixed while anything is pinned. */
    void open(long[] s, int i, int mapper, int frame) {
        activeDomain.set(s, i, mapper);
        activeFrame.set(s, i, frame);
        stored.set(s, i, 0);
        setWithdrawn(s, i, false);
    }

    /** Notes whether the granter has withdrawn what is pinned. */
    public void setWithdrawn(long[] s, int i, boolean is) {
        if (withdrawn.size() > 0) {
            withdrawn.set(s, i, is ? 1 : 0);
        }
    }

    /** Whether it has. */
    public boolean isWithdrawn(long[] s, int i) {
        return withdrawn.size() > 0 && pinned(s, i) && withdrawn.get(s, i) != 0;
    }

    /** Adds all that {@link #isWithdrawn} reads to a footprint. */
    public void readWithdrawn(Footprint p, int i) {
        if (withdrawn.size() > 0) {
            p.one(pin, i).one(withdrawn, i);
        }
    }

    /** Shows the guest that the entry is in use. */
    void setStatus(long[] s, int granter, int i, boolean readOnly) {
        long bits = readOnly ? GTF_READING.mask() : GTF_READING.mask() | GTF_WRITING.mask();
        versions.setBits(s, granter, i, versions.bits(s, granter, i) | bits);
    }

    void addPins(long[] s, int i, int sides, boolean readOnly) {
        pin.set(s, i, pins.plus(pin.get(s, i), pins.taken(sides, readOnly)));
    }

    private boolean permits(long[] s, long entry, int mapper) {
        long type = GTF_TYPE.get(entry);
        boolean leads = type == SecondEntry.TRANSITIVE && refusesType.decide(s, 1, 0, 0) == 0;
        return (type == SharedEntry.PERMIT_ACCESS || leads) && !GTF_SUB_PAGE.isSet(entry) && DOMID.get(entry) == mapper;
    }

    /** Whether nothing of a mapping's kind is pinned: no writer, or for a read-only mapping nothing at all. */
    public boolean isFirst(long[] s, int granter, int ref, boolean readOnly) {
        long held = pin.get(s, index(granter, ref));
        return (readOnly ? pins.sides(held) : pins.writers(held)) == 0;
    }

    /** Drops the pins of some sides of a mapping and clears the status bits that no pin justifies any more. */
    public void unpin(long[] s, int granter, int ref, int sides, boolean readOnly) {
        int i = index(granter, ref);
        long left = pins.minus(pin.get(s, i), pins.taken(sides, readOnly));
        pin.set(s, i, left);
        reduceStatus(s, granter, i, readOnly);
    }

    /** Clears the status bits that no pin justifies any more; those of a read-only use leave {@code writing} alone. */
    void reduceStatus(long[] s, int granter, int i, boolean readOnly) {
        long left = pin.get(s, i);
        int ro = readOnly ? 1 : 0;
        long word = versions.bits(s, granter, i);
        if (clearsWriting.decide(s, pins.sides(left), pins.writers(left), ro) != 0) {
            word = GTF_WRITING.set(word, 0);
        }
        if (clearsReading.decide(s, pins.sides(left), pins.writers(left), ro) != 0) {
            word = GTF_READING.set(word, 0);
        }
        versions.setBits(s, granter, i, word);
    }

    /** The frame of a pinned entry. */
    public int frame(long[] s, int granter, int ref) {
        return (int) activeFrame.get(s, index(granter, ref));
    }

    /** How many of a domain's active mappings of a frame are read-only, or writable. {@code @source} Xen's mapcount, until 2015. */
    public int mapCount(long[] s, int mapper, int frame, boolean readOnly) {
        int count = 0;
        for (int h = 0; h < maptrack.handles.size(); h++) {
            boolean counts = maps(s, mapper, h, frame) && (maptrack.readOnly.get(s, mapper, h) != 0) == readOnly;
            count += counts ? 1 : 0;
        }
        return count;
    }

    private boolean maps(long[] s, int mapper, int handle, int frame) {
        if (maptrack.sides.get(s, mapper, handle) == 0) {
            return false;
        }
        int i = index((int) maptrack.granter.get(s, mapper, handle), (int) maptrack.ref.get(s, mapper, handle));
        return pinned(s, i) && activeFrame.get(s, i) == frame;
    }

    /**
     * What a domain's active mappings of a frame allow together: 0 nothing, 1 read, 3 read and write. Host-only mappings
     * count. {@code @source} Xen's mapkind; recorded surprise 5: rights are per domain and frame, not per reference.
     */
    public int mapKind(long[] s, int mapper, int frame) {
        return mapKind(s, mapper, frame, Pins.HOST | Pins.DEVICE);
    }

    /** The same of those mappings that have one of these sides: 1 host, 2 device. */
    public int mapKind(long[] s, int mapper, int frame, int sides) {
        int kind = 0;
        for (int h = 0; h < maptrack.handles.size(); h++) {
            if (maps(s, mapper, h, frame) && (maptrack.sides.get(s, mapper, h) & sides) != 0) {
                kind |= maptrack.readOnly.get(s, mapper, h) != 0 ? 1 : 3;
            }
        }
        return kind;
    }
}
