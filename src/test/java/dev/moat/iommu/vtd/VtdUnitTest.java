package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.state.Packing;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class VtdUnitTest {
    private static final VtdGeometry.Options SMALL = new VtdGeometry.Options(true, true, false, false);

    static void assertStored(Units m, long[] s) {
        Packing packing = m.schema.packing();
        long[] packed = new long[packing.words()];
        packing.pack(s, packed, 0);
        long[] back = new long[m.schema.words()];
        packing.unpack(packed, 0, back);
        assertThat(back).isEqualTo(s);
    }

    @Test
    void blankAndRunningStatesAreStored() {
        for (VtdGeometry g : List.of(
                Units.tiny(),
                Units.tiny(4, SMALL),
                Units.real(3, Capabilities.usual()),
                Units.real(4, Capabilities.usual()))) {
            Units m = new Units(g);
            assertStored(m, m.schema.blank());
            assertStored(m, m.running());
        }
    }

    /** Wrong values of the right kind must be storable too, or an injected fault could not be explored. */
    @Test
    void everyEncodingOfTheHelpersIsStored() {
        for (VtdGeometry g : List.of(Units.tiny(), Units.tiny(4, SMALL), Units.real(3, Capabilities.usual()))) {
            Units m = new Units(g);
            List<Consumer<long[]>> writes = new ArrayList<>();
            for (int d = 0; d < 4; d++) {
                int did = d;
                writes.add(s -> m.unit.contextHi.set(s, 0, m.unit.contextHiFor(did)));
                writes.add(s ->
                        enqueue(m, s, Descriptors.iotlbPage(did), Descriptors.iotlbPageHi(g.firstPage(), 3, true)));
                writes.add(s -> enqueue(m, s, Descriptors.iotlbDomain(did), 0));
                writes.add(s -> enqueue(m, s, Descriptors.contextDomain(did), 0));
                for (int fm = 0; fm < 4; fm++) {
                    int mask = fm;
                    writes.add(s -> enqueue(m, s, Descriptors.contextDevice(did, 0x0108, mask), 0));
                    writes.add(s -> enqueue(m, s, Descriptors.contextDevice(did, 0x000b, mask), 0));
                }
            }
            for (int tree = 0; tree < 2; tree++) {
                int t = tree;
                writes.add(s -> m.unit.contextLo.set(s, 2, m.unit.contextLoFor(t)));
                for (int page = 0; page < g.pages().size(); page++) {
                    for (int n = 0; n < 16; n++) {
                        int p = page;
                        int frame = n % 4;
                        int rights = n / 4;
                        writes.add(s -> m.unit.setLeaf(s, t, p, m.unit.leafTo(frame, rights)));
                    }
                }
            }
            for (int page = 0; page < g.pages().size(); page++) {
                long number = g.pageNumber(page);
                writes.add(s -> enqueue(m, s, Descriptors.iotlbPage(0), Descriptors.iotlbPageHi(number, 0, false)));
            }
            for (int cpu = 0; cpu < 2; cpu++) {
                long address = m.unit.map().statusAddress(cpu);
                writes.add(s -> enqueue(m, s, Descriptors.waitStatus(1), Descriptors.waitAddress(address)));
            }
            writes.add(s -> enqueue(m, s, Descriptors.contextGlobal(), 0));
            writes.add(s -> enqueue(m, s, Descriptors.iotlbGlobal(), 0));
            for (Consumer<long[]> write : writes) {
                long[] s = m.running();
                write.accept(s);
                for (int r = 0; r < 3; r++) {
                    m.caches.contextFill(s, r);
                }
                assertStored(m, s);
                m.queue.consume(s);
                assertThat(m.unit.queueError.get(s)).isZero();
                assertStored(m, s);
            }
        }
    }

    private static void enqueue(Units m, long[] s, long lo, long hi) {
        assertThat(m.queue.enqueue(s, lo, hi)).isTrue();
    }

    @Test
    void constantDirectoriesTakeLittleSpace() {
        Units fixed = new Units(Units.tiny(4, SMALL));
        Units varying = new Units(Units.tiny());
        assertThat(bits(fixed.unit.directory)).isLessThan(bits(varying.unit.directory));
        assertThat(bits(fixed.unit.rootHi)).isZero();
        assertThat(bits(fixed.unit.gsts)).isZero();
    }

    private static int bits(Slots slots) {
        return Long.bitCount(slots.varying()) * slots.size();
    }

    @Test
    void tablesHaveFramesOfTheirOwn() {
        Units m = new Units(Units.real(3, Capabilities.usual()));
        TableMap map = m.unit.map();
        // Two trees, each with the top table, and on both sides of the boundary one table of levels 2 and 1.
        assertThat(map.leafTables()).isEqualTo(4);
        assertThat(map.tables()).isEqualTo(10);
        assertThat(map.root()).isEqualTo(0x40);
        assertThat(map.buses()).containsExactly(0, 1);
        assertThat(map.contextTable(1)).isEqualTo(0x42);
        assertThat(map.busAt(0x40)).isEqualTo(-1);
        assertThat(map.busAt(0x42)).isEqualTo(1);
        assertThat(map.busAt(0x43)).isEqualTo(-1);
        assertThat(map.tableAt(0x42)).isEqualTo(-1);
        assertThat(map.tableAt(0x43)).isZero();
        assertThat(map.tableAt(0x4c)).isEqualTo(9);
        assertThat(map.tableAt(0x4d)).isEqualTo(-1);
        assertThat(map.statusPage()).isEqualTo(0x4d);
        assertThat(map.statusAddress(1)).isEqualTo(0x4d004);
        assertThat(m.unit.leaf.label(map.leafElement(1, 2))).isEqualTo("leaf[d1.l1@200,0]");
    }

    @Test
    void leavesOfTreesAndPagesAreDistinct() {
        for (VtdGeometry g : List.of(Units.tiny(), Units.real(4, Capabilities.usual()))) {
            Units m = new Units(g);
            List<Integer> elements = new ArrayList<>();
            for (int tree = 0; tree < 2; tree++) {
                for (int page = 0; page < 4; page++) {
                    elements.add(m.unit.map().leafElement(tree, page));
                }
            }
            assertThat(elements).doesNotHaveDuplicates();
            long[] s = m.running();
            m.unit.setLeaf(s, 1, 2, m.unit.leafTo(3, Rights.WRITE));
            assertThat(m.unit.leaf(s, 1, 2)).isEqualTo(0x3002);
            assertThat(m.unit.leaf(s, 0, 2)).isZero();
            assertThat(m.unit.leaf(s, 1, 1)).isZero();
        }
    }

    @Test
    void hitWithoutTheRightWalksAgainOrFaults() {
        for (boolean rewalks : new boolean[] {true, false}) {
            Capabilities can = new Capabilities(Capabilities.usual().cap(), 0, 39, rewalks);
            Units m = new Units(Units.geometry(2, 1, 0, 4, can));
            long[] s = m.running();
            m.unit.setLeaf(s, 0, 0, m.unit.leafTo(0, Rights.READ));
            assertThat(m.caches.fill(s, 0, 0, false)).isTrue();
            m.unit.setLeaf(s, 0, 0, m.unit.leafTo(1, Rights.READ | Rights.WRITE));
            assertThat(m.caches.fill(s, 0, 0, false)).as("a hit").isFalse();
            assertThat(m.unit.cachedFrame(s, 1, 0)).as("frame 0 is a frame").isZero();
            assertThat(m.caches.fill(s, 0, 0, true)).isEqualTo(rewalks);
            assertThat(m.unit.cachedFrame(s, 1, 0)).isEqualTo(rewalks ? 1 : 0);
            assertThat(m.unit.cachedRights(s, 1, 0)).isEqualTo(rewalks ? Rights.READ | Rights.WRITE : Rights.READ);
        }
    }

    @Test
    void anAbsentContextEntryHasNoDid() {
        Units m = new Units(Units.tiny());
        long[] s = m.running();
        m.unit.contextLo.set(s, 0, 0);
        assertThat(m.walk.memoryDid(s, 0)).isEqualTo(-1);
        assertThat(m.caches.contextFill(s, 0))
                .as("nothing that is not present is cached")
                .isFalse();
        assertThat(m.caches.contextFill(s, 1)).isTrue();
        assertThat(m.caches.contextFill(s, 1)).as("cached already").isFalse();
    }

    @Test
    void waitStatusIsForgottenWhenItsOwnerSaysSo() {
        SchemaBuilder builder = new SchemaBuilder();
        VtdUnit unit = new VtdUnit(builder, Units.tiny(), (s, cpu) -> cpu == 1);
        Schema schema = builder.build();
        long[] s = schema.blank();
        unit.status.set(s, 0, 1);
        unit.status.set(s, 1, 1);
        schema.normalise(s);
        assertThat(unit.status.get(s, 0)).isZero();
        assertThat(unit.status.get(s, 1)).isEqualTo(1);
    }

    @Test
    void deadCacheAndQueueValuesAreNormalisedAway() {
        Units m = new Units(Units.tiny(4, new VtdGeometry.Options(true, true, true, true)));
        long[] s = m.running();
        long[] clean = s.clone();
        m.unit.iotlbFrame.set(s, 1, 1, 3);
        m.unit.walkTag.set(s, 0, 2);
        m.unit.walkPage.set(s, 0, 2);
        m.unit.walkFrame.set(s, 0, 2);
        m.unit.queueLo.set(s, 3, Descriptors.iotlbGlobal());
        m.unit.queueHi.set(s, 0, 0x1000);
        m.schema.normalise(s);
        assertThat(s).isEqualTo(clean);
        m.unit.queueHead.set(s, 3);
        m.queue.enqueue(s, Descriptors.iotlbGlobal(), 0);
        m.queue.enqueue(s, Descriptors.iotlbPage(1), 0x1000);
        long[] queued = s.clone();
        m.schema.normalise(s);
        assertThat(s).as("slots 3 and 0 are in use").isEqualTo(queued);
    }

    /** The tag, not the device, decides: a stale context entry makes the walk of new tables land under the old DID. */
    @Test
    void translationsAreCachedUnderTheDidOfTheContextThatWasUsed() {
        Units m = new Units(Units.tiny());
        long[] s = m.running();
        m.unit.setLeaf(s, 0, 3, m.unit.leafTo(2, Rights.READ));
        assertThat(m.walk.cachedDid(s, 0)).isEqualTo(-1);
        assertThat(m.caches.contextFill(s, 0)).isTrue();
        m.unit.contextHi.set(s, 0, m.unit.contextHiFor(0));
        assertThat(m.walk.cachedDid(s, 0)).isEqualTo(1);
        assertThat(m.walk.memoryDid(s, 0)).isZero();
        assertThat(m.walk.memoryDid(s, 1)).isEqualTo(2);
        assertThat(m.caches.fill(s, 0, 3, false)).isTrue();
        assertThat(m.unit.cachedRights(s, 1, 3)).isEqualTo(Rights.READ);
        assertThat(m.caches.contextEvict(s, 0)).isTrue();
        assertThat(m.walk.cachedDid(s, 0)).isEqualTo(-1);
        assertThat(m.caches.fill(s, 0, 3, false)).isTrue();
        assertThat(m.unit.cachedRights(s, 0, 3)).as("DID 0 is a tag").isEqualTo(Rights.READ);
    }

    @Test
    void superpagesAreCachedInFragmentsAndStrangeMemoryIsElsewhere() {
        Units m = new Units(Units.tiny());
        long[] s = m.running();
        long superpage = SecondLevelEntry.of(2, Rights.READ) | SecondLevelEntry.SP.mask();
        m.unit.directory.set(s, 0, superpage);
        assertThat(m.caches.fill(s, 0, 1, false)).isTrue();
        assertThat(m.unit.cachedFrame(s, 1, 1)).isEqualTo(3);
        assertThat(m.unit.cachedRights(s, 1, 0)).isZero();
        m.unit.directory.set(s, 0, SecondLevelEntry.of(0x40, Rights.READ) | SecondLevelEntry.SP.mask());
        assertThat(m.caches.fill(s, 0, 0, false)).isTrue();
        assertThat(m.unit.cachedRights(s, 1, 0)).isEqualTo(Rights.READ);
        assertThat(m.unit.cachedFrame(s, 1, 0)).isEqualTo(VtdUnit.ELSEWHERE);
    }

    @Test
    void passThroughIsNotCached() {
        Capabilities can = Units.capabilities(0b1, 48, 3, false, false, true, 39);
        Units m = new Units(Units.geometry(2, 1, 0, 4, can));
        long[] s = m.running();
        m.unit.contextLo.set(s, 0, ContextEntry.lo(ContextEntry.TT_PASS_THROUGH, 0));
        assertThat(Translation.reachesMemory(m.walk.translate(s, 0, 0x1000, true)))
                .isTrue();
        assertThat(m.caches.fill(s, 0, 1, true)).isFalse();
    }

    @Test
    void underADidOutsideTheModelNothingIsCached() {
        Units m = new Units(Units.tiny());
        long[] s = m.running();
        m.unit.setLeaf(s, 0, 0, m.unit.leafTo(0, Rights.READ));
        m.unit.contextHi.set(s, 0, m.unit.contextHiFor(4));
        assertThat(m.caches.fill(s, 0, 0, false)).isFalse();
    }

    @Test
    void leftOutCachesHaveNoSlots() {
        Units m = new Units(Units.tiny(4, new VtdGeometry.Options(false, false, false, false)));
        assertThat(m.unit.cachedLo.size()).isZero();
        assertThat(m.unit.walkRights.size()).isZero();
        assertThat(m.unit.queueHead.width()).isZero();
        long[] s = m.running();
        m.unit.setLeaf(s, 0, 0, m.unit.leafTo(0, Rights.READ));
        assertThat(m.caches.fill(s, 0, 0, false)).isTrue();
        m.queue.enqueue(s, Descriptors.contextGlobal(), 0);
        m.queue.enqueue(s, Descriptors.iotlbPage(1), Descriptors.iotlbPageHi(0, 0, true));
        assertThat(m.queue.consume(s)).isTrue();
        assertThat(m.queue.consume(s)).isTrue();
        assertThat(m.unit.cachedRights(s, 1, 0)).isZero();
    }

    @Test
    void geometryIsRefusedWithTheReason() {
        VtdGeometry t = Units.tiny();
        assertThatThrownBy(() -> Units.tiny(3, SMALL)).hasMessageContaining("power of two");
        assertThatThrownBy(() -> Units.tiny(512, SMALL)).hasMessageContaining("2 to 256");
        assertThatThrownBy(() -> Units.tiny(1, SMALL)).hasMessageContaining("2 to 256");
        assertThatThrownBy(() -> Units.geometry(5, 9, 0, 4, t.capabilities())).hasMessageContaining("2 to 4 levels");
        assertThatThrownBy(() -> Units.geometry(2, 10, 0, 4, t.capabilities())).hasMessageContaining("index bits");
        assertThatThrownBy(() -> Units.geometry(2, 1, 1, 4, t.capabilities())).hasMessageContaining("within the width");
        Capabilities real = new Capabilities(0x00d2008c222f0606L, 0, 39, true);
        assertThatThrownBy(() -> Units.geometry(2, 1, 0, 4, real)).hasMessageContaining("SAGAW");
    }

    private static List<String> queued(long lo, long hi) {
        Units m = new Units(Units.tiny());
        long[] s = m.running();
        assertThat(m.queue.enqueue(s, Descriptors.contextGlobal(), 0)).isTrue();
        assertThat(m.queue.enqueue(s, lo, hi)).isTrue();
        return List.of(m.unit.queueLo.print(s, 1), m.unit.queueHi.print(s, 1));
    }

    /** A status is written to a multiple of 4 and not to a page, and how much is forgotten is told. {@code @source} VTD-QI. */
    @Test
    void descriptorsPrintByTheirType() {
        assertThat(queued(Descriptors.waitStatus(1), Descriptors.waitAddress(0x15000)))
                .containsExactly("0x100000025 (TYPE=0x5 SW DATA=0x1)", "0x15000 (ADDR=0x5400)");
        assertThat(queued(Descriptors.iotlbPage(1), Descriptors.iotlbPageHi(2, 1, true)))
                .containsExactly("0x100f2 (TYPE=0x2 G=0x3 DW DR DID=0x1)", "0x2041 (AM=0x1 IH ADDR=0x2)");
        assertThat(queued(Descriptors.iotlbDomain(1), 0))
                .containsExactly("0x100e2 (TYPE=0x2 G=0x2 DW DR DID=0x1)", "0");
        assertThat(queued(Descriptors.iotlbGlobal(), 0)).containsExactly("0xd2 (TYPE=0x2 G=0x1 DW DR)", "0");
        assertThat(queued(Descriptors.contextDevice(1, 8, 3), 0))
                .containsExactly("0x3000800010031 (TYPE=0x1 G=0x3 DID=0x1 SID=0x8 FM=0x3)", "0");
        assertThat(queued(0x207, 0x1000))
                .as("of a type that no unit here knows")
                .containsExactly("0x207 (TYPE=0x7 TYPE_HIGH=0x1)", "0x1000");
    }
}
