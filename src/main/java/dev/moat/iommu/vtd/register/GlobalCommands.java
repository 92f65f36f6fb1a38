package dev.moat.iommu.vtd.register;

import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.GlobalCommand;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Registers.Gsts;

/**
 * What a write of GCMD does. Bits of a state ask for that state; SRTP and SIRTP take over a pointer, now. What the unit has no
 * capability for is ignored, as are the write buffer, of which there is none, and fault logs. Each of TE and SRTP empties the
 * caches of DMA remapping; SIRTP those of interrupts if CAP.ESIRTPS says so. {@code @source} VTD-REGISTERS.
 */
final class GlobalCommands {
    private final UnitState u;
    private final Invalidations invalidations;
    private final InvalidationUnit queue;
    private final FaultRecorder recorder;
    private final Caches caches;
    private final boolean remapsInterrupts;
    private final boolean hasInterruptTable;
    private final boolean hasQueue;
    private final boolean translates;
    private final boolean compatibility;
    private final boolean forgetsInterrupts;

    GlobalCommands(
            UnitOptions options,
            UnitState u,
            Caches caches,
            Invalidations invalidations,
            InvalidationUnit queue,
            FaultRecorder recorder) {
        this.u = u;
        this.caches = caches;
        this.invalidations = invalidations;
        this.queue = queue;
        this.recorder = recorder;
        remapsInterrupts = Ecap.IR.isSet(options.ecap());
        hasInterruptTable = options.hasInterruptTable();
        hasQueue = options.hasQueue();
        translates = Cap.SAGAW.isSet(options.cap()) || Ecap.SMTS.isSet(options.ecap());
        compatibility = remapsInterrupts && !options.deviations().has(Deviation.COMPATIBILITY_PASSES);
        forgetsInterrupts = Cap.ESIRTPS.isSet(options.cap());
    }

    void written(long[] s, long command) {
        boolean enable = GlobalCommand.TE.isSet(command);
        if (translates && enable != Gsts.TES.isSet(u.status(s))) {
            change(s, Gsts.TES.mask(), enable);
            invalidations.everything(s);
        }
        if (GlobalCommand.SRTP.isSet(command)) {
            u.root.set(s, u.get(s, Register.RTADDR));
            change(s, Gsts.RTPS.mask(), true);
            invalidations.everything(s);
        }
        switchQueue(s, GlobalCommand.QIE.isSet(command));
        if (hasInterruptTable && GlobalCommand.SIRTP.isSet(command)) {
            u.interruptTable.set(s, u.get(s, Register.IRTA));
            change(s, Gsts.IRTPS.mask(), true);
            if (forgetsInterrupts) {
                caches.interrupts.forget(s, 0, 16);
            }
        }
        change(s, remapsInterrupts ? Gsts.IRES.mask() : 0, GlobalCommand.IRE.isSet(command));
        if ((u.status(s) & (Gsts.TES.mask() | Gsts.IRES.mask())) == 0) {
            recorder.restart(s);
        }
        change(s, compatibility ? Gsts.CFIS.mask() : 0, GlobalCommand.CFI.isSet(command));
    }

    private void switchQueue(long[] s, boolean enable) {
        if (!hasQueue || enable == Gsts.QIES.isSet(u.status(s))) {
            return;
        }
        if (enable) {
            queue.start(s);
            change(s, Gsts.QIES.mask(), true);
        } else if (queue.stop(s)) {
            change(s, Gsts.QIES.mask(), false);
        }
    }

    private void change(long[] s, long bits, boolean on) {
        u.setHigh(s, Register.COMMAND, on ? u.status(s) | bits : u.status(s) & ~bits);
    }
}
