package dev.moat.iommu.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.AmdViGeometry.Part;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import org.junit.jupiter.api.Test;

/** What the unit of a search does to its caches by itself, and what commands take from them. Requester 0 has tag 1, 1 has 2. */
class SearchedCachesTest {
    private static final int BOTH = Searched.BOTH;

    private static Searched machine(Capabilities can) {
        return new Searched(Searched.geometry(2, 1, 0, 4, can, Searched.ALL));
    }

    private final Searched m = machine(Capabilities.usual());
    private final long[] s = m.running();

    private void map(int tree, int page, int frame, int rights) {
        m.unit.setLeaf(s, tree, page, m.unit.pageTo(frame, rights));
    }

    @Test
    void aPageIsCachedUnderTheDomainId() {
        assertThat(m.caches.fill(s, 0, 1, false)).as("nothing there").isFalse();
        map(0, 1, 2, Translation.READ);
        assertThat(m.caches.fill(s, 0, 1, false)).isTrue();
        assertThat(m.unit.cachedRights(s, 1, 1)).isEqualTo(Translation.READ);
        assertThat(m.unit.cachedFrame(s, 1, 1)).isEqualTo(2);
        assertThat(m.caches.fill(s, 0, 1, false)).as("a hit").isFalse();
        map(0, 1, 0, 0);
        assertThat(m.reaches(s, 0, 1, false)).isEqualTo(2);
        assertThat(m.reaches(s, 2, 1, false)).as("same DomainID").isEqualTo(2);
        assertThat(m.reaches(s, 1, 1, false)).isEqualTo(-1);
        assertThat(m.caches.evict(s, 1, 1)).isTrue();
        assertThat(m.caches.evict(s, 1, 1)).isFalse();
        assertThat(m.reaches(s, 0, 1, false)).isEqualTo(-1);
    }

    /** The device's own rights are no part of what others share; a device without them has the tables walked all the same. */
    @Test
    void theDevicesRightsAreNotCached() {
        map(0, 1, 2, BOTH);
        m.unit.setQuad(s, 2, 0, m.unit.quad0For(0, 0));
        assertThat(m.caches.fill(s, 2, 1, true)).isTrue();
        assertThat(m.unit.cachedRights(s, 1, 1)).isEqualTo(BOTH);
        assertThat(m.reaches(s, 2, 1, true)).isEqualTo(-1);
        assertThat(m.reaches(s, 0, 1, true)).isEqualTo(2);
    }

    @Test
    void aHitWithoutTheRightWalksAgainOrFaults() {
        for (boolean rewalks : new boolean[] {true, false}) {
            Searched u = machine(Capabilities.usual().withRewalks(rewalks));
            long[] t = u.running();
            u.unit.setLeaf(t, 0, 0, u.unit.pageTo(0, Translation.READ));
            assertThat(u.caches.fill(t, 0, 0, false)).isTrue();
            u.unit.setLeaf(t, 0, 0, u.unit.pageTo(1, BOTH));
            assertThat(u.walk.blocked(t, 0, 0, true)).isEqualTo(!rewalks);
            assertThat(u.caches.fill(t, 0, 0, true)).isEqualTo(rewalks);
            assertThat(u.unit.cachedFrame(t, 1, 0)).isEqualTo(rewalks ? 1 : 0);
        }
    }

    @Test
    void absenceIsCachedWithNpCacheOnly() {
        assertThat(m.caches.fill(s, 0, 1, true)).isFalse();
        Searched np = machine(Capabilities.usual().withNpCache(true));
        long[] t = np.running();
        assertThat(np.caches.fill(t, 0, 1, true)).isTrue();
        assertThat(np.unit.pageFailure.get(t, 1, 1)).isEqualTo(Outcome.NOT_PRESENT.code());
        np.unit.setLeaf(t, 0, 1, np.unit.pageTo(3, BOTH));
        assertThat(np.walk.answer(t, 0, 1, false)).isEqualTo(Outcome.NOT_PRESENT.code());
        assertThat(np.walk.blocked(t, 0, 1, false)).isTrue();
        assertThat(np.caches.fill(t, 0, 1, false)).as("a hit").isFalse();
        np.execute(t, Commands.pages(1), Commands.range(1, 0, false));
        assertThat(np.reaches(t, 0, 1, false)).isEqualTo(3);
    }

    @Test
    void aDeviceTableEntryIsCachedWhateverItSays() {
        map(0, 1, 2, BOTH);
        m.unit.setQuad(s, 0, 0, 0);
        assertThat(m.caches.deviceFill(s, 0)).isTrue();
        assertThat(m.caches.deviceFill(s, 0)).isFalse();
        m.unit.setQuad(s, 0, 0, m.unit.quad0For(0, BOTH));
        assertThat(m.reaches(s, 0, 3, true)).as("V = 0: untranslated").isEqualTo(3);
        m.execute(s, Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 0x108), 0);
        assertThat(m.walk.isEntryCached(s, 0)).as("another DevID").isTrue();
        m.execute(s, Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 0x008), 0);
        assertThat(m.reaches(s, 0, 1, true)).isEqualTo(2);
        assertThat(m.caches.deviceEvict(s, 0)).isFalse();
        m.caches.deviceFill(s, 0);
        assertThat(m.caches.deviceEvict(s, 0)).isTrue();
    }

    /** An entry that leads to other tables is two stores, and what is between them can be read and cached. */
    @Test
    void theWindowBetweenTwoStoresIsThere() {
        map(0, 1, 2, BOTH);
        map(1, 1, 3, BOTH);
        m.unit.setQuad(s, 0, 0, m.unit.quad0For(1, BOTH));
        assertThat(m.caches.fill(s, 0, 1, false)).isTrue();
        assertThat(m.unit.cachedFrame(s, 1, 1))
                .as("the other tables under the old DomainID")
                .isEqualTo(3);
        m.caches.deviceFill(s, 0);
        m.unit.setQuad(s, 0, 1, DeviceTableEntry.quad1(2));
        assertThat(m.reaches(s, 2, 1, false))
                .as("a device that had no part in it")
                .isEqualTo(3);
        m.execute(s, Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 0x008), 0);
        assertThat(m.unit.cachedFrame(s, 1, 1)).as("the page stays").isEqualTo(3);
    }

    @Test
    void aWalkInFlightBringsBackWhatWasThere() {
        map(0, 1, 2, BOTH);
        assertThat(m.caches.walkFinish(s, 0)).isFalse();
        assertThat(m.caches.walkStart(s, 0, 1, true)).isTrue();
        assertThat(m.caches.walkStart(s, 0, 1, true)).as("one at a time").isFalse();
        map(0, 1, 0, 0);
        assertThat(m.reaches(s, 0, 1, true)).isEqualTo(-1);
        assertThat(m.caches.walkFinish(s, 0)).isTrue();
        assertThat(m.reaches(s, 0, 1, true)).isEqualTo(2);
        assertThat(m.unit.isWalking(s, 0)).isFalse();
        SearchedUnitTest.assertStored(m, s);
    }

    @Test
    void anInvalidationTakesHoldOfWalksOrDoesNot() {
        for (boolean drains : new boolean[] {true, false}) {
            Searched u = machine(Capabilities.usual().withDrains(drains));
            long[] t = u.running();
            u.unit.setLeaf(t, 0, 1, u.unit.pageTo(2, BOTH));
            u.caches.walkStart(t, 0, 1, false);
            u.execute(t, Commands.pages(2), Commands.everyPage(true));
            u.execute(t, Commands.pages(1), Commands.range(2, 0, true));
            assertThat(u.unit.isWalking(t, 0)).as("neither names it").isTrue();
            u.execute(t, Commands.pages(1), Commands.range(0, 1, false));
            assertThat(u.unit.isWalking(t, 0)).isEqualTo(!drains);
            assertThat(u.caches.walkFinish(t, 0)).isEqualTo(!drains);
        }
    }

    @Test
    void directoryEntriesAreCachedAndGoWithPde() {
        map(0, 0, 1, BOTH);
        map(1, 0, 3, BOTH);
        assertThat(m.unit.directories.nodes.labels()).containsExactly("l1@0", "l1@1");
        assertThat(m.caches.tableFill(s, 0, 0)).isTrue();
        assertThat(m.caches.tableFill(s, 0, 0)).isFalse();
        m.unit.setDirectory(s, 0, 2, 0, m.unit.directory(s, 1, 2, 0));
        assertThat(m.reaches(s, 0, 0, true)).as("through the old table").isEqualTo(1);
        m.execute(s, Commands.pages(1), Commands.everyPage(false));
        assertThat(m.reaches(s, 0, 0, true)).as("without PDE").isEqualTo(1);
        m.execute(s, Commands.pages(1), Commands.range(2, 1, true));
        m.execute(s, Commands.pages(2), Commands.everyPage(true));
        assertThat(m.reaches(s, 0, 0, true)).as("elsewhere").isEqualTo(1);
        m.execute(s, Commands.pages(1), Commands.range(1, 0, true));
        assertThat(m.reaches(s, 0, 0, true)).as("one page below it").isEqualTo(3);
        m.caches.tableFill(s, 0, 1);
        assertThat(m.caches.tableEvict(s, 1, 1)).isTrue();
        assertThat(m.caches.tableEvict(s, 1, 1)).isFalse();
    }

    @Test
    void everythingGoesAtOnce() {
        map(0, 1, 2, BOTH);
        m.caches.fill(s, 0, 1, false);
        m.caches.deviceFill(s, 1);
        m.caches.tableFill(s, 0, 1);
        m.caches.walkStart(s, 0, 0, false);
        m.execute(s, Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
        long[] t = m.running();
        m.unit.setLeaf(t, 0, 1, m.unit.pageTo(2, BOTH));
        assertThat(s).isEqualTo(t);
    }

    /** Levels are left out where no page needs them: the walk and the cache both know. */
    @Test
    void levelsLeftOut() {
        Searched u = new Searched(Searched.geometry(3, 1, 0, 4, Capabilities.usual(), Searched.ALL));
        long[] t = u.running();
        TableMap map = u.unit.map();
        u.unit.setDirectory(t, 0, 3, 0, PageTableEntry.table(1, map.frameOf(map.table(0, 1, 0)), BOTH));
        u.unit.setLeaf(t, 0, 1, u.unit.pageTo(3, BOTH));
        assertThat(u.reaches(t, 0, 1, true)).isEqualTo(3);
        assertThat(u.walk.answer(t, 0, 2, true)).isEqualTo(Outcome.SKIPPED_BITS.code());
        int level2 = u.unit.directories.nodes.element("l2@0");
        int level1 = u.unit.directories.nodes.element("l1@0");
        assertThat(u.caches.tableFill(t, 0, level2))
                .as("the walk does not come there")
                .isFalse();
        assertThat(u.caches.tableFill(t, 0, level1)).isTrue();
    }

    /** A page whose size stands in its address is cached in pieces. */
    @Test
    void aSizedPage() {
        Searched u = new Searched(Searched.geometry(2, 2, 0, 4, Capabilities.usual(), Searched.ALL));
        long[] t = u.running();
        for (int page = 2; page < 4; page++) {
            u.unit.setLeaf(t, 0, page, PageTableEntry.sizedPage(2, 13, BOTH));
        }
        assertThat(u.reaches(t, 0, 2, true)).isEqualTo(2);
        assertThat(u.reaches(t, 0, 3, true)).isEqualTo(3);
        u.caches.fill(t, 0, 3, true);
        assertThat(u.unit.cachedFrame(t, 1, 3)).isEqualTo(3);
        assertThat(u.unit.cachedRights(t, 1, 2)).isZero();
        SearchedUnitTest.assertStored(u, t);
    }

    @Test
    void theScratchPageIsKeptApartFromTheFrames() {
        m.unit.setLeaf(s, 0, 0, m.unit.pageTo(4, BOTH));
        assertThat(m.caches.fill(s, 0, 0, true)).isTrue();
        assertThat(m.unit.cachedFrame(s, 1, 0)).isEqualTo(4);
        assertThat(Translation.reachesMemory(m.walk.answer(s, 0, 0, true))).isTrue();
        assertThat(m.reaches(s, 0, 0, true)).isEqualTo(-1);
    }

    @Test
    void aTagThatIsNotModelledIsNoTag() {
        Searched u = new Searched(Searched.withTags(m.g, 3));
        long[] t = u.running();
        u.unit.setLeaf(t, 0, 0, u.unit.pageTo(1, BOTH));
        u.unit.setQuad(t, 0, 1, DeviceTableEntry.quad1(3));
        assertThat(u.reaches(t, 0, 0, true)).as("answered from the tables").isEqualTo(1);
        assertThat(u.caches.fill(t, 0, 0, true)).isFalse();
        assertThat(u.caches.walkStart(t, 0, 0, true)).isFalse();
        assertThat(u.caches.tableFill(t, 0, 0)).isFalse();
    }

    @Test
    void untranslatedRequestsAreNotCached() {
        for (long quad0 : new long[] {0, DeviceTableEntry.quad0(0, 0, BOTH), 1}) {
            m.unit.setQuad(s, 0, 0, quad0);
            assertThat(m.caches.fill(s, 0, 1, true)).isFalse();
            assertThat(m.caches.walkStart(s, 0, 1, true)).isFalse();
            assertThat(m.caches.tableFill(s, 0, 0)).isFalse();
        }
        assertThat(m.g.has(Part.WALKS)).isTrue();
    }
}
