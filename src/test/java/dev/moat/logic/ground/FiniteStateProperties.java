package dev.moat.logic.ground;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Rewriting;
import dev.moat.logic.SmtText;
import dev.moat.logic.Term;
import dev.moat.logic.Var;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.testing.AtomWorld;
import dev.moat.logic.testing.FormulaGrammar;
import dev.moat.logic.testing.NaiveTruth;
import dev.moat.state.Relation;
import dev.moat.state.Sort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Written-out states, rewriting and printing against the naive reading, on random formulas, states and steps. */
class FiniteStateProperties {
    private static final Vocabulary VOCABULARY = Vocabulary.read("vocabulary.smt2", FormulaGrammar.VOCABULARY);

    private static FiniteState copy(AtomWorld world, long[] s) {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        world.abstraction().sorts().forEach(sort -> sizes.put(sort.name(), sort.size()));
        FiniteState state = new FiniteState(world.vocabulary(), sizes);
        for (Relation relation : world.abstraction().relations()) {
            for (List<Integer> t : state.tuples(relation.name())) {
                int[] at = new int[5];
                for (int i = 0; i < t.size(); i++) {
                    at[i] = t.get(i);
                }
                if (relation.code().holds(s, at[0], at[1], at[2], at[3], at[4])) {
                    state.add(relation.name(), t);
                }
            }
        }
        return state;
    }

    @Property(tries = 300, seed = "5")
    void agreesBeforeAndAfterRewritingAndPrinting(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int depth,
            @ForAll @IntRange(min = 1, max = 3) int size,
            @ForAll @IntRange(min = 5, max = 95) int density) {
        Random random = new Random(seed);
        AtomWorld world = new AtomWorld(VOCABULARY, sort -> sort.equals("A") ? size : 2, Set.of());
        FormulaGrammar grammar = new FormulaGrammar(random);
        Term formula = FormulaGrammar.invariant("i", grammar.formula(depth), grammar.formula(1))
                .formula();
        long[] s = world.random(random, density);
        FiniteState state = copy(world, s);
        boolean expected = NaiveTruth.holds(formula, Map.of(), world.abstraction(), s);
        assertThat(state.holds(formula, List.of(), List.of())).isEqualTo(expected);
        Term plain = Rewriting.plain(formula);
        assertThat(state.holds(plain, List.of(), List.of())).isEqualTo(expected);
        assertThat(Rewriting.conjuncts(plain)).allMatch(c -> !expected || state.holds(c, List.of(), List.of()));
        assertThat(Rewriting.conjuncts(plain).stream().allMatch(c -> state.holds(c, List.of(), List.of())))
                .isEqualTo(expected);
        String printed =
                SmtText.declarations(VOCABULARY) + "(define-fun printed () Bool " + SmtText.of(plain, List.of()) + ")";
        Term read = Vocabulary.read("printed.smt2", printed).macro("printed").body();
        assertThat(state.holds(read, List.of(), List.of())).isEqualTo(expected);
        assertThat(state.whyFalse(formula).equals(List.of("it is true"))).isEqualTo(expected);
    }

    /** What a goal says of the state before a step is what the property says of the state after it. */
    @RepeatedTest(12)
    void theStateBeforeTellsOfTheStateAfter(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        int density = 3 + random.nextInt(58);
        InvariantLibrary library = InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("specs/lemmas"));
        List<Invariant> all = new ArrayList<>(library.all());
        all.addAll(InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"))
                .all());
        Discipline discipline = Discipline.load(Path.of("specs/discipline.smt2"), library.vocabulary());
        Set<String> two = Set.of("Dom", "Frame", "Space", "Hold", "Inv");
        AtomWorld world = new AtomWorld(library.vocabulary(), sort -> two.contains(sort) ? 2 : 1, Set.of());
        FiniteState state = copy(world, world.random(random, density));
        Set<Boolean> seen = new HashSet<>();
        for (AbstractAction action : discipline.actions()) {
            List<Integer> given = new ArrayList<>();
            for (Var v : action.parameters()) {
                given.add(random.nextInt(
                        world.abstraction().sort(v.sort()).map(Sort::size).orElseThrow()));
            }
            FiniteState after = state.after(action, given);
            for (Invariant invariant : all) {
                for (Term c : Rewriting.conjuncts(Rewriting.plain(invariant.formula()))) {
                    boolean holds = after.holds(c, List.of(), List.of());
                    seen.add(holds);
                    assertThat(state.holds(Rewriting.before(action, c), action.parameters(), given))
                            .as(action.name() + " and " + invariant.id())
                            .isEqualTo(holds);
                }
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(true, false);
    }
}
