package dev.moat.iommu.riscv;

import dev.moat.bits.BitField;
import dev.moat.iommu.queue.CommandSlots;
import dev.moat.iommu.riscv.RiscvGeometry.Part;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.Commands.Directory;
import dev.moat.iommu.riscv.format.Commands.Fence;
import dev.moat.iommu.riscv.format.Commands.Translations;
import dev.moat.iommu.riscv.format.DeviceContext;
import dev.moat.iommu.riscv.format.DeviceContext.Attributes;
import dev.moat.iommu.riscv.format.DeviceContext.Control;
import dev.moat.iommu.riscv.format.PageTableEntry;
import dev.moat.iommu.riscv.format.Registers.DirectoryPointer;
import dev.moat.iommu.riscv.format.Registers.QueueBase;
import dev.moat.iommu.riscv.format.Registers.QueueControl;
import dev.moat.iommu.riscv.semantics.RegisterBank.Start;
import java.util.Map;

/** Which bits of the words of a search can be otherwise than at the start; the others take no room in a stored state. */
final class Varying {
    private static final long LEAF_RIGHTS = PageTableEntry.V.mask()
            | PageTableEntry.R.mask()
            | PageTableEntry.W.mask()
            | PageTableEntry.U.mask()
            | PageTableEntry.A.mask()
            | PageTableEntry.D.mask();

    private final RiscvGeometry g;
    private final TableMap map;

    Varying(RiscvGeometry geometry, TableMap map) {
        g = geometry;
        this.map = map;
    }

    /** Bits set in any number from 0 to max. */
    private static long upTo(long max) {
        return max == 0 ? 0 : -1L >>> Long.numberOfLeadingZeros(max);
    }

    private static long field(BitField field, long bits) {
        return field.set(0, bits & field.max());
    }

    private long tags() {
        return upTo(g.tags().size() - 1L);
    }

    private long frames() {
        long bits = 0;
        int last = g.addresses().frames().size() - (g.has(Part.SCRATCH_PAGE) ? 0 : 1);
        for (int frame = 0; frame <= last; frame++) {
            bits |= g.frameNumber(frame);
        }
        return bits;
    }

    private long pages() {
        long bits = 0;
        for (int page = 0; page < g.pages().size(); page++) {
            bits |= g.pageNumber(page);
        }
        return bits;
    }

    private long deviceIds() {
        return g.users().deviceIds().stream().mapToLong(Integer::longValue).reduce(0, (a, b) -> a | b);
    }

    /** Bits of a word of a device context. */
    long context(int word) {
        long roots = 0;
        for (int space = 0; space < g.users().spaces().size(); space++) {
            roots |= DeviceContext.Pointer.of(g.mode(), map.frameOf(map.root(space)));
        }
        boolean first = g.isFirst();
        return switch (word) {
            case DeviceContext.TC -> Control.V.mask();
            case DeviceContext.IOHGATP -> first ? 0 : roots | field(DeviceContext.SecondStage.GSCID, tags());
            case DeviceContext.TA -> first ? field(Attributes.PSCID, tags()) : 0;
            default -> first ? roots : 0;
        };
    }

    long leaf() {
        return LEAF_RIGHTS | field(PageTableEntry.PPN, frames());
    }

    long directory() {
        long bits = g.has(Part.TABLE_FRAMES) ? leaf() : 0;
        for (int table = 0; table < map.tables(); table++) {
            bits |= PageTableEntry.table(map.frameOf(table));
        }
        return bits;
    }

    CommandSlots.Shape commands() {
        return new CommandSlots.Shape(
                g.ring(), g.ring() - 1, g.has(Part.FETCHED), g.has(Part.RING_POSITION), commandLo(), commandHi());
    }

    private long commandLo() {
        return Commands.KIND.mask()
                | Translations.AV.mask()
                | Translations.PSCV.mask()
                | Translations.GV.mask()
                | Translations.NL.mask()
                | field(Translations.PSCID, tags())
                | field(Translations.GSCID, tags())
                | Fence.PR.mask()
                | Fence.PW.mask()
                | field(Directory.DID, deviceIds());
    }

    private long commandHi() {
        long ranges = field(Translations.ADDR, pages());
        for (int order = 1; order <= g.indexBits() * g.levels(); order++) {
            ranges |= field(Translations.ADDR, Commands.ofRange(pages(), order));
        }
        return Translations.S.mask() | ranges;
    }

    /** Where the registers start, and what of them changes. */
    Map<String, Start> registers() {
        long positions = upTo(g.ring() - 1L);
        long on = QueueControl.EN.mask() | QueueControl.ON.mask();
        long head = g.has(Part.RING_POSITION) || g.has(Part.FETCHED) ? positions : 0;
        int order = Integer.numberOfTrailingZeros(g.ring());
        return Map.of(
                "ddtp", new Start(DirectoryPointer.of(map.directoryLevels(), map.directoryRoot()), 0),
                "cqb", new Start(QueueBase.of(order, map.commandQueue()), 0),
                "cqh", new Start(0, head),
                "cqt", new Start(0, positions),
                "cqcsr", new Start(on, QueueControl.STOPS));
    }
}
