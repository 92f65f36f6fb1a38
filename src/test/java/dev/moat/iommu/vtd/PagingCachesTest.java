package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three levels of two entries, pages 0 to 7. Requester 0 has DID 1 and tree 0. */
class PagingCachesTest {
    private static final Units M = unit(true);

    private static Units unit(boolean rewalks) {
        Capabilities usual = Capabilities.usual();
        Capabilities can = new Capabilities(usual.cap(), usual.ecap(), 39, rewalks);
        return new Units(Units.with(Units.geometry(3, 1, 0, 8, can), VtdGeometry.Part.PAGING_CACHES));
    }

    private static int node(Units m, String label) {
        return m.unit.paging.nodes.labels().indexOf(label);
    }

    private static int entry(Units m, int tree, int level, long prefix, int index) {
        Integer table = m.unit.map().number(tree, level, prefix);
        return (table - m.unit.map().leafTables()) * 2 + index;
    }

    private static String answer(Units m, long[] s, int page, boolean write) {
        return PhysicalMemory.text(m.caches.answer(s, 0, page, write));
    }

    private static long[] running(Units m) {
        long[] s = m.running();
        for (int page = 0; page < 8; page++) {
            m.unit.setLeaf(s, 0, page, m.unit.leafTo(page % 4, Rights.READ | Rights.WRITE));
        }
        return s;
    }

    @Test
    void nodesAreTheTablesBelowTheTop() {
        assertThat(M.unit.paging.nodes.labels()).containsExactly("l1@0", "l1@1", "l1@2", "l1@3", "l2@0", "l2@1");
        Units plain = new Units(Units.geometry(3, 1, 0, 8, Capabilities.usual()));
        assertThat(plain.unit.paging.nodes.size()).isZero();
        assertThat(plain.unit.paging.rights.size()).isZero();
        assertThat(plain.schema.family("tableRights")).isEmpty();
    }

    @Test
    void aTableThatIsNoLongerLinkedStillTranslates() {
        long[] s = running(M);
        int l1 = node(M, "l1@2");
        assertThat(M.caches.pscFill(s, 0, l1)).isTrue();
        assertThat(M.caches.pscFill(s, 0, l1)).as("cached already").isFalse();
        assertThat(M.unit.paging.rights.label(1 * 6 + l1)).isEqualTo("tableRights[tag1,l1@2]");
        M.unit.directory.set(s, entry(M, 0, 2, 1, 0), 0);
        assertThat(answer(M, s, 4, true)).isEqualTo("ok frame=0x0 rw 4K did=1");
        assertThat(Translation.reachesMemory(M.walk.uncached(s, 0, 4, true))).isFalse();
        assertThat(Translation.reachesMemory(M.walk.lookUp(s, 0, 4, true))).isFalse();
        assertThat(M.caches.fill(s, 0, 4, true))
                .as("the walk begins at the table")
                .isTrue();
        assertThat(M.caches.evict(s, 1, 4)).isTrue();
        assertThat(M.caches.pscEvict(s, 1, l1)).isTrue();
        assertThat(M.caches.pscEvict(s, 1, l1)).isFalse();
        assertThat(answer(M, s, 4, true)).isEqualTo("fault 5");
        assertThat(M.caches.pscFill(s, 0, l1)).as("not linked").isFalse();
    }

    /** Nothing is cached under a DID that is none of the modelled ones. */
    @Test
    void aDidThatIsNotModelledIsNoTag() {
        long[] s = running(M);
        long hi = M.unit.contextHi.get(s, 0);
        M.unit.contextHi.set(s, 0, ContextEntry.DID.set(hi, M.unit.paging.rights.size() / 6));
        assertThat(M.caches.pscFill(s, 0, node(M, "l1@2"))).isFalse();
        assertThat(answer(M, s, 4, true)).startsWith("ok frame=0x0 rw");
    }

    @Test
    void aLowerTableIsFoundThroughACachedUpperOne() {
        long[] s = running(M);
        assertThat(M.caches.pscFill(s, 0, node(M, "l2@1"))).isTrue();
        M.unit.directory.set(s, entry(M, 0, 3, 0, 1), 0);
        assertThat(M.caches.pscFill(s, 0, node(M, "l1@2"))).isTrue();
        assertThat(M.caches.pscFill(s, 0, node(M, "l1@1"))).isTrue();
        assertThat(M.caches.pscEvict(s, 1, node(M, "l2@1"))).isTrue();
        assertThat(answer(M, s, 4, false)).startsWith("ok");
        assertThat(answer(M, s, 6, false)).isEqualTo("fault 6");
    }

    @Test
    void rightsAreThoseOfAllEntriesAbove() {
        for (boolean rewalks : new boolean[] {true, false}) {
            Units m = unit(rewalks);
            long[] s = running(m);
            int top = entry(m, 0, 3, 0, 0);
            long entry = m.unit.directory.get(s, top);
            m.unit.directory.set(s, top, SecondLevelEntry.withRights(entry, Rights.READ));
            assertThat(m.caches.pscFill(s, 0, node(m, "l1@0"))).isTrue();
            assertThat(answer(m, s, 0, true)).isEqualTo("fault 5");
            m.unit.directory.set(s, top, entry);
            assertThat(answer(m, s, 0, false)).isEqualTo("ok frame=0x0 r 4K did=1");
            assertThat(answer(m, s, 0, true)).isEqualTo(rewalks ? "ok frame=0x0 rw 4K did=1" : "fault 5");
            assertThat(m.caches.blocked(s, 0, 0, true)).isEqualTo(!rewalks);
        }
    }

    @Test
    void superpagesAndWrongEntriesAreNotTables() {
        long[] s = running(M);
        int i = entry(M, 0, 2, 0, 1);
        long good = M.unit.directory.get(s, i);
        for (long bad : new long[] {good | 0x80, good | 0x800, good & ~3, SecondLevelEntry.of(0x5, 3)}) {
            M.unit.directory.set(s, i, bad);
            assertThat(M.caches.pscFill(s, 0, node(M, "l1@1"))).isFalse();
        }
        M.unit.directory.set(s, i, good);
        assertThat(M.caches.pscFill(s, 0, node(M, "l1@1"))).isTrue();
    }

    // Descriptor words; which nodes of DID 1 are left of l1@0 l1@1 l1@2 l1@3 l2@0 l2@1.
    @ParameterizedTest
    @CsvSource({
        "0xd2, 0, ......",
        "0x100e2, 0, ......",
        "0x200e2, 0, 111122",
        "0x100f2, 0x5000, 11.12.",
        "0x100f2, 0x5040, 111122", // IH: only leaves changed
        "0x100f2, 0x4001, 11.12.",
        "0x100f2, 0x4002, 11..2.",
        "0x100f2, 0x3003, ......",
        "0x100f2, 0x9000, 111122",
        "0x200f2, 0x5000, 111122",
        "0x11, 0, 111122"
    })
    void whatRemovesTables(String lo, String hi, String left) {
        long[] s = running(M);
        StringBuilder found = new StringBuilder();
        for (int node = 0; node < 6; node++) {
            assertThat(M.caches.pscFill(s, 0, node)).isTrue();
        }
        M.queue.enqueue(s, Long.decode(lo), Long.decode(hi));
        M.queue.consume(s);
        assertThat(M.unit.queueError.get(s)).isZero();
        for (int node = 0; node < 6; node++) {
            found.append(M.unit.paging.rights.get(s, 1, node) == 0 ? "." : M.unit.paging.level(node));
        }
        assertThat(found).hasToString(left);
    }
}
