package dev.moat.logic.testing;

import dev.moat.logic.Invariant;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.judge.Judge;
import dev.moat.state.Abstraction;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * A component whose state is a vocabulary's structure itself: one bit for each ground atom. Relations named static
 * hold where the sum of their arguments is even, and read nothing.
 */
public final class AtomWorld {
    final Vocabulary vocabulary;
    final Schema schema;
    final Abstraction abstraction = new Abstraction();
    final Map<String, Slots> bits = new LinkedHashMap<>();

    public AtomWorld(Vocabulary vocabulary, ToIntFunction<String> sizes, Set<String> statics) {
        this.vocabulary = vocabulary;
        for (String sort : vocabulary.sorts()) {
            abstraction.sort(Sort.numbered(sort, sort.toLowerCase(java.util.Locale.ROOT), sizes.applyAsInt(sort)));
        }
        SchemaBuilder builder = new SchemaBuilder();
        for (String relation : vocabulary.relations()) {
            List<Sort> places = places(relation);
            int atoms = places.stream().mapToInt(Sort::size).reduce(1, Math::multiplyExact);
            if (statics.contains(relation)) {
                abstraction.relation(
                        relation, places, (s, a, b, c, d, e) -> (a + b + c + d + e) % 2 == 0, (f, a, b, c, d, e) -> {});
                continue;
            }
            Slots slots = builder.slots(relation, Role.GHOST, Writer.GHOST, Sort.numbered(relation, "", atoms))
                    .bits(1);
            bits.put(relation, slots);
            int b1 = size(places, 1);
            int c1 = size(places, 2);
            int d1 = size(places, 3);
            int e1 = size(places, 4);
            abstraction.relation(
                    relation,
                    places,
                    (s, a, b, c, d, e) -> slots.get(s, (((a * b1 + b) * c1 + c) * d1 + d) * e1 + e) == 1,
                    (f, a, b, c, d, e) -> f.one(slots, (((a * b1 + b) * c1 + c) * d1 + d) * e1 + e));
        }
        schema = builder.build();
    }

    private List<Sort> places(String relation) {
        return vocabulary.places(relation).stream()
                .map(n -> abstraction.sort(n).orElseThrow())
                .toList();
    }

    private static int size(List<Sort> places, int i) {
        return i < places.size() ? places.get(i).size() : 1;
    }

    private static int index(List<Sort> places, int... args) {
        int i = 0;
        for (int p = 0; p < places.size(); p++) {
            i = i * places.get(p).size() + args[p];
        }
        return i;
    }

    /** A random state; atoms are true with probability {@code density} / 100. */
    public long[] random(Random random, int density) {
        long[] s = schema.blank();
        for (Slots slots : bits.values()) {
            for (int i = 0; i < slots.size(); i++) {
                slots.set(s, i, random.nextInt(100) < density ? 1 : 0);
            }
        }
        return s;
    }

    /** The same state with a few atoms flipped. */
    public long[] changed(Random random, long[] s, int flips) {
        long[] t = s.clone();
        List<Slots> all = new ArrayList<>(bits.values());
        for (int n = 0; n < flips; n++) {
            Slots slots = all.get(random.nextInt(all.size()));
            if (slots.size() > 0) {
                int i = random.nextInt(slots.size());
                slots.set(t, i, 1 - slots.get(t, i));
            }
        }
        return t;
    }

    /** Sets one atom, its arguments given by number. */
    public void set(long[] s, String relation, int... args) {
        bits.get(relation).set(s, index(places(relation), args), 1);
    }

    public Judge judge(List<Invariant> invariants) {
        return new Judge(invariants, abstraction, schema);
    }

    public Abstraction abstraction() {
        return abstraction;
    }

    public Map<String, Slots> bits() {
        return bits;
    }

    public Schema schema() {
        return schema;
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
