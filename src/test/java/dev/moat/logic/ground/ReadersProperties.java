package dev.moat.logic.ground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Who reads what has changed, against each reader asked for each bit. */
class ReadersProperties {
    private static final int WORDS = 3;

    private static Schema schema() {
        SchemaBuilder builder = new SchemaBuilder();
        builder.slots("word", Role.HYPERVISOR, Writer.HYPERVISOR, Sort.numbered("Word", "w", WORDS))
                .bits(63);
        return builder.build();
    }

    /** Readers of few bits and of many, in words that some do not read at all. */
    private static Footprint[] reads(Schema schema, int readers, Random random) {
        Footprint[] reads = new Footprint[readers];
        for (int i = 0; i < readers; i++) {
            reads[i] = new Footprint(schema);
            for (int w = 0; w < schema.words(); w++) {
                long few = random.nextLong() & random.nextLong() & random.nextLong();
                reads[i].bits(w, random.nextInt(3) == 0 ? 0 : random.nextBoolean() ? few : random.nextLong());
            }
        }
        return reads;
    }

    @Property
    void everyReaderOfAChangedBitIsFoundAndNobodyElse(
            @ForAll @IntRange(min = 0, max = 150) int readers, @ForAll long seed) {
        Random random = new Random(seed);
        Schema schema = schema();
        Footprint[] reads = reads(schema, readers, random);
        Readers index = new Readers(reads, schema.words());
        for (int w = 0; w < schema.words(); w++) {
            long readable = 0;
            for (Footprint r : reads) {
                readable |= r.word(w);
            }
            assertThat(index.readable(w)).isEqualTo(readable);
        }
        for (int k = 0; k < 20; k++) {
            long[] changed = new long[schema.words()];
            changed[random.nextInt(changed.length)] = 1L << random.nextInt(64);
            changed[random.nextInt(changed.length)] |= random.nextLong() & random.nextLong() & random.nextLong();
            BitSet expected = new BitSet();
            for (int i = 0; i < readers; i++) {
                for (int w = 0; w < changed.length; w++) {
                    if ((reads[i].word(w) & changed[w]) != 0) {
                        expected.set(i);
                    }
                }
            }
            long[] set = new long[index.setWords()];
            boolean any = index.ofChange(new long[changed.length], changed, set);
            assertThat(any).isEqualTo(!expected.isEmpty());
            assertThat(BitSet.valueOf(set)).isEqualTo(expected);
        }
    }
}
