package dev.moat.iommu.amdvi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.amdvi.AmdViGeometry.Options;
import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Registers;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.EventLog;
import dev.moat.state.Packing;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SearchedUnitTest {
    private static final List<AmdViGeometry> GEOMETRIES = List.of(
            Searched.tiny(),
            Searched.tiny().with(Options.of()),
            Searched.tiny().with(Options.of(Searched.ALL).with(Part.TABLE_FRAMES, Part.RING_POSITION)),
            Searched.geometry(1, 2, 1, 3, Capabilities.usual().withNpCache(true), Searched.ALL),
            Searched.geometry(3, 2, 5, 6, Capabilities.usual(), Part.DEVICE_CACHE),
            Searched.real(3, Capabilities.usual()),
            Searched.real(6, Capabilities.usual().withNpCache(true)));

    static void assertStored(Searched m, long[] s) {
        Packing packing = m.schema.packing();
        long[] packed = new long[packing.words()];
        packing.pack(s, packed, 0);
        long[] back = new long[m.schema.words()];
        packing.unpack(packed, 0, back);
        assertThat(back).isEqualTo(s);
    }

    @Test
    void blankAndRunningStatesAreStored() {
        for (AmdViGeometry g : GEOMETRIES) {
            Searched m = new Searched(g);
            assertStored(m, m.schema.blank());
            assertStored(m, m.running());
        }
    }

    /** Wrong values of the right kind must be storable too, or an injected fault could not be explored. */
    @Test
    void everyEncodingOfTheHelpersIsStored() {
        for (AmdViGeometry g : GEOMETRIES) {
            Searched m = new Searched(g);
            for (Consumer<long[]> write : writes(m)) {
                long[] s = m.running();
                write.accept(s);
                for (int r = 0; g.has(Part.DEVICE_CACHE) && r < 3; r++) {
                    m.caches.deviceFill(s, r);
                }
                assertStored(m, s);
                while (m.ring.consume(s)) {
                    assertStored(m, s);
                }
                assertThat(m.unit.registers.commandError.get(s)).isZero();
                long[] normal = s.clone();
                m.schema.normalise(normal);
                assertThat(normal).as("what is dead is already 0").isEqualTo(s);
            }
        }
    }

    private static List<Consumer<long[]>> writes(Searched m) {
        AmdViGeometry g = m.g;
        List<Consumer<long[]>> writes = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int tag = t;
            writes.add(s -> m.unit.setQuad(s, 0, 1, DeviceTableEntry.quad1(tag)));
            for (int order = 0; order <= Math.min(g.indexBits() * g.levels(), 38); order++) {
                long range = Commands.range(g.firstPage(), order, true);
                writes.add(s -> submit(m, s, Commands.pages(tag), range));
            }
            if (g.has(Part.EVERY_PAGE)) {
                writes.add(s -> submit(m, s, Commands.pages(tag), Commands.everyPage(tag % 2 == 0)));
            }
        }
        for (int tree = 0; tree < 2; tree++) {
            for (int rights = 0; rights < 4; rights++) {
                int t = tree;
                int r = rights;
                writes.add(s -> m.unit.setQuad(s, 2, 0, m.unit.quad0For(t, r)));
                writes.add(s -> m.unit.setQuad(s, 2, 0, DeviceTableEntry.quad0(0, 0, r)));
                for (int f = 0; f < (g.has(Part.SCRATCH_PAGE) ? 5 : 4); f++) {
                    int frame = f;
                    for (int p = 0; p < g.pages().size(); p++) {
                        int page = p;
                        writes.add(s -> m.unit.setLeaf(s, t, page, m.unit.pageTo(frame, r)));
                    }
                }
            }
        }
        for (int id : g.deviceIds()) {
            writes.add(s -> submit(m, s, Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, id), 0));
        }
        for (int cpu = 0; cpu < 2; cpu++) {
            long address = m.unit.map().waitAddress(cpu);
            writes.add(s -> submit(m, s, Commands.waitStore(address), 1));
        }
        writes.add(s -> submit(m, s, Commands.waitInterrupt(), 1));
        writes.add(s -> submit(m, s, Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0));
        return writes;
    }

    private static void submit(Searched m, long[] s, long lo, long hi) {
        assertThat(m.ring.submit(s, lo, hi)).isTrue();
    }

    @Test
    void whatIsLeftOutTakesNoRoom() {
        Searched bare = new Searched(Searched.tiny().with(Options.of()));
        assertThat(bare.unit.registers.deviceTable.varying()).isZero();
        assertThat(bare.unit.registers.control.varying()).isZero();
        assertThat(bare.unit.cachedEntry.size()).isZero();
        assertThat(bare.unit.directories.table.size()).isZero();
        assertThat(bare.unit.walkRights.size()).isZero();
        assertThat(bare.unit.eventLo.size()).isZero();
        assertThat(bare.unit.pageFailure.size()).isZero();
        assertThat(bits(bare.unit.directory)).isLessThan(bits(new Searched(Searched.tiny()).unit.directory));
        assertThat(bare.schema.packing().words()).isLessThanOrEqualTo(7);
    }

    private static int bits(Slots slots) {
        return Long.bitCount(slots.varying()) * slots.size();
    }

    /** Each word of memory is at one address and each address leads to one word: what is written is read, there only. */
    @Test
    void everyWordHasOneAddress() {
        for (AmdViGeometry g : GEOMETRIES) {
            Searched m = new Searched(g);
            List<Long> there = new ArrayList<>();
            long[] blank = m.schema.blank();
            long end = m.unit.map().waitPage() + 4;
            for (long address = 0; address < end << 12; address += 8) {
                if (m.unit.memory().isReadable(blank, address)) {
                    there.add(address);
                } else {
                    assertThat(m.unit.memory().write(blank, address, 1)).isFalse();
                }
            }
            assertThat(blank).isEqualTo(m.schema.blank());
            int words = m.unit.quad0.size() * 4
                    + m.unit.leaf.size()
                    + m.unit.directory.size()
                    + m.unit.waits.size()
                    + 2 * m.unit.commandLo.size()
                    + 2 * m.unit.eventLo.size();
            assertThat(there).hasSize(words);
            long[] s = m.schema.blank();
            for (int i = 0; i < there.size(); i++) {
                assertThat(m.unit.memory().write(s, there.get(i), i + 1L)).isTrue();
            }
            Set<Long> values = new HashSet<>();
            for (int i = 0; i < there.size(); i++) {
                assertThat(m.unit.memory().read(s, there.get(i))).isEqualTo(i + 1L);
                values.add(m.unit.memory().read(s, there.get(i)));
            }
            assertThat(values).hasSize(words);
        }
    }

    @Test
    void slotsAreWhereTheFormatsPutThem() {
        Searched m = new Searched(Searched.tiny());
        long[] s = m.running();
        TableMap map = m.unit.map();
        assertThat(Registers.DeviceTableBase.BASE.get(m.unit.registers.deviceTable.get(s)))
                .isEqualTo(0x40);
        assertThat(m.unit.memory().read(s, 0x40000 + 32 * 0x108)).isEqualTo(m.unit.quad0.get(s, 1));
        assertThat(m.unit.memory().read(s, 0x40000 + 32 * 0x0b + 8)).isEqualTo(m.unit.quad1.get(s, 2));
        m.unit.setLeaf(s, 1, 3, m.unit.pageTo(2, Searched.BOTH));
        assertThat(m.unit.leaf.label(m.unit.leafElement(s, 1, 3))).isEqualTo("leaf[d1.l1@1,1]");
        assertThat(m.unit.memory().read(s, (map.frameOf(map.table(1, 1, 3)) << 12) + 8))
                .isEqualTo(0x6000000000002001L);
        assertThat(m.unit.directory(s, 1, 2, 3)).isEqualTo(PageTableEntry.table(1, map.frameOf(map.table(1, 1, 3)), 3));
    }

    @Test
    void anEntryOfAHigherLevelThanTheTreesNeedsNoPlace() {
        assertThatThrownBy(() -> Searched.geometry(7, 1, 0, 2, Capabilities.usual()))
                .hasMessageContaining("1 level up to those that HATS offers");
        assertThatThrownBy(() -> Searched.geometry(2, 1, 3, 2, Capabilities.usual()))
                .hasMessageContaining("pages within the width");
        assertThatThrownBy(() -> Searched.geometry(2, 1, 0, 2, Capabilities.usual(), Part.TABLE_FRAMES))
                .hasMessageContaining("directories that vary");
        assertThatThrownBy(
                        () -> Searched.geometry(1, 2, 0, 2, Capabilities.usual(), Part.TABLE_FRAMES, Part.DIRECTORIES))
                .hasMessageContaining("2 levels for tables in frames");
    }

    @Test
    void aSecondUnitSharesMemoryAndNothingElse() {
        SchemaBuilder builder = new SchemaBuilder();
        AmdViUnit first = new AmdViUnit(builder, Searched.tiny());
        AmdViUnit second = new AmdViUnit(builder, "u1", first);
        long[] s = builder.build().blank();
        first.connect(s);
        first.setQuad(s, 0, 0, first.quad0For(0, 3));
        first.setLeaf(s, 0, 1, first.pageTo(2, 3));
        AmdViWalk walk = new AmdViWalk(second);
        AmdViCaches caches = new AmdViCaches(second, walk);
        assertThat(Translation.address(walk.answer(s, 0, 1, true), 0x1000)).isEqualTo(0x2000);
        assertThat(caches.fill(s, 0, 1, true)).isTrue();
        assertThat(first.cachedRights(s, 0, 1)).isZero();
        assertThat(second.cachedRights(s, 0, 1)).isEqualTo(3);
        CommandRing ring = new CommandRing(
                second,
                caches,
                new EventLog(second.registers, second.memory(), Behaviour.specified(Capabilities.usual())));
        ring.submit(s, Commands.waitStore(first.map().waitAddress(1)), 1);
        assertThat(first.registers.pendingCommands(s)).isZero();
        ring.consume(s);
        assertThat(first.waits.get(s, 1)).isEqualTo(1);
    }

    /** Any frame can be a table of level 1; only what is linked is one. */
    @Test
    void tablesInFrames() {
        Searched m = new Searched(Searched.tiny().with(Options.of(Searched.ALL).with(Part.TABLE_FRAMES)));
        long[] s = m.running();
        assertThat(m.unit.leafElement(s, 0, 0)).isEqualTo(-1);
        m.unit.setLeaf(s, 0, 0, m.unit.pageTo(1, 3));
        assertThat(m.unit.leaf(s, 0, 0)).as("nowhere to store it").isZero();
        m.unit.setDirectory(s, 0, 2, 0, PageTableEntry.table(1, m.g.frameNumber(3), 3));
        m.unit.setLeaf(s, 0, 1, m.unit.pageTo(1, 3));
        assertThat(m.unit.leaf.get(s, 3, 1)).isEqualTo(m.unit.pageTo(1, 3));
        assertThat(m.reaches(s, 0, 1, true)).isEqualTo(1);
        m.unit.setDirectory(s, 0, 2, 0, PageTableEntry.page(2, 3));
        assertThat(m.reaches(s, 0, 1, true)).as("a large page").isEqualTo(3);
        assertThat(m.unit.leafElement(s, 0, 1)).isEqualTo(-1);
        assertStored(m, s);
    }

    private static List<String> queued(long lo, long hi) {
        Searched m = new Searched(Searched.tiny());
        long[] s = m.running();
        assertThat(m.ring.submit(s, Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 8), 0))
                .isTrue();
        assertThat(m.ring.submit(s, lo, hi)).isTrue();
        return List.of(m.unit.commandLo.print(s, 1), m.unit.commandHi.print(s, 1));
    }

    /** What a wait stores is not the size bit of an invalidation. {@code @source} AMDVI-COMMANDS. */
    @Test
    void commandsPrintByTheirOpcode() {
        assertThat(queued(Commands.waitStore(0x46000), 1))
                .containsExactly("0x1000000000046001 (Opcode=0x1 s StoreAddress=0x8c00)", "0x1 (StoreData=0x1)");
        assertThat(queued(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 8), 0))
                .containsExactly("0x2000000000000008 (Opcode=0x2 DeviceID=0x8)", "0");
        assertThat(queued(Commands.pages(1), Commands.range(2, 1, true)))
                .containsExactly("0x3000000100000000 (Opcode=0x3 DomainID=0x1)", "0x2003 (S PDE Address=0x2)");
        assertThat(queued(Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0))
                .containsExactly("0x8000000000000000 (Opcode=0x8)", "0");
        assertThat(queued(Commands.opcode(9) | 1, 1))
                .as("of an opcode that no unit knows")
                .containsExactly("0x9000000000000001 (Opcode=0x9)", "0x1");
    }
}
