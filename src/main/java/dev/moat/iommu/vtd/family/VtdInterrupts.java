package dev.moat.iommu.vtd.family;

import dev.moat.bits.BitField;
import dev.moat.iommu.Interrupts;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.interrupt.EntryRules;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.interrupt.PostedDescriptor;
import dev.moat.iommu.vtd.interrupt.RemapEntry;
import java.util.List;

/** Entries of VT-d's interrupt-remapping table, in both formats, and its posted descriptors. {@code @source} VTD-IRTE, VTD-INTERRUPT-REMAPPING. */
final class VtdInterrupts implements Interrupts {
    private static final int DST8_SHIFT = 40;
    private static final long DESCRIPTOR_BYTES = 64;

    private static final int BUSES = Interrupts.buses(0, 0);
    private static final int FUNCTIONS = Interrupts.functions(0);
    private static final int EVERY_FUNCTION = 3;
    private static final int DESTINATION_SHIFT = 8;

    private final EntryRules rules = new EntryRules(true, Deviations.NONE);
    private final EntryRules swapped = new EntryRules(true, Deviations.of(Deviation.BUS_RANGE_SWAPPED));

    @Override
    public List<BitField> format(int part) {
        return part == 0 ? RemapEntry.Remapped.LO : RemapEntry.Remapped.HI;
    }

    @Override
    public List<BitField> formatOf(int part, long first) {
        if (!RemapEntry.IM.isSet(first)) {
            return format(part);
        }
        return part == 0 ? RemapEntry.Posted.LO : RemapEntry.Posted.HI;
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
        if (source == UNVERIFIED) {
            return 0;
        }
        long named = RemapEntry.SID.set(0, source & RemapEntry.SID.max());
        if ((source & BUSES) != 0) {
            return RemapEntry.SVT.set(named, RemapEntry.SVT_BUSES);
        }
        long qualified = RemapEntry.SQ.set(named, (source & FUNCTIONS) != 0 ? EVERY_FUNCTION : 0);
        return RemapEntry.SVT.set(qualified, RemapEntry.SVT_SOURCE);
    }

    @Override
    public boolean isPresent(long first) {
        return RemapEntry.P.isSet(first);
    }

    @Override
    public long wide(long first) {
        return RemapEntry.Remapped.DST.set(first, RemapEntry.Remapped.DST.get(first) >>> DESTINATION_SHIFT);
    }

    @Override
    public long silent(long first) {
        return first | RemapEntry.FPD.mask();
    }

    @Override
    public long absent(long first) {
        return first & ~RemapEntry.P.mask();
    }

    @Override
    public boolean isSilent(long first) {
        return RemapEntry.FPD.isSet(first);
    }

    @Override
    public List<BitField> descriptorFormat() {
        return PostedDescriptor.CONTROL;
    }

    @Override
    public long descriptor(boolean outstanding, boolean suppressed, int vector, int destination) {
        long word = PostedDescriptor.NDST.set(PostedDescriptor.NV.set(0, vector), destination << DESTINATION_SHIFT);
        word |= outstanding ? PostedDescriptor.ON.mask() : 0;
        return suppressed ? word | PostedDescriptor.SN.mask() : word;
    }

    @Override
    public boolean isOutstanding(long descriptor) {
        return PostedDescriptor.ON.isSet(descriptor);
    }

    @Override
    public boolean isSuppressed(long descriptor) {
        return PostedDescriptor.SN.isSet(descriptor);
    }

    @Override
    public int notified(long descriptor) {
        return (int) PostedDescriptor.NDST.get(descriptor) >>> DESTINATION_SHIFT;
    }

    @Override
    public int notification(long descriptor) {
        return (int) PostedDescriptor.NV.get(descriptor);
    }

    @Override
    public long answer(long first, long second, int source, boolean extended, int reading) {
        boolean revived = reading == SILENT_AS_PRESENT && isSilent(first);
        long read = revived ? first | RemapEntry.P.mask() : first;
        long verified = switch (reading) {
            case QUALIFIER_IGNORED -> RemapEntry.SQ.set(second, 0);
            case BY_BUS -> byBus(second);
            default -> second;
        };
        return answer(reading == BUSES_SWAPPED ? swapped : rules, read, verified, source, extended);
    }

    /** The second word, its one source being every source on that bus. */
    private static long byBus(long second) {
        long bus = RemapEntry.SID.get(second) >>> Byte.SIZE;
        return RemapEntry.SVT.get(second) == RemapEntry.SVT_SOURCE
                ? RemapEntry.SVT.set(
                        RemapEntry.SQ.set(RemapEntry.SID.set(second, bus << Byte.SIZE | bus), 0), RemapEntry.SVT_BUSES)
                : second;
    }

    private static long answer(EntryRules by, long first, long second, int source, boolean extended) {
        int sid = source == UNVERIFIED ? InterruptRequest.NO_SOURCE : source;
        long answer = by.answer(first, second, sid, extended);
        if (InterruptAnswer.isFault(answer)) {
            return Answer.BLOCKED;
        }
        int vector = (int) RemapEntry.VECTOR.get(first);
        return InterruptAnswer.isDelivered(answer)
                ? Answer.of(Answer.INTERRUPT, vector, InterruptAnswer.DEST.get(answer))
                : Answer.of(Answer.POSTED, vector, RemapEntry.Posted.descriptor(first, second) / DESCRIPTOR_BYTES);
    }
}
