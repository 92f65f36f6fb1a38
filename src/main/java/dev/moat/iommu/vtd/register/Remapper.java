package dev.moat.iommu.vtd.register;

import dev.moat.iommu.Memory;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.InterruptTable;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.FrcdHi;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.iommu.vtd.format.Reserved;
import dev.moat.iommu.vtd.interrupt.EntryRules;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptFault;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.interrupt.PostedDescriptor;
import dev.moat.iommu.vtd.interrupt.RemapEntry;

/**
 * An interrupt request: its format, reserved data, the index, the entry, the message. What SIRTP took from IRTA counts.
 * {@code @source} VTD-INTERRUPT-REMAPPING.
 */
final class Remapper {
    private static final int INDEX_BITS = 16;
    private static final int INDICES = 1 << INDEX_BITS;
    private static final long DATA_RESERVED = Reserved.mask(InterruptRequest.RemappableData.FIELDS);

    private final UnitState u;
    private final Memory memory;
    private final Memory posted;
    private final InterruptEntryCache cache;
    private final FaultRecorder recorder;
    private final Messages messages;
    private final EntryRules rules;
    private final boolean posts;
    private final Deviations deviations;
    private final boolean extendedMode;
    private final boolean cachesAbsent;
    private final boolean servesCached;
    private final long widthMask;

    Remapper(
            UnitOptions options,
            UnitState u,
            Memory memory,
            InterruptEntryCache cache,
            FaultRecorder recorder,
            Messages messages) {
        this.u = u;
        this.memory = memory.of(Memory.Kind.INTERRUPT_ENTRIES);
        posted = memory.of(Memory.Kind.POSTED_DESCRIPTORS);
        this.cache = cache;
        this.recorder = recorder;
        this.messages = messages;
        deviations = options.deviations();
        posts = Cap.PI.isSet(options.cap());
        rules = new EntryRules(posts, deviations);
        extendedMode = Ecap.EIM.isSet(options.ecap()) || deviations.has(Deviation.EXTENDED_MODE_ALWAYS);
        cachesAbsent = Cap.CM.isSet(options.cap());
        servesCached = options.policy().servesInterruptEntries();
        widthMask = -1L >>> (Long.SIZE - options.capabilities().hostAddressBits());
    }

    /**
     * What becomes of a request.
     *
     * @param sid the requester, or {@link InterruptRequest#NO_SOURCE}
     * @param address an interrupt address
     * @param data 32 bits
     * @return an {@link InterruptAnswer}; a fault has been recorded unless FPD or overflow kept it from that
     */
    long request(long[] s, int sid, long address, long data) {
        long answer = decide(s, sid, address, data);
        boolean silent =
                deviations.has(Deviation.INTERRUPT_FAULTS_UNRECORDED) || InterruptAnswer.UNRECORDED.isSet(answer);
        if (InterruptAnswer.isFault(answer) && !silent) {
            boolean remappable = InterruptRequest.FORMAT.isSet(address);
            long index = remappable ? InterruptRequest.index(address, data) & (INDICES - 1) : 0;
            long hi = FrcdHi.FR.set(FrcdHi.SID.set(0, sid & FrcdHi.SID.max()), InterruptAnswer.OUTCOME.get(answer));
            recorder.record(s, index << (Long.SIZE - INDEX_BITS), hi);
        }
        return answer;
    }

    private long decide(long[] s, int sid, long address, long data) {
        if (!Gsts.IRES.isSet(u.status(s))) {
            return InterruptAnswer.unchanged(address, data);
        }
        if (!InterruptRequest.FORMAT.isSet(address)) {
            boolean passes =
                    deviations.has(Deviation.COMPATIBILITY_PASSES) || (Gsts.CFIS.isSet(u.status(s)) && !isExtended(s));
            return passes
                    ? InterruptAnswer.unchanged(address, data)
                    : InterruptAnswer.blocked(InterruptFault.COMPATIBILITY_BLOCKED);
        }
        boolean wrongData = hasSubhandle(address) && (data & DATA_RESERVED) != 0;
        boolean late = deviations.has(Deviation.RESERVED_DATA_LAST);
        if (wrongData && !late) {
            return InterruptAnswer.blocked(InterruptFault.REQUEST_RESERVED);
        }
        int index = index(s, address, data);
        if (index < 0) {
            return InterruptAnswer.blocked(InterruptFault.INDEX_TOO_LARGE);
        }
        long answer = byEntry(s, index, sid);
        return wrongData && !InterruptAnswer.isFault(answer)
                ? InterruptAnswer.blocked(InterruptFault.REQUEST_RESERVED)
                : answer;
    }

    private static boolean hasSubhandle(long address) {
        return InterruptRequest.RemappableAddress.SHV.isSet(address);
    }

    /** The index of a remappable request, or -1 if it is beyond the table; there is none before the first SIRTP. */
    private int index(long[] s, long address, long data) {
        int sum = InterruptRequest.index(address, data);
        int index = deviations.has(Deviation.INDEX_WRAPS) ? sum & (INDICES - 1) : sum;
        boolean isSet = Gsts.IRTPS.isSet(u.status(s));
        return isSet && index < InterruptTable.entries(u.interruptTable.get(s)) ? index : -1;
    }

    private boolean isExtended(long[] s) {
        return extendedMode && InterruptTable.EIME.isSet(u.interruptTable.get(s));
    }

    private long byEntry(long[] s, int index, int sid) {
        int cached = servesCached ? cache.newest(s, index) : -1;
        if (cached >= 0) {
            return byWords(s, u.interruptLo.get(s, cached), u.interruptHi.get(s, cached), sid);
        }
        long base = InterruptTable.BASE.get(u.interruptTable.get(s)) << InterruptTable.BASE.lo() & widthMask;
        long at = base + (long) RemapEntry.BYTES * index;
        if (!memory.isReadable(s, at) || !memory.isReadable(s, at + Long.BYTES)) {
            return InterruptAnswer.blocked(InterruptFault.ENTRY_ACCESS);
        }
        long lo = memory.read(s, at);
        long hi = memory.read(s, at + Long.BYTES);
        // Where what is cached is told and not served, an entry that silences its own fault is told, too: it may still
        // do so.
        boolean toldSilent = !servesCached && RemapEntry.FPD.isSet(lo);
        if (RemapEntry.P.isSet(lo) || cachesAbsent || toldSilent) {
            cache.fill(s, index, lo, hi);
        }
        return byWords(s, lo, hi, sid);
    }

    private long byWords(long[] s, long lo, long hi, int sid) {
        long answer = judge(s, lo, hi, sid);
        return InterruptAnswer.OUTCOME.get(answer) == InterruptAnswer.POSTED ? post(s, lo, hi) : answer;
    }

    /** Address bits of a descriptor beyond the host's are reserved bits of the entry (VT-d 9.10, rev. 5.10), before its source is verified. */
    private long judge(long[] s, long lo, long hi, int sid) {
        boolean posted = posts && RemapEntry.P.isSet(lo) && RemapEntry.IM.isSet(lo);
        return posted && (RemapEntry.Posted.descriptor(lo, hi) & ~widthMask) != 0
                ? InterruptAnswer.blocked(InterruptFault.ENTRY_RESERVED, lo)
                : rules.answer(lo, hi, sid, isExtended(s));
    }

    private long post(long[] s, long lo, long hi) {
        long descriptor = RemapEntry.Posted.descriptor(lo, hi);
        long vector = RemapEntry.VECTOR.get(lo);
        long request = descriptor + (vector / Long.SIZE) * Long.BYTES;
        long control = descriptor + PostedDescriptor.CONTROL_OFFSET;
        if (!posted.isReadable(s, request) || !posted.isReadable(s, control)) {
            return InterruptAnswer.blocked(InterruptFault.DESCRIPTOR_ACCESS, lo);
        }
        long state = posted.read(s, control);
        if ((state & PostedDescriptor.reserved(isExtended(s))) != 0) {
            return InterruptAnswer.blocked(InterruptFault.DESCRIPTOR_RESERVED, lo);
        }
        if (!posted.write(s, request, posted.read(s, request) | 1L << (vector % Long.SIZE))) {
            return InterruptAnswer.blocked(InterruptFault.DESCRIPTOR_ACCESS, lo);
        }
        boolean urgent = RemapEntry.Posted.URG.isSet(lo) || !PostedDescriptor.SN.isSet(state);
        if (!PostedDescriptor.ON.isSet(state) && urgent) {
            posted.write(s, control, state | PostedDescriptor.ON.mask());
            notify(s, state);
        }
        return InterruptAnswer.OUTCOME.set(0, InterruptAnswer.POSTED);
    }

    private void notify(long[] s, long state) {
        long dest = isExtended(s) ? PostedDescriptor.NDST.get(state) : PostedDescriptor.NDST8.get(state);
        messages.send(s, InterruptRequest.message(dest), PostedDescriptor.NV.get(state));
    }

    /**
     * The next older version of the entry that a request leads to, which hardware may still use.
     *
     * @param from element to begin at
     * @return its element, or -1 if there is none, or the request leads to no entry
     */
    int older(long[] s, long address, long data, int from) {
        boolean looks = Gsts.IRES.isSet(u.status(s)) && InterruptRequest.FORMAT.isSet(address);
        boolean wrongData = looks && hasSubhandle(address) && (data & DATA_RESERVED) != 0;
        int index = looks && !wrongData ? index(s, address, data) : -1;
        return index < 0 ? -1 : cache.next(s, index, from);
    }

    /** What a requester would get by such a version; nothing is posted and nothing recorded. */
    long byOlder(long[] s, int element, int sid) {
        return judge(s, u.interruptLo.get(s, element), u.interruptHi.get(s, element), sid);
    }
}
