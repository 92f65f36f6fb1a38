package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Descriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Three levels of two entries, so a leaf of level 2 covers two pages. Requester 0 has DID 1 and tree 0. */
class SuperpageTest {
    private static final Units M =
            new Units(Units.with(Units.geometry(3, 1, 0, 8, Capabilities.usual()), VtdGeometry.Part.PAGING_CACHES));
    private static final int ALL = Rights.READ | Rights.WRITE;

    private static String answer(long[] s, int page) {
        return PhysicalMemory.text(M.caches.answer(s, 0, page, true));
    }

    /** Pages 2 and 3 lead to frames 2 and 3 by a superpage. */
    private static long[] merged() {
        long[] s = M.running();
        M.unit.setDirectory(s, 0, 2, M.unit.superpageTo(2, ALL));
        VtdUnitTest.assertStored(M, s);
        return s;
    }

    private static void invalidate(long[] s, int page, int am, boolean leafOnly) {
        M.queue.enqueue(s, Descriptors.iotlbPage(1), Descriptors.iotlbPageHi(page, am, leafOnly));
        assertThat(M.queue.consume(s)).isTrue();
        assertThat(M.unit.queueError.get(s)).isZero();
    }

    @Test
    void mergeAndSplit() {
        long[] s = M.running();
        long[] before = s.clone();
        M.unit.setDirectory(s, 0, 3, M.unit.superpageTo(2, Rights.READ));
        assertThat(s).isNotEqualTo(before);
        assertThat(M.unit.superpageTo(2, 0)).isZero();
        M.unit.setDirectory(s, 0, 2, M.unit.tableTo(0, 2));
        assertThat(s).isEqualTo(before);
        s = merged();
        assertThat(answer(s, 2)).isEqualTo("ok frame=0x2 rw 2M did=1");
        assertThat(answer(s, 3)).isEqualTo("ok frame=0x3 rw 2M did=1");
        assertThat(answer(s, 4)).isEqualTo("fault 5");
        M.unit.setDirectory(s, 0, 2, M.unit.superpageTo(1, ALL));
        assertThat(answer(s, 2)).as("an odd address").isEqualTo("fault c");
    }

    /** AM 0 leaves the other half of a superpage behind: hardware may have cached it in pieces. */
    @ParameterizedTest
    @CsvSource({"2, 0, .3", "3, 0, 2.", "2, 1, ..", "3, 1, ..", "0, 2, ..", "4, 2, 23"})
    void anInvalidationHasToCoverTheWholeSuperpage(int page, int am, String left) {
        long[] s = merged();
        assertThat(M.caches.fill(s, 0, 2, true)).isTrue();
        assertThat(M.caches.fill(s, 0, 3, true)).isTrue();
        M.unit.setDirectory(s, 0, 2, M.unit.tableTo(0, 2));
        invalidate(s, page, am, true);
        String cached =
                (answer(s, 2).startsWith("ok") ? "2" : ".") + (answer(s, 3).startsWith("ok") ? "3" : ".");
        assertThat(cached).isEqualTo(left);
    }

    /** After a merge the old leaf table still translates while it is cached, so it must not be used for anything else. */
    @ParameterizedTest
    @CsvSource({"true, 0x1", "false, 0x2"})
    void mergingLeavesTheOldTableInUseUntilAnInvalidationWithoutIh(boolean leafOnly, String frame) {
        long[] s = M.running();
        M.unit.setLeaf(s, 0, 2, M.unit.leafTo(1, ALL));
        assertThat(M.caches.pscFill(s, 0, M.unit.paging.nodes.labels().indexOf("l1@1")))
                .isTrue();
        M.unit.setDirectory(s, 0, 2, M.unit.superpageTo(2, ALL));
        assertThat(answer(s, 2)).startsWith("ok frame=0x1");
        invalidate(s, 2, 1, leafOnly);
        assertThat(answer(s, 2)).startsWith("ok frame=" + frame + " ");
    }

    @Test
    void elementsOfDirectories() {
        TableMap map = M.unit.map();
        assertThat(M.unit.directory.label(map.directoryElement(0, 2, 3))).isEqualTo("directory[d0.l2@0,1]");
        assertThat(M.unit.directory.label(map.directoryElement(1, 3, 5))).isEqualTo("directory[d1.l3@0,1]");
        assertThat(map.tableOf(1, 3, 5)).isEqualTo(map.secondLevel(map.top(1)));
        assertThat(M.unit.directory.get(M.running(), map.directoryElement(0, 2, 3)))
                .isEqualTo(M.unit.tableTo(0, 3));
        Units offset = new Units(Units.geometry(3, 2, 30, 4, Capabilities.usual()));
        TableMap there = offset.unit.map();
        assertThat(offset.unit.directory.get(offset.running(), there.directoryElement(1, 2, 3)))
                .isEqualTo(offset.unit.tableTo(1, 3));
        assertThat(offset.unit.directory.get(offset.running(), there.directoryElement(1, 3, 3)) >>> 12)
                .isEqualTo(there.tableOf(1, 2, 3));
    }
}
