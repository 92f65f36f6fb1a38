package dev.moat.iommu.smmuv3.recorded;

import dev.moat.iommu.Command;
import dev.moat.iommu.Forgets;
import dev.moat.iommu.TableKind;
import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.iommu.smmuv3.format.TableDescriptor;
import dev.moat.iommu.smmuv3.request.DrivenUnit;
import dev.moat.iommu.smmuv3.semantics.Capabilities;
import dev.moat.iommu.smmuv3.semantics.Scope;
import dev.moat.iommu.smmuv3.semantics.Translation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What commands have a unit forget, no more than the specification makes it. {@code @source} IHI 0070, commands, range-based invalidation. */
final class SmmuCommands {
    private static final int PAGE_SHIFT = 12;
    private static final int STREAM = TableKind.PASID_BITS;
    private static final long TAG_BYTE = 0xffL << 56;
    private static final int EVERY_PAGE = 52;

    private final DrivenUnit unit;
    private final Capabilities can;

    SmmuCommands(DrivenUnit unit, Capabilities can) {
        this.unit = unit;
        this.can = can;
    }

    Command of(long at, long lo, long hi) {
        List<Long> words = List.of(lo, hi);
        if (!unit.isLegal(lo, hi)) {
            return Command.plain(
                    Command.What.WRONG, at, words, "it is not one that the unit knows, or has a reserved bit set");
        }
        long sid = Commands.SID.get(lo);
        boolean leaf = Commands.LEAF.isSet(hi);
        Forgets stream = Forgets.entries(sid << STREAM, 1L << STREAM);
        return switch ((int) Commands.OPCODE.get(lo)) {
            case Commands.CFGI_STE ->
                configuration(at, words, leaf ? stream.upTo(STREAM) : stream, "stream table entry of " + sid);
            case Commands.CFGI_STE_RANGE -> range(at, words, sid, (int) Commands.RANGE.get(hi) + 1);
            case Commands.CFGI_CD ->
                configuration(
                        at,
                        words,
                        Forgets.entries(sid << STREAM | Commands.SSID.get(lo), 1)
                                .upTo(leaf ? 0 : STREAM - 1),
                        "context descriptor of " + sid);
            case Commands.CFGI_CD_ALL ->
                configuration(at, words, stream.upTo(STREAM - 1), "context descriptors of " + sid);
            case Commands.ATC_INV -> deviceTlb(at, words);
            case Commands.SYNC -> sync(at, words);
            default ->
                Commands.isInvalidation(lo)
                        ? translations(at, words)
                        : Command.plain(Command.What.OTHER, at, words, "no invalidation of translations");
        };
    }

    private static Command configuration(long at, List<Long> words, Forgets forgets, String says) {
        return Command.invalidation(at, words, List.of(forgets), says);
    }

    private static Command range(long at, List<Long> words, long sid, int bits) {
        return bits > Commands.EVERY_STREAM
                ? configuration(at, words, Forgets.entries(0, 0), "the configuration of every stream")
                : configuration(
                        at,
                        words,
                        Forgets.entries((sid & (-1L << bits)) << STREAM, 1L << (bits + STREAM)),
                        "the configuration of " + (1L << bits) + " streams from " + (sid & -1L << bits) + " on");
    }

    private static Command deviceTlb(long at, List<Long> words) {
        long lo = words.get(0);
        if (Commands.SSV.isSet(lo)) {
            return Command.plain(Command.What.OTHER, at, words, "what a device keeps of a substream");
        }
        int size = (int) Commands.SIZE.get(words.get(1));
        boolean all = size >= EVERY_PAGE;
        long page = all ? 0 : Commands.ADDRESS.get(words.get(1)) & -1L << size;
        return configuration(
                at,
                words,
                Forgets.deviceTlb(Commands.SID.get(lo) << STREAM, 1L << STREAM, page, all ? 0 : 1L << size),
                "device TLB");
    }

    private Command sync(long at, List<Long> words) {
        long lo = words.get(0);
        long address = Commands.MSI_ADDRESS.get(words.get(1)) << Commands.MSI_ADDRESS.lo();
        boolean tells = can.hasMessages() && Commands.CS.get(lo) == Commands.CS_INTERRUPT && address != 0;
        Command.Status status = tells ? new Command.Status(address, Integer.BYTES, Commands.MSI_DATA.get(lo)) : null;
        return new Command(Command.What.WAIT, at, words, List.of(), status, "CMD_SYNC");
    }

    private Command translations(long at, List<Long> words) {
        long lo = words.get(0);
        long vmid = Commands.VMID.get(lo);
        long asid = Commands.ASID.get(lo);
        long last = SmmuTableKinds.SECOND - 1;
        List<Forgets> all = new ArrayList<>();
        String whose = "VMID " + vmid;
        Range range = Range.ALL;
        switch ((int) Commands.OPCODE.get(lo)) {
            case Commands.TLBI_NH_ALL -> all.add(named(0, last, range));
            case Commands.TLBI_NH_ASID -> {
                whose = "ASID " + asid + " of VMID " + vmid;
                all.add(named(asid, asid, range));
            }
            case Commands.TLBI_NH_VA -> {
                whose = "ASID " + asid + " of VMID " + vmid;
                range = range(words, Commands.ADDRESS.get(words.get(1)) << PAGE_SHIFT);
                all.add(named(asid, asid, range));
            }
            case Commands.TLBI_NH_VAA -> {
                range = range(words, Commands.ADDRESS.get(words.get(1)) << PAGE_SHIFT);
                all.add(named(0, last, range));
            }
            case Commands.TLBI_S12_VMALL -> {
                all.add(named(SmmuTableKinds.SECOND | vmid, SmmuTableKinds.SECOND | vmid, range));
                if (vmid == 0) {
                    all.add(named(0, last, range));
                }
            }
            case Commands.TLBI_S2_IPA -> {
                range = range(words, Commands.IPA.get(words.get(1)) << PAGE_SHIFT);
                all.add(named(SmmuTableKinds.SECOND | vmid, SmmuTableKinds.SECOND | vmid, range));
            }
            case Commands.TLBI_NSNH_ALL -> {
                whose = "every VMID";
                all.add(Forgets.everyTranslation());
            }
            default -> {}
        }
        boolean first = Commands.OPCODE.get(lo) < Commands.TLBI_S12_VMALL;
        if (all.isEmpty() || (first && vmid != 0)) {
            return Command.plain(Command.What.OTHER, at, words, "translations that are not judged");
        }
        return Command.invalidation(at, words, all, "translations of " + whose + ", " + range.says());
    }

    private static Forgets named(long first, long last, Range range) {
        return Forgets.translations(
                        SmmuTableKinds.tag(first), SmmuTableKinds.tag(last), range.page, range.pages, range.tables)
                .whole(range.leaves);
    }

    /**
     * What a command names.
     *
     * @param pages 0 for all
     * @param leaves as {@link Forgets#leaves}
     */
    private record Range(long page, long pages, boolean tables, long leaves) {
        static final Range ALL = new Range(0, 0, true, Forgets.ANY_LEAF);

        String says() {
            return pages == 0
                    ? "all"
                    : String.format(
                            Locale.ROOT,
                            "%#x to %#x%s",
                            page << PAGE_SHIFT,
                            ((page + pages) << PAGE_SHIFT) - 1,
                            tables ? "" : ", Leaf");
        }
    }

    private Range range(List<Long> words, long address) {
        long lo = words.get(0);
        long hi = words.get(1);
        long start = address & ~TAG_BYTE;
        boolean tables = !Commands.LEAF.isSet(hi);
        if (Commands.TG.get(hi) == 0 || !can.hasRanges()) {
            return new Range(start >>> PAGE_SHIFT, 1, tables, Forgets.ANY_LEAF);
        }
        int granule = Scope.granule(hi);
        int level = Scope.level(hi);
        int named = level == 0 ? TableDescriptor.LAST_LEVEL : level;
        long leaves = 0;
        for (int l = 0; l <= TableDescriptor.LAST_LEVEL; l++) {
            boolean meant = level == 0 || l == level;
            leaves |= meant ? 1L << (Translation.shift(granule, can.indexBits(granule), l) - PAGE_SHIFT) : 0;
        }
        // A range that does not begin at a multiple of what it names need not have an effect.
        boolean aligned = (start & (1L << Translation.shift(granule, can.indexBits(granule), named)) - 1) == 0;
        long pages = Scope.rangeBytes(lo, hi) >>> PAGE_SHIFT;
        return new Range(start >>> PAGE_SHIFT, pages, tables && level == 0, aligned ? leaves : 1L << (Long.SIZE - 1));
    }
}
