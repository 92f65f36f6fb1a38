package dev.moat.iommu.smmuv3;

import dev.moat.bits.BitField;
import dev.moat.iommu.queue.CommandSlots;
import dev.moat.iommu.smmuv3.SmmuGeometry.Part;
import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.iommu.smmuv3.format.ContextDescriptor;
import dev.moat.iommu.smmuv3.format.Registers;
import dev.moat.iommu.smmuv3.format.Registers.Enable;
import dev.moat.iommu.smmuv3.format.Registers.Errors;
import dev.moat.iommu.smmuv3.format.Registers.Queue;
import dev.moat.iommu.smmuv3.format.Registers.StreamTable;
import dev.moat.iommu.smmuv3.format.StreamTableEntry;
import dev.moat.iommu.smmuv3.format.TableDescriptor;
import dev.moat.iommu.smmuv3.semantics.RegisterBank.Start;
import java.util.Map;

/** Which bits of the words of a search can be otherwise than at the start; the others take no room in a stored state. */
final class Varying {
    private static final int STREAM_BITS = 16;

    private final SmmuGeometry g;
    private final TableMap map;

    Varying(SmmuGeometry geometry, TableMap map) {
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
        return upTo(g.tags().size());
    }

    private long frames() {
        long bits = 0;
        int last = g.sizes().addresses().frames().size() - (g.has(Part.SCRATCH_PAGE) ? 0 : 1);
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

    /** Bits of a word of a stream. */
    long stream(int word) {
        boolean first = g.isFirst();
        if (word == SmmuUnit.ENTRY) {
            long entries = StreamTableEntry.V.mask() | StreamTableEntry.CONFIG.mask();
            for (int q = 0; first && q < g.requesters().size(); q++) {
                entries |= map.context(q);
            }
            return entries;
        }
        if (word == SmmuUnit.TAGGED) {
            return first
                    ? g.contextFields() | field(ContextDescriptor.ASID, tags())
                    : g.stage2Fields() | field(StreamTableEntry.S2_VMID, tags());
        }
        long roots = 0;
        for (int space = 0; space < g.spaces().size(); space++) {
            roots |= map.frameOf(map.root(space)) << SmmuGeometry.PAGE_SHIFT;
        }
        return roots;
    }

    long leaf() {
        long rights = TableDescriptor.VALID.mask()
                | TableDescriptor.TABLE.mask()
                | TableDescriptor.AP_USER.mask()
                | TableDescriptor.AP_READ_ONLY.mask()
                | TableDescriptor.AF.mask()
                | TableDescriptor.NG.mask();
        return rights | field(TableDescriptor.ADDRESS, frames());
    }

    long directory() {
        long bits = g.has(Part.TABLE_FRAMES) ? leaf() : 0;
        for (int table = 0; table < map.tables(); table++) {
            bits |= TableDescriptor.table(map.frameOf(table));
        }
        return bits;
    }

    CommandSlots.Shape commands() {
        long streamIds = 0;
        for (int q = 0; q < g.requesters().size(); q++) {
            streamIds |= g.streamId(q);
        }
        long lo = Commands.OPCODE.mask()
                | Commands.NUM.mask()
                | Commands.SCALE.mask()
                | field(Commands.VMID, tags())
                | field(Commands.ASID, tags())
                | field(Commands.SID, streamIds);
        long hi = Commands.LEAF.mask() | Commands.TTL.mask() | Commands.TG.mask() | field(Commands.ADDRESS, pages());
        return new CommandSlots.Shape(g.ring(), g.ring(), g.has(Part.FETCHED), false, lo, hi);
    }

    /** Where the registers start, and what of them changes. */
    Map<Integer, Start> registers() {
        int order = Integer.numberOfTrailingZeros(g.ring());
        long positions = upTo(g.ring());
        long streamConfig = StreamTable.LOG2SIZE.set(0, STREAM_BITS);
        streamConfig = StreamTable.SPLIT.set(streamConfig, TableMap.SPLIT);
        streamConfig = StreamTable.FMT.set(streamConfig, StreamTable.TWO_LEVELS);
        long consumed = g.has(Part.FETCHED) ? positions : 0;
        return Map.of(
                Registers.CR0, new Start(Enable.SMMUEN.mask() | Enable.CMDQEN.mask(), 0),
                Registers.STRTAB_BASE, new Start(map.streamTable() << SmmuGeometry.PAGE_SHIFT, 0),
                Registers.STRTAB_BASE_CFG, new Start(streamConfig, 0),
                Registers.CMDQ_BASE, new Start(map.commandQueue() << SmmuGeometry.PAGE_SHIFT | order, 0),
                Registers.CMDQ_PROD, new Start(0, positions),
                Registers.CMDQ_CONS, new Start(0, consumed | Queue.ERR.mask()),
                Registers.GERROR, new Start(0, Errors.CMDQ_ERR.mask()));
    }
}
