package dev.moat.iommu.vtd;

import dev.moat.bits.BitField;
import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;

/**
 * Which bits of the unit's words can differ between states at all, derived from the geometry: every encoding that the
 * helpers of this package produce for its sorts fits, right or wrong (another DID, other rights, another range).
 */
final class Varying {
    private final VtdGeometry g;
    private final TableMap map;

    Varying(VtdGeometry geometry, TableMap map) {
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

    long gsts() {
        boolean flushes = g.options().has(VtdGeometry.Part.LATE_STORES)
                && g.capabilities().buffersWrites();
        long queue = g.options().has(VtdGeometry.Part.COMMAND_REGISTERS) ? Registers.Gsts.QIES.mask() : 0;
        return queue | (flushes ? Registers.Gsts.WBFS.mask() : 0);
    }

    long ccmd() {
        long sids = 0;
        for (int sid : g.sourceIds()) {
            sids |= sid;
        }
        int fm = (int) Registers.Ccmd.FM.max();
        int any = (int) Registers.Ccmd.CIRG.max();
        return Registers.Ccmd.request(any, (int) tagBits(), (int) sids, fm) | Registers.Ccmd.CAIG.mask();
    }

    long iotlbCommand() {
        int any = (int) Registers.IotlbCommand.IIRG.max();
        return Registers.IotlbCommand.request(any, (int) tagBits()) | Registers.IotlbCommand.IAIG.mask();
    }

    long frcdLo() {
        long bits = 0;
        for (int page = 0; page < g.pages().size(); page++) {
            bits |= field(Registers.FrcdLo.FI, g.pageNumber(page));
        }
        return bits;
    }

    long frcdHi() {
        long bits = Registers.FrcdHi.F.mask() | Registers.FrcdHi.T.mask() | field(Registers.FrcdHi.FR, 15);
        for (int sid : g.sourceIds()) {
            bits |= field(Registers.FrcdHi.SID, sid);
        }
        return bits;
    }

    long iva() {
        return range();
    }

    long rootLo() {
        long differ = 0;
        for (int bus = 1; bus < map.buses().size(); bus++) {
            differ |= RootEntry.lo(map.contextTable(bus)) ^ RootEntry.lo(map.contextTable(0));
        }
        return differ;
    }

    long contextLo() {
        long pointers = 0;
        for (int table = 0; table < map.tables(); table++) {
            pointers |= table >= map.leafTables() ? map.secondLevel(table) : 0;
        }
        boolean otherTypes = Registers.Ecap.PT.isSet(g.capabilities().ecap())
                || Registers.Ecap.DT.isSet(g.capabilities().ecap());
        long marks = g.options().has(VtdGeometry.Part.MARKED_ENTRIES)
                ? ContextEntry.FPD.mask() | ContextEntry.RSVD_LO.set(0, 1)
                : 0;
        return ContextEntry.lo(otherTypes ? ContextEntry.TT_RESERVED : 0, pointers) | marks;
    }

    long contextHi() {
        return field(ContextEntry.AW, upTo(g.levels() - 2))
                | field(ContextEntry.DID, upTo(g.tags().size() - 1));
    }

    private static long entry(long frames) {
        return SecondLevelEntry.of(frames, Rights.READ | Rights.WRITE);
    }

    private long frames() {
        long bits = 0;
        for (int f = 0; f < g.frames().size(); f++) {
            bits |= g.frameNumber(f);
        }
        if (g.options().has(VtdGeometry.Part.SCRATCH_PAGE)) {
            bits |= g.frameNumber(g.frames().size());
        }
        return bits;
    }

    long leaf() {
        return entry(frames());
    }

    /** All frames, tables and the superpage bit if entries change; otherwise what the connected entries contain. */
    long directory() {
        long bits = g.options().directoriesVary() ? entry(frames()) | SecondLevelEntry.SP.mask() : 0;
        for (int table = map.areLeavesInFrames() ? map.leafTables() : 0; table < map.tablesBelow(g.levels()); table++) {
            bits |= entry(map.secondLevel(table));
        }
        return bits;
    }

    private long tagBits() {
        return upTo(g.tags().size() - 1);
    }

    /** Bits of the data that a wait writes. */
    long statusData() {
        return g.options().has(VtdGeometry.Part.WAIT_NUMBERS) ? upTo(g.ring()) : 1;
    }

    long descriptorLo() {
        long sids = 0;
        for (int sid : g.sourceIds()) {
            sids |= sid;
        }
        return Descriptors.iotlbPage(0)
                | Descriptors.contextDevice((int) tagBits(), (int) sids, (int) Descriptors.ContextCache.FM.max())
                | Descriptors.waitStatus((int) statusData())
                | Descriptors.Wait.IF.mask()
                | Descriptors.Wait.FN.mask();
    }

    private long range() {
        long bits = Descriptors.iotlbPageHi(
                0, (int) upTo((long) g.indexBits() * g.levels()) & (int) Descriptors.Iotlb.AM.max(), true);
        for (int page = 0; page < g.pages().size(); page++) {
            bits |= field(Descriptors.Iotlb.ADDR, g.pageNumber(page));
        }
        return bits;
    }

    long descriptorHi() {
        long bits = range();
        if (g.options().has(VtdGeometry.Part.DEVICE_TLBS)) {
            // All pages are named by an address of ones.
            bits |= Descriptors.DeviceTlb.S.mask() | Descriptors.DeviceTlb.ADDR.mask();
        }
        for (int cpu = 0; cpu < g.cpus().size(); cpu++) {
            bits |= Descriptors.waitAddress(map.statusAddress(cpu));
        }
        return bits;
    }
}
