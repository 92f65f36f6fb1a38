package dev.moat.trace;

import dev.moat.machine.Machine;
import dev.moat.model.Model;
import dev.moat.state.Abstraction;
import dev.moat.state.Footprint;
import dev.moat.state.Relation;
import dev.moat.state.Relation.Condition;
import dev.moat.state.RelationCode;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Every atom of a machine's relations with the bits that it says it reads, and the conditions by which some are said once more. */
final class AtomConditions {
    /** Of a relation with more, which only machines too large for searches have, no atom is looked at. */
    private static final int MOST = 20_000;

    private final Machine machine;
    private final List<Said> all = new ArrayList<>();

    /** @param by what there is to know of the atom's other meanings; only of atoms themselves */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Said(
            Relation relation,
            int[] place,
            RelationCode code,
            Footprint reads,
            @Nullable Abstraction by) {
        boolean holds(long[] s) {
            return code.holds(s, place[0], place[1], place[2], place[3], place[4]);
        }

        String name() {
            List<String> elements = IntStream.range(0, relation.places().size())
                    .mapToObj(k -> relation.places().get(k).label(place[k]))
                    .toList();
            return relation.name() + "(" + String.join(", ", elements) + ")";
        }
    }

    AtomConditions(Machine machine) {
        this.machine = machine;
        Model model = machine.model();
        Stream.of(model.abstraction(), model.foundFrom(), model.claimedOver())
                .flatMap(Stream::ofNullable)
                .distinct()
                .forEach(this::add);
    }

    private void add(Abstraction abstraction) {
        for (Relation relation : abstraction.relations()) {
            for (int n = 0; relation.atoms() <= MOST && n < relation.atoms(); n++) {
                int[] place = new int[5];
                relation.place(n, place);
                all.add(new Said(relation, place, relation.code(), footprint(relation.reads(), place), abstraction));
                for (Condition one : conditions(abstraction, relation)) {
                    all.add(new Said(relation, place, one.code(), footprint(one.reads(), place), null));
                }
            }
        }
    }

    private static List<Condition> conditions(Abstraction abstraction, Relation relation) {
        return abstraction.alternatives(relation.name()).stream()
                .flatMap(List::stream)
                .flatMap(List::stream)
                .toList();
    }

    private Footprint footprint(Relation.Reads reads, int[] place) {
        Footprint footprint = new Footprint(machine.schema());
        reads.add(footprint, place[0], place[1], place[2], place[3], place[4]);
        return footprint;
    }

    /** Which sort has fewer elements where relations speak of it than in slots, so that nothing is said of some; null where none has. */
    @Nullable
    String extents() {
        for (Slots f : machine.schema().families()) {
            for (Sort sort : Stream.concat(f.index().stream(), Stream.ofNullable(f.values()))
                    .toList()) {
                Sort said = machine.model().abstraction().sort(sort.name()).orElse(sort);
                if (said.size() < sort.size()) {
                    return "sort " + sort.name() + " is of size " + said.size() + " where relations speak of it, and "
                            + "of size " + sort.size() + " in slot " + f.name();
                }
            }
        }
        return null;
    }

    /** How often code is run to say what a state means. */
    int size() {
        return 2 * all.size();
    }

    /**
     * Says which are true in a state, and what is wrong with how they say so, if anything.
     *
     * @param trueOnes receives their numbers
     */
    @Nullable
    String say(long[] s, BitSet trueOnes) {
        long[] shown = s.clone();
        for (int i = 0; i < all.size(); i++) {
            Said it = all.get(i);
            boolean holds = it.holds(shown);
            if (it.holds(shown) != holds) {
                return "relation " + it.name() + " is true and false of one state";
            } else if (!Arrays.equals(s, shown)) {
                return "relation " + it.name() + " changes the state that it is asked about: "
                        + machine.schema().diff(s, shown).get(0);
            }
            trueOnes.set(i, holds);
            if (it.by() != null && !isSaid(it, it.by(), shown, holds)) {
                return "relation " + it.name() + " is " + holds + ", and its alternatives say otherwise";
            }
        }
        return listed(s, trueOnes);
    }

    private static boolean isSaid(Said it, Abstraction by, long[] s, boolean holds) {
        int[] p = it.place();
        return by.alternatives(it.relation().name())
                .map(of -> of.stream()
                        .anyMatch(each -> each.stream().allMatch(c -> c.code().holds(s, p[0], p[1], p[2], p[3], p[4]))))
                .map(said -> said == holds)
                .orElse(true);
    }

    /** Whether listings offer exactly what is true. */
    private @Nullable String listed(long[] s, BitSet trueOnes) {
        for (int i = 0; i < all.size(); i++) {
            Said first = all.get(i);
            Abstraction by = first.by();
            if (by == null || Arrays.stream(first.place()).anyMatch(element -> element != 0)) {
                continue;
            }
            Abstraction.Listed listing = by.listing(first.relation().name()).orElse(null);
            if (listing == null) {
                continue;
            }
            List<List<Integer>> offered = new ArrayList<>();
            listing.listing().list(s.clone(), (a, b, c, d, e) -> offered.add(List.of(a, b, c, d, e)));
            List<List<Integer>> holding = new ArrayList<>();
            for (int k = 0; k < all.size(); k++) {
                Said it = all.get(k);
                if (it.relation().name().equals(first.relation().name()) && by.equals(it.by()) && trueOnes.get(k)) {
                    holding.add(Arrays.stream(it.place()).boxed().toList());
                }
            }
            if (!offered.containsAll(holding) || !holding.containsAll(offered)) {
                return "relation " + first.relation().name() + " is not listed as it is true";
            }
        }
        return null;
    }

    /** The first relation that says something else of one state than of another; null where none does. */
    @Nullable
    String toldApart(long[] one, long[] other) {
        return all.stream()
                .filter(it -> it.by() != null && it.holds(one) != it.holds(other))
                .map(it -> "relation " + it.name())
                .findFirst()
                .orElse(null);
    }

    /** What is another after a transition of which it says that it reads nothing that was changed. */
    @Nullable
    String unread(long[] before, BitSet then, long[] after, BitSet now, String by) {
        BitSet changed = (BitSet) then.clone();
        changed.xor(now);
        for (int i = changed.nextSetBit(0); i >= 0; i = changed.nextSetBit(i + 1)) {
            Said it = all.get(i);
            long read = 0;
            for (int w = 0; w < before.length; w++) {
                read |= (before[w] ^ after[w]) & it.reads().word(w);
            }
            if (read == 0) {
                return "relation " + it.name() + " is another after " + by + ", and says that it reads nothing of "
                        + machine.schema().diff(before, after).stream()
                                .map(Object::toString)
                                .toList();
            }
        }
        return null;
    }
}
