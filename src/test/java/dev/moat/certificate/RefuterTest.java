package dev.moat.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.input.InputException;
import dev.moat.tests.Volume;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Search and checker beside a twin that tries all small structures. Seeds are the numbers of the goals. */
class RefuterTest {
    private static final int GOALS = Volume.of(400, 1200);
    private static final int MOST = 200;

    private static GoalFile file(RandomGoal goal) {
        return GoalFile.of("goal", goal.text());
    }

    /** Where all quantifiers say "all", a goal has a model exactly if one of the constants alone is one: every answer is known. */
    @Test
    void universalGoalsAreRefutedExactlyWhenNothingSatisfiesThem() {
        int refuted = 0;
        for (int seed = 0; seed < GOALS; seed++) {
            RandomGoal goal = new RandomGoal(seed, true);
            Optional<String> found = Refuter.certificate(file(goal), MOST);
            assertThat(found.isEmpty()).as("goal %s:%n%s", seed, goal.text()).isEqualTo(goal.isSatisfiedBy(2, 1));
            if (found.isPresent()) {
                assertThat(Certificate.check(file(goal), "proof", found.get())).isPositive();
                refuted++;
            }
        }
        assertThat(refuted).isBetween(GOALS / 5, GOALS * 4 / 5);
    }

    @Test
    void whatSmallStructuresSatisfyIsNeverRefuted() {
        int refuted = 0;
        int satisfied = 0;
        for (int seed = 0; seed < GOALS; seed++) {
            RandomGoal goal = new RandomGoal(seed, false);
            Optional<String> found = Refuter.certificate(file(goal), MOST);
            boolean satisfiable = goal.isSatisfiedBy(2, 1) || (found.isPresent() && goal.isSatisfiedBy(2, 2));
            assertThat(found.isPresent() && satisfiable)
                    .as("goal %s:%n%s", seed, goal.text())
                    .isFalse();
            found.ifPresent(proof -> Certificate.check(file(goal), "proof", proof));
            refuted += found.isPresent() ? 1 : 0;
            satisfied += satisfiable ? 1 : 0;
        }
        assertThat(refuted).isGreaterThan(GOALS / 5);
        assertThat(satisfied).isGreaterThan(GOALS / 5);
    }

    /** Certificates of one goal, torn and put together again, for another goal that has a model. */
    @Test
    void noTextProvesAGoalThatIsSatisfied() {
        List<String> lines = new ArrayList<>();
        List<GoalFile> satisfied = new ArrayList<>();
        for (int seed = 0; seed < 300; seed++) {
            RandomGoal goal = new RandomGoal(seed, false);
            Refuter.certificate(file(goal), MOST).ifPresent(p -> lines.addAll(Arrays.asList(p.split("\n"))));
            if (goal.isSatisfiedBy(2, 2)) {
                satisfied.add(file(goal));
            }
        }
        lines.removeIf(Certificate.FIRST::equals);
        Random random = new Random(7);
        int longest = 0;
        for (int i = 0; i < 1_500; i++) {
            StringBuilder text = new StringBuilder(Certificate.FIRST);
            GoalFile goal = satisfied.get(i % satisfied.size());
            for (int use = 1; use <= goal.assertions().size(); use++) {
                text.append("\nuse ").append(use);
            }
            int steps = 0;
            // Steps that are refused are left out, so that those that are taken pile up.
            for (int k = 0; k < 30; k++) {
                String more = text + "\n" + lines.get(random.nextInt(lines.size()));
                if (isRefusedAsStep(goal, more)) {
                    continue;
                }
                text = new StringBuilder(more);
                steps++;
            }
            longest = Math.max(longest, steps);
        }
        assertThat(longest).isGreaterThan(10);
    }

    private static boolean isRefusedAsStep(GoalFile goal, String text) {
        try {
            Certificate.check(goal, "proof", text);
        } catch (InputException e) {
            return !e.getMessage().contains("there is no contradiction at its end");
        }
        throw new AssertionError("a goal that has a model is proved:\n" + text);
    }
}
