package dev.moat.iommu.vtd.interrupt;

import dev.moat.bits.BitField;

/**
 * What becomes of an interrupt request, packed into a long.
 *
 * <p>{@code @shape} OUTCOME 7:0; if it is {@link #DELIVERED} the message: VECTOR 15:8, DLM 18:16, DM 19, TM 20, RH 21,
 * REMAPPED 22, DEST 63:32; if it is a fault UNRECORDED 23.
 */
public final class InterruptAnswer {
    private InterruptAnswer() {}

    /** Outcome: the message reaches the processors. */
    public static final int DELIVERED = 0;
    /** Outcome: the vector was posted; a notification may have been sent. */
    public static final int POSTED = 0xff;

    /** {@link #DELIVERED}, {@link #POSTED}, or a reason of {@link InterruptFault}. */
    public static final BitField OUTCOME = new BitField("OUTCOME", 7, 0);

    public static final BitField VECTOR = new BitField("VECTOR", 15, 8);
    public static final BitField DLM = new BitField("DLM", 18, 16);
    public static final BitField DM = BitField.bit("DM", 19);
    public static final BitField TM = BitField.bit("TM", 20);
    public static final BitField RH = BitField.bit("RH", 21);
    /** Made from an entry, not passed unchanged. */
    public static final BitField REMAPPED = BitField.bit("REMAPPED", 22);
    /** A fault that FPD of the entry keeps from being recorded. */
    public static final BitField UNRECORDED = BitField.bit("UNRECORDED", 23);

    static final BitField NONE_31 = new BitField("NONE_31", 31, 24);
    public static final BitField DEST = new BitField("DEST", 63, 32);

    /** Whether the message reaches the processors. */
    public static boolean isDelivered(long answer) {
        return OUTCOME.get(answer) == DELIVERED;
    }

    /** Whether the request is blocked. */
    public static boolean isFault(long answer) {
        return OUTCOME.get(answer) != DELIVERED && OUTCOME.get(answer) != POSTED;
    }

    /** The answer that passes a request unchanged. */
    public static long unchanged(long address, long data) {
        long answer = VECTOR.set(0, InterruptRequest.CompatibleData.VECTOR.get(data));
        answer = DLM.set(answer, InterruptRequest.CompatibleData.DLM.get(data));
        answer = TM.set(answer, InterruptRequest.CompatibleData.TM.get(data));
        answer = DM.set(answer, InterruptRequest.CompatibleAddress.DM.get(address));
        answer = RH.set(answer, InterruptRequest.CompatibleAddress.RH.get(address));
        return DEST.set(answer, InterruptRequest.CompatibleAddress.DEST.get(address));
    }

    /** The answer of an entry in remapped format. */
    static long remapped(long lo, long dest) {
        long answer = VECTOR.set(REMAPPED.mask(), RemapEntry.VECTOR.get(lo));
        answer = DLM.set(answer, RemapEntry.Remapped.DLM.get(lo));
        answer = DM.set(answer, RemapEntry.Remapped.DM.get(lo));
        answer = TM.set(answer, RemapEntry.Remapped.TM.get(lo));
        answer = RH.set(answer, RemapEntry.Remapped.RH.get(lo));
        return DEST.set(answer, dest);
    }

    /** A fault that no entry can keep from being recorded. */
    public static long blocked(int reason) {
        return reason;
    }

    /** A fault found after the entry was read. */
    public static long blocked(int reason, long lo) {
        boolean silent = InterruptFault.qualified(reason) && RemapEntry.FPD.isSet(lo);
        return silent ? UNRECORDED.set(reason, 1) : reason;
    }
}
