package dev.moat.iommu;

import dev.moat.state.Footprint;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of the units' state in the vocabulary's relations, and the unit's present result for a device's request.
 * Each function comes with the footprint of its reads. The relations themselves are declared from here, alike for all
 * families, by package {@code iommu.vocabulary}.
 */
public interface Meaning {
    /** In place of a frame: memory that is none of the modelled frames. */
    int ELSEWHERE = -1;
    /** In place of a frame: the request is blocked. */
    int BLOCKED = -2;

    /** {@code ent}: whether a requester's entry, as stored, leads to a space under a tag. */
    boolean leads(long[] s, int requester, int space, int tag);

    /** Adds what {@link #leads} reads. */
    void readEntry(Footprint footprint, int requester);

    /** {@code cent}: whether a unit may still lead a requester so, because the entry is cached or its last store unseen. */
    default boolean mayLead(long[] s, int unit, int requester, int space, int tag) {
        return false;
    }

    /** Adds what {@link #mayLead} reads. */
    default void readCachedEntry(Footprint footprint, int unit, int requester) {}

    /** Whether a unit has a requester's entry cached, present. */
    default boolean isEntryCached(long[] s, int unit, int requester) {
        return false;
    }

    /** The tag of an entry that is cached. */
    default int cachedEntryTag(long[] s, int unit, int requester) {
        return -1;
    }

    /** {@code mayR, mayW}: the rights that a unit has cached for a page under a tag, {@link Rights#NONE} when nothing is. */
    int cachedRights(long[] s, int unit, int tag, int page);

    /**
     * The frame that it has cached, {@link #ELSEWHERE}, or the number of frames for the scratch page; meaningful when there are
     * rights.
     */
    int cachedFrame(long[] s, int unit, int tag, int page);

    /** Adds what {@link #cachedRights} and {@link #cachedFrame} read. */
    void readCached(Footprint footprint, int unit, int tag, int page);

    /** Whether walks, or requests that are translated and not done, are in the state. */
    default boolean hasFlights() {
        return false;
    }

    /** Whether a requester has one at a unit, one that found nothing included. */
    default boolean isWalking(long[] s, int unit, int requester) {
        return false;
    }

    /** {@code flyR, flyW}: the rights that a requester's walk in flight has found, {@link Rights#NONE} without one. */
    default int flightRights(long[] s, int unit, int requester) {
        return Rights.NONE;
    }

    /** Its tag; as the next two, meaningful when there is one. */
    default int flightTag(long[] s, int unit, int requester) {
        return -1;
    }

    /** Its page. */
    default int flightPage(long[] s, int unit, int requester) {
        return -1;
    }

    /** Its frame, {@link #ELSEWHERE}, or the number of frames for the scratch page. */
    default int flightFrame(long[] s, int unit, int requester) {
        return ELSEWHERE;
    }

    /** Adds what is read of a walk in flight; nothing where there are none. */
    default void readFlight(Footprint footprint, int unit, int requester) {}

    /**
     * The rights of the entry that a unit still reads in place of software's last store to a page's entry; {@link Rights#NONE} when it
     * sees that store.
     */
    default int unseenRights(long[] s, int space, int page) {
        return Rights.NONE;
    }

    /** The frame of that entry; meaningful when there are rights. */
    default int unseenFrame(long[] s, int space, int page) {
        return ELSEWHERE;
    }

    /** Adds what is read of it; nothing where every store is seen at once. */
    default void readUnseen(Footprint footprint, int space, int page) {}

    /**
     * What a request gets from the unit as it stands: from whatever is cached, and otherwise from the tables as the unit sees
     * them; untranslated where translation is off, passes through, or the page is outside of the aperture.
     *
     * @return a frame, the number of frames for the scratch page of {@link Sizes.Need#SCRATCH_FRAME}, {@link #ELSEWHERE} or
     *     {@link #BLOCKED}
     */
    int gets(long[] s, int requester, int page, boolean write);

    /** What is recorded of blocked requests, and read in turn; null where nothing is. */
    default @Nullable Faults faults() {
        return null;
    }

    /** Fault records, each of the unit that a requester is behind. */
    interface Faults {
        /** Whether one is of the requester, whoever comes to it. */
        boolean isRecorded(long[] s, int requester);

        /** Whether software, who reads on until there is none, comes to one of the requester. */
        boolean isFound(long[] s, int requester);

        /** Whether a fault that comes now finds its record in use, and is lost. */
        boolean isNextUsed(long[] s, int requester);

        /** Whether any record is not in use. */
        boolean isAnyFree(long[] s, int requester);

        /** Whether software can see that faults were lost. */
        boolean isLost(long[] s, int requester);

        /** Adds what these read. */
        void read(Footprint footprint, int requester);
    }

    /** What devices keep of the units' answers, and send translated requests by; null where they keep nothing. */
    default @Nullable DeviceTlbs deviceTlbs() {
        return null;
    }

    /** TLBs of devices' own (PCIe ATS). */
    interface DeviceTlbs {
        /** The rights that a requester keeps for a page, {@link Rights#NONE} when it keeps nothing. */
        int rights(long[] s, int requester, int page);

        /** The frame, {@link #ELSEWHERE}, or the number of frames for the scratch page; meaningful when there are rights. */
        int frame(long[] s, int requester, int page);

        /** Whether a translated request of a requester passes now, wherever it goes. */
        boolean isUsed(long[] s, int requester);

        /** Whether it may pass as the requests of what has a tag do: by its entry as stored, or by one that a unit has cached. */
        boolean mayBeUsed(long[] s, int requester, int tag);

        /** Adds what these read of one page. */
        void read(Footprint footprint, int requester, int page);
    }

    /** Whether units let requests in, where a driver stops them to have something forgotten; null where none does. */
    default @Nullable Traffic traffic() {
        return null;
    }

    /** Requests of the devices behind a unit. */
    interface Traffic {
        /** Whether the unit was told to let none in. */
        boolean isStopped(long[] s, int unit);

        /** Whether the driver is where it has stopped them and not let them on. */
        boolean isToBeStopped(long[] s, int unit);

        /** Adds what these read. */
        void read(Footprint footprint, int unit);
    }

    /** {@code blockedR, blockedW}: whether a request is refused although the tables and entries as stored allow it. */
    boolean isRefused(long[] s, int requester, int page, boolean write);

    /** Adds what {@link #gets} and {@link #isRefused} read. */
    void readRequest(Footprint footprint, int requester, int page);
}
