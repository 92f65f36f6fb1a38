package dev.moat.iommu.riscv.format;

import dev.moat.bits.BitField;
import java.util.List;

/** Record of the fault queue: four words. The second one is custom and here 0. {@code @source} RISCV-IOMMU, in-memory queues, fault queue. */
public final class FaultRecord {
    private FaultRecord() {}

    /** Bytes of one record. */
    public static final int BYTES = 32;

    public static final BitField CAUSE = new BitField("CAUSE", 11, 0);
    public static final BitField PID = new BitField("PID", 31, 12);
    public static final BitField PV = BitField.bit("PV", 32);
    public static final BitField PRIV = BitField.bit("PRIV", 33);
    public static final BitField TTYP = new BitField("TTYP", 39, 34);
    public static final BitField DID = new BitField("DID", 63, 40);
    /** The first word. */
    public static final List<BitField> FIELDS = List.of(CAUSE, PID, PV, PRIV, TTYP, DID);

    public static final int TTYP_NONE = 0;
    /** Untranslated execute; {@link #READ_BEHIND} and {@link #WRITE_BEHIND} more for read and write. */
    public static final int TTYP_UNTRANSLATED = 1;
    /** Translated execute; likewise. */
    public static final int TTYP_TRANSLATED = 5;

    public static final int READ_BEHIND = 1;
    public static final int WRITE_BEHIND = 2;
    public static final int TTYP_ATS = 8;
    public static final int TTYP_MESSAGE = 9;

    /** Of a guest page fault, bit 0 of iotval2: a table of the first stage, or a process directory, was to be read or written. */
    public static final long IMPLICIT = 1;
    /** Bit 1 of iotval2: it was to be written, to set A or D. */
    public static final long IMPLICIT_WRITE = 2;
}
