package dev.moat.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.notation.code.CompiledCode;
import dev.moat.notation.core.Interpreted;
import dev.moat.notation.text.Parser;
import dev.moat.notation.text.Printer;
import dev.moat.notation.tree.Tree;
import dev.moat.prove.Z3Required;
import dev.moat.prove.code.Agreement;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.code.RandomStates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The interpreter, compiled code and the solver's terms do the same, in random programs. */
class BackEndsTest {
    private static final int STATES = 40;

    /** Dice of a program. */
    @Provide
    Arbitrary<List<Integer>> dice() {
        return Arbitraries.integers()
                .between(0, 5040)
                .withoutEdgeCases()
                .list()
                .ofMinSize(1)
                .ofMaxSize(400);
    }

    private static Map<String, String> settings(Random random) {
        return Map.of("n", Integer.toString(1 + random.nextInt(4)), "late", Boolean.toString(random.nextBoolean()));
    }

    private static Optional<String> difference(BackEnds both, Random random) {
        Machine machine = BackEnds.machine(both.one());
        long[] initial = machine.initial();
        for (int n = 0; n < STATES; n++) {
            long[] s = initial.clone();
            RandomStates.disturb(machine, s, random, 3 * n);
            Optional<String> found = both.difference(s, random);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    @Property(tries = 100, seed = "20261201")
    void allThreeAgree(@ForAll("dice") List<Integer> dice) {
        String text = new RandomProgram(dice).text();
        Tree tree = Parser.read("random.moat", text);
        assertThat(Parser.read("random.moat", Printer.of(tree)).items()).isEqualTo(tree.items());
        Random random = new Random(dice.hashCode());
        Map<String, String> settings = settings(random);
        BackEnds both = new BackEnds(
                BackEnds.model(tree, settings, p -> Interpreted::new),
                BackEnds.model(tree, settings, CompiledCode::of));
        assertThat(difference(both, random)).as(text).isEmpty();
        Z3Required.orSkipped("what solvers are told of programs is");
        try (LiftedMachine lifted = new LiftedMachine(BackEnds.machine(both.other()))) {
            assertThat(lifted.refused()).as(text).isEmpty();
            assertThat(Agreement.of(lifted, 10).differences()).as(text).isEmpty();
        }
    }

    /** The agreement is not hollow: whichever construct a compiler takes for another one, some program shows it. */
    @Example
    void aWrongCompilerIsNoticed() {
        List<String> unnoticed = new ArrayList<>();
        Planted.defects().forEach((name, defect) -> {
            if (!isNoticed(defect)) {
                unnoticed.add(name);
            }
        });
        assertThat(unnoticed).isEmpty();
    }

    private static boolean isNoticed(UnaryOperator<Object> defect) {
        Random random = new Random(20261201);
        for (int n = 0; n < 250; n++) {
            List<Integer> dice =
                    random.ints(200 + random.nextInt(200), 0, 5040).boxed().toList();
            Tree tree = Parser.read("random.moat", new RandomProgram(dice).text());
            Map<String, String> settings = settings(random);
            BackEnds both = new BackEnds(
                    BackEnds.model(tree, settings, p -> Interpreted::new),
                    BackEnds.model(tree, settings, p -> bound -> Planted.of(defect, p, bound)));
            if (difference(both, random).isPresent()) {
                return true;
            }
        }
        return false;
    }
}
