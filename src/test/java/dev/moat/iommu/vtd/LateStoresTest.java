package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Gsts;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stores to tables that the walker sees late. Requester 0 has DID 1 and tree 0. */
class LateStoresTest {
    private static final Units BUFFER = unit(1, 1);
    private static final Units CACHE = unit(0, 0);
    private static final Units BOTH = unit(1, 0);

    private static Capabilities can(int rwbf, int c) {
        Capabilities usual = Capabilities.usual();
        return new Capabilities(Cap.RWBF.set(usual.cap(), rwbf), usual.ecap() & ~1 | c, 39, true);
    }

    private static Units unit(int rwbf, int c) {
        return new Units(Units.with(Units.geometry(2, 1, 0, 4, can(rwbf, c)), VtdGeometry.Part.LATE_STORES));
    }

    private static boolean reaches(Units m, long[] s) {
        return Translation.reachesMemory(m.caches.answer(s, 0, 0, false));
    }

    private static long[] stored(Units m) {
        long[] s = m.running();
        m.unit.setLeaf(s, 0, 0, m.unit.leafTo(2, Rights.READ));
        assertThat(m.unit.leaf(s, 0, 0)).as("software sees its store").isEqualTo(0x2001);
        assertThat(reaches(m, s)).isFalse();
        assertThat(m.caches.fill(s, 0, 0, false)).isFalse();
        assertThat(m.caches.blocked(s, 0, 0, false)).isTrue();
        assertThat(Translation.reachesMemory(m.walk.lookUp(s, 0, 0, false))).isFalse();
        assertThat(Translation.reachesMemory(m.walk.lookUpStored(s, 0, 0, false)))
                .isTrue();
        return s;
    }

    private static int entry(Units m) {
        return m.unit.late
                .entries
                .labels()
                .indexOf(m.unit.leaf.label(m.unit.map().leafElement(0, 0)));
    }

    @Test
    void theWriteBufferHoldsAStoreUntilItIsFlushed() {
        long[] s = stored(BUFFER);
        LateStores late = BUFFER.unit.late;
        late.writeBack(s, BUFFER.unit.leaf, BUFFER.unit.map().leafElement(0, 0));
        assertThat(reaches(BUFFER, s)).as("no line to write back").isFalse();
        long[] drained = s.clone();
        assertThat(late.drain(drained, entry(BUFFER))).isTrue();
        assertThat(late.drain(drained, entry(BUFFER))).isFalse();
        assertThat(reaches(BUFFER, drained)).isTrue();
        assertThat(late.finishFlush(s)).as("not asked for").isFalse();
        assertThat(late.startFlush(s)).isTrue();
        assertThat(late.startFlush(s)).as("under way").isFalse();
        VtdUnitTest.assertStored(BUFFER, s);
        assertThat(Gsts.WBFS.isSet(BUFFER.unit.gsts.get(s))).isTrue();
        assertThat(reaches(BUFFER, s)).isFalse();
        assertThat(late.finishFlush(s)).isTrue();
        assertThat(Gsts.WBFS.isSet(BUFFER.unit.gsts.get(s))).isFalse();
        assertThat(s).isEqualTo(drained);
    }

    @ParameterizedTest
    @CsvSource({"0x11, true", "0xd2, true", "0x300e2, true", "0x300f2, true", "0x5, false", "0x1000000014, false"})
    void everyInvalidationEmptiesTheWriteBuffer(String lo, boolean empties) {
        long[] s = stored(BUFFER);
        BUFFER.queue.enqueue(s, Long.decode(lo), 0);
        assertThat(BUFFER.queue.consume(s)).isTrue();
        assertThat(BUFFER.unit.queueError.get(s)).isZero();
        assertThat(reaches(BUFFER, s)).isEqualTo(empties);
        long[] cached = stored(CACHE);
        CACHE.queue.enqueue(cached, Long.decode(lo), 0);
        assertThat(CACHE.queue.consume(cached)).isTrue();
        assertThat(reaches(CACHE, cached))
                .as("no descriptor reaches into CPU caches")
                .isFalse();
    }

    @Test
    void aLineIsWrittenBackByClflushOrByItself() {
        long[] s = stored(CACHE);
        LateStores late = CACHE.unit.late;
        assertThat(late.startFlush(s)).as("there is no write buffer").isFalse();
        assertThat(late.drain(s, entry(CACHE))).isFalse();
        long[] evicted = s.clone();
        assertThat(late.evict(evicted, entry(CACHE))).isTrue();
        assertThat(late.evict(evicted, entry(CACHE))).isFalse();
        assertThat(reaches(CACHE, evicted)).isTrue();
        late.writeBack(s, CACHE.unit.leaf, CACHE.unit.map().leafElement(0, 1));
        assertThat(reaches(CACHE, s)).as("another entry's line").isFalse();
        late.writeBack(s, CACHE.unit.leaf, CACHE.unit.map().leafElement(0, 0));
        assertThat(s).isEqualTo(evicted);
    }

    @Test
    void whereThereAreBothAStoreGoesThroughBoth() {
        long[] s = stored(BOTH);
        LateStores late = BOTH.unit.late;
        late.flush(s);
        assertThat(reaches(BOTH, s)).as("still in the line").isFalse();
        late.writeBack(s, BOTH.unit.leaf, BOTH.unit.map().leafElement(0, 0));
        assertThat(reaches(BOTH, s)).as("now in the buffer").isFalse();
        late.flush(s);
        assertThat(reaches(BOTH, s)).isTrue();
    }

    @Test
    void aRemovedEntryStillTranslatesUntilItIsVisible() {
        long[] s = stored(BUFFER);
        BUFFER.unit.late.settle(s);
        assertThat(reaches(BUFFER, s)).isTrue();
        BUFFER.unit.setLeaf(s, 0, 0, 0);
        assertThat(BUFFER.caches.fill(s, 0, 0, false)).isTrue();
        assertThat(BUFFER.unit.cachedFrame(s, 1, 0)).isEqualTo(2);
        BUFFER.unit.setLeaf(s, 0, 0, BUFFER.unit.leafTo(2, Rights.READ));
        assertThat(BUFFER.unit.late.stage.get(s, entry(BUFFER))).as("as it was").isZero();
    }

    @Test
    void bothWordsOfAContextEntryMoveTogether() {
        long[] s = CACHE.running();
        CACHE.unit.late.store(s, CACHE.unit.contextHi, 0, CACHE.unit.contextHiFor(2));
        CACHE.unit.late.store(s, CACHE.unit.contextLo, 0, CACHE.unit.contextLoFor(1));
        assertThat(CACHE.walk.memoryDid(s, 0)).isEqualTo(1);
        assertThat(CACHE.caches.contextFill(s, 0)).isTrue();
        assertThat(CACHE.walk.cachedDid(s, 0)).isEqualTo(1);
        CACHE.unit.late.writeBack(s, CACHE.unit.contextLo, 0);
        assertThat(CACHE.walk.memoryDid(s, 0)).isEqualTo(2);
        assertThat(CACHE.caches.contextEvict(s, 0)).isTrue();
        assertThat(CACHE.caches.contextFill(s, 0)).isTrue();
        assertThat(CACHE.walk.cachedDid(s, 0)).isEqualTo(2);
    }

    @Test
    void leftOutWithoutTheOptionAndRefusedWithoutTheCapability() {
        Units plain = new Units(Units.tiny());
        assertThat(plain.schema.family("storeStage")).isEmpty();
        assertThat(plain.unit.late.entries.size()).isZero();
        assertThat(plain.unit.late.startFlush(plain.running())).isFalse();
        assertThatThrownBy(() -> unit(0, 1)).hasMessageContaining("ECAP.C");
        VtdGeometry fixed =
                BUFFER.g.with(new VtdGeometry.Options(true, true, false, false).with(VtdGeometry.Part.LATE_STORES));
        Units m = new Units(fixed);
        assertThat(m.unit.late.directorySeen.size()).isZero();
        m.unit.late.settle(stored(m));
    }

    /** An entry as three layers of words; a layer without the entry is null. */
    private static final class Layers {
        long[] memory = new long[2];
        long @Nullable [] buffer;
        long @Nullable [] line;

        long[] newest() {
            return line != null ? line : buffer != null ? buffer : memory;
        }

        void store(int word, long value, boolean intoLine) {
            long[] words = newest().clone();
            words[word] = value;
            line = intoLine ? words : null;
            // A newer store takes what the buffer holds of its entry along.
            buffer = intoLine ? null : words;
        }

        void writeBack(boolean intoBuffer) {
            if (line != null) {
                buffer = line;
                line = null;
                if (!intoBuffer) {
                    drain();
                }
            }
        }

        void drain() {
            if (buffer != null) {
                memory = buffer;
                buffer = null;
            }
        }
    }

    @Property(tries = 400)
    void storesAgreeWithThreeLayers(@ForAll @IntRange(max = 2) int which, @ForAll long seed) {
        Units m = List.of(BUFFER, CACHE, BOTH).get(which);
        LateStores late = m.unit.late;
        Random random = new Random(seed);
        long[] s = m.schema.blank();
        List<Slots> tables = List.of(m.unit.contextLo, m.unit.contextHi, m.unit.directory, m.unit.leaf);
        Map<String, Layers> entries = new TreeMap<>();
        for (Slots table : tables) {
            for (int i = 0; i < table.size(); i++) {
                entries.putIfAbsent(name(table, i), new Layers());
            }
        }
        for (int n = 0; n < 60; n++) {
            Slots table = tables.get(random.nextInt(4));
            int i = random.nextInt(table.size());
            Layers layers = entries.get(name(table, i));
            int number = late.entries.labels().indexOf(name(table, i));
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    long value = (long) random.nextInt(2) << 12;
                    late.store(s, table, i, value);
                    layers.store(table == m.unit.contextHi ? 1 : 0, value, which != 0);
                }
                case 2 -> {
                    late.writeBack(s, table, i);
                    layers.writeBack(which == 2);
                }
                case 3 -> {
                    late.evict(s, number);
                    layers.writeBack(which == 2);
                }
                case 4 -> {
                    late.drain(s, number);
                    layers.drain();
                }
                default -> {
                    late.flush(s);
                    entries.values().forEach(Layers::drain);
                }
            }
            for (Slots each : tables) {
                for (int e = 0; e < each.size(); e++) {
                    Layers there = entries.get(name(each, e));
                    int word = each == m.unit.contextHi ? 1 : 0;
                    assertThat(late.visible(s, each, e)).as(each.label(e)).isEqualTo(there.memory[word]);
                    assertThat(each.get(s, e)).as(each.label(e)).isEqualTo(there.newest()[word]);
                }
            }
            long[] normal = s.clone();
            m.schema.normalise(normal);
            assertThat(normal).isEqualTo(s);
        }
    }

    private static String name(Slots table, int i) {
        return table.name().startsWith("context")
                ? "context." + table.index().get(0).label(i)
                : table.label(i);
    }
}
