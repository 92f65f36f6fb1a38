package dev.moat.grant;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * The version 1 grant entry that the granting guest writes: 8 bytes, little-endian {@code u16 flags, u16 domid, u32
 * frame}. {@code @shape} one 64-bit word. {@code @source} Xen public grant_table.h; recorded Xen 4.17.
 */
public final class SharedEntry {
    private SharedEntry() {}

    /** The 16 flag bits together. */
    public static final BitField FLAGS = new BitField("flags", 15, 0);
    /** 0 invalid, 1 permit_access, 2 accept_transfer, 3 transitive (version 2 only). */
    public static final BitField GTF_TYPE = new BitField("type", 1, 0);

    public static final BitField GTF_READONLY = BitField.bit("readonly", 2);
    /** Set by Xen while anything is pinned. */
    public static final BitField GTF_READING = BitField.bit("reading", 3);
    /** Set by Xen while anything is pinned for writing. */
    public static final BitField GTF_WRITING = BitField.bit("writing", 4);

    public static final BitField GTF_PWT = BitField.bit("PWT", 5);
    public static final BitField GTF_PCD = BitField.bit("PCD", 6);
    public static final BitField GTF_PAT = BitField.bit("PAT", 7);
    /** Refuses to be mapped, in version 1 too. */
    public static final BitField GTF_SUB_PAGE = BitField.bit("sub_page", 8);

    public static final BitField UNUSED_FLAGS = new BitField("unused", 15, 9);
    /** To whom access is granted. */
    public static final BitField DOMID = new BitField("domid", 31, 16);
    /** Machine frame number (PV). */
    public static final BitField FRAME = new BitField("frame", 63, 32);

    public static final int PERMIT_ACCESS = 1;
    /** The owner of the table is to get a frame through the entry. */
    public static final int ACCEPT_TRANSFER = 2;

    /** The fields that make up the word, without overlap. */
    public static final List<BitField> FORMAT = List.of(
            GTF_TYPE,
            GTF_READONLY,
            GTF_READING,
            GTF_WRITING,
            GTF_PWT,
            GTF_PCD,
            GTF_PAT,
            GTF_SUB_PAGE,
            UNUSED_FLAGS,
            DOMID,
            FRAME);

    /** An entry that permits access, as a granting guest composes it. */
    public static long permitting(int domid, int frame, boolean readOnly) {
        return of(readOnly ? PERMIT_ACCESS | GTF_READONLY.mask() : PERMIT_ACCESS, domid, frame);
    }

    /** An entry from its three members. */
    public static long of(long flags, long domid, long frame) {
        return FLAGS.set(0, flags) | DOMID.set(0, domid) | FRAME.set(0, frame);
    }
}
