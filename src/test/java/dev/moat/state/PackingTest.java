package dev.moat.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Packing loses nothing that may vary, and refuses what may not. Random schemas and states from a seed. */
class PackingTest {
    private static Slots declare(SchemaBuilder builder, Random random, int number) {
        Sort index = Sort.numbered("Index" + number, "i", 1 + random.nextInt(5));
        SlotsBuilder slots = builder.slots("slot" + number, Role.GHOST, Writer.GUEST, index);
        if (random.nextInt(3) > 0) {
            return slots.bits(random.nextInt(5) == 0 ? random.nextInt(64) : random.nextInt(6));
        }
        long varying = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> -1L;
            default -> random.nextLong() & random.nextLong();
        };
        return slots.fixed(random.nextLong()).word(List.of(), varying);
    }

    private static Schema schema(Random random) {
        SchemaBuilder builder = new SchemaBuilder();
        int families = 1 + random.nextInt(8);
        for (int k = 0; k < families; k++) {
            declare(builder, random, k);
        }
        return builder.build();
    }

    /** Any value in the bits that vary, the fixed one in the others. */
    private static long[] state(Schema schema, Random random) {
        long[] s = schema.blank();
        for (Slots f : schema.families()) {
            for (int i = 0; i < f.size(); i++) {
                f.set(s, i, (f.fixed() & ~f.varying()) | (random.nextLong() & f.varying()));
            }
        }
        return s;
    }

    /** Whatever the states are, and whatever was followed to before. */
    @Property
    void whoFollowsComesToWhatUnpackingMakes(@ForAll long seed) {
        Random random = new Random(seed);
        Schema schema = schema(random);
        Packing packing = schema.packing();
        Packing.Follower follower = packing.new Follower();
        for (int n = 0; n < 5; n++) {
            long[] s = n == 3 ? schema.blank() : state(schema, random);
            int at = random.nextInt(3);
            long[] packed = garbage(random, packing.words() + at);
            packing.pack(s, packed, at);
            assertThat(follower.follow(packed, at)).isEqualTo(s).isSameAs(follower.state());
        }
    }

    @Property
    void roundTrip(@ForAll long seed) {
        Random random = new Random(seed);
        Schema schema = schema(random);
        Packing packing = schema.packing();
        long[] s = state(schema, random);
        int at = random.nextInt(3);
        long[] packed = garbage(random, packing.words() + at);
        packing.pack(s, packed, at);
        long[] back = garbage(random, schema.words());
        packing.unpack(packed, at, back);
        assertThat(back).isEqualTo(s);
    }

    /** Equal packed states are equal states: a change of any bit that varies shows. */
    @Property
    void everyBitThatVariesIsStored(@ForAll long seed) {
        Random random = new Random(seed);
        Schema schema = schema(random);
        long[] s = state(schema, random);
        long[] packed = new long[schema.packing().words()];
        schema.packing().pack(s, packed, 0);
        for (Slots f : schema.families()) {
            for (int i = 0; i < f.size(); i++) {
                for (long rest = f.varying(); rest != 0; rest &= rest - 1) {
                    long[] other = s.clone();
                    f.set(other, i, f.get(s, i) ^ Long.lowestOneBit(rest));
                    long[] packedOther = new long[packed.length];
                    schema.packing().pack(other, packedOther, 0);
                    assertThat(packedOther).isNotEqualTo(packed);
                }
            }
        }
    }

    /** A change of a bit that varies shows under the mask of a footprint if, and only if, the footprint has its element. */
    @Property
    void aMaskHasWhatItsFootprintHas(@ForAll long seed) {
        Random random = new Random(seed);
        Schema schema = schema(random);
        Footprint reads = new Footprint(schema);
        List<String> read = new ArrayList<>();
        for (Slots f : schema.families()) {
            for (int i = 0; i < f.size(); i++) {
                if (random.nextBoolean()) {
                    reads.one(f, i);
                    read.add(f.name() + i);
                }
            }
        }
        long[] mask = schema.packing().mask(reads);
        long[] s = state(schema, random);
        for (Slots f : schema.families()) {
            for (int i = 0; i < f.size(); i++) {
                for (long rest = f.varying(); rest != 0; rest &= rest - 1) {
                    long[] other = s.clone();
                    f.set(other, i, f.get(s, i) ^ Long.lowestOneBit(rest));
                    assertThat(shows(schema.packing(), s, other, mask)).isEqualTo(read.contains(f.name() + i));
                }
            }
        }
    }

    private static boolean shows(Packing packing, long[] one, long[] other, long[] mask) {
        long[] a = new long[packing.words()];
        long[] b = new long[packing.words()];
        packing.pack(one, a, 0);
        packing.pack(other, b, 0);
        long differs = 0;
        for (int w = 0; w < mask.length; w++) {
            differs |= (a[w] ^ b[w]) & mask[w];
        }
        return differs != 0;
    }

    @Property
    void aChangedFixedBitIsRefused(@ForAll long seed) {
        Random random = new Random(seed);
        Schema schema = schema(random);
        List<long[]> wrong = new ArrayList<>();
        for (Slots f : schema.families()) {
            long mask = f.width() == 64 ? -1L : (1L << f.width()) - 1;
            for (long rest = mask & ~f.varying(); rest != 0; rest &= rest - 1) {
                long[] s = state(schema, random);
                int i = random.nextInt(f.size());
                f.set(s, i, f.get(s, i) ^ Long.lowestOneBit(rest));
                wrong.add(s);
            }
        }
        long[] packed = new long[schema.packing().words()];
        for (long[] s : wrong) {
            assertThatThrownBy(() -> schema.packing().pack(s, packed, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("declares as fixed");
        }
    }

    /** What no state needs costs nothing: 64 bits that vary fill one packed word, however they are scattered. */
    @Test
    void takesNoMoreThanWhatVaries() {
        SchemaBuilder builder = new SchemaBuilder();
        builder.slots("entry", Role.ARCHITECTURAL, Writer.HYPERVISOR, Sort.numbered("I", "i", 4))
                .fixed(3)
                .word(List.of(), 0xF000_0000_0FF0_0000L);
        builder.slots("small", Role.GHOST, Writer.GUEST, Sort.numbered("J", "j", 4))
                .bits(4);
        Schema schema = builder.build();
        assertThat(schema.words()).isEqualTo(5);
        assertThat(schema.packing().words()).isEqualTo(1);
    }

    private static long[] garbage(Random random, int words) {
        return random.longs(words).toArray();
    }
}
