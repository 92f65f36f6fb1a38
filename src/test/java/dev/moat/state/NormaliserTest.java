package dev.moat.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where there are very many elements whole words are looked at first; the outcome is the same. */
class NormaliserTest {
    private static final int DEAD = 5;

    /** Element i of a family is dead where the key of i is even; that of the second family also where the first's is dead. */
    @ParameterizedTest
    @ValueSource(ints = {3, 100, 1_500, 4_000})
    void deadElementsGetTheirDeadValueAndNothingElseChanges(int size) {
        SchemaBuilder builder = new SchemaBuilder();
        Sort sort = Sort.numbered("Thing", "t", size);
        Slots key = builder.slots("key", Role.GHOST, Writer.GHOST, sort).bits(2);
        Slots first = builder.slots("first", Role.GHOST, Writer.GHOST, sort)
                .live((s, i) -> key.get(s, i) % 2 != 0)
                .fixed(DEAD)
                .bits(3);
        Slots second = builder.slots("second", Role.GHOST, Writer.GHOST, sort)
                .live((s, i) -> first.get(s, i) != DEAD)
                .bits(6);
        Schema schema = builder.build();
        SplittableRandom random = new SplittableRandom(size);
        for (int n = 0; n < 20; n++) {
            long[] s = schema.blank();
            for (int i = 0; i < size; i++) {
                key.set(s, i, random.nextInt(4));
                first.set(s, i, random.nextInt(8));
                second.set(s, i, random.nextInt(64));
            }
            long[] before = s.clone();
            schema.normalise(s);
            for (int i = 0; i < size; i++) {
                long one = key.get(before, i) % 2 != 0 ? first.get(before, i) : DEAD;
                assertThat(key.get(s, i)).isEqualTo(key.get(before, i));
                assertThat(first.get(s, i)).isEqualTo(one);
                assertThat(second.get(s, i)).isEqualTo(one != DEAD ? second.get(before, i) : 0);
            }
        }
    }
}
