package dev.moat.iommu.vtd.family;

import dev.moat.bits.BitField;
import dev.moat.iommu.Interrupts;
import dev.moat.iommu.vtd.deviation.Deviations;
import dev.moat.iommu.vtd.interrupt.EntryRules;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.interrupt.RemapEntry;
import java.util.List;

/** Entries of VT-d's interrupt-remapping table, in both formats. {@code @source} VTD-IRTE, VTD-INTERRUPT-REMAPPING. */
final class VtdInterrupts implements Interrupts {
    private static final int DST8_SHIFT = 40;
    private static final long DESCRIPTOR_BYTES = 64;

    private final EntryRules rules = new EntryRules(true, Deviations.NONE);

    @Override
    public List<BitField> format(int part) {
        return part == 0 ? RemapEntry.Remapped.LO : RemapEntry.Remapped.HI;
    }

    @Override
    public long remapped(int part, int source, int vector, int destination) {
        return part == 0
                ? RemapEntry.VECTOR.set(RemapEntry.P.mask(), vector) | (long) destination << DST8_SHIFT
                : verification(source);
    }

    @Override
    public long posted(int part, int source, int vector, long descriptor) {
        if (part == 0) {
            long lo = RemapEntry.VECTOR.set(RemapEntry.P.mask() | RemapEntry.IM.mask(), vector);
            return RemapEntry.Posted.PDA_LO.set(lo, descriptor / DESCRIPTOR_BYTES & RemapEntry.Posted.PDA_LO.max());
        }
        return RemapEntry.Posted.PDA_HI.set(verification(source), descriptor >>> Integer.SIZE);
    }

    private static long verification(int source) {
        return source == UNVERIFIED ? 0 : RemapEntry.SVT.set(RemapEntry.SID.set(0, source), RemapEntry.SVT_SOURCE);
    }

    @Override
    public boolean isPresent(long first) {
        return RemapEntry.P.isSet(first);
    }

    @Override
    public long answer(long first, long second, int source, boolean extended) {
        int sid = source == UNVERIFIED ? InterruptRequest.NO_SOURCE : source;
        long answer = rules.answer(first, second, sid, extended);
        if (InterruptAnswer.isFault(answer)) {
            return Answer.BLOCKED;
        }
        int vector = (int) RemapEntry.VECTOR.get(first);
        return InterruptAnswer.isDelivered(answer)
                ? Answer.of(Answer.INTERRUPT, vector, InterruptAnswer.DEST.get(answer))
                : Answer.of(Answer.POSTED, vector, RemapEntry.Posted.descriptor(first, second) / DESCRIPTOR_BYTES);
    }
}
