package dev.moat.logic.judge;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.z3.Context;
import com.microsoft.z3.Solver;
import com.microsoft.z3.Status;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import dev.moat.logic.Vocabulary;
import dev.moat.logic.testing.AtomWorld;
import dev.moat.logic.testing.FormulaGrammar;
import dev.moat.prove.Z3Required;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Z3 reads the same text with its own parser and must come to the same truth values. */
class Z3AgreementProperties {
    private static final InvariantLibrary LIBRARY =
            InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"));

    /** The sorts' elements, and every atom's value, as assertions. */
    private static String structure(AtomWorld world, long[] s) {
        StringBuilder text = new StringBuilder();
        for (Sort sort : world.abstraction().sorts()) {
            for (String e : sort.labels()) {
                text.append("(declare-fun |el ")
                        .append(e)
                        .append("| () ")
                        .append(sort.name())
                        .append(")\n");
            }
            String elements = sort.labels().stream().map(e -> " |el " + e + "|").collect(Collectors.joining());
            if (sort.size() > 1) {
                text.append("(assert (distinct").append(elements).append("))\n");
            }
            text.append("(assert (forall ((x ").append(sort.name()).append(")) (or false");
            sort.labels().forEach(e -> text.append(" (= x |el ").append(e).append("|)"));
            text.append(")))\n");
        }
        for (Slots slots : world.bits().values()) {
            List<Sort> places =
                    world.abstraction().relation(slots.name()).orElseThrow().places();
            for (int i = 0; i < slots.size(); i++) {
                String atom = atom(slots.name(), places, i);
                text.append("(assert ")
                        .append(slots.get(s, i) == 1 ? atom : "(not " + atom + ")")
                        .append(")\n");
            }
        }
        return text.toString();
    }

    private static String atom(String name, List<Sort> places, int i) {
        StringBuilder text = new StringBuilder(")");
        int rest = i;
        for (int p = places.size() - 1; p >= 0; p--) {
            Sort sort = places.get(p);
            text.insert(0, " |el " + sort.label(rest % sort.size()) + "|");
            rest /= sort.size();
        }
        return places.isEmpty() ? name : "(" + name + text;
    }

    private static boolean z3Says(String text) {
        try (Context context = z3()) {
            Solver solver = context.mkSolver();
            solver.add(context.parseSMTLIB2String(text, null, null, null, null));
            Status status = solver.check();
            assertThat(status).isNotEqualTo(Status.UNKNOWN);
            return status == Status.SATISFIABLE;
        }
    }

    private static Context z3() {
        Z3Required.orSkipped("agreement with Z3 is");
        return new Context();
    }

    private static void agree(AtomWorld world, Invariant invariant, long[] s) {
        String facts = world.vocabulary().text() + structure(world, s) + invariant.text();
        Judge judge = world.judge(List.of(invariant));
        assertThat(z3Says(facts + "(assert invariant)"))
                .as(() -> "invariant of " + invariant.text())
                .isEqualTo(judge.violated(s) == 0);
        assertThat(z3Says(facts + "(assert witness)"))
                .as(() -> "witness of " + invariant.text())
                .isEqualTo(judge.witnessed(s, 1) == 1);
    }

    @Property(tries = 60, seed = "3")
    void randomFormulas(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 5) int depth,
            @ForAll @IntRange(min = 5, max = 95) int density) {
        Random random = new Random(seed);
        Vocabulary vocabulary = Vocabulary.read("vocabulary.smt2", FormulaGrammar.VOCABULARY);
        AtomWorld world = new AtomWorld(vocabulary, sort -> sort.equals("A") ? 2 : 3, Set.of());
        FormulaGrammar grammar = new FormulaGrammar(random);
        agree(
                world,
                FormulaGrammar.invariant("i", grammar.formula(depth), grammar.formula(depth)),
                world.random(random, density));
    }

    /** Sparse states make the premises rare and the invariants sometimes true, dense ones mostly false. */
    @RepeatedTest(8)
    void everyInvariantFile(RepetitionInfo seed) {
        Random random = new Random(seed.getCurrentRepetition());
        int density = 1 + random.nextInt(30);
        AtomWorld world = new AtomWorld(
                LIBRARY.vocabulary(),
                sort -> Set.of("Dom", "Frame", "Hold", "Pin").contains(sort) ? 2 : 1,
                Set.of());
        for (Invariant invariant : LIBRARY.all()) {
            agree(world, invariant, world.random(random, density));
        }
    }
}
