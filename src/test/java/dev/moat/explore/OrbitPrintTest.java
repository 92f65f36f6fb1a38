package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.state.Alike;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fingerprints of orbits out of tables are those of all images, whatever state they were found from. */
class OrbitPrintTest {
    /**
     * A condition that families of different sizes share, and another one behind it. Of 60 things, and 300, most stay where they are: a name
     * in few bits mostly names one of those, and a name in many bits, as what is dead, is looked up otherwise.
     */
    @ParameterizedTest
    @CsvSource({"3, 500", "60, 12", "300, 4"})
    void whatIsDeadIsToldApartBySizeToo(int count, int states) {
        Sort things = Sort.numbered("Thing", "t", count);
        Sort sides = Sort.numbered("Side", "s", 2);
        SchemaBuilder builder = new SchemaBuilder();
        Slots key =
                builder.slots("key", Role.GHOST, Writer.GHOST, sides, things).bits(1);
        Liveness live = (s, i) -> key.get(s, i) != 0;
        Liveness turned = (s, i) -> key.get(s, i) == 0;
        List<Slots> named = List.of(
                builder.slots("few", Role.GHOST, Writer.GHOST, things)
                        .live(live)
                        .of(things),
                builder.slots("many", Role.GHOST, Writer.GHOST, sides, things)
                        .live(live)
                        .of(things),
                builder.slots("other", Role.GHOST, Writer.GHOST, things)
                        .live(turned)
                        .of(things));
        // As in words of hardware: a name in many bits, of which some never vary, from some number on; others name
        // nothing.
        Slots word = builder.slots("word", Role.GHOST, Writer.GHOST, sides, things)
                .live(live)
                .naming(new Slots.Named(12, 40, things, 0x1001))
                .fixed(0x5)
                .word(List.of(), 0x3_0100_3F00L);
        int first = count > 10 ? 10 : 0;
        builder.alike(Alike.some("things", IntStream.range(first, count).toArray(), things));
        Schema schema = builder.build();
        SymmetryGroup group = SymmetryGroup.of(schema, Granularity.STEP).orElseThrow();
        OrbitPrint orbits = new OrbitPrint(new ImageTables(group, Long.MAX_VALUE));
        SplittableRandom random = new SplittableRandom(1);
        for (int n = 0; n < states; n++) {
            long[] s = schema.blank();
            for (int i = 0; i < key.size(); i++) {
                key.set(s, i, random.nextInt(2));
            }
            for (Slots family : named) {
                for (int i = 0; i < family.size(); i++) {
                    family.set(s, i, some(random, first, count));
                }
            }
            for (int i = 0; i < word.size(); i++) {
                long name = (0x1001L + some(random, first, count)) << 12;
                long bits = random.nextBoolean() ? name | (random.nextLong() & 0xF00) : random.nextLong();
                word.set(s, i, word.fixed() | (bits & word.varying()));
            }
            schema.normalise(s);
            assertThat(orbits.of(s)).as("state %s", n).isEqualTo(SlowOrbitPrint.of(group, schema, s));
            if (random.nextBoolean()) {
                orbits.base(s);
                assertThat(orbits.of(s)).isEqualTo(SlowOrbitPrint.of(group, schema, s));
            }
        }
    }

    /** One of all, or of those that move and a few more. */
    private static int some(SplittableRandom random, int first, int count) {
        return random.nextBoolean() ? random.nextInt(count) : first + random.nextInt(Math.min(8, count - first));
    }
}
