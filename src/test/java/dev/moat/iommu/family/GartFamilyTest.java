package dev.moat.iommu.family;

import static dev.moat.iommu.Meaning.BLOCKED;
import static dev.moat.iommu.Meaning.ELSEWHERE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.model.BadSettingException;
import dev.moat.model.Edits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The GART as software sees it through the contract. */
class GartFamilyTest {
    private static final String GART = "gart";

    private final Declared gart = new Declared(GART, 1, Map.of());
    private final long[] s = gart.s;

    @Test
    void whatItCanDo() {
        Capabilities can = Declared.capabilities(GART, Map.of("outside", "3"));
        assertThat(can.aperture().first()).isEqualTo(3);
        assertThat(can.aperture().pages()).isEqualTo(64);
        assertThat(can.aperture().outside()).isEqualTo(Outside.IDENTITY);
        assertThat(can.tagging()).isEqualTo(Tagging.NONE);
        assertThat(can.entries()).isEqualTo(new Capabilities.Entries(false, false, false, 1L << 12));
        assertThat(can.noticesPresent()).isTrue();
        assertThat(Declared.capabilities(GART, Map.of("unmapped", "invalid")).noticesPresent())
                .isFalse();
        assertThat(Declared.capabilities(GART, Map.of()).aperture().pages()).isEqualTo(8192);
        can = Declared.capabilities(GART, Map.of("outside", "3", "aperture", "4"));
        assertThat(List.of(can.aperture().first(), can.aperture().last())).containsExactly(3L, 6L);
    }

    /** One space for all, without rights, whoever is attached or detached. */
    @Test
    void everybodyReachesEverything() {
        gart.map(0, 0, 2, Rights.READ);
        gart.iommu.entries().detach(s, 1, 0);
        for (int q = 0; q < 3; q++) {
            assertThat(List.of(gart.reads(q, 0), gart.writes(q, 0))).containsExactly(2, 2);
            assertThat(gart.iommu.entries().leadsTo(s, q, 0)).isTrue();
        }
        assertThat(gart.iommu.tables().expressed(Rights.READ)).isEqualTo(Rights.ALL);
        assertThat(gart.iommu.tables().rights(s, 0, 0)).isEqualTo(Rights.ALL);
        assertThat(gart.iommu.tables().leads(s, 0, 0, 2, Rights.READ)).isTrue();
    }

    @Test
    void aPageThatIsNotMappedLeadsToTheScratchPage() {
        assertThat(gart.reads(0, 1)).isEqualTo(ELSEWHERE);
        assertThat(gart.iommu.tables().rights(s, 0, 1)).isEqualTo(Rights.NONE);
        assertThat(gart.act("dma", 0, 1)).isTrue();
        gart.map(0, 1, 1, Declared.RW);
        // The data is lost while the TLB has the scratch page.
        assertThat(gart.reads(0, 1)).isEqualTo(ELSEWHERE);
        assertThat(gart.iommu.meaning().isRefused(s, 0, 1, true)).isTrue();
        assertThat(gart.forget(0)).isTrue();
        assertThat(gart.reads(0, 1)).isEqualTo(1);
        Declared invalid = new Declared(GART, 1, Map.of("unmapped", "invalid"));
        assertThat(invalid.reads(0, 1)).isEqualTo(BLOCKED);
        assertThat(invalid.act("dma", 0, 1)).isFalse();
    }

    /** Each northbridge is asked by itself; the other keeps what it has. */
    @Test
    void eachNorthbridgeForgetsByItself() {
        gart.map(0, 0, 1, Declared.RW);
        assertThat(gart.act("dma", 0, 0) && gart.act("dma", 2, 0)).isTrue();
        gart.map(0, 0, 1, Rights.NONE);
        Port port = gart.iommu.port(0);
        assertThat(port.askTranslations(s, 0, 0, 0, 0, Port.LEAVES)).isTrue();
        assertThat(port.askEntry(s, 0, 0, 0)).isFalse();
        assertThat(List.of(port.finds(s, 0, 0, 0), port.findsEntry(s, 0, 0)))
                .containsExactly(Port.COVERED, Port.OTHERS);
        assertThat(port.isDone(s, 0)).isFalse();
        assertThat(List.of(gart.reads(0, 0), gart.reads(2, 0))).containsExactly(1, 1);
        assertThat(gart.act("complete_flush", 0)).isTrue();
        assertThat(gart.act("complete_flush", 0)).isFalse();
        assertThat(port.isDone(s, 0)).isTrue();
        assertThat(List.of(gart.reads(0, 0), gart.reads(2, 0))).containsExactly(ELSEWHERE, 1);
    }

    /** Pages before and behind the aperture reach the frame of their own number, and nothing can be stored for them. */
    @Test
    void pagesOutsideAreNotTranslated() {
        Declared some = new Declared(GART, 1, Map.of("outside", "1"));
        some.map(0, 0, 3, Declared.RW);
        some.map(0, 1, 3, Declared.RW);
        assertThat(List.of(some.writes(0, 0), some.writes(0, 1))).containsExactly(0, 3);
        assertThat(some.iommu.tables().rights(some.s, 0, 0)).isEqualTo(Rights.NONE);
        assertThat(some.act("dma", 0, 0)).isFalse();
        Declared one = new Declared(GART, 1, 3, Map.of("outside", "1", "aperture", "1"), new Edits());
        one.map(0, 1, 3, Declared.RW);
        one.map(0, 2, 3, Declared.RW);
        assertThat(List.of(one.writes(0, 1), one.writes(0, 2))).containsExactly(3, 2);
        assertThat(one.iommu.tables().rights(one.s, 0, 2)).isEqualTo(Rights.NONE);
    }

    @Test
    void whatItRefuses() {
        assertThatThrownBy(() -> new Declared(GART, 2, Map.of()))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("a GART has one space for all devices, not 2");
        assertThatThrownBy(() -> Declared.capabilities(GART, Map.of("outside", "1", "aperture", "3")))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("aperture is a power of two of pages");
    }
}
