package dev.moat.iommu.amdvi;

import dev.moat.bits.BitField;
import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.Commands.CompletionWait;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Events;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers.Control;
import dev.moat.iommu.amdvi.format.Registers.ExclusionBase;
import dev.moat.iommu.amdvi.format.Registers.ExclusionLimit;
import dev.moat.iommu.amdvi.format.Registers.RingPointer;
import dev.moat.iommu.amdvi.format.Registers.Status;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.RegisterBank;
import java.util.Map;

/**
 * Which bits of the words of a unit can differ between states at all, derived from the geometry: every encoding that the
 * helpers of this package produce for its sorts fits, right or wrong (another DomainID, other rights, another range).
 */
final class Varying {
    private static final int BOTH = Translation.READ | Translation.WRITE;

    private final AmdViGeometry g;
    private final TableMap map;

    Varying(AmdViGeometry geometry, TableMap map) {
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

    private long deviceIds() {
        return g.deviceIds().stream().mapToLong(Integer::longValue).reduce(0, (a, b) -> a | b);
    }

    private long tablePlaces() {
        long bits = 0;
        for (int table = 0; table < map.tables(); table++) {
            bits |= map.frameOf(table);
        }
        return bits;
    }

    private long frames() {
        long bits = 0;
        int last = g.has(Part.SCRATCH_PAGE) ? g.frames().size() : g.frames().size() - 1;
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

    long quad0() {
        return DeviceTableEntry.quad0((int) upTo(g.levels()), tablePlaces(), BOTH);
    }

    long quad1() {
        return field(DeviceTableEntry.DOMAIN_ID, tags())
                | (g.has(Part.EXCLUSION) ? DeviceTableEntry.EX.mask() : 0)
                | (g.has(Part.FIRST_FAULTS) ? DeviceTableEntry.SE.mask() : 0)
                | (g.has(Part.NO_FAULTS) ? DeviceTableEntry.SA.mask() : 0);
    }

    long leaf() {
        return PageTableEntry.page(frames(), BOTH) | sized();
    }

    /** NextLevel and address bits of pages whose size is written into the address, where one level has room for them. */
    private long sized() {
        boolean possible = g.indexBits() > 1;
        return possible ? PageTableEntry.of(PageTableEntry.SIZED, upTo((1L << g.indexBits()) - 1), BOTH) : 0;
    }

    /** Pages of a whole table and tables if entries change; otherwise what the connected entries contain. */
    long directory() {
        long bits = 0;
        if (g.has(Part.DIRECTORIES)) {
            bits = PageTableEntry.of((int) upTo(g.levels()), frames() | tablePlaces(), BOTH);
        }
        for (Map.Entry<TableMap.Key, Integer> e : map.numbers().entrySet()) {
            if (e.getKey().level() < g.levels()) {
                bits |= PageTableEntry.table(e.getKey().level(), map.frameOf(e.getValue()), BOTH);
            }
        }
        return bits;
    }

    /** Bits of the data that a COMPLETION_WAIT stores. */
    long waitData() {
        return g.has(Part.WAIT_NUMBERS) ? upTo(g.ring()) : 1;
    }

    long commandLo() {
        long waits = 0;
        for (int cpu = 0; cpu < g.cpus().size(); cpu++) {
            waits |= Commands.waitStore(map.waitAddress(cpu));
        }
        return waits
                | Commands.OPCODE.mask()
                | CompletionWait.I.mask()
                | CompletionWait.F.mask()
                | Commands.device(0, (int) deviceIds())
                | field(Commands.Pages.DOMAIN_ID, tags());
    }

    long commandHi() {
        long ranges = field(Commands.Pages.ADDRESS, pages());
        for (int order = 1; order <= g.indexBits() * g.levels(); order++) {
            ranges |= Commands.range(pages(), Math.min(order, 38), true);
        }
        return ranges | (g.has(Part.EVERY_PAGE) ? Commands.everyPage(true) : 0) | waitData();
    }

    long eventLo() {
        return Events.CODE.mask()
                | field(Events.DEVICE_ID, deviceIds())
                | field(Events.DOMAIN_ID, tags())
                | Events.PR.mask()
                | Events.RW.mask()
                | Events.PE.mask()
                | Events.RZ.mask();
    }

    long eventHi() {
        long ring = RingPointer.ENTRY.set(0, g.ring() - 1L);
        long command = (map.commandBuffer() << PageTableEntry.ADDR.lo()) | ring;
        return (pages() << PageTableEntry.ADDR.lo()) | command | (tablePlaces() << PageTableEntry.ADDR.lo()) | 0xfff;
    }

    /** Where the registers start, and what of them changes. */
    Map<String, RegisterBank.Start> registers() {
        boolean logs = g.has(Part.EVENT_LOG);
        long control = Control.IOMMU_EN.mask() | Control.CMD_BUF_EN.mask() | (logs ? Control.EVENT_LOG_EN.mask() : 0);
        long restarts = g.has(Part.RESTART) ? control & ~Control.IOMMU_EN.mask() : 0;
        long running = Status.CMD_BUF_RUN.mask() | (logs ? Status.EVENT_LOG_RUN.mask() : 0);
        long logged =
                logs ? Status.EVENT_LOG_RUN.mask() | Status.EVENT_OVERFLOW.mask() | Status.EVENT_LOG_INT.mask() : 0;
        long positions = RingPointer.ENTRY.set(0, g.ring() - 1L);
        long exclusion =
                g.has(Part.EXCLUSION) ? ExclusionBase.BASE.set(ExclusionBase.EX_EN.mask(), g.pageNumber(0)) : 0;
        long allowed = g.has(Part.EXCLUSION_ALLOWED) ? ExclusionBase.ALLOW.mask() : 0;
        return Map.of(
                "exclusionBase", new RegisterBank.Start(exclusion | allowed, 0),
                "exclusionLimit",
                        new RegisterBank.Start(exclusion == 0 ? 0 : ExclusionLimit.LIMIT.set(0, g.pageNumber(0)), 0),
                "deviceTable", new RegisterBank.Start(map.deviceTableRegister(), 0),
                "commandBase", new RegisterBank.Start(map.ringRegister(map.commandBuffer()), 0),
                "eventBase", new RegisterBank.Start(logs ? map.ringRegister(map.eventLog()) : 0, 0),
                "control", new RegisterBank.Start(control, restarts),
                "commandHead", new RegisterBank.Start(0, g.has(Part.RING_POSITION) ? positions : 0),
                "commandTail", new RegisterBank.Start(0, positions),
                "eventTail", new RegisterBank.Start(0, logs ? positions : 0),
                "status",
                        new RegisterBank.Start(
                                running, Status.CMD_BUF_RUN.mask() | Status.COM_WAIT_INT.mask() | logged));
    }
}
