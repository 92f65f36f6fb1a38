package dev.moat.iommu.amdvi.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Events;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.Deviation;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each deviation of QEMU, alone: what is different with it, and that it is not so without. */
class DeviationTest {
    private static final long ENTRY = Driven.DEVICE_TABLE + 32L * Driven.DEVICE;
    private static final int READ = Translation.READ;
    private static final int WRITE = Translation.WRITE;
    private static final int BOTH = Driven.BOTH;

    /** What is looked at, and what it is without and with the deviation. */
    private record Sign(Function<Driven, Object> look, Object without, Object with) {}

    private static final Map<Deviation, Sign> SIGNS = new EnumMap<>(Deviation.class);

    private static void sign(Deviation deviation, Object without, Object with, Function<Driven, Object> look) {
        SIGNS.put(deviation, new Sign(look, without, with));
    }

    private static Driven driven(Set<Deviation> deviations) {
        return driven(deviations, new QemuRequests.Choices(true, false));
    }

    private static Driven driven(Set<Deviation> deviations, QemuRequests.Choices choices) {
        Behaviour behaviour = new Behaviour(Capabilities.usual(), deviations);
        Function<Driven.Parts, Requests> making =
                parts -> new QemuRequests(parts.registers(), parts.memory(), parts.log(), behaviour, choices);
        return new Driven(behaviour, making, RequestCaches.none()).on().mapped();
    }

    /** Stores an entry of the lowest table, asks, and answers where the request went. */
    private static long with(Driven d, long entry, long iova, boolean write) {
        d.store(0x402000 + 8 * (iova >>> 12 & 511), entry);
        return d.reaches(iova, write);
    }

    private static Object firstEvent(Driven d, Runnable cause) {
        cause.run();
        return d.events() == 0 ? "none" : d.lastEvent();
    }

    static {
        sign(Deviation.EVT_NONE, 1, 0, d -> {
            d.request(0x9000, false);
            return d.events();
        });
        sign(
                Deviation.EVT_WORDS,
                List.of(0x2020000500000020L, 0x9000L),
                List.of(0x200a000000000020L, 0L),
                d -> firstEvent(d, () -> d.request(0x9000, true)));
        sign(Deviation.EVT_CHUNK, 1, 3, d -> {
            d.requests.request(d.s, Driven.DEVICE, 0x9002, 8, false);
            return d.events();
        });
        sign(Deviation.EVT_MISSING, 1, 0, d -> {
            d.store(ENTRY, d.load(ENTRY) & ~2);
            d.request(0x1000, false);
            return d.events();
        });
        sign(Deviation.EVT_EXTRA, 0, 1, d -> {
            d.store(ENTRY + 8, DeviceTableEntry.SA.mask() | 5);
            d.request(0x9000, false);
            return d.events();
        });
        sign(Deviation.EVT_DTE_AT_INV, 0, 1, d -> {
            d.store(ENTRY, d.load(ENTRY) | 4);
            d.command(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, Driven.DEVICE), 0);
            return d.events();
        });
        sign(Deviation.EVT_OVERFLOW, 0x13L, 0x18L, d -> {
            for (int n = 0; n < 300; n++) {
                d.request(0x9000, false);
            }
            return d.read(Registers.STATUS);
        });
        sign(Deviation.EVT_BASE_KEPT, List.of(0L, 0L), List.of(0x10L, 0L), d -> {
            d.request(0x9000, false);
            d.write(Registers.EVENT_BASE, 0x324000 | 8L << 56);
            long kept = d.read(Registers.EVENT_TAIL);
            d.write(Registers.STATUS, 2);
            d.write(Registers.EVENT_BASE, 0x324000 | 8L << 56);
            return List.of(kept, d.read(Registers.EVENT_TAIL));
        });
        sign(Deviation.LEAF_PR, -1L, 0x1003000L, d -> with(d, PageTableEntry.page(0x1003, BOTH) & ~1, 0x3000, false));
        sign(Deviation.PERM_CACHED_LEAF, -1L, 0x1001000L, d -> {
            d.store(0x400000, PageTableEntry.table(2, 0x401, READ));
            d.request(0x1000, false);
            return d.reaches(0x1000, true);
        });
        sign(Deviation.PERM_LEAF_ALONE, List.of(-1L, -1L, -1L), List.of(0x1001000L, 0x2000L, -1L), d -> {
            d.store(ENTRY, DeviceTableEntry.quad0(3, Driven.ROOT, READ));
            long byPage = d.reaches(0x1000, true);
            // With the device's right to read, none is left: a page of 1 GiB, of which 0x401000 is not the beginning.
            d.store(0x400000, PageTableEntry.table(2, 0x401, WRITE));
            long byDirectory = d.reaches(0x2000, true);
            d.store(0x400000, PageTableEntry.table(2, 0x401, WRITE) & ~1);
            return List.of(byPage, byDirectory, d.reaches(0x3000, true));
        });
        sign(Deviation.NO_WIDTH, -1L, 0x1001000L, d -> d.reaches(1L << 39 | 0x1000, false));
        sign(Deviation.SKIP_UNCHECKED, -1L, 0x1001000L, d -> {
            d.store(0x400000, PageTableEntry.table(1, 0x402, BOTH));
            return d.reaches(1L << 21 | 0x1000, false);
        });
        sign(Deviation.LEVEL_UNCHECKED, -1L, 0x1001000L, d -> {
            d.store(0x400000, PageTableEntry.table(3, 0x404, BOTH));
            d.store(0x404000, PageTableEntry.table(2, 0x401, BOTH));
            return d.reaches(0x1000, false);
        });
        sign(
                Deviation.PTE_RESERVED,
                -1L,
                0x1003000L,
                d -> with(d, PageTableEntry.page(0x1003, BOTH) | 1L << 52, 0x3000, false));
        sign(Deviation.PTE_UNREAD, List.of(true, 2), List.of(false, 3), d -> {
            d.store(0x402018, -1);
            d.request(0x3000, false);
            boolean present = Events.PR.isSet(d.lastEvent().get(0));
            d.store(0x401000, PageTableEntry.table(1, 0x80000, BOTH));
            d.request(0x4000, false);
            return List.of(present, d.events());
        });
        sign(
                Deviation.NL7_SIZE,
                -1L,
                0x1003000L,
                d -> with(d, PageTableEntry.sizedPage(0x1000, 24, BOTH), 0x3000, false));
        sign(Deviation.TV0_IDENTITY, -1L, 0x1000L, d -> {
            d.store(ENTRY, d.load(ENTRY) & ~2);
            return d.reaches(0x1000, false);
        });
        sign(Deviation.MODE0_OPEN, -1L, -1L, d -> d.reaches(0x9000, false));
        sign(Deviation.MODE0_CACHED, List.of(0x1001000L), List.of(0x1000L), d -> {
            d.store(ENTRY, DeviceTableEntry.quad0(0, 0, BOTH));
            d.request(0x1000, false);
            d.store(ENTRY, DeviceTableEntry.quad0(3, Driven.ROOT, BOTH));
            return List.of(d.reaches(0x1000, false));
        });
        sign(Deviation.DTE_UNTIL_INV, List.of(0x1001000L, 0x1001000L), List.of(0x1000L, 0x1001000L), d -> {
            long before = d.reaches(0x1000, false);
            d.command(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, Driven.DEVICE), 0);
            return List.of(before, d.reaches(0x1000, false));
        });
        sign(Deviation.DTE_RES_ALWAYS, 0x1000L, -1L, d -> {
            d.store(ENTRY, 4);
            return d.reaches(0x1000, false);
        });
        sign(Deviation.DEVTAB_SIZE, -1L, 0x1001000L, d -> {
            d.entry(0x200, d.load(ENTRY), 5);
            long answer = d.request(0x200, 0x1000, false);
            return Translation.reachesMemory(answer) ? Translation.address(answer, 0x1000) : -1;
        });
        sign(Deviation.TLB_BY_DEVID, -1L, 0x1001000L, d -> {
            d.request(0x1000, false);
            d.store(ENTRY, DeviceTableEntry.quad0(0, 0, 0));
            return d.reaches(0x1000, false);
        });
        sign(Deviation.KEY_OR, -1L, 0x1001000L, d -> {
            d.entry(0x21, DeviceTableEntry.quad0(6, 0x500, BOTH), 5);
            d.entry(0x20, DeviceTableEntry.quad0(6, 0x500, BOTH), 5);
            d.store(0x500000, PageTableEntry.table(3, 0x400, BOTH));
            d.request(0x21, 0x1000, false);
            // The page number of this address has the bit that tells DevID 21 from 20.
            return d.reaches(1L << 48 | 0x1000, false);
        });
        sign(Deviation.EXCLUSION, 0x9000L, -1L, d -> {
            d.write(Registers.EXCLUSION_LIMIT, 0x9000);
            d.write(Registers.EXCLUSION_BASE, 0x9003);
            return d.reaches(0x9000, false);
        });
        sign(Deviation.CMD_CONTINUES, 0L, 7L, d -> {
            d.command(Commands.opcode(9), 0);
            d.command(Commands.waitStore(0x330000), 7);
            return d.load(0x330000);
        });
        sign(Deviation.HEAD_WRAP, 0L, 0x1000L, d -> {
            for (int n = 0; n < 256; n++) {
                d.command(Commands.waitInterrupt(), 0);
            }
            return d.read(Registers.COMMAND_HEAD);
        });
        sign(Deviation.HEAD_READ_STALE, List.of(0L, 0L), List.of(0x10L, 0x10L), d -> {
            d.command(Commands.waitInterrupt(), 0);
            d.write(Registers.COMMAND_BASE, Driven.COMMANDS | 8L << 56);
            return List.of(d.read(Registers.COMMAND_HEAD), d.read(Registers.COMMAND_TAIL));
        });
        sign(Deviation.POINTERS_RAW, List.of(0L, 0x10L, 0x20L), List.of(0x8L, 0x14L, 0x20L), d -> {
            d.write(Registers.CONTROL, 5);
            d.write(Registers.COMMAND_HEAD, 8);
            long head = d.read(Registers.COMMAND_HEAD);
            d.write(Registers.COMMAND_TAIL, 0x14);
            long tail = d.read(Registers.COMMAND_TAIL);
            d.store(Driven.COMMANDS, Commands.waitInterrupt());
            d.store(Driven.COMMANDS + 16, Commands.waitInterrupt());
            d.write(Registers.COMMAND_TAIL, 0x20);
            d.write(Registers.CONTROL, 0x1005);
            return List.of(head, tail, d.read(Registers.COMMAND_HEAD));
        });
        sign(Deviation.STATUS_RO, 0x18L, 0x1cL, d -> {
            d.command(Commands.waitInterrupt(), 0);
            d.write(Registers.STATUS, 4);
            return d.read(Registers.STATUS);
        });
        sign(Deviation.STATUS_WIDE, 0x18L, 0x1f18L, d -> {
            d.write(Registers.STATUS, 0x1f67);
            return d.read(Registers.STATUS);
        });
    }

    @TestFactory
    List<DynamicTest> eachAlone() {
        return SIGNS.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey().name(), () -> {
                    Sign sign = e.getValue();
                    assertThat(sign.look().apply(driven(Set.of()))).isEqualTo(sign.without());
                    assertThat(sign.look().apply(driven(Set.of(e.getKey())))).isEqualTo(sign.with());
                }))
                .toList();
    }

    @Test
    void noneIsWithoutASign() {
        assertThat(SIGNS.keySet()).isEqualTo(EnumSet.allOf(Deviation.class));
    }

    /** What a device that is untranslated needs a second deviation to show. */
    @Test
    void mode0MakesADeviceUntranslatedWithTheSwitchThatAsksForIt() {
        for (boolean open : new boolean[] {false, true}) {
            Driven d = driven(
                    open ? Set.of(Deviation.DTE_UNTIL_INV, Deviation.MODE0_OPEN) : Set.of(Deviation.DTE_UNTIL_INV));
            d.store(ENTRY, DeviceTableEntry.quad0(0, 0, 0));
            d.command(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, Driven.DEVICE), 0);
            assertThat(d.reaches(0x1000, true)).isEqualTo(open ? 0x1000 : -1);
            d.store(ENTRY, 0);
            d.command(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, Driven.DEVICE), 0);
            assertThat(d.reaches(0x1000, true)).as("V = 0").isEqualTo(0x1000);
        }
    }

    /** Without deviations it answers as the specification's unit does when that keeps nothing. */
    @Test
    void withoutThemItIsTheSpecifiedUnit() {
        for (int rights = 0; rights < 4; rights++) {
            for (int mode = 0; mode < 8; mode++) {
                Driven qemu = driven(Set.of());
                Driven plain = new Driven().on().mapped();
                for (Driven d : List.of(qemu, plain)) {
                    d.entry(Driven.DEVICE, DeviceTableEntry.quad0(mode, Driven.ROOT, rights), 5);
                }
                for (long iova : new long[] {0, 0x1000, 0x2ff8, 0x200000, 0xfee00000L, 1L << 45, -4096}) {
                    for (boolean write : new boolean[] {false, true}) {
                        assertThat(qemu.reaches(iova, write)).isEqualTo(plain.reaches(iova, write));
                        assertThat(qemu.events()).isEqualTo(plain.events());
                    }
                }
            }
        }
        assertThat(WRITE).isEqualTo(2);
    }

    /** Where versions differ within the specification. */
    @Test
    void aTranslationThatRefusesIsKeptOrNot() {
        for (boolean keeps : new boolean[] {false, true}) {
            Driven d = driven(Set.of(Deviation.TLB_BY_DEVID), new QemuRequests.Choices(keeps, keeps));
            d.store(0x402008, PageTableEntry.page(0x1001, READ));
            assertThat(d.reaches(0x1000, true)).isEqualTo(-1);
            d.store(0x402008, PageTableEntry.page(0x1001, BOTH));
            assertThat(d.reaches(0x1000, true)).isEqualTo(keeps ? -1 : 0x1001000);
            d.request(0x2000, true);
            d.store(0x402010, 0);
            d.command(0x4000000000000020L, 0x1001);
            assertThat(d.reaches(0x2000, true))
                    .as("INVALIDATE_IOTLB_PAGES with S")
                    .isEqualTo(keeps ? -1 : 0x1002000);
        }
    }

    @Test
    void aFullCacheIsEmptied() {
        Driven d = driven(Set.of(Deviation.TLB_BY_DEVID));
        d.entry(Driven.DEVICE, DeviceTableEntry.quad0(3, Driven.ROOT, BOTH), 5);
        d.store(0x401008, PageTableEntry.page(0, BOTH));
        d.store(0x401010, PageTableEntry.page(0x200, BOTH));
        d.store(0x401018, PageTableEntry.page(0x400, BOTH));
        d.request(0x200000, false);
        d.store(ENTRY, DeviceTableEntry.quad0(0, 0, 0));
        assertThat(d.reaches(0x200000, false)).isZero();
        d.store(ENTRY, DeviceTableEntry.quad0(3, Driven.ROOT, BOTH));
        for (int page = 1; page < 1025; page++) {
            d.request(0x200000 + 4096L * page, false);
        }
        d.store(ENTRY, DeviceTableEntry.quad0(0, 0, 0));
        assertThat(d.reaches(0x200000, false)).isEqualTo(-1);
    }
}
