package dev.moat.iommu.riscv.semantics;

import dev.moat.iommu.PageRange;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.Commands.Directory;
import dev.moat.iommu.riscv.format.Commands.Translations;

/**
 * The entries that an invalidation command covers. One set of rules for all caches and for every question about a
 * command. {@code @source} RISCV-IOMMU, in-memory queues, IOTINVAL and IODIR; extensions, NL and S.
 */
public final class Scope {
    /** In place of a PSCID: of every process, because it is global. */
    public static final int GLOBAL = -1;

    private static final int EVERY_PAGE = Translations.ADDR.width();

    private Scope() {}

    private static boolean is(long lo, int kind) {
        return Commands.KIND.get(lo) == kind;
    }

    /** Whether a command is for first-stage entries under these tags, whatever their address. */
    public static boolean isOfFirstStage(long lo, int gscid, int pscid) {
        boolean space = Translations.GV.isSet(lo) ? gscid == Translations.GSCID.get(lo) : gscid == Transaction.HOST;
        boolean process = !Translations.PSCV.isSet(lo) || pscid == Translations.PSCID.get(lo);
        return is(lo, Commands.IOTINVAL_VMA) && space && process;
    }

    /** Whether a command is for second-stage and MSI entries under this tag, whatever their address. */
    public static boolean isOfSecondStage(long lo, int gscid) {
        return is(lo, Commands.IOTINVAL_GVMA)
                && gscid != Transaction.HOST
                && (!Translations.GV.isSet(lo) || gscid == Translations.GSCID.get(lo));
    }

    /**
     * Whether an IOTINVAL command is for an entry that stands for these pages, if its tags are named. {@code @unit} 4 KiB pages, 52
     * bits.
     *
     * @param leaf whether it leads to a page, or to a table
     */
    public static boolean isOfPages(long lo, long hi, long first, long pages, boolean leaf) {
        boolean everything =
                !Translations.AV.isSet(lo) || (is(lo, Commands.IOTINVAL_GVMA) && !Translations.GV.isSet(lo));
        return everything || ((leaf || Translations.NL.isSet(lo)) && overlaps(hi, first, pages));
    }

    private static boolean overlaps(long hi, long first, long pages) {
        long address = Translations.ADDR.get(hi);
        if (!Translations.S.isSet(hi)) {
            return PageRange.contains(first, pages, address);
        }
        int bits = Commands.rangeBits(address);
        return bits == EVERY_PAGE || PageRange.overlaps(address & -1L << bits, 1L << bits, first, pages);
    }

    /** Whether a command is for the device context of a device. */
    public static boolean isOfDevice(long lo, int deviceId) {
        return is(lo, Commands.IODIR_INVAL_DDT) && (!Directory.DV.isSet(lo) || deviceId == Directory.DID.get(lo));
    }

    /** Whether a command is for non-leaf entries of the device directory. */
    public static boolean isOfDeviceDirectory(long lo) {
        return is(lo, Commands.IODIR_INVAL_DDT) && !Directory.DV.isSet(lo);
    }

    /** Whether a command is for non-leaf entries of a device's process directory. */
    public static boolean isOfProcessDirectory(long lo, int deviceId) {
        return isOfDevice(lo, deviceId);
    }

    /** Whether a command is for the context of a device's process. */
    public static boolean isOfProcess(long lo, int deviceId, int processId) {
        boolean named = is(lo, Commands.IODIR_INVAL_PDT)
                && deviceId == Directory.DID.get(lo)
                && processId == Directory.PID.get(lo);
        return named || isOfDevice(lo, deviceId);
    }
}
