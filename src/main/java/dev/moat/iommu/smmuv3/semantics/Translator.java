package dev.moat.iommu.smmuv3.semantics;

import dev.moat.iommu.Memory;
import dev.moat.iommu.smmuv3.format.ContextDescriptor;
import dev.moat.iommu.smmuv3.format.Event;
import dev.moat.iommu.smmuv3.format.Registers.Bypass;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import org.jspecify.annotations.Nullable;

/**
 * Computes the result of a transaction. Nothing is recorded here; only {@link Caches} change.
 *
 * <p>{@code @fails} first the stream table ({@link Streams}), then the entry ({@link StreamRules}), the context
 * descriptor ({@link ContextRules}), stage 1 and stage 2. Within a stage it is the range of the address. Then at each
 * level it is the access to the descriptor, its validity, its address and its access flag; then rights. With both
 * stages, stage 2 of each table of stage 1 comes before the descriptor there. {@code @source} IHI 0070, operation,
 * fault model, events.
 */
public final class Translator {
    private final RegisterBank registers;
    private final Memory memory;
    private final Caches caches;
    private final Capabilities can;
    private final Streams streams;
    private final StreamRules streamRules;
    private final ContextRules contextRules;

    public Translator(RegisterBank registers, Memory memory, Caches caches, Capabilities can, Latitude latitude) {
        this.registers = registers;
        this.memory = memory;
        this.caches = caches;
        this.can = can;
        streams = new Streams(registers, memory, caches, can);
        streamRules = new StreamRules(can, latitude);
        contextRules = new ContextRules(can);
    }

    /** Fills in what a transaction gets. */
    public void translate(long[] s, Transaction t) {
        if (!registers.isOn(s)) {
            if (!Bypass.ABORT.isSet(registers.bypass.get(s))) {
                t.pass(t.address);
            }
        } else if (streams.locate(s, t) && isEntryLegal(t)) {
            byEntry(s, t);
        }
    }

    private boolean isEntryLegal(Transaction t) {
        return streamRules.isLegal(t.entry) || t.refuse(Event.C_BAD_STE, true);
    }

    private void byEntry(long[] s, Transaction t) {
        if (t.config() < StreamTableEntry.BYPASS) {
            return;
        }
        t.vmid = can.hasStage2() ? (int) StreamTableEntry.S2_VMID.get(t.entry[2]) : 0;
        if (t.hasStage1()) {
            if (findContext(s, t)) {
                fromStage1(s, t);
            }
        } else if (can.isBeyond(t.address, can.addressBits())) {
            t.refuseSize();
        } else if (t.hasStage2()) {
            Translation frame = stage2(s, t, t.address, Event.CLASS_IN);
            if (frame != null) {
                t.leaf = frame;
                t.pass(frame.output(t.address));
            }
        } else {
            t.pass(t.address);
        }
    }

    /** Finds the context descriptor, which is behind stage 2 if that is on. False when the transaction is refused. */
    private boolean findContext(long[] s, Transaction t) {
        long[] words = caches.configuration(s, Caches.Kind.CONTEXT, t.streamId);
        if (words == null) {
            long at = StreamTableEntry.contexts(t.entry[0]);
            if (t.hasStage2()) {
                Translation frame = stage2(s, t, at, Event.CLASS_CD);
                if (frame == null) {
                    return false;
                }
                at = frame.output(at);
            }
            words = Streams.load(s, memory, at, ContextDescriptor.WORDS);
            if (words.length == 0) {
                return t.refuseFetch(Event.F_CD_FETCH, at);
            }
            caches.keep(s, Caches.Kind.CONTEXT, t.streamId, words);
        }
        t.context = words;
        t.asid = (int) ContextDescriptor.ASID.get(words[0]);
        return contextRules.isLegal(words, StreamTableEntry.S1_STALLD.isSet(t.entry[1]))
                || t.refuse(Event.C_BAD_CD, true);
    }

    private void fromStage1(long[] s, Transaction t) {
        boolean nested = t.hasStage2();
        Caches.Both both = nested && Stage.isTagAllowed(t) ? caches.both(s, t) : null;
        Translation page = both != null ? both.page() : stage1(s, t);
        if (page == null) {
            return;
        }
        if (!t.access.isAllowed(page.rights())) {
            t.refuseByStage1(Event.F_PERMISSION, Event.CLASS_IN, 0);
            return;
        }
        t.leaf = page;
        long to = page.output(t.untagged);
        if (!nested) {
            t.pass(to);
            return;
        }
        Translation frame = both == null
                ? stage2(s, t, to, Event.CLASS_IN)
                : allowed(t, both.frame(), to, Event.CLASS_IN) ? both.frame() : null;
        if (frame != null) {
            if (both == null) {
                caches.keep(s, new Caches.Both(page, frame));
            }
            t.pass(frame.output(to));
        }
    }

    /** Walks stage 1 to the page of the transaction's address; null when it is refused. */
    private @Nullable Translation stage1(long[] s, Transaction t) {
        Stage stage = Stage.first(can, t);
        Translation at = Stage.isTagAllowed(t) ? caches.stage1(s, t) : null;
        if (at == null && !stage.open()) {
            t.refuseByStage1(Event.F_TRANSLATION, Event.CLASS_IN, 0);
            return null;
        }
        while (at == null || !at.leaf()) {
            long place = at == null ? stage.firstPlace(t.untagged) : Stage.place(at, t.untagged);
            if (t.hasStage2()) {
                Translation frame = stage2(s, t, place, Event.CLASS_TT);
                if (frame == null) {
                    return null;
                }
                place = frame.output(place);
            }
            if (!memory.isReadable(s, place)) {
                t.refuseByStage1(Event.F_WALK_EABT, Event.CLASS_TT, place);
                return null;
            }
            long descriptor = memory.read(s, place);
            int granule = at == null ? stage.granule() : at.granule();
            int level = at == null ? stage.level() : at.level() + 1;
            int fault = Descriptors.fault(stage, granule, level, descriptor);
            if (fault != Event.NONE) {
                t.refuseByStage1(fault, Event.CLASS_IN, 0);
                return null;
            }
            int rights = at == null ? Translation.ALL : at.rights();
            at = Descriptors.translation(stage, t, granule, level, rights, t.untagged, descriptor);
            caches.keep(s, at);
        }
        return at;
    }

    /** The frame of an intermediate address, for a class of events; null when the transaction is refused. */
    private @Nullable Translation stage2(long[] s, Transaction t, long intermediate, int ofClass) {
        Caches.Stage2 found = caches.throughStage2(s, t, intermediate, () -> walkStage2(s, t, intermediate));
        Translation frame = found.frame();
        if (frame == null) {
            boolean unread = found.event() == Event.F_WALK_EABT;
            t.refuseByStage2(found.event(), ofClass, unread ? found.fetched() : intermediate);
            return null;
        }
        return allowed(t, frame, intermediate, ofClass) ? frame : null;
    }

    /** Whether a frame allows the transaction, or the read of a structure for it. */
    private static boolean allowed(Transaction t, Translation frame, long intermediate, int ofClass) {
        Transaction.Access access = ofClass == Event.CLASS_IN ? t.access : Transaction.Access.READ;
        return access.isAllowed(frame.rights()) || t.refuseByStage2(Event.F_PERMISSION, ofClass, intermediate);
    }

    private Caches.Stage2 walkStage2(long[] s, Transaction t, long intermediate) {
        Stage stage = Stage.second(can, t.entry, intermediate);
        Translation at = caches.stage2(s, t, intermediate);
        if (at == null && !stage.open()) {
            return new Caches.Stage2(null, Event.F_TRANSLATION, 0);
        }
        while (at == null || !at.leaf()) {
            long place = at == null ? stage.firstPlace(intermediate) : Stage.place(at, intermediate);
            if (!memory.isReadable(s, place)) {
                return new Caches.Stage2(null, Event.F_WALK_EABT, place);
            }
            long descriptor = memory.read(s, place);
            int granule = at == null ? stage.granule() : at.granule();
            int level = at == null ? stage.level() : at.level() + 1;
            int fault = Descriptors.fault(stage, granule, level, descriptor);
            if (fault != Event.NONE) {
                return new Caches.Stage2(null, fault, 0);
            }
            at = Descriptors.translation(stage, t, granule, level, Translation.ALL, intermediate, descriptor);
            caches.keep(s, at);
        }
        return new Caches.Stage2(at, Event.NONE, 0);
    }
}
