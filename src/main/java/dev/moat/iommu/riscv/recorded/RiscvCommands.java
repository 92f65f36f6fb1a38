package dev.moat.iommu.riscv.recorded;

import dev.moat.iommu.Command;
import dev.moat.iommu.Forgets;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.Commands.Directory;
import dev.moat.iommu.riscv.format.Commands.Fence;
import dev.moat.iommu.riscv.format.Commands.Message;
import dev.moat.iommu.riscv.format.Commands.Translations;
import dev.moat.iommu.riscv.request.DrivenUnit;
import java.util.List;
import java.util.Locale;

/** What commands have a unit forget, no more than the specification makes it. {@code @source} RISCV-IOMMU, in-memory queues; extensions, NL and S. */
final class RiscvCommands {
    private static final int PAGE_SHIFT = 12;
    private static final int WIDEST_OF_DEVICE = TableKind.PASID_BITS;
    private static final long ONE_DEVICE = 1L << TableKind.PASID_BITS;
    private static final int SEGMENT_SHIFT = 16;
    /** Of the payload of an ATS invalidation: the size stands in the address. */
    private static final int SIZE_BIT = 11;

    private final DrivenUnit unit;

    RiscvCommands(DrivenUnit unit) {
        this.unit = unit;
    }

    Command of(long at, long lo, long hi) {
        List<Long> words = List.of(lo, hi);
        if (!unit.isLegal(lo, hi)) {
            return Command.plain(
                    Command.What.WRONG, at, words, "it is not one that the unit knows, or has a reserved bit set");
        }
        return switch ((int) Commands.KIND.get(lo)) {
            case Commands.IOTINVAL_VMA -> first(at, words);
            case Commands.IOTINVAL_GVMA -> second(at, words);
            case Commands.IODIR_INVAL_DDT -> {
                Forgets every = Forgets.entries(0, 0);
                Forgets one = Forgets.entries(Directory.DID.get(lo) << TableKind.PASID_BITS, ONE_DEVICE)
                        .upTo(WIDEST_OF_DEVICE);
                boolean named = Directory.DV.isSet(lo);
                String says = named ? "device context of " + Directory.DID.get(lo) : "device directory";
                yield Command.invalidation(at, words, List.of(named ? one : every), says);
            }
            case Commands.IODIR_INVAL_PDT -> {
                long position = Directory.DID.get(lo) << TableKind.PASID_BITS | Directory.PID.get(lo);
                yield Command.invalidation(
                        at, words, List.of(Forgets.entries(position, 1).upTo(0)), "process context");
            }
            case Commands.ATS_INVAL -> ats(at, words);
            case Commands.IOFENCE_C -> fence(at, words);
            default -> Command.plain(Command.What.OTHER, at, words, "no invalidation of translations");
        };
    }

    private static Command first(long at, List<Long> words) {
        long lo = words.get(0);
        if (Translations.GV.isSet(lo)) {
            return Command.plain(Command.What.OTHER, at, words, "first stage of guests");
        }
        long domain = Translations.PSCID.get(lo);
        boolean named = Translations.PSCV.isSet(lo);
        return translations(
                        at,
                        words,
                        named ? domain : 0,
                        named ? domain : RiscvTableKinds.SECOND - 1,
                        Translations.AV.isSet(lo))
                .says(named ? "PSCID " + domain : "every PSCID");
    }

    private static Command second(long at, List<Long> words) {
        long lo = words.get(0);
        long domain = RiscvTableKinds.SECOND | Translations.GSCID.get(lo);
        boolean named = Translations.GV.isSet(lo);
        long last = RiscvTableKinds.SECOND | Translations.GSCID.max();
        return translations(
                        at,
                        words,
                        named ? domain : RiscvTableKinds.SECOND,
                        named ? domain : last,
                        named && Translations.AV.isSet(lo))
                .says(named ? "GSCID " + Translations.GSCID.get(lo) : "every GSCID");
    }

    /** The pages of a command, which goes for domain ids from the first one to the last one. */
    private record Pages(long at, List<Long> words, Forgets forgets, String range) {
        Command says(String whose) {
            return Command.invalidation(at, words, List.of(forgets), "translations of " + whose + ", " + range);
        }
    }

    private static Pages translations(long at, List<Long> words, long first, long last, boolean named) {
        long address = Translations.ADDR.get(words.get(1));
        int bits = Translations.S.isSet(words.get(1)) ? Commands.rangeBits(address) : 0;
        boolean some = named && bits < Translations.ADDR.width();
        boolean tables = !named || Translations.NL.isSet(words.get(0));
        long page = some ? address & -1L << bits : 0;
        long pages = some ? 1L << bits : 0;
        Forgets forgets = Forgets.translations(
                        RiscvTableKinds.tag(first), RiscvTableKinds.tag(last), page, pages, tables)
                .whole(Forgets.ANY_LEAF);
        String range = some
                ? String.format(
                        Locale.ROOT,
                        "%#x to %#x%s",
                        page << PAGE_SHIFT,
                        ((page + pages) << PAGE_SHIFT) - 1,
                        tables ? "" : ", without NL")
                : "all";
        return new Pages(at, words, forgets, range);
    }

    private static Command ats(long at, List<Long> words) {
        long lo = words.get(0);
        long segment = Message.DSV.isSet(lo) ? Message.DSEG.get(lo) << SEGMENT_SHIFT : 0;
        long device = (segment | Message.RID.get(lo)) << TableKind.PASID_BITS;
        return Message.PV.isSet(lo)
                ? Command.plain(Command.What.OTHER, at, words, "what a device keeps of a process")
                : Command.invalidation(
                        at, words, List.of(Forgets.ats(device, ONE_DEVICE, words.get(1), SIZE_BIT)), "device TLB");
    }

    private static Command fence(long at, List<Long> words) {
        long lo = words.get(0);
        Command.Status status = Fence.AV.isSet(lo)
                ? new Command.Status(Fence.ADDR.get(words.get(1)) * Integer.BYTES, Integer.BYTES, Fence.DATA.get(lo))
                : null;
        return new Command(Command.What.WAIT, at, words, List.of(), status, "fence");
    }
}
