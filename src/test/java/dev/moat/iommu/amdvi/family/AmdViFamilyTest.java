package dev.moat.iommu.amdvi.family;

import static dev.moat.iommu.Meaning.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.model.BadSettingException;
import dev.moat.model.Edits;
import dev.moat.model.Model;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AMD-Vi as software sees it through the contract: two devices, two spaces, two pages, one unit. */
class AmdViFamilyTest {
    private Iommu iommu;
    private Slots quad1;
    private long[] s;

    AmdViFamilyTest() {
        declare(Map.of());
    }

    private void declare(Map<String, String> settings) {
        AmdViFamily family = new AmdViFamily();
        Sort unit = Sort.numbered("Unit", "u", 1);
        Sort space = Sort.numbered("Space", "s", 2);
        Sizes sizes = new Sizes(
                new Sizes.Requesters(Sort.numbered("Req", "q", 2), List.of(0x8, 0x108), unit, List.of(0, 0)),
                new Sizes.Spaces(space, space, List.of(0, 1)),
                new Sizes.Addresses(Sort.numbered("Page", "p", 2), 0, Sort.numbered("Frame", "f", 4), 0, 0x100),
                new Sizes.Cpus(Sort.numbered("Cpu", "cpu", 1), (state, cpu) -> true),
                Set.of(Sizes.Need.SUBMITTERS));
        ModelBuilder builder = new ModelBuilder(new Edits());
        iommu = family.declare(sizes, new Setting(family.parameters(), settings), builder);
        iommu.declareActions(builder);
        builder.initially(state -> iommu.connect(state));
        Model model = builder.build();
        s = model.initial();
        quad1 = model.schema().families().stream()
                .filter(f -> f.name().equals("deviceQuad1"))
                .findFirst()
                .orElseThrow();
    }

    private void store(int requester, int space, int part) {
        iommu.entries().attach(s, requester, space, iommu.tags().of(s, space, 0), part);
    }

    private void attach(int requester, int space) {
        for (int part = 0; part < iommu.entries().stores(); part++) {
            store(requester, space, part);
        }
    }

    private int reads(int requester, int page) {
        return iommu.meaning().gets(s, requester, page, false);
    }

    @Test
    void whatItCanDo() {
        assertThat(Families.ids()).contains("amd-vi");
        AmdViFamily family = new AmdViFamily();
        Capabilities can =
                family.capabilities(new Setting(family.parameters(), Map.of("index-bits", "9", "levels", "4")));
        assertThat(can.aperture().pages()).isEqualTo(1L << 36);
        assertThat(can.aperture().reserved()).contains(new Capabilities.Range(0xFEE00, 0xFEEFF));
        assertThat(can.noticesPresent()).isFalse();
        assertThatThrownBy(() -> family.capabilities(new Setting(family.parameters(), Map.of("ring", "3"))))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("ring must be a power of two, not 3");
    }

    /** Levels that are chosen by the pages end where those of the unit do. */
    @ParameterizedTest
    @CsvSource({"4, 36", "5, 45", "6, 52"})
    void levelsThatAreChosenAreThoseOfTheUnit(String most, int bits) {
        AmdViFamily family = new AmdViFamily();
        Map<String, String> settings = Map.of("index-bits", "9", "levels", "0", "most-levels", most);
        Capabilities can = family.capabilities(new Setting(family.parameters(), settings));
        assertThat(can.aperture().pages()).isEqualTo(1L << bits);
    }

    /** V = 0 would let it through untranslated. */
    @ParameterizedTest
    @CsvSource({"tv-0, atomic", "tv-0, paused", "mode-0, atomic", "mode-0, paused", "mode-0, tables-first"})
    void aDeviceThatNobodyHasIsBlocked(String detached, String update) {
        declare(Map.of("detached-dte", detached, "dte-update", update));
        assertThat(reads(0, 0)).isEqualTo(BLOCKED);
        iommu.tables().store(s, 1, 0, 3, Rights.READ);
        attach(0, 1);
        assertThat(iommu.meaning().leads(s, 0, 1, 1)).isTrue();
        assertThat(List.of(reads(0, 0), reads(0, 1), reads(1, 0))).containsExactly(3, BLOCKED, BLOCKED);
        assertThat(iommu.meaning().gets(s, 0, 0, true)).isEqualTo(BLOCKED);
        for (int part = 0; part < iommu.entries().stores(); part++) {
            iommu.entries().detach(s, 0, part);
            assertThat(reads(0, 0)).isEqualTo(BLOCKED);
            assertThat(iommu.entries().isPresent(s, 0)).isFalse();
        }
    }

    /** What suppresses its owner's faults, or lets it into the exclusion range, would be the next owner's. */
    @ParameterizedTest
    @CsvSource({"first, tv-0", "none, tv-0", "none, mode-0"})
    void whatWasLentGoesWithTheDevice(String events, String detached) {
        declare(Map.of("fault-events", events, "event-log", "true", "exclusion", "marked", "detached-dte", detached));
        attach(0, 1);
        quad1.set(s, 0, DeviceTableEntry.EX.set(quad1.get(s, 0), 1));
        iommu.entries().detach(s, 0, 0);
        assertThat(quad1.get(s, 0) & ~DeviceTableEntry.DOMAIN_ID.mask()).isZero();
    }

    /** An entry in use leads, after each store, to its old tables under the old DomainID, nowhere, or to the new under the new. */
    @Test
    void aPausedEntryIsNeverTorn() {
        declare(Map.of("dte-update", "paused"));
        attach(0, 0);
        for (int part = 0; part < 2; part++) {
            store(0, 1, part);
            assertThat(iommu.entries().isPresent(s, 0)).isFalse();
        }
        store(0, 1, 2);
        assertThat(iommu.meaning().leads(s, 0, 1, 1)).isTrue();
    }

    @Test
    void tablesFirstTearsWhatIsInUseOnly() {
        declare(Map.of("dte-update", "tables-first"));
        store(0, 0, 0);
        assertThat(iommu.entries().isPresent(s, 0)).isFalse();
        store(0, 0, 1);
        assertThat(iommu.meaning().leads(s, 0, 0, 0)).isTrue();
        store(0, 1, 0);
        assertThat(iommu.meaning().leads(s, 0, 1, 0)).isTrue();
        store(0, 1, 1);
        assertThat(iommu.meaning().leads(s, 0, 1, 1)).isTrue();
    }

    @Test
    void whatIsCachedAnswersUntilTheCommandIsDone() {
        attach(0, 1);
        iommu.tables().store(s, 1, 0, 2, Rights.ALL);
        assertThat(iommu.request(s, 0, 0, true)).isTrue();
        iommu.tables().store(s, 1, 0, 2, Rights.NONE);
        assertThat(reads(0, 0)).isEqualTo(2);
        Port port = iommu.port(0);
        assertThat(port.askTranslations(s, 0, 1, 0, 0, Port.LEAVES)).isTrue();
        assertThat(port.announce(s, 0)).isTrue();
        assertThat(List.of(port.finds(s, 0, 1, 0), port.finds(s, 0, 1, 1), port.findsEntry(s, 0, 0)))
                .containsExactly(Port.COVERED, Port.OTHERS, Port.OTHERS);
        assertThat(port.nextSubmitter(s)).isZero();
        assertThat(port.serve(s)).isTrue();
        assertThat(reads(0, 0)).isEqualTo(BLOCKED);
        assertThat(port.nextSubmitter(s)).isEqualTo(-1);
        assertThat(port.isDone(s, 0)).isFalse();
        assertThat(port.serve(s)).isTrue();
        assertThat(port.isDone(s, 0)).isTrue();
        assertThat(port.serve(s)).isFalse();
    }

    @Test
    void aFullRingTakesNothing() {
        Port port = iommu.port(0);
        for (int i = 0; i < 3; i++) {
            assertThat(port.askEntry(s, 0, 0, 1)).isTrue();
        }
        long[] before = s.clone();
        assertThat(port.askEntry(s, 0, 0, 1)).isFalse();
        assertThat(port.askTranslations(s, 0, Port.ALL_TAGS, 0, 0, Port.LEAVES)).isFalse();
        assertThat(port.announce(s, 0)).isFalse();
        assertThat(s).isEqualTo(before);
        assertThat(port.findsEntry(s, 0, 1)).isEqualTo(Port.COVERED);
        assertThat(port.findsEntry(s, 0, 0)).isEqualTo(Port.OTHERS);
    }
}
