package dev.moat.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.moat.bits.Watched;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Three values: the second means something while the first is set, the third while the second is. */
class ConditionsTest {
    private static final Sort ONE = Sort.numbered("Thing", "t", 1);

    private final SchemaBuilder builder = new SchemaBuilder();
    private final Slots[] slots = new Slots[3];

    private void declare(int i) {
        var made = builder.slots("value" + i, Role.GHOST, Writer.GHOST, ONE);
        if (i > 0) {
            made.live((s, at) -> slots[i - 1].get(s, 0) != 0);
        }
        slots[i] = made.bits(2);
    }

    /** All three are set, and the first is taken back; answers the watched state, normalised. */
    private long[] takenBack(Schema schema) {
        long[] before = schema.blank();
        for (Slots each : slots) {
            each.set(before, 0, 1);
        }
        Conditions conditions = new Conditions(schema);
        conditions.look(before);
        long[] watched = Watched.state();
        Watched.load(before, watched, schema.words());
        slots[0].set(watched, 0, 0);
        assertThat(conditions.normalise(before, watched, new long[schema.words()]))
                .isTrue();
        return watched;
    }

    @Test
    void whatOthersTellIsClearedBehindThem() {
        declare(0);
        declare(1);
        declare(2);
        Schema schema = builder.build();
        long[] watched = takenBack(schema);
        assertThat(Arrays.copyOf(watched, schema.words())).isEqualTo(schema.blank());
    }

    @Test
    void aValueThatMeansNothingIsNotLeft() {
        // What the third's liveness reads is declared behind it.
        declare(2);
        declare(0);
        declare(1);
        Schema schema = builder.build();
        assertThatIllegalStateException()
                .isThrownBy(() -> takenBack(schema))
                .withMessageContaining("a value that means nothing is left");
    }
}
