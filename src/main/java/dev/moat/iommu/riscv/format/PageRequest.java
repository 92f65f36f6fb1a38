package dev.moat.iommu.riscv.format;

import dev.moat.bits.BitField;
import java.util.List;

/**
 * Record of the page-request queue, two words, and the payload of page requests and of their answers. {@code @source} RISCV-IOMMU
 * in-memory queues, page-request queue; PCIe ATS.
 */
public final class PageRequest {
    private PageRequest() {}

    /** Bytes of one record. */
    public static final int BYTES = 16;

    static final BitField RSVD_11 = new BitField("RSVD_11", 11, 0);
    public static final BitField PID = new BitField("PID", 31, 12);
    public static final BitField PV = BitField.bit("PV", 32);
    public static final BitField PRIV = BitField.bit("PRIV", 33);
    public static final BitField EXEC = BitField.bit("EXEC", 34);
    static final BitField RSVD_39 = new BitField("RSVD_39", 39, 35);
    public static final BitField DID = new BitField("DID", 63, 40);
    /** The first word. */
    public static final List<BitField> FIELDS = List.of(RSVD_11, PID, PV, PRIV, EXEC, RSVD_39, DID);

    /** Of the payload, which is the second word. */
    public static final BitField R = BitField.bit("R", 0);

    public static final BitField W = BitField.bit("W", 1);
    /** The last one of its group, which is to be answered. */
    public static final BitField L = BitField.bit("L", 2);

    public static final BitField GROUP = new BitField("PRGI", 11, 3);
    public static final BitField PAGE = new BitField("page", 63, 12);
    /** The fields of the payload. */
    public static final List<BitField> PAYLOAD = List.of(R, W, L, GROUP, PAGE);

    /** Of the payload of an answer. */
    public static final BitField ANSWERED = new BitField("PRGI", 40, 32);

    public static final BitField CODE = new BitField("response", 47, 44);
    public static final int SUCCESS = 0;
    public static final int INVALID = 1;
    public static final int FAILURE = 15;

    /** The message code of page requests, which faults have in iotval. */
    public static final int MESSAGE_CODE = 4;

    /** Whether a request is to be answered: the last one of its group, and no stop marker. */
    public static boolean isAnswered(long payload) {
        return L.isSet(payload) && (R.isSet(payload) || W.isSet(payload));
    }

    /** The payload of an answer. */
    public static long answer(long payload, int code) {
        return CODE.set(ANSWERED.set(0, GROUP.get(payload)), code);
    }
}
