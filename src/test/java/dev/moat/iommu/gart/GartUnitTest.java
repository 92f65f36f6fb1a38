package dev.moat.iommu.gart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.SparseMemory;
import dev.moat.iommu.gart.GartGeometry.Part;
import dev.moat.iommu.gart.NodeRegisters.ApertureBase;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import dev.moat.iommu.gart.NodeRegisters.CacheControl;
import dev.moat.iommu.gart.linux.GartPolicy;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.List;
import org.junit.jupiter.api.Test;

class GartUnitTest {
    private final Nodes nodes = new Nodes(new GartPolicy(true, false, false), Part.values());
    private final long[] s = nodes.s;

    private void store(int page, long frame) {
        nodes.ptes.pte.set(s, page, frame < 0 ? 0 : Gpte.of(nodes.g.frameNumber((int) frame)));
    }

    private long outcome(long page) {
        return DmaAnswer.OUTCOME.get(nodes.walk.answer(s, 0, page));
    }

    /** Only the aperture is translated, and it only while the northbridge is told to; everything else reaches memory as it is. */
    @Test
    void whatIsTranslated() {
        long first = Nodes.APERTURE >>> 12;
        store(0, 2);
        assertThat(nodes.reach(0, 0)).isEqualTo(2);
        assertThat(nodes.reach(0, 1)).isEqualTo(-DmaAnswer.INVALID_ENTRY);
        assertThat(nodes.walk.answer(s, 0, first - 1)).isEqualTo(DmaAnswer.to(DmaAnswer.UNTRANSLATED, first - 1));
        assertThat(outcome(first + 8191)).isEqualTo(DmaAnswer.INVALID_ENTRY);
        assertThat(outcome(first + 8192)).isEqualTo(DmaAnswer.UNTRANSLATED);
        assertThat(nodes.walk.answer(s, 0, 1L << 40)).isEqualTo(DmaAnswer.to(DmaAnswer.UNTRANSLATED, 1L << 40));
        long control = nodes.unit.read(s, 0, NodeRegisters.APERTURE_CONTROL);
        assertThat(control).isEqualTo(0x41);
        nodes.unit.write(s, 0, NodeRegisters.APERTURE_CONTROL, control | ApertureControl.DISGARTIO.mask());
        assertThat(outcome(first)).isEqualTo(DmaAnswer.UNTRANSLATED);
        nodes.unit.write(s, 0, NodeRegisters.APERTURE_CONTROL, control & ~ApertureControl.GARTEN.mask());
        assertThat(outcome(first)).isEqualTo(DmaAnswer.UNTRANSLATED);
        assertThat(nodes.reach(1, 0)).isEqualTo(2);
    }

    @Test
    void aTableThatIsNone() {
        nodes.unit.write(s, 0, NodeRegisters.TABLE_BASE, 0);
        assertThat(nodes.reach(0, 0)).isEqualTo(-DmaAnswer.TABLE_ACCESS);
        assertThat(nodes.tlb.fill(s, 0, 0)).isFalse();
    }

    /** Each northbridge has a TLB of its own, and empties it some time after it is asked. */
    @Test
    void theTlbOfEachNorthbridge() {
        store(0, 1);
        assertThat(nodes.tlb.fill(s, 0, 0)).isTrue();
        assertThat(nodes.tlb.fill(s, 0, 0)).isFalse();
        assertThat(nodes.tlb.fill(s, 1, 0)).isTrue();
        assertThat(nodes.tlb.fill(s, 1, 1)).isFalse();
        store(0, 3);
        assertThat(List.of(nodes.reach(0, 0), nodes.reach(1, 0))).containsExactly(1L, 1L);
        assertThat(nodes.unit.cachedFrame(s, 0, 0)).isEqualTo(1);
        nodes.unit.write(s, 0, NodeRegisters.CACHE_CONTROL, CacheControl.INVGART.mask());
        assertThat(nodes.reach(0, 0)).isEqualTo(1);
        assertThat(nodes.unit.read(s, 0, NodeRegisters.CACHE_CONTROL)).isEqualTo(1);
        assertThat(nodes.tlb.invalidate(s, 0)).isTrue();
        assertThat(nodes.tlb.invalidate(s, 0)).isFalse();
        assertThat(List.of(nodes.reach(0, 0), nodes.reach(1, 0))).containsExactly(3L, 1L);
        assertThat(nodes.tlb.evict(s, 1, 0)).isTrue();
        assertThat(nodes.tlb.evict(s, 1, 0)).isFalse();
        assertThat(nodes.reach(1, 0)).isEqualTo(3);
    }

    /** A request in flight brings its entry into the TLB; an invalidation is not done before it. */
    @Test
    void requestsInFlight() {
        assertThat(nodes.tlb.accept(s, 0, 0, true)).isFalse();
        store(0, 1);
        assertThat(nodes.tlb.accept(s, 0, 0, true)).isTrue();
        assertThat(nodes.tlb.accept(s, 0, 0, true)).isFalse();
        store(0, 2);
        assertThat(nodes.tlb.finish(s, 0)).isTrue();
        assertThat(nodes.tlb.finish(s, 0)).isFalse();
        assertThat(nodes.reach(0, 0)).isEqualTo(1);
        nodes.tlb.accept(s, 0, 0, false);
        nodes.tlb.accept(s, 1, 0, false);
        nodes.unit.write(s, 0, NodeRegisters.CACHE_CONTROL, CacheControl.INVGART.mask());
        nodes.tlb.invalidate(s, 0);
        assertThat(nodes.tlb.finish(s, 0)).isFalse();
        assertThat(nodes.tlb.finish(s, 1)).isTrue();
        assertThat(nodes.reach(0, 0)).isEqualTo(2);
    }

    /** An error stays until 1 is written to its bit; asking for an invalidation does not take it away. */
    @Test
    void errorsOfEntries() {
        assertThat(nodes.tlb.report(s, 0, Nodes.APERTURE >>> 12)).isTrue();
        assertThat(nodes.tlb.report(s, 0, Nodes.APERTURE >>> 12)).isFalse();
        assertThat(nodes.tlb.report(s, 1, 5)).isFalse();
        nodes.unit.write(s, 0, NodeRegisters.CACHE_CONTROL, CacheControl.INVGART.mask());
        assertThat(nodes.unit.read(s, 0, NodeRegisters.CACHE_CONTROL)).isEqualTo(3);
        nodes.tlb.invalidate(s, 0);
        nodes.unit.write(s, 0, NodeRegisters.CACHE_CONTROL, CacheControl.GARTPTEERR.mask());
        assertThat(nodes.unit.read(s, 0, NodeRegisters.CACHE_CONTROL)).isZero();
        assertThat(nodes.unit.read(s, 0, 0x40)).isZero();
        nodes.unit.write(s, 0, 0x40, 1);
    }

    /** All seven sizes at a real place in real memory: the last page is translated, the one after it is not. */
    @Test
    void realAperturesOfEachOrder() {
        for (int order = 0; order < 7; order++) {
            SparseMemory memory = new SparseMemory(0);
            SchemaBuilder schema = new SchemaBuilder();
            Sort none = Sort.numbered("None", "", 0);
            GartGeometry g = new GartGeometry(
                    Sort.numbered("Node", "n", 1),
                    Sort.numbered("Requester", "q", 1),
                    List.of(0),
                    none,
                    0,
                    none,
                    0,
                    NodeRegisters.UNIT_SHIFT,
                    List.of());
            long control = ApertureControl.ORDER.set(ApertureControl.GARTEN.mask(), order);
            GartUnit unit = new GartUnit(
                    schema,
                    g,
                    memory,
                    new GartUnit.Reset(
                            control, ApertureBase.of(0x4000_0000), 0x7f_ffff_f000L >>> 12 << 4 & 0xffff_fff0L, false));
            GartWalk walk = new GartWalk(unit);
            long[] state = schema.build().blank();
            long pages = 8192L << order;
            long table = NodeRegisters.TableBase.FRAME.get(unit.tableBase.get(state, 0)) << 12;
            memory.write32(state, table + 4 * (pages - 1), Gpte.of(Gpte.LAST_FRAME));
            long first = 0x4000_0000 >>> 12;
            assertThat(walk.answer(state, 0, first + pages - 1))
                    .isEqualTo(DmaAnswer.to(DmaAnswer.TRANSLATED, Gpte.LAST_FRAME));
            assertThat(walk.answer(state, 0, first + pages))
                    .isEqualTo(DmaAnswer.to(DmaAnswer.UNTRANSLATED, first + pages));
        }
    }

    /** For a search: an aperture of few pages, beside pages that are not translated. */
    @Test
    void aSmallAperture() {
        SchemaBuilder schema = new SchemaBuilder();
        Sort pages = Sort.numbered("Page", "p", 4);
        GartGeometry g = new GartGeometry(
                Sort.numbered("Node", "n", 1),
                Sort.numbered("Requester", "q", 1),
                List.of(0),
                pages,
                0,
                pages,
                0,
                12,
                List.of());
        PtesInState ptes = new PtesInState(schema, g, 0x10_0000, 0x2000, 0x2000);
        long control = ApertureControl.ORDER.set(ApertureControl.GARTEN.mask(), 1);
        GartUnit unit = new GartUnit(schema, g, ptes, new GartUnit.Reset(control, 2, 0x100 << 4, false));
        GartWalk walk = new GartWalk(unit);
        long[] state = schema.build().blank();
        ptes.pte.set(state, 2, Gpte.of(1));
        assertThat(walk.answer(state, 0, 1)).isEqualTo(DmaAnswer.to(DmaAnswer.UNTRANSLATED, 1));
        assertThat(walk.answer(state, 0, 2)).isEqualTo(DmaAnswer.to(DmaAnswer.TRANSLATED, 1));
        assertThat(walk.answer(state, 0, 3)).isEqualTo(DmaAnswer.INVALID_ENTRY);
        assertThat(walk.answer(state, 0, 4)).isEqualTo(DmaAnswer.to(DmaAnswer.UNTRANSLATED, 4));
    }

    @Test
    void geometriesThatAreNone() {
        Sort two = Sort.numbered("Node", "n", 2);
        assertThatThrownBy(() -> new GartGeometry(two, two, List.of(0, 2), two, 0, two, 0, 25, List.of()))
                .hasMessage("the GART geometry needs requesters behind the northbridges there are");
        assertThatThrownBy(() -> new GartGeometry(two, two, List.of(0, 1), two, 0, two, Gpte.LAST_FRAME, 25, List.of()))
                .hasMessage("the GART geometry needs frames that an entry can name");
    }
}
