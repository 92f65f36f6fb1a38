package dev.moat.iommu;

import org.jspecify.annotations.Nullable;

/**
 * The meaning of a table entry for the unit that reads it. Two entries that lead to the same are equal, whatever else
 * is in their bits.
 *
 * @param what it is
 * @param frame where it leads: the 4 KiB frame of the first table or of the page
 * @param size pages of the tables it leads to, for a page log2 of its 4 KiB frames
 * @param kind of the table that it leads to; null where it leads to none
 * @param rights {@link #READ} and {@link #WRITE}
 * @param tag under which translations behind an entry of a device are cached, its low 20 bits 0
 * @param perPasid whether the PASID is part of that tag
 * @param deviceTlb whether the device may keep translations itself
 * @param why it is wrong or cannot be judged; empty otherwise
 */
public record Entry(
        What what,
        long frame,
        long size,
        @Nullable TableKind kind,
        int rights,
        long tag,
        boolean perPasid,
        boolean deviceTlb,
        String why) {
    /** What an entry is. */
    public enum What {
        /** Gives nothing: not present, or all requests are blocked. */
        NOTHING,
        /** Leads to tables of the same space: of devices, or of pages. */
        TABLE,
        /** Leads to memory. */
        PAGE,
        /** Of a device: leads to its page tables. */
        SPACE,
        /** Of a device: addresses are used as they are. */
        UNTRANSLATED,
        /** A unit that reads it reports an error. */
        WRONG,
        /** Means something that is not judged. */
        UNKNOWN
    }

    public static final int READ = 1;
    public static final int WRITE = 2;

    /** Gives nothing. */
    public static final Entry NOTHING = new Entry(What.NOTHING, 0, 0, null, 0, 0, false, false, "");

    /** Leads to so many pages of tables, one behind the other. */
    public static Entry table(long frame, long pages, TableKind kind, int rights) {
        return new Entry(What.TABLE, frame, pages, kind, rights, 0, false, false, "");
    }

    /** Leads to 2^order frames. */
    public static Entry page(long frame, int order, int rights) {
        return new Entry(What.PAGE, frame, order, null, rights, 0, false, false, "");
    }

    /** Leads a device to a top table of so many pages. */
    public static Entry space(long tag, long frame, long pages, TableKind kind, int rights) {
        return new Entry(What.SPACE, frame, pages, kind, rights, tag, false, false, "");
    }

    /** Lets a device use addresses as they are. */
    public static Entry untranslated(long tag, int rights) {
        return new Entry(What.UNTRANSLATED, 0, 0, null, rights, tag, false, false, "");
    }

    /** A unit that reads it reports an error. */
    public static Entry wrong(String why) {
        return new Entry(What.WRONG, 0, 0, null, 0, 0, false, false, why);
    }

    /** Means something that is not judged. */
    public static Entry unknown(String why) {
        return new Entry(What.UNKNOWN, 0, 0, null, 0, 0, false, false, why);
    }

    /** The same with no more than some rights. */
    public Entry limited(int most) {
        return new Entry(what, frame, size, kind, rights & most, tag, perPasid, deviceTlb, why);
    }

    /** The same, with the PASID as a part of the tag. */
    public Entry byPasid() {
        return new Entry(what, frame, size, kind, rights, tag, true, deviceTlb, why);
    }

    /** The same, where the device may keep translations itself or not. */
    public Entry withDeviceTlb(boolean may) {
        return new Entry(what, frame, size, kind, rights, tag, perPasid, may, why);
    }

    /** Whether requests get somewhere through it. */
    public boolean leads() {
        return what == What.TABLE || what == What.PAGE || what == What.SPACE || what == What.UNTRANSLATED;
    }

    /** Whether it gives all that another one gives, so that whoever still goes by the other one goes by nothing old. */
    public boolean gives(Entry other) {
        boolean same = what == other.what
                && frame == other.frame
                && size == other.size
                && tag == other.tag
                && perPasid == other.perPasid
                && (kind == null ? other.kind == null : kind.equals(other.kind));
        return !other.leads() || (same && (other.rights & ~rights) == 0);
    }
}
