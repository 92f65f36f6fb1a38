package dev.moat.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The order of handles beyond one maptrack frame, which no recorded case reaches: from the sources of Xen. */
class FreeHandlesTest {
    private static final Sort DOMAINS = Sort.numbered("Dom", "d", 2);

    private final SchemaBuilder builder = new SchemaBuilder();
    private final Maptrack maptrack =
            new Maptrack(builder, DOMAINS, Sort.numbered("Ref", "r", 8), Sort.numbered("Handle", "h", 512), true);
    private final Schema schema = builder.build();
    private final long[] s = schema.blank();

    @Test
    void aSecondFrameIsUsedBeforeTheLastHandleOfTheFirst() {
        int[] expected = IntStream.concat(IntStream.range(0, 255), IntStream.range(256, 512))
                .toArray();
        assertThat(IntStream.range(0, 511).map(i -> maptrack.take(s, 1)).toArray())
                .isEqualTo(expected);
        assertThat(maptrack.hasFree(s, 1)).isFalse();
        assertThat(maptrack.take(s, 1)).isEqualTo(-1);
        assertThat(maptrack.take(s, 0)).isZero();
    }

    @Test
    void handlesReturnToTheTail() {
        IntStream.range(0, 255).forEach(i -> maptrack.take(s, 1));
        maptrack.put(s, 1, 9);
        maptrack.put(s, 1, 3);
        assertThat(maptrack.take(s, 1)).isEqualTo(255);
        assertThat(maptrack.take(s, 1)).isEqualTo(9);
        assertThat(maptrack.take(s, 1)).isEqualTo(256);
        assertThat(maptrack.taken.get(s, 1, 9)).isOne();
        assertThat(maptrack.taken.get(s, 1, 3)).isZero();
    }

    @Test
    void handlesFillMaptrackFrames() {
        assertThatThrownBy(() ->
                        new Maptrack(new SchemaBuilder(), DOMAINS, DOMAINS, Sort.numbered("Handle", "h", 300), true))
                .hasMessage("300 handles do not fill maptrack frames");
    }
}
