package dev.moat.prove.infer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.AbstractAction;
import dev.moat.logic.Term;
import dev.moat.logic.ground.FiniteState;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.Theory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Structures judge formulas and take steps as {@link FiniteState} does, their slow twin. */
class StepsTest {
    private static final Theory THEORY = Theory.load(Path.of(""));
    private static final Signature SIGNATURE = new Signature(THEORY.discipline());

    private static Structure random(Random random) {
        int[] sizes = new int[SIGNATURE.sorts().size()];
        Arrays.setAll(sizes, i -> 1 + random.nextInt(2));
        Structure s = new Structure(SIGNATURE, sizes);
        for (int r = 0; r < SIGNATURE.relations().size(); r++) {
            for (int atom = 0; atom < s.atoms(r); atom++) {
                s.set(r, atom, random.nextInt(3) == 0);
            }
        }
        return s;
    }

    private static FiniteState twin(Structure s) {
        Map<String, Integer> sizes = new HashMap<>();
        THEORY.vocabulary().sorts().forEach(sort -> sizes.put(sort, 0));
        for (int i = 0; i < SIGNATURE.sorts().size(); i++) {
            sizes.put(SIGNATURE.sorts().get(i), s.size(i));
        }
        FiniteState state = new FiniteState(THEORY.vocabulary(), sizes);
        for (int r = 0; r < SIGNATURE.relations().size(); r++) {
            for (int atom = 0; atom < s.atoms(r); atom++) {
                if (s.isTrue(r, atom)) {
                    state.add(
                            SIGNATURE.relations().get(r),
                            Arrays.stream(s.elements(r, atom)).boxed().toList());
                }
            }
        }
        return state;
    }

    @Test
    void formulasAreJudgedAlike() {
        Random random = new Random(3);
        List<Term> formulas = new ArrayList<>(List.of(THEORY.initially()));
        for (ProofStatement s : THEORY.statements()) {
            formulas.addAll(s.conjuncts());
            formulas.add(s.witness());
        }
        int trues = 0;
        for (int i = 0; i < 10; i++) {
            Structure s = random(random);
            FiniteState twin = twin(s);
            for (Term t : formulas) {
                boolean holds = CompiledFormula.of(SIGNATURE, t, List.of()).holds(s);
                assertThat(holds).as("%s", t.place()).isEqualTo(twin.holds(t, List.of(), List.of()));
                trues += holds ? 1 : 0;
            }
        }
        assertThat(trues).isBetween(10, 10 * formulas.size() - 10);
    }

    @Test
    void stepsAreTakenAlike() {
        Random random = new Random(4);
        FiniteSteps steps = new FiniteSteps(SIGNATURE, THEORY.discipline());
        int allowed = 0;
        for (AbstractAction action : THEORY.discipline().actions()) {
            Structure s = random(random);
            FiniteState twin = twin(s);
            int[] given = action.parameters().stream()
                    .mapToInt(v -> random.nextInt(s.size(SIGNATURE.sort(v.sort()))))
                    .toArray();
            List<Integer> elements = Arrays.stream(given).boxed().toList();
            FiniteSteps.Taken taken = new FiniteSteps.Taken(action, given);
            assertThat(steps.isAllowed(taken, s)).isEqualTo(twin.holds(action.guard(), action.parameters(), elements));
            assertThat(twin(steps.after(taken, s)).facts())
                    .as("%s", taken)
                    .isEqualTo(twin.after(action, elements).facts());
            allowed += steps.isAllowed(taken, s) ? 1 : 0;
        }
        assertThat(allowed).isBetween(5, THEORY.discipline().actions().size() - 5);
    }

    /** Every step of a run is allowed where it is taken, and a run that is shortened ends as it did, and needs each of its steps. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void runsAreRuns(long seed) {
        FiniteSteps steps = new FiniteSteps(SIGNATURE, THEORY.discipline());
        DisciplineWalks walks = new DisciplineWalks(steps, seed);
        int[] two = new int[SIGNATURE.sorts().size()];
        Arrays.fill(two, 2);
        CompiledFormula initially = CompiledFormula.of(SIGNATURE, THEORY.initially(), List.of());
        Structure blank = new Structure(SIGNATURE, two);
        assertThat(initially.holds(blank)).isTrue();
        Structure start = walks.shuffled(blank, initially);
        assertThat(initially.holds(start)).isTrue();
        assertThat(start).isNotEqualTo(blank);
        List<Structure> seen = new ArrayList<>();
        List<FiniteSteps.Taken> run = walks.run(start, 300, s -> {
            seen.add(s);
            return false;
        });
        assertThat(run).hasSize(seen.size() - 1).hasSizeGreaterThan(20);
        for (int i = 0; i < run.size(); i++) {
            assertThat(steps.isAllowed(run.get(i), seen.get(i))).isTrue();
            assertThat(steps.after(run.get(i), seen.get(i))).isEqualTo(seen.get(i + 1));
        }
        Structure last = seen.get(seen.size() - 1);
        Predicate<Structure> end = firstChange(start, last);
        assertThat(end.test(start)).isFalse();
        List<FiniteSteps.Taken> shorter = walks.shortened(start, run, end);
        assertThat(shorter).hasSizeLessThan(run.size()).isNotEmpty();
        assertThat(endsWell(steps, start, shorter, end)).isTrue();
        for (int i = 0; i < shorter.size(); i++) {
            List<FiniteSteps.Taken> without = new ArrayList<>(shorter);
            without.remove(i);
            assertThat(endsWell(steps, start, without, end))
                    .as("without step %s", i)
                    .isFalse();
        }
    }

    /** Whether the first atom that differs in the last state is as it is there. */
    private static Predicate<Structure> firstChange(Structure start, Structure last) {
        for (int r = 0; r < SIGNATURE.relations().size(); r++) {
            for (int atom = 0; atom < start.atoms(r); atom++) {
                if (start.isTrue(r, atom) != last.isTrue(r, atom)) {
                    int relation = r;
                    int which = atom;
                    return s -> s.isTrue(relation, which) == last.isTrue(relation, which);
                }
            }
        }
        throw new AssertionError("nothing changed");
    }

    private static boolean endsWell(
            FiniteSteps steps, Structure start, List<FiniteSteps.Taken> run, Predicate<Structure> end) {
        Structure s = start;
        for (FiniteSteps.Taken step : run) {
            if (!steps.isAllowed(step, s)) {
                return false;
            }
            s = steps.after(step, s);
        }
        return end.test(s);
    }
}
