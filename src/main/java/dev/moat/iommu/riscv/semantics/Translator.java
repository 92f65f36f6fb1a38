package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.Pointer;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.format.Registers.DirectoryPointer;
import dev.moat.iommu.riscv.semantics.Structures.Stages;

/**
 * What a transaction gets: the process to translate an address, in its order. Nothing is recorded here; the only thing that changes
 * are A and D bits, and what {@link Structures} cache.
 *
 * <p>{@code @source} RISCV-IOMMU, data structures, process to translate an IOVA.
 */
public final class Translator {
    private final RegisterBank registers;
    private final Structures structures;
    private final Directories directories;
    private final FirstStageWalk first;
    private final SecondStageWalk second;
    private final MsiTable msis;
    private final boolean bareIsGlobal;
    private final boolean givesMemoryAddress;
    private final boolean staleDirty;

    /** @param indexBits address bits that a level of tables decodes, 1 to 9; 9 is real */
    public Translator(RegisterBank registers, Structures structures, Behaviour behaviour, int indexBits) {
        this.registers = registers;
        this.structures = structures;
        TableEntries entries = new TableEntries(structures, behaviour.capabilities());
        ContextRules rules = new ContextRules(behaviour.capabilities(), behaviour.latitude());
        second = new SecondStageWalk(registers, structures, entries, behaviour, indexBits);
        first = new FirstStageWalk(entries, second, behaviour.latitude(), indexBits);
        directories = new Directories(registers, structures, rules, second, behaviour);
        msis = new MsiTable(registers, structures, rules, behaviour);
        bareIsGlobal = behaviour.has(Deviation.BARE_GLOBAL);
        givesMemoryAddress = behaviour.has(Deviation.T2GPA_SPA);
        staleDirty = behaviour.has(Deviation.ATS_STALE_D);
    }

    /** Fills in what a transaction gets. */
    public void translate(long[] s, Transaction t) {
        int mode = (int) DirectoryPointer.MODE.get(registers.ddtp.get(s));
        if (mode == DirectoryPointer.OFF) {
            t.refuse(Cause.ALL_DISALLOWED);
        } else if (mode == DirectoryPointer.BARE) {
            if (t.type == Transaction.Type.UNTRANSLATED) {
                t.address = t.iova;
            } else {
                t.refuse(Cause.TYPE_DISALLOWED);
            }
        } else if (locate(s, t) && isAllowed(t)) {
            throughStages(s, t);
        }
    }

    /** Finds the device context of a transaction. False when it is refused. */
    boolean locate(long[] s, Transaction t) {
        if (directories.isTooWide(t.deviceId, DirectoryPointer.levels(registers.ddtp.get(s)))) {
            return t.refuse(Cause.TYPE_DISALLOWED);
        }
        return directories.locateDevice(s, t);
    }

    private static boolean isAllowed(Transaction t) {
        boolean ats = t.type == Transaction.Type.UNTRANSLATED || t.control(Control.EN_ATS);
        boolean process = !t.hasProcess
                || (t.control(Control.PDTV) && !Directories.isTooWide(t.requestedProcess, t.dc.get(DeviceContext.FSC)));
        return (ats && process) || t.refuse(Cause.TYPE_DISALLOWED);
    }

    private void throughStages(long[] s, Transaction t) {
        if (t.type == Transaction.Type.TRANSLATED && !t.control(Control.T2GPA)) {
            t.address = t.iova;
            return;
        }
        if (t.type != Transaction.Type.TRANSLATED && !findFirstStage(s, t)) {
            return;
        }
        boolean found = fromCache(s, t) || walk(s, t);
        if (found) {
            answer(t);
        }
    }

    /** Root, mode and tag of the first stage. False when the transaction is refused. */
    private boolean findFirstStage(long[] s, Transaction t) {
        if (!t.control(Control.PDTV)) {
            t.useDeviceContext();
            return true;
        }
        boolean bare = Pointer.MODE.get(t.dc.get(DeviceContext.FSC)) == Pointer.PD_BARE;
        if (bare || !(t.hasProcess || t.control(Control.DPE))) {
            return true;
        }
        t.process = t.requestedProcess;
        t.inDirectory = true;
        boolean found = directories.locateProcess(s, t);
        t.inDirectory = false;
        return found;
    }

    /** Whether a cached translation is there that lets the transaction pass, or refuses it. */
    private boolean fromCache(long[] s, Transaction t) {
        Stages cached = structures.translation(s, t);
        if (cached == null) {
            return false;
        }
        Stages none = t.stages();
        t.use(cached);
        boolean enough = (t.firstLeaf == 0 || first.isEnough(t)) && (t.secondLeaf == 0 || second.isEnough(t));
        if (!enough) {
            t.use(none);
        }
        return enough;
    }

    private boolean walk(long[] s, Transaction t) {
        if (!t.isFirstBare() && !first.walk(s, t)) {
            return false;
        }
        boolean found = msis.isOf(t) ? msis.locate(s, t) : second.last(s, t);
        if (found) {
            structures.offerTranslation(s, t);
        }
        return found;
    }

    private void answer(Transaction t) {
        boolean allowed = (t.firstLeaf == 0 || first.judge(t))
                && (t.secondLeaf == 0 || second.judge(t))
                && (t.msiLow == 0 || msis.judge(t));
        if (!allowed) {
            return;
        }
        if (t.msiLow != 0) {
            t.address = msis.address(t);
        } else {
            t.address = t.secondLeaf == 0 ? t.guest : TableEntries.address(t.secondLeaf, t.secondShift, t.guest);
        }
        if (t.type == Transaction.Type.ATS) {
            grant(t);
        }
    }

    /** What an ATS request is granted: what both stages let it do. */
    private void grant(Transaction t) {
        t.readable = true;
        t.writable = isWritable(t.firstLeaf) && isWritable(t.secondLeaf) && !(staleDirty && t.hasSetDirty);
        t.executable = t.wantsExecute
                && t.msiLow == 0
                && FirstStageWalk.mayExecute(t)
                && (t.firstLeaf == 0 || PageTableEntry.X.isSet(t.firstLeaf))
                && (t.secondLeaf == 0 || PageTableEntry.X.isSet(t.secondLeaf));
        if (t.control(Control.T2GPA) && !givesMemoryAddress) {
            t.address = t.guest;
        }
        t.global |= bareIsGlobal && t.isFirstBare();
    }

    private static boolean isWritable(long leaf) {
        return leaf == 0 || (PageTableEntry.W.isSet(leaf) && PageTableEntry.D.isSet(leaf));
    }
}
