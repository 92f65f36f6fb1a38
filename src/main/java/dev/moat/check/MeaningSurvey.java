package dev.moat.check;

import dev.moat.limit.StoppedException;
import dev.moat.logic.Invariant;
import dev.moat.logic.Term;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.output.Counted;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.nio.LongBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Looks whether the relations that properties rest on ever change: of a model that says nothing everything holds. A relation that is
 * declared with {@code never} is meant so; every other one that matters has to be true of something, and none of the same in all states.
 */
final class MeaningSurvey {
    /** States that are looked at, nearest first: nothing of a small model changes for the first time behind them. */
    private static final int MOST_STATES = 20_000;
    /** Ownership and mappings: what a device is entitled to. */
    private static final Set<String> ENTITLING = Set.of("owner", "hold");
    /** Ownership and mappings; cached translations and tables: where they are empty nothing is judged. */
    private static final Set<String> NEEDED = Set.of("owner", "hold", "mayR", "mayW", "mapR", "mapW");
    /** Phases of mappings, and what is still to be invalidated: where they are empty more is forbidden, but not where they are full. */
    private static final Set<String> EXCUSING = Set.of("holdW", "opening", "live", "closing", "dirty", "limbo");

    private final Machine machine;
    private final Set<String> asked = new LinkedHashSet<>();
    private final Map<Relation, BitSet> first = new LinkedHashMap<>();
    private final Set<String> changed = new HashSet<>();
    private int states;
    private boolean whole;

    /** @param invariants that judge the machine's states; those of its own need no survey, as they are not told by relations */
    MeaningSurvey(Machine machine, List<Invariant> invariants) {
        this.machine = machine;
        Set<Term> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        invariants.forEach(i -> relations(i.formula(), seen));
        for (Relation r : machine.model().abstraction().relations()) {
            if ((NEEDED.contains(r.name()) || EXCUSING.contains(r.name()))
                    && asked.contains(r.name())
                    && !r.isNever()) {
                first.put(r, new BitSet());
            }
        }
    }

    private void relations(Term t, Set<Term> seen) {
        if (seen.add(t)) {
            if (t instanceof Term.Atom atom) {
                asked.add(atom.relation());
            } else if (t instanceof Term.Call call) {
                relations(call.macro().body(), seen);
            }
            t.children().forEach(child -> relations(child, seen));
        }
    }

    /**
     * What is empty or always the same, each with what to write instead.
     *
     * @param excused names of relations for which there is a reason
     */
    List<String> complaints(Set<String> excused) {
        walk();
        List<String> all = new ArrayList<>();
        for (Map.Entry<Relation, BitSet> e : first.entrySet()) {
            String name = e.getKey().name();
            boolean says = !e.getValue().isEmpty() || NEEDED.contains(name);
            if (changed.contains(name) && excused.contains(name)) {
                all.add("relation " + name + " changes: the reason behind 'excuse " + name + "' is no longer true");
            } else if (says && !changed.contains(name) && !excused.contains(name)) {
                all.add(complaint(e.getKey(), e.getValue()));
            }
        }
        boolean entitles = asked.stream().anyMatch(ENTITLING::contains);
        if (all.isEmpty() && entitles && ENTITLING.stream().noneMatch(changed::contains)) {
            all.add("neither owner nor hold ever changes, so nothing is ever taken from the device: write"
                    + " 'relation hold(...)' so that a mapping begins and ends");
        }
        return all;
    }

    private String complaint(Relation r, BitSet is) {
        String sorts = r.places().stream().map(Sort::name).collect(Collectors.joining(", "));
        String where = whole ? "all " + Counted.of(states, "state") : "the first " + Counted.of(states, "state");
        String name = r.name();
        return is.isEmpty()
                ? "relation " + name + " is empty in " + where
                        + ", so what is judged by it says nothing: let it read the" + " state, or write 'never " + name
                        + "(" + sorts + ")' if there is nothing of the kind"
                : "relation " + name + " is the same in " + where + ", so what is judged by it never changes: let it"
                        + " read the state, or write 'excuse " + name + "' and the reason in the scenario";
    }

    private void walk() {
        Stepper stepper = machine.stepper();
        Set<LongBuffer> met = new HashSet<>();
        ArrayDeque<long[]> open = new ArrayDeque<>();
        long[] initial = machine.initial();
        first.forEach((relation, is) -> is.or(truths(relation, initial)));
        met.add(LongBuffer.wrap(initial));
        open.add(initial);
        while (!open.isEmpty() && met.size() < MOST_STATES && changed.size() < first.size()) {
            StoppedException.look();
            stepper.expand(open.remove(), (letter, s) -> {
                long[] copy = s.clone();
                if (met.add(LongBuffer.wrap(copy))) {
                    open.add(copy);
                    look(copy);
                }
            });
        }
        states = met.size();
        whole = open.isEmpty();
    }

    private void look(long[] s) {
        for (Map.Entry<Relation, BitSet> e : first.entrySet()) {
            String name = e.getKey().name();
            if (!changed.contains(name) && !truths(e.getKey(), s).equals(Objects.requireNonNull(e.getValue()))) {
                changed.add(name);
            }
        }
    }

    private static BitSet truths(Relation r, long[] s) {
        BitSet truths = new BitSet();
        int[] a = new int[5];
        for (int n = 0; n < r.atoms(); n++) {
            r.place(n, a);
            truths.set(n, r.code().holds(s, a[0], a[1], a[2], a[3], a[4]));
        }
        return truths;
    }
}
