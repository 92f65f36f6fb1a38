package dev.moat.iommu.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.request.FullCaches;
import dev.moat.iommu.amdvi.request.RequestCaches;
import dev.moat.iommu.amdvi.request.SpecifiedRequests;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * The unit of a search against the unit that runs outside of it, on the same memory at real geometry: uncached they answer alike,
 * and so they do when both keep all they may. Only formats and walk are shared; caches and the way to them are not.
 */
class SearchedTwinTest {
    @Property(tries = 1000)
    void withoutCachesTheyAnswerAlike(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int levels) {
        Random random = new Random(seed);
        Searched m = new Searched(Searched.real(levels, Capabilities.usual()));
        long[] s = m.running();
        SpecifiedRequests other = new SpecifiedRequests(
                m.unit.registers, m.unit.memory(), RequestCaches.none(), m.log, m.g.capabilities());
        for (int n = 0; n < 20; n++) {
            change(m, s, random);
            int requester = random.nextInt(3);
            int page = random.nextInt(4);
            boolean write = random.nextBoolean();
            long iova = m.g.pageNumber(page) << 12;
            long ours = m.walk.uncached(s, requester, page, write);
            assertThat(m.walk.answer(s, requester, page, write)).isEqualTo(ours);
            assertThat(ours).isEqualTo(other.request(s, m.g.deviceIds().get(requester), iova, 4, write));
        }
    }

    @Property(tries = 1000)
    void keepingEverythingTheyAnswerAlike(@ForAll long seed, @ForAll boolean np) {
        Random random = new Random(seed);
        Capabilities can = Capabilities.usual().withNpCache(np).withRewalks(false);
        Searched m = new Searched(Searched.real(3, can));
        long[] s = m.running();
        FullCaches full = new FullCaches(can);
        SpecifiedRequests other = new SpecifiedRequests(m.unit.registers, m.unit.memory(), full, m.log, can);
        for (int n = 0; n < 60; n++) {
            change(m, s, random);
            if (random.nextInt(4) == 0) {
                invalidate(m, s, full, random);
            }
            int requester = random.nextInt(3);
            int page = random.nextInt(4);
            boolean write = random.nextBoolean();
            cacheAll(m, s, requester, page, write);
            long ours = m.walk.answer(s, requester, page, write);
            long iova = m.g.pageNumber(page) << 12;
            long theirs = other.request(s, m.g.deviceIds().get(requester), iova, 4, write);
            assertThat(Translation.outcome(ours)).isEqualTo(Translation.outcome(theirs));
            assertThat(frame(m, ours, iova)).isEqualTo(frame(m, theirs, iova));
        }
    }

    private static int frame(Searched m, long answer, long iova) {
        return m.g.frameAt(Translation.address(answer, iova) >>> 12);
    }

    /** What a unit does that caches everything a request comes by. */
    private static void cacheAll(Searched m, long[] s, int requester, int page, boolean write) {
        m.caches.deviceFill(s, requester);
        boolean walks = m.walk.needsTables(s, requester, page, write)
                && !m.walk.isHit(s, m.walk.tag(s, requester), page, write);
        for (int node = m.unit.directories.nodes.size() - 1; walks && node >= 0; node--) {
            long below = m.g.pageNumber(page) >>> (9 * m.unit.directories.level(node));
            if (m.unit.directories.nodes.label(node).endsWith("@" + Long.toHexString(below))) {
                m.caches.tableFill(s, requester, node);
            }
        }
        m.caches.fill(s, requester, page, write);
    }

    private static void invalidate(Searched m, long[] s, FullCaches full, Random random) {
        int tag = random.nextInt(4);
        switch (random.nextInt(4)) {
            case 0 -> {
                int device = m.g.deviceIds().get(random.nextInt(3));
                m.execute(s, Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, device), 0);
                full.forgetDevice(s, device);
            }
            case 1 -> {
                long hi = Commands.range(m.g.pageNumber(random.nextInt(4)), random.nextInt(12), random.nextBoolean());
                m.execute(s, Commands.pages(tag), hi);
                full.forgetPages(s, tag, Commands.firstPage(hi), Commands.pageCount(hi), Commands.Pages.PDE.isSet(hi));
            }
            case 2 -> {
                m.execute(s, Commands.pages(tag), Commands.everyPage(true));
                full.forgetPages(s, tag, 0, 0, true);
            }
            default -> {
                m.execute(s, Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
                full.forgetAll(s);
            }
        }
    }

    private static void change(Searched m, long[] s, Random random) {
        int tree = random.nextInt(2);
        int page = random.nextInt(4);
        int rights = random.nextInt(4);
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> m.unit.setLeaf(s, tree, page, m.unit.pageTo(random.nextInt(4), rights));
            case 3 ->
                m.unit.setQuad(
                        s,
                        random.nextInt(3),
                        0,
                        DeviceTableEntry.quad0(
                                random.nextInt(m.g.levels() + 1),
                                m.unit.map().frameOf(m.unit.map().top(tree)),
                                rights));
            case 4 -> m.unit.setQuad(s, random.nextInt(3), 0, m.unit.quad0For(tree, rights | random.nextInt(4)));
            case 5 -> m.unit.setQuad(s, random.nextInt(3), 1, DeviceTableEntry.quad1(random.nextInt(4)));
            case 6 -> damage(m, s, random);
            default -> m.unit.connect(s);
        }
    }

    /** A directory entry that leads elsewhere, is absent, or is a page. */
    private static void damage(Searched m, long[] s, Random random) {
        if (m.g.levels() == 1) {
            return;
        }
        int level = 2 + random.nextInt(m.g.levels() - 1);
        int page = random.nextInt(4);
        int table = random.nextInt(m.unit.map().tables());
        long entry =
                PageTableEntry.of(random.nextInt(m.g.levels() + 1), m.unit.map().frameOf(table), random.nextInt(4));
        long wrong = random.nextInt(4) == 0 ? 0 : entry;
        m.unit.setDirectory(s, random.nextInt(2), level, page, wrong);
    }

    /** Two units, one of which keeps nothing: what both say of a request after an invalidation of everything is the same. */
    @Property(tries = 300)
    void afterAnInvalidationOfEverythingCachesAreNotSeen(@ForAll long seed) {
        Random random = new Random(seed);
        Searched m = new Searched(
                Searched.geometry(2, 1, 0, 4, Capabilities.usual().withNpCache(random.nextBoolean()), Searched.ALL));
        long[] s = m.running();
        for (int n = 0; n < 40; n++) {
            change(m, s, random);
            cacheAll(m, s, random.nextInt(3), random.nextInt(4), random.nextBoolean());
        }
        m.execute(s, Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
        assertThat(Set.of(m.unit.registers.commandError.get(s))).containsExactly(0L);
        for (int requester = 0; requester < 3; requester++) {
            for (int page = 0; page < 4; page++) {
                assertThat(m.walk.answer(s, requester, page, true))
                        .isEqualTo(m.walk.uncached(s, requester, page, true));
            }
        }
    }
}
