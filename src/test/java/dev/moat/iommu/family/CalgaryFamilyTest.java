package dev.moat.iommu.family;

import static dev.moat.iommu.Meaning.BLOCKED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Reach;
import dev.moat.iommu.Capabilities.Tagging;
import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.model.BadSettingException;
import dev.moat.model.Edits;
import dev.moat.model.Outcome;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calgary as software sees it through the contract. */
class CalgaryFamilyTest {
    private static final String CALGARY = "calgary";

    private final Declared chip = new Declared(CALGARY, 2, Map.of("walks", "true"));
    private final long[] s = chip.s;

    @Test
    void whatItCanDo() {
        Capabilities can = Declared.capabilities(CALGARY, Map.of("table-size", "7", "coherent", "false"));
        assertThat(can.aperture().pages()).isEqualTo(1 << 20);
        assertThat(can.aperture().outside()).isEqualTo(Outside.BLOCKED);
        assertThat(can.aperture().reserved()).containsExactly(new Capabilities.Range(0xa0, 0xff));
        assertThat(can.asking().smallest()).isEqualTo(Reach.EVERYTHING);
        assertThat(can.asking().queued()).isFalse();
        assertThat(can.tagging()).isEqualTo(Tagging.GROUP);
        assertThat(can.stores().late()).isTrue();
        assertThat(Declared.capabilities(CALGARY, Map.of()).noticesPresent()).isFalse();
    }

    /** Two buses with a table each: what one maps the other does not reach. */
    @Test
    void busesAreApart() {
        chip.attach(0, 0);
        chip.attach(2, 1);
        chip.map(0, 0, 1, Declared.RW);
        chip.map(1, 0, 2, Rights.READ);
        assertThat(List.of(chip.reads(0, 0), chip.writes(1, 0), chip.reads(2, 0)))
                .containsExactly(1, 1, 2);
        assertThat(List.of(chip.writes(2, 0), chip.reads(2, 1))).containsExactly(BLOCKED, BLOCKED);
    }

    /** Two devices on one bus: whoever is attached last decides for both. */
    @Test
    void aBusIsOneGroup() {
        chip.attach(0, 0);
        chip.attach(1, 1);
        chip.map(1, 0, 2, Declared.RW);
        assertThat(chip.iommu.entries().group(0)).isEqualTo(chip.iommu.entries().group(1));
        assertThat(chip.iommu.entries().leadsTo(s, 0, 0)).isFalse();
        assertThat(chip.writes(0, 0)).isEqualTo(2);
    }

    @Test
    void aDetachedBusIsOff() {
        assertThat(chip.reads(0, 0)).isEqualTo(BLOCKED);
        chip.attach(0, 0);
        chip.map(0, 0, 1, Declared.RW);
        chip.act("walk_start", 0, 0);
        chip.act("walk_finish", 0);
        chip.iommu.entries().detach(s, 0, 0);
        assertThat(chip.iommu.entries().isPresent(s, 1)).isFalse();
        assertThat(chip.reads(0, 0)).isEqualTo(BLOCKED);
        // TAR still names the table, but its write on the way back empties the cache.
        assertThat(chip.iommu.meaning().cachedRights(s, 0, 0, 0)).isEqualTo(Declared.RW);
        chip.attach(0, 1);
        assertThat(chip.iommu.meaning().cachedRights(s, 0, 0, 0)).isZero();
        assertThat(chip.iommu.meaning().cachedRights(s, 0, 1, 0)).isZero();
    }

    @Test
    void whatIsCachedAnswersUntilTheChipTakesTheWriteOfTar() {
        chip.attach(0, 0);
        chip.map(0, 0, 1, Declared.RW);
        chip.act("walk_start", 0, 0);
        chip.act("walk_finish", 0);
        chip.map(0, 0, 1, Rights.NONE);
        assertThat(chip.reads(0, 0)).isEqualTo(1);
        Port port = chip.iommu.port(0);
        assertThat(port.askTranslations(s, 0, 0, 0, 0, Port.LEAVES)).isTrue();
        // One blast does what the same CPU asks for before it begins.
        assertThat(port.askTranslations(s, 0, 0, 0, 0, Port.LEAVES)).isTrue();
        assertThat(port.askTranslations(s, 1, 0, 0, 0, Port.LEAVES)).isFalse();
        assertThat(port.askEntry(s, 0, 0, 0)).isFalse();
        assertThat(List.of(port.finds(s, 0, 0, 0), port.finds(s, 0, 1, 0), port.findsEntry(s, 0, 0)))
                .containsExactly(Port.COVERED, Port.OTHERS, Port.OTHERS);
        assertThat(port.serve(s)).isFalse();
        assertThat(port.drive(s, 0, 0)).isEqualTo(Outcome.NEXT);
        assertThat(port.askTranslations(s, 0, 0, 0, 0, Port.LEAVES)).isFalse();
        assertThat(chip.reads(0, 0)).isEqualTo(BLOCKED);
        assertThat(chip.iommu.meaning().isRefused(s, 0, 0, false)).isFalse();
        assertThat(port.drive(s, 0, 1)).isEqualTo(Outcome.NEXT);
        assertThat(port.drive(s, 0, 2)).isEqualTo(Outcome.NEXT);
        assertThat(port.announce(s, 0)).isFalse();
        assertThat(chip.iommu.meaning().cachedRights(s, 0, 0, 0)).isEqualTo(Declared.RW);
        assertThat(port.nextSubmitter(s)).isZero();
        assertThat(chip.act("take_tar")).isTrue();
        assertThat(chip.iommu.meaning().cachedRights(s, 0, 0, 0)).isZero();
        assertThat(List.of(port.finds(s, 0, 0, 0), port.nextSubmitter(s))).containsExactly(Port.NOTHING, -1);
        assertThat(port.isDone(s, 0)).isFalse();
        assertThat(port.announce(s, 0)).isTrue();
        assertThat(port.isDone(s, 0)).isTrue();
        chip.map(0, 0, 3, Rights.READ);
        assertThat(chip.reads(0, 0)).isEqualTo(3);
    }

    /** The driver waits for what was accepted; the fault goes on without. */
    @Test
    void requestsInFlightAreWaitedFor() {
        chip.attach(0, 0);
        chip.map(0, 0, 1, Declared.RW);
        assertThat(chip.act("walk_start", 0, 0)).isTrue();
        chip.map(0, 0, 1, Rights.NONE);
        assertThat(chip.forget(0)).isFalse();
        assertThat(chip.iommu.port(0).drive(s, 0, 1)).isEqualTo(Outcome.BLOCKED);
        chip.act("walk_finish", 0);
        assertThat(chip.iommu.port(0).drive(s, 0, 1)).isEqualTo(Outcome.NEXT);

        Edits givesUp = new Edits().decide("blast.polls-on", (state, bus, b, c) -> 0);
        Declared hasty = new Declared(CALGARY, 2, 2, Map.of("walks", "true"), givesUp);
        hasty.attach(0, 0);
        hasty.map(0, 0, 1, Declared.RW);
        hasty.act("walk_start", 0, 0);
        hasty.map(0, 0, 1, Rights.NONE);
        assertThat(hasty.forget(0)).isTrue();
        assertThat(hasty.reads(0, 0)).isEqualTo(BLOCKED);
        hasty.act("walk_finish", 0);
        assertThat(hasty.reads(0, 0)).isEqualTo(1);
    }

    /**
     * What {@link Tagging#GROUP} asks of software: TAR's write on the way to another table empties the cache, but a request that was
     * accepted before finds its entry in flight and brings it back.
     */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBusIsEmptiedBeforeItGetsAnotherTable(boolean emptied) {
        chip.attach(0, 0);
        chip.map(0, 0, 1, Declared.RW);
        chip.act("walk_start", 0, 0);
        chip.iommu.entries().detach(s, 0, 0);
        if (emptied) {
            Port port = chip.iommu.port(0);
            assertThat(chip.forget(0)).isFalse();
            chip.act("walk_finish", 0);
            assertThat(port.drive(s, 0, 1)).isEqualTo(Outcome.NEXT);
            assertThat(port.drive(s, 0, 2)).isEqualTo(Outcome.NEXT);
            assertThat(chip.act("take_tar")).isTrue();
            assertThat(port.announce(s, 0)).isTrue();
        }
        chip.attach(0, 1);
        assertThat(chip.iommu.meaning().isWalking(s, 0, 0)).isEqualTo(!emptied);
        chip.act("walk_finish", 0);
        assertThat(chip.iommu.tables().rights(s, 1, 0)).isEqualTo(Rights.NONE);
        assertThat(chip.reads(0, 0)).isEqualTo(emptied ? BLOCKED : 1);
    }

    /** A request to forget a device entry stops nothing and empties nothing; it is there until the chip turns to it. */
    @Test
    void nothingIsCachedOfWhereABusIsLed() {
        Port port = chip.iommu.port(1);
        assertThat(port.askEntry(s, 0, 0, 2)).isTrue();
        assertThat(port.findsEntry(s, 0, 2)).isEqualTo(Port.COVERED);
        assertThat(port.finds(s, 0, 0, 0)).isEqualTo(Port.OTHERS);
        for (int step = 0; step < 3; step++) {
            assertThat(port.drive(s, 0, step)).isEqualTo(Outcome.NEXT);
        }
        assertThat(port.serve(s)).isTrue();
        for (int step = 0; step < 3; step++) {
            assertThat(port.drive(s, 0, step)).isEqualTo(Outcome.NEXT);
        }
        assertThat(port.findsEntry(s, 0, 2)).isEqualTo(Port.NOTHING);
        assertThat(port.announce(s, 0)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"calgary", "calioc2"})
    void bothChipsForget(String generation) {
        Declared one = new Declared(CALGARY, 2, Map.of("chip", generation, "coherent", "false"));
        one.attach(2, 1);
        one.map(1, 1, 3, Declared.RW);
        assertThat(one.act("dma", 2, 1)).isTrue();
        one.iommu.tables().store(one.s, 1, 1, 0, Rights.NONE);
        assertThat(one.forget(1)).isTrue();
        // Not written back: the chip still finds the old entry in memory.
        assertThat(one.writes(2, 1)).isEqualTo(3);
        one.iommu.visibility().writeBack(one.s, 1, 1);
        assertThat(one.writes(2, 1)).isEqualTo(BLOCKED);
    }

    @Test
    void whatItRefuses() {
        assertThatThrownBy(() -> new Declared(CALGARY, 2, 0xa1, Map.of(), new Edits()))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining("640 KiB");
        assertThatThrownBy(() -> Declared.capabilities(CALGARY, Map.of("stop-faults", "true")))
                .isInstanceOf(BadSettingException.class)
                .hasMessage("stop-faults is for chip=calioc2");
    }
}
