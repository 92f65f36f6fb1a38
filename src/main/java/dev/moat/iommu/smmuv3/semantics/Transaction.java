package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.smmuv3.format.ContextDescriptor;
import dev.moat.iommu.smmuv3.format.Event;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A device's access to memory, untranslated and without a SubstreamID, and what it gets. */
public final class Transaction {
    private static final long TAG = 0xffL << 56;
    /** The bit of an address that tells its region. */
    private static final long SELECTS_REGION = 1L << 55;

    final int streamId;
    final long address;
    final Access access;
    /** The address without its tag byte: bits 63:56 are as bit 55. */
    final long untagged;

    /** The stream table entry; empty until it is found. */
    long[] entry = new long[0];
    /** The context descriptor; empty while stage 1 is off. */
    long[] context = new long[0];

    int vmid;
    int asid;
    /** The leaf by which stage 1 translates it, or stage 2 if it is alone; null while it is refused. */
    @Nullable
    Translation leaf;

    private boolean passes;
    private long output;
    private int event = Event.NONE;
    private boolean recorded;
    private boolean byStage2;
    private int eventClass;
    private long place;

    /** What a device does. */
    public enum Access {
        READ(Translation.READ),
        WRITE(Translation.WRITE),
        /** Nothing yet: the unit looks ahead. No leaf refuses it. */
        AHEAD(0);

        private final int right;

        Access(int right) {
            this.right = right;
        }

        boolean isAllowed(int rights) {
            return (rights & right) == right;
        }
    }

    public Transaction(int streamId, long address, Access access) {
        this.streamId = streamId;
        this.address = address;
        this.access = access;
        untagged = untagged(address);
    }

    boolean isInUpperRegion() {
        return (address & SELECTS_REGION) != 0;
    }

    /** An address without its tag byte. */
    static long untagged(long address) {
        return (address & SELECTS_REGION) != 0 ? address | TAG : address & ~TAG;
    }

    /** Without a tag byte. */
    public long untagged() {
        return untagged;
    }

    /** Tag of stage 2, and of stage 1 with it. */
    public int vmid() {
        return vmid;
    }

    /** Tag of stage 1. */
    public int asid() {
        return asid;
    }

    /** The leaf by which stage 1 translates it, or stage 2 if it is alone; null where it is refused or no stage is on. */
    public @Nullable Translation leaf() {
        return passes ? leaf : null;
    }

    /** The words that say how stage 2 is walked; of a transaction whose stream table entry was found. */
    public List<Long> stage2() {
        return List.of(entry[2], entry[3]);
    }

    /** Whether its stream has substreams, of which nothing is translated here. */
    public boolean hasSubstreams() {
        return entry.length > 0 && hasStage1() && StreamTableEntry.S1_CDMAX.get(entry[0]) != 0;
    }

    /** Whether rights allow what it does. */
    public boolean isAllowedBy(int rights) {
        return access.isAllowed(rights);
    }

    int config() {
        return (int) StreamTableEntry.CONFIG.get(entry[0]);
    }

    boolean hasStage1() {
        return StreamTableEntry.hasStage(config(), StreamTableEntry.STAGE_1);
    }

    boolean hasStage2() {
        return StreamTableEntry.hasStage(config(), StreamTableEntry.STAGE_2);
    }

    void pass(long to) {
        passes = true;
        output = to;
    }

    /** Refuses it because of its configuration, which is recorded, or without a record. Returns false. */
    boolean refuse(int type, boolean isRecorded) {
        event = type;
        recorded = isRecorded;
        return false;
    }

    /** Refuses it because a structure cannot be read. Returns false. */
    boolean refuseFetch(int type, long at) {
        place = at;
        return refuse(type, true);
    }

    /** Refuses it at stage 1. Returns false. */
    boolean refuseByStage1(int type, int ofClass, long at) {
        eventClass = ofClass;
        place = at;
        return refuse(type, !Event.isOptional(type) || ContextDescriptor.R.isSet(context[0]));
    }

    /** Refuses it at stage 2. Returns false. */
    boolean refuseByStage2(int type, int ofClass, long at) {
        byStage2 = true;
        eventClass = ofClass;
        place = at;
        return refuse(type, !Event.isOptional(type) || StreamTableEntry.S2_R.isSet(entry[2]));
    }

    /** Refuses it because no stage translates it and it is beyond the addresses of the unit. Returns false. */
    boolean refuseSize() {
        eventClass = Event.CLASS_IN;
        return refuse(Event.F_ADDR_SIZE, true);
    }

    /** Whether it reaches memory, or whatever is at its output address. */
    public boolean passes() {
        return passes;
    }

    /** Where. */
    public long output() {
        return output;
    }

    /** Whether it is refused for a reason that has to be recorded. */
    public boolean isRecorded() {
        return recorded;
    }

    /** A word of the event record. */
    public long record(int word) {
        boolean whole = Event.isOfAccess(event);
        long direction = access == Access.WRITE ? 0 : Event.RNW.mask();
        return switch (word) {
            case 0 -> Event.SID.set(event, Integer.toUnsignedLong(streamId));
            case 1 -> whole ? Event.CLASS.set(direction | (byStage2 ? Event.S2.mask() : 0), eventClass) : 0;
            case 2 -> whole ? address : 0;
            default -> place & (byStage2 && Event.isOptional(event) ? Event.IPA : Event.FETCH_ADDRESS).mask();
        };
    }
}
