package dev.moat.iommu.vtd.register;

import dev.moat.iommu.Memory;
import dev.moat.iommu.vtd.format.DescriptorRules;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.PageResponse;
import dev.moat.iommu.vtd.format.PasidDescriptors;
import dev.moat.iommu.vtd.format.Registers.Ccmd;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.iommu.vtd.format.Registers.IotlbCommand;
import dev.moat.iommu.vtd.format.Registers.Iqa;

/**
 * The invalidation queue in memory, and the command registers that work while it is off. The address that QIE took
 * from IQA counts until the queue is switched off. Descriptors are executed in order, each once all before it are
 * done. An error stops the queue with IQE until software clears it. Errors are: a wrong or unreadable descriptor, one
 * that the mode of translation does not have, an unsupported width, an unwritable status, and a tail behind the end.
 * {@code @source} VTD-QI, VTD-REGISTER-INVALIDATION.
 */
final class InvalidationUnit {
    /** FN alone needs no other effect: descriptors complete in order. */
    private static final long WAIT_ACTIONS =
            Descriptors.Wait.IF.mask() | Descriptors.Wait.SW.mask() | Descriptors.Wait.FN.mask();

    /** For {@link #step}. */
    static final int NOTHING = -1;

    static final int STOPPED = 0x100;
    /** No type: behind those of 7 bits. */
    static final int UNREAD = 0x80;

    private static final int SMALL = 16;
    private static final int LARGE = 32;
    /** ICS.IWC in its word. */
    private static final long COMPLETED = 1;

    private final UnitState u;
    private final Memory memory;
    private final Caches caches;
    private final Invalidations invalidations;
    private final DeviceTables deviceTables;
    private final DescriptorRules rules;
    private final FaultRecorder recorder;
    private final EventControl completion;
    private final Messages messages;
    private final boolean fenceIsError;
    private final boolean emptyIsError;
    private final boolean anyMode;
    private final boolean ignoresPasids;
    private final boolean endsWithWait;
    private final boolean wideQueues;
    private final boolean wideIgnored;
    private final boolean commandsInAnyMode;
    private final long widthMask;
    /** What counts of a status address (VT-d 6.5.2.9, rev. 5.10). */
    private final long statusMask;

    InvalidationUnit(
            UnitOptions options,
            UnitState u,
            Memory memory,
            Caches caches,
            Invalidations invalidations,
            FaultRecorder recorder,
            EventControl completion,
            Messages messages) {
        this.u = u;
        this.memory = memory;
        this.caches = caches;
        this.invalidations = invalidations;
        deviceTables = invalidations.deviceTables();
        this.recorder = recorder;
        this.completion = completion;
        this.messages = messages;
        rules = new DescriptorRules(options.ecap(), options.deviations());
        fenceIsError = options.deviations().has(Deviation.FENCE_IS_ERROR);
        emptyIsError = options.deviations().has(Deviation.EMPTY_WAIT_IS_ERROR);
        anyMode = options.deviations().has(Deviation.DESCRIPTORS_IN_ANY_MODE);
        ignoresPasids = options.deviations().has(Deviation.PASID_DESCRIPTORS_IGNORED);
        endsWithWait = options.deviations().has(Deviation.QUEUE_ENDS_WITH_WAIT);
        wideQueues = Ecap.SMTS.isSet(options.ecap());
        wideIgnored = options.deviations().has(Deviation.WIDE_QUEUE_IGNORED);
        commandsInAnyMode = options.deviations().has(Deviation.COMMAND_REGISTERS_IN_ANY_MODE);
        widthMask = -1L >>> (Long.SIZE - options.capabilities().hostAddressBits());
        statusMask = options.deviations().has(Deviation.STATUS_ADDRESS_WHOLE) ? -1L : widthMask;
    }

    /** Software switches the queue on: it begins at its first slot. */
    void start(long[] s) {
        long iqa = u.get(s, Register.IQA);
        u.queue.set(s, wideQueues || !wideIgnored ? iqa : Iqa.DW.set(iqa, 0));
        setHead(s, 0);
    }

    /** Software switches the queue off. False, with it still on, while descriptors are left. */
    boolean stop(long[] s) {
        if (u.head.get(s) != tail(s) || (endsWithWait && !isBehindWait(s))) {
            return false;
        }
        setHead(s, 0);
        return true;
    }

    /** Whether a wait is in the slot before the next one. */
    private boolean isBehindWait(long[] s) {
        int slots = Iqa.entries(u.queue.get(s));
        long at = at(s, (u.head.get(s) + slots - 1) % slots);
        return memory.isReadable(s, at) && rules.type(memory.read(s, at)) == Descriptors.WAIT;
    }

    private boolean isWide(long[] s) {
        return Iqa.DW.isSet(u.queue.get(s));
    }

    private int bytes(long[] s) {
        return isWide(s) ? LARGE : SMALL;
    }

    private long tail(long[] s) {
        return u.get(s, Register.IQT) / bytes(s);
    }

    private void setHead(long[] s, long head) {
        u.head.set(s, head);
        u.set(s, Register.IQH, head * bytes(s));
    }

    /** Whether there is a descriptor to execute, or a tail to complain of. */
    private boolean isReady(long[] s) {
        boolean on = Gsts.QIES.isSet(u.status(s)) && !recorder.isQueueStopped(s);
        return on && (u.head.get(s) != tail(s) || u.get(s, Register.IQT) % bytes(s) != 0);
    }

    /** Executes what is queued: at most as many descriptors as the queue has slots. */
    void run(long[] s) {
        int left = Iqa.entries(u.queue.get(s));
        while (left > 0 && step(s) != NOTHING) {
            left--;
        }
    }

    /**
     * Executes the oldest descriptor, or stops at it.
     *
     * @return its type, or {@link #UNREAD}, with {@link #STOPPED} beside it; or {@link #NOTHING}: there is none, or the queue is off or stopped
     */
    int step(long[] s) {
        if (!isReady(s)) {
            return NOTHING;
        }
        int slots = Iqa.entries(u.queue.get(s));
        long head = u.head.get(s);
        boolean wrongTail = tail(s) >= slots || u.get(s, Register.IQT) % bytes(s) != 0;
        boolean wrongWidth = isWide(s) && !wideQueues;
        int done = wrongTail || wrongWidth ? UNREAD | STOPPED : fetch(s, head);
        if ((done & STOPPED) != 0) {
            recorder.queueError(s);
        } else {
            setHead(s, head + 1 == slots ? 0 : head + 1);
        }
        return done;
    }

    private int fetch(long[] s, long head) {
        long at = at(s, head);
        for (int w = 0; w < bytes(s); w += Long.BYTES) {
            if (!memory.isReadable(s, at + w)) {
                return UNREAD | STOPPED;
            }
        }
        long more = isWide(s) ? memory.read(s, at + 16) | memory.read(s, at + 24) : 0;
        long lo = memory.read(s, at);
        return rules.type(lo) | (execute(s, lo, memory.read(s, at + Long.BYTES), more) ? 0 : STOPPED);
    }

    private long at(long[] s, long slot) {
        return (Iqa.BASE.get(u.queue.get(s)) << Iqa.BASE.lo() & widthMask) + slot * bytes(s);
    }

    /** The byte address of the slot that software fills next. */
    long free(long[] s) {
        return at(s, tail(s));
    }

    /** What software writes to IQT when it has filled that. */
    long next(long[] s) {
        long slot = tail(s) + 1;
        return (slot >= Iqa.entries(u.queue.get(s)) ? 0 : slot) * bytes(s);
    }

    /** The same, when all that can be filled is: the slot before the one that the unit takes next. */
    long last(long[] s) {
        int slots = Iqa.entries(u.queue.get(s));
        return (u.head.get(s) + slots - 1) % slots * bytes(s);
    }

    /** Bytes of a descriptor. */
    int width(long[] s) {
        return bytes(s);
    }

    private boolean execute(long[] s, long lo, long hi, long more) {
        int type = rules.type(lo);
        if (!rules.isRight(lo, hi, more, isWide(s)) || !isOfMode(s, type)) {
            return false;
        }
        if (ignoresPasids && type > Descriptors.WAIT && type < PageResponse.PAGE_GROUP_RESPONSE) {
            return true;
        }
        int granularity = (int) Descriptors.G.get(lo);
        int did = (int) Descriptors.DID.get(lo);
        return switch (type) {
            case Descriptors.CONTEXT_CACHE ->
                invalidations.contexts(s, granularity, (int) Descriptors.ContextCache.SID.get(lo), (int)
                                Descriptors.ContextCache.FM.get(lo))
                        != 0;
            case Descriptors.IOTLB -> invalidations.translations(s, granularity, did, hi) != 0;
            case Descriptors.INTERRUPT_ENTRY_CACHE -> forgetInterrupts(s, lo);
            case Descriptors.WAIT -> complete(s, lo, hi);
            case PasidDescriptors.PASID_IOTLB ->
                invalidations.translationsOfPasid(s, granularity, did, PasidDescriptors.PASID.get(lo), hi);
            case PasidDescriptors.PASID_CACHE -> forgetPasids(s, granularity, did, PasidDescriptors.PASID.get(lo));
            case PageResponse.PAGE_GROUP_RESPONSE -> answer(s, lo, hi);
            // Device TLBs are not modelled.
            default -> true;
        };
    }

    /**
     * Whether the mode of the root table in use has a descriptor (VT-d 6.5.2, Table 26, rev. 5.10): legacy mode those that name no
     * PASID and answer no page request, scalable mode those of 256 bits.
     */
    private boolean isOfMode(long[] s, int type) {
        if (anyMode) {
            return true;
        }
        boolean fits = deviceTables.isScalable(s) ? isWide(s) : type <= Descriptors.WAIT;
        return deviceTables.isModeKnown(s) && fits;
    }

    private boolean answer(long[] s, long lo, long hi) {
        messages.answer(s, lo, hi);
        return true;
    }

    private boolean forgetPasids(long[] s, int granularity, int did, long pasid) {
        boolean reserved = granularity == 2;
        if (reserved && rules.checksPasidCache()) {
            return false;
        }
        invalidations.pasids(s, granularity, did, pasid);
        return true;
    }

    private boolean forgetInterrupts(long[] s, long lo) {
        int index = (int) Descriptors.InterruptEntryCache.IIDX.get(lo);
        caches.interrupts.forget(s, index, Descriptors.InterruptEntryCache.lowBits(lo));
        return true;
    }

    private boolean complete(long[] s, long lo, long hi) {
        boolean nothing = (lo & WAIT_ACTIONS) == 0;
        boolean onlyFence = (lo & WAIT_ACTIONS) == Descriptors.Wait.FN.mask();
        if ((nothing && emptyIsError) || (onlyFence && fenceIsError)) {
            return false;
        }
        if (Descriptors.Wait.SW.isSet(lo)) {
            long address = Descriptors.Wait.ADDR.get(hi) << Descriptors.Wait.ADDR.lo() & statusMask;
            if (!memory.write32(s, address, Descriptors.Wait.DATA.get(lo))) {
                return false;
            }
        }
        if (Descriptors.Wait.IF.isSet(lo) && (u.high(s, Register.COMPLETION_STATUS) & COMPLETED) == 0) {
            u.setHigh(s, Register.COMPLETION_STATUS, COMPLETED);
            completion.raise(s);
        }
        return true;
    }

    /** Software has written ICS. */
    void statusCleared(long[] s) {
        if ((u.high(s, Register.COMPLETION_STATUS) & COMPLETED) == 0) {
            completion.drop(s);
        }
    }

    /** Whether the command registers do anything: while the queue is off, and in legacy mode (VT-d 6.5.1, rev. 5.10). */
    private boolean takesCommands(long[] s) {
        boolean legacy = deviceTables.isModeKnown(s) && !deviceTables.isScalable(s);
        return !Gsts.QIES.isSet(u.status(s)) && (legacy || commandsInAnyMode);
    }

    /** Software has written CCMD; where the unit takes no commands, this one ends with nothing done. */
    void commandContexts(long[] s) {
        long command = u.get(s, Register.CCMD);
        if (Ccmd.ICC.isSet(command)) {
            int done = takesCommands(s)
                    ? invalidations.contexts(
                            s, (int) Ccmd.CIRG.get(command), (int) Ccmd.SID.get(command), (int) Ccmd.FM.get(command))
                    : 0;
            u.set(s, Register.CCMD, Ccmd.CAIG.set(command & ~Ccmd.ICC.mask(), done));
        }
    }

    /** Software has written the IOTLB register; where the unit takes no commands, this one ends with nothing done. */
    void commandTranslations(long[] s) {
        long command = u.get(s, Register.IOTLB);
        if (IotlbCommand.IVT.isSet(command)) {
            int done = takesCommands(s)
                    ? invalidations.translations(
                            s,
                            (int) IotlbCommand.IIRG.get(command),
                            (int) IotlbCommand.DID.get(command),
                            u.get(s, Register.IVA))
                    : 0;
            u.set(s, Register.IOTLB, IotlbCommand.IAIG.set(command & ~IotlbCommand.IVT.mask(), done));
        }
    }
}
