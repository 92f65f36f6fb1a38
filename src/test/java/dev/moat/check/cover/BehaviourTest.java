package dev.moat.check.cover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which machines do the same: whatever lies beside their slots, and whatever their numbers of states and transitions. */
class BehaviourTest {
    /** More than a word has room for, of which few change. */
    private static final Sort LAMPS = Sort.numbered("Lamp", "lamp", 100);

    /**
     * Lamps 60 to 69 are switched, each by itself.
     *
     * @param before words of other slots in front of the lamps
     * @param others whether a lamp that is switched off sets another slot
     */
    private static MachineFingerprint.Whole of(int before, boolean others) {
        ModelBuilder model = new ModelBuilder(new Edits());
        if (before > 0) {
            Sort words = Sort.numbered("Before", "before", before);
            model.schema().slots("before", Role.CACHE, Writer.IOMMU, words).bits(40);
        }
        Slots lamp =
                model.schema().slots("lamp", Role.CACHE, Writer.IOMMU, LAMPS).bits(1);
        Slots last = model.schema().slots("last", Role.CACHE, Writer.IOMMU).bits(1);
        model.action(
                "switch",
                Actor.IOMMU,
                List.of(new Argument("lamp", Sort.numbered("Some", "some", 10))),
                (s, a, b, c, d, e) -> {
                    long now = lamp.get(s, 60 + a);
                    if (others && now == 1 && last.get(s, 0) == 0) {
                        last.set(s, 0, 1);
                    } else if (!others && now == 0 && last.get(s, 0) == 0) {
                        last.set(s, 0, 1);
                    }
                    lamp.set(s, 60 + a, 1 - now);
                    return true;
                });
        return MachineFingerprint.of(new Machine(model.build(), Granularity.OPERATION, true), 10_000)
                .orElseThrow();
    }

    @Test
    void whatLiesBesideMakesNoDifference() {
        assertThat(of(1, false)).isEqualTo(of(0, false)).isEqualTo(of(3, false));
    }

    @Test
    void whatIsDoneDoes() {
        assertThat(of(0, true).sum()).isNotEqualTo(of(0, false).sum());
    }
}
