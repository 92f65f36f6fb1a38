package dev.moat.iommu.vtd.format;

import dev.moat.bits.BitField;
import java.util.List;

/** A DMA request without its address, and the facts known while it is processed. {@code @shape} one word. */
public final class Request {
    private Request() {}

    static final BitField SID = new BitField("SID", 15, 0);
    public static final BitField PASID = new BitField("PASID", 35, 16);
    /** It carries a PASID. */
    public static final BitField NAMED = BitField.bit("NAMED", 36);
    /** Bits of {@link Access}. */
    public static final BitField ACCESS = new BitField("ACCESS", 41, 37);
    /** Qualified conditions are not recorded. */
    public static final BitField SILENT = BitField.bit("SILENT", 42);
    /** The IOTLB has been asked. */
    public static final BitField ASKED = BitField.bit("ASKED", 43);

    /** A page is asked for, not its translation; what for is in RIGHTS, of ACCESS only EXECUTE and PRIVILEGED count. */
    public static final BitField PAGE = BitField.bit("PAGE", 44);
    /** The last page of its group. */
    public static final BitField LAST = BitField.bit("LAST", 45);
    /** Which group of pages. */
    public static final BitField GROUP = new BitField("GROUP", 54, 46);

    /** RD and WR of a {@link PageRequest}. */
    public static final BitField RIGHTS = new BitField("RIGHTS", 56, 55);

    static final BitField NONE_63 = new BitField("NONE_63", 63, 57);
    static final List<BitField> FIELDS =
            List.of(SID, PASID, NAMED, ACCESS, SILENT, ASKED, PAGE, LAST, GROUP, RIGHTS, NONE_63);

    /** @param pasid 20 bits, or {@link Access#NO_PASID} */
    public static long of(int sid, long pasid, int access) {
        long request = ACCESS.set(SID.set(0, sid), access);
        return pasid == Access.NO_PASID ? request : naming(request, pasid);
    }

    /** The request with a PASID. */
    public static long naming(long request, long pasid) {
        return NAMED.set(PASID.set(request, pasid), 1);
    }

    /**
     * The request as one for a page.
     *
     * @param rights RD and WR of a {@link PageRequest}, one or both, or 0 for a stop marker; to execute is to read
     * @param group 9 bits
     * @param last whether no other request of the group follows
     */
    public static long asking(long request, long rights, int group, boolean last) {
        boolean executes = (access(request) & Access.EXECUTE) != 0;
        long page = RIGHTS.set(request | PAGE.mask(), executes ? rights | PageRequest.RD.mask() : rights);
        return GROUP.set(LAST.set(page, last ? 1 : 0), group);
    }

    public static int sid(long request) {
        return (int) SID.get(request);
    }

    public static int access(long request) {
        return (int) ACCESS.get(request);
    }

    public static boolean isWrite(long request) {
        return Access.isWrite(access(request));
    }

    /** The request, silent if it was or shall be. */
    public static long silencing(long request, boolean silent) {
        return silent ? request | SILENT.mask() : request;
    }
}
