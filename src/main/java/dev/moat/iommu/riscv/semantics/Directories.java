package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.riscv.format.Cause;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.DeviceContext.Pointer;
import dev.moat.iommu.riscv.format.DirectoryEntry;
import dev.moat.iommu.riscv.format.ProcessContext;
import dev.moat.iommu.riscv.format.Registers.DirectoryPointer;
import dev.moat.iommu.riscv.format.Registers.Features;
import dev.moat.iommu.riscv.semantics.Structures.Encoding;
import dev.moat.iommu.riscv.semantics.Structures.Kind;
import dev.moat.iommu.riscv.semantics.Structures.Place;

/**
 * Finds the contexts of a transaction: the device directory by its device id, the process directory by its process id.
 *
 * <p>{@code @fails} at each level in this order: access, corruption, V = 0, then reserved bits, or of a context what {@link
 * ContextRules} say. Addresses of a process directory are a guest's behind a second stage, which may refuse first. {@code @source}
 * RISCV-IOMMU, data structures, processes to locate the device context and the process context.
 */
final class Directories {
    /** Index bits of a device directory below the leaves, and of a process directory. */
    private static final int INDEX_BITS = 9;

    private static final int PROCESS_LEAF_BITS = 8;
    private static final int KEPT_BITS = 8;

    private final RegisterBank registers;
    private final Structures structures;
    private final ContextRules rules;
    private final SecondStageWalk second;
    private final boolean extended;
    private final boolean shortIndex;

    Directories(
            RegisterBank registers,
            Structures structures,
            ContextRules rules,
            SecondStageWalk second,
            Behaviour behaviour) {
        this.registers = registers;
        this.structures = structures;
        this.rules = rules;
        this.second = second;
        extended = behaviour.capabilities().isExtended();
        shortIndex = behaviour.has(Deviation.DDI8);
    }

    /** Bits of a device id that index the leaves. */
    private int leafBits() {
        return extended ? 6 : 7;
    }

    private int deviceIndex(int deviceId, int level) {
        if (level == 0) {
            return deviceId & ((1 << leafBits()) - 1);
        }
        int shift = leafBits() + INDEX_BITS * (level - 1);
        return deviceId >>> shift & (1 << (shortIndex ? KEPT_BITS : INDEX_BITS)) - 1;
    }

    /** Whether a device id has parts for which the directory has no level. */
    boolean isTooWide(int deviceId, int levels) {
        return (levels < 3 && deviceIndex(deviceId, 2) != 0) || (levels < 2 && deviceIndex(deviceId, 1) != 0);
    }

    /** Finds the device context. False when the transaction is refused. */
    boolean locateDevice(long[] s, Transaction t) {
        long ddtp = registers.ddtp.get(s);
        boolean big = Features.BE.isSet(registers.fctl.get(s));
        long table = DirectoryPointer.PPN.get(ddtp);
        for (int level = DirectoryPointer.levels(ddtp) - 1; level > 0; level--) {
            int order = leafBits() + INDEX_BITS * (level - 1);
            long address =
                    (table << Transaction.PAGE_SHIFT) + (long) DirectoryEntry.BYTES * deviceIndex(t.deviceId, level);
            Encoding encoding = new Encoding(DirectoryEntry.BYTES, big);
            Place place = new Place(Kind.DEVICE_DIRECTORY, t.deviceId, order, address, encoding);
            if (!load(s, t, place, Cause.DDT_ACCESS, Cause.DDT_CORRUPT)) {
                return false;
            }
            long entry = t.loaded.get(0);
            if (!DirectoryEntry.V.isSet(entry)) {
                return t.refuse(Cause.DDT_NOT_VALID);
            }
            if (rules.isDirectoryWrong(entry)) {
                return t.refuse(Cause.DDT_MISCONFIGURED);
            }
            table = DirectoryEntry.PPN.get(entry);
        }
        return deviceContext(s, t, table, big);
    }

    private boolean deviceContext(long[] s, Transaction t, long table, boolean big) {
        int bytes = Long.BYTES * (extended ? DeviceContext.EXTENDED_WORDS : DeviceContext.BASE_WORDS);
        long address = (table << Transaction.PAGE_SHIFT) + (long) bytes * deviceIndex(t.deviceId, 0);
        Place place = new Place(Kind.DEVICE_CONTEXT, t.deviceId, 0, address, new Encoding(bytes, big));
        if (!load(s, t, place, Cause.DDT_ACCESS, Cause.DDT_CORRUPT)) {
            return false;
        }
        if (!Control.V.isSet(t.loaded.get(DeviceContext.TC))) {
            return t.refuse(Cause.DDT_NOT_VALID);
        }
        t.dc.copy(t.loaded, bytes / Long.BYTES);
        if (rules.isDeviceWrong(t.dc, registers.fctl.get(s))) {
            t.dc.clear();
            return t.refuse(Cause.DDT_MISCONFIGURED);
        }
        return true;
    }

    /** Whether a process id is too wide for a process directory of this mode. */
    static boolean isTooWide(int processId, long pdtp) {
        int mode = (int) Pointer.MODE.get(pdtp);
        int bits = mode == Pointer.PD8 ? PROCESS_LEAF_BITS : PROCESS_LEAF_BITS + INDEX_BITS;
        return (mode == Pointer.PD8 || mode == Pointer.PD17) && processId >>> bits != 0;
    }

    /** Finds the context of the transaction's process. False when it is refused. */
    boolean locateProcess(long[] s, Transaction t) {
        boolean big = t.control(Control.SBE);
        long pdtp = t.dc.get(DeviceContext.FSC);
        int levels = (int) Pointer.MODE.get(pdtp);
        long table = Pointer.PPN.get(pdtp);
        for (int level = levels - 1; level > 0; level--) {
            int order = PROCESS_LEAF_BITS + INDEX_BITS * (level - 1);
            long index = (t.process >>> order) & ((1L << INDEX_BITS) - 1);
            long guest = (table << Transaction.PAGE_SHIFT) + DirectoryEntry.BYTES * index;
            if (!second.implicit(s, t, guest, level == levels - 1 ? Kind.DEVICE_CONTEXT : Kind.PROCESS_DIRECTORY)) {
                return false;
            }
            Encoding encoding = new Encoding(DirectoryEntry.BYTES, big);
            Place place = new Place(Kind.PROCESS_DIRECTORY, t.process, order, t.physical, encoding);
            if (!load(s, t, place, Cause.PDT_ACCESS, Cause.PDT_CORRUPT)) {
                return false;
            }
            long entry = t.loaded.get(0);
            if (!DirectoryEntry.V.isSet(entry)) {
                return t.refuse(Cause.PDT_NOT_VALID);
            }
            if (rules.isDirectoryWrong(entry)) {
                return t.refuse(Cause.PDT_MISCONFIGURED);
            }
            table = DirectoryEntry.PPN.get(entry);
        }
        long index = t.process & ((1 << PROCESS_LEAF_BITS) - 1);
        long guest = (table << Transaction.PAGE_SHIFT) + (long) Long.BYTES * ProcessContext.WORDS * index;
        Kind from = levels == 1 ? Kind.DEVICE_CONTEXT : Kind.PROCESS_DIRECTORY;
        return second.implicit(s, t, guest, from) && processContext(s, t, big);
    }

    private boolean processContext(long[] s, Transaction t, boolean big) {
        Encoding encoding = new Encoding(Long.BYTES * ProcessContext.WORDS, big);
        Place place = new Place(Kind.PROCESS_CONTEXT, t.process, 0, t.physical, encoding);
        if (!load(s, t, place, Cause.PDT_ACCESS, Cause.PDT_CORRUPT)) {
            return false;
        }
        long ta = t.loaded.get(ProcessContext.TA);
        long fsc = t.loaded.get(ProcessContext.FSC);
        if (!ProcessContext.V.isSet(ta)) {
            return t.refuse(Cause.PDT_NOT_VALID);
        }
        if (rules.isProcessWrong(ta, fsc, t.control(Control.SXL))) {
            return t.refuse(Cause.PDT_MISCONFIGURED);
        }
        if (t.supervisor && !ProcessContext.ENS.isSet(ta)) {
            return t.refuse(Cause.TYPE_DISALLOWED);
        }
        t.firstStage = fsc;
        t.pscid = (int) ProcessContext.PSCID.get(ta);
        t.sum = ProcessContext.SUM.isSet(ta);
        return true;
    }

    private boolean load(long[] s, Transaction t, Place place, int noAccess, int corrupt) {
        return switch (structures.load(s, t, place, false)) {
            case Structures.NO_ACCESS -> t.refuse(noAccess);
            case Structures.CORRUPT -> t.refuse(corrupt);
            default -> true;
        };
    }
}
