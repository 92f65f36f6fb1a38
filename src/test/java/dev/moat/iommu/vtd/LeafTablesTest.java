package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Rights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two levels of two entries, pages 0 to 3, leaf tables in frames 0 to 3. Requester 0 has DID 1 and tree 0. */
class LeafTablesTest {
    private static final Units M =
            new Units(Units.with(Units.tiny(), VtdGeometry.Part.TABLE_FRAMES, VtdGeometry.Part.PAGING_CACHES));
    private static final int ALL = Rights.READ | Rights.WRITE;

    private static String answer(long[] s, int page) {
        return PhysicalMemory.text(M.caches.answer(s, 0, page, true));
    }

    /** Frame 3 is the table of pages 2 and 3, of which the second leads to frame 1. */
    private static long[] linked() {
        long[] s = M.running();
        M.unit.leaves.link(s, 0, 2, 3);
        M.unit.setLeaf(s, 0, 3, M.unit.leafTo(1, ALL));
        return s;
    }

    @Test
    void tablesAreWhereTheEntriesAboveSay() {
        TableMap map = M.unit.map();
        assertThat(map.leafTables()).isEqualTo(4);
        assertThat(map.tables()).isEqualTo(6);
        assertThat(map.tableAt(2)).isEqualTo(2);
        assertThat(map.secondLevel(2)).isEqualTo(2);
        assertThat(map.tableAt(map.secondLevel(5))).isEqualTo(5);
        assertThat(map.tableAt(map.statusPage())).isEqualTo(-1);
        assertThat(map.secondLevel(5) + 1).isEqualTo(map.statusPage());
        long[] s = linked();
        assertThat(M.unit.leaves.of(s, 0, 3)).isEqualTo(3);
        assertThat(M.unit.leaf.label(M.unit.leaves.element(s, 0, 3))).isEqualTo("leaf[f3,1]");
        assertThat(M.unit.leaves.element(s, 0, 1)).isEqualTo(LeafTables.NONE);
        assertThat(M.unit.leaves.element(s, 1, 3)).isEqualTo(LeafTables.NONE);
        VtdUnitTest.assertStored(M, s);
    }

    @Test
    void aPageWithoutATableHasNoEntryAndTakesNone() {
        long[] s = linked();
        long[] before = s.clone();
        M.unit.setLeaf(s, 0, 0, M.unit.leafTo(2, ALL));
        assertThat(s).isEqualTo(before);
        assertThat(M.unit.leaf(s, 0, 0)).isZero();
        assertThat(M.unit.leaf(s, 0, 3)).isEqualTo(0x1003);
        assertThat(answer(s, 0)).isEqualTo("fault 5");
        assertThat(answer(s, 3)).isEqualTo("ok frame=0x1 rw 4K did=1");
    }

    @Test
    void emptyAndFilled() {
        long[] s = linked();
        assertThat(M.unit.leaves.isEmpty(s, 3)).isFalse();
        assertThat(M.unit.leaves.isEmpty(s, 2)).isTrue();
        M.unit.leaves.fill(s, 3, 0);
        assertThat(M.unit.leaves.isEmpty(s, 3)).isTrue();
        M.unit.leaves.fill(s, 3, M.unit.leafTo(2, Rights.READ));
        assertThat(M.unit.leaf(s, 0, 2)).isEqualTo(0x2001);
        assertThat(M.unit.leaf(s, 0, 3)).isEqualTo(0x2001);
    }

    /** What a walker has cached of the entry above leads to the frame until an invalidation that is more than a hint. */
    @ParameterizedTest
    @CsvSource({"0x100f2, 0x3040, true", "0x100f2, 0x3000, false", "0x100f2, 0x1000, true", "0x100e2, 0, false"})
    void anUnlinkedTableIsWalkedWhileItIsCached(String lo, String hi, boolean walked) {
        long[] s = linked();
        assertThat(M.unit.leaves.isWalked(s, 3)).isTrue();
        assertThat(M.unit.leaves.isWalked(s, 0)).isFalse();
        assertThat(M.caches.pscFill(s, 0, M.unit.paging.nodes.labels().indexOf("l1@1")))
                .isTrue();
        M.unit.leaves.unlink(s, 0, 3);
        assertThat(M.unit.leaf(s, 0, 3)).isZero();
        assertThat(M.unit.leaves.isWalked(s, 3)).isTrue();
        assertThat(answer(s, 3)).isEqualTo("ok frame=0x1 rw 4K did=1");
        M.queue.enqueue(s, Long.decode(lo), Long.decode(hi));
        assertThat(M.queue.consume(s)).isTrue();
        assertThat(M.unit.leaves.isWalked(s, 3)).isEqualTo(walked);
        assertThat(answer(s, 3)).isEqualTo(walked ? "ok frame=0x1 rw 4K did=1" : "fault 5");
    }
}
