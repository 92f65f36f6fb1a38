package dev.moat.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Of random programs without loops every way is what it was, but for the step that was moved. */
class RewiringTest {
    private static final int PROGRAMS = 3_000;

    private static List<Step> program(Random random) {
        int n = 3 + random.nextInt(5);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            Step step = Step.of(String.valueOf((char) ('a' + i)), (s, cpu) -> Outcome.NEXT);
            for (int o : new int[] {Outcome.NEXT, Outcome.FAIL, Outcome.DONE}) {
                int to = i + 1 + random.nextInt(n - i);
                if (random.nextInt(3) == 0) {
                    step = step.on(o, to == n ? Step.END : String.valueOf((char) ('a' + to)));
                }
            }
            steps.add(step);
        }
        return steps;
    }

    /** The steps that run, without the numbers of copies, where each has the outcome that is chosen for it. */
    private static String way(List<Step> steps, Map<String, Integer> outcomes) {
        StringBuilder way = new StringBuilder();
        String at = steps.get(0).name();
        while (!at.equals(Step.END)) {
            String here = at;
            way.append(here.charAt(0));
            assertThat(way.length()).as("goes round: %s", steps).isLessThan(100);
            int i = 0;
            while (!steps.get(i).name().equals(here)) {
                i++;
            }
            at = Rewiring.target(steps, i, outcomes.getOrDefault(here.substring(0, 1), Outcome.NEXT));
        }
        return way.toString();
    }

    private static boolean reaches(List<Step> steps, int from, int to) {
        boolean reaches = from == to;
        for (int o = 0; o <= Outcome.DONE && !reaches; o++) {
            String target = Rewiring.target(steps, from, o);
            boolean on = o != Outcome.LOOP && !target.equals(Step.END);
            reaches = on && reaches(steps, target.charAt(0) - 'a', to);
        }
        return reaches;
    }

    /** Where the moved step is to stand on a way. */
    private static String expected(List<Step> steps, String way, int x, int y, boolean before) {
        String moved = steps.get(x).name();
        String goal = steps.get(y).name();
        String rest = way.replace(moved, "");
        int at = rest.indexOf(goal);
        if (x > y) {
            int next = at + 1;
            boolean passes = before || (at >= 0 && next < way.length() && reaches(steps, way.charAt(next) - 'a', x));
            return at < 0 || !passes ? way : inserted(rest, moved, before ? at : next);
        } else if (!way.contains(moved)) {
            return way;
        }
        int place = way.indexOf(moved);
        while (place < rest.length() && reaches(steps, rest.charAt(place) - 'a', y)) {
            boolean here = rest.charAt(place) == goal.charAt(0);
            if (here && before) {
                break;
            }
            place++;
            if (here) {
                break;
            }
        }
        return inserted(rest, moved, place);
    }

    private static String inserted(String way, String step, int at) {
        return way.substring(0, at) + step + way.substring(at);
    }

    @Test
    void waysAreWhatTheyWereButForTheMovedStep() {
        Random random = new Random(87);
        int moves = 0;
        for (int k = 0; k < PROGRAMS; k++) {
            List<Step> steps = program(random);
            int x = random.nextInt(steps.size());
            int y = random.nextInt(steps.size());
            boolean before = random.nextBoolean();
            List<Step> moved = x == y ? null : new Rewiring(steps).moving(x, y, before);
            if (moved == null) {
                continue;
            }
            moves++;
            for (int tries = 0; tries < 20; tries++) {
                Map<String, Integer> outcomes = new HashMap<>();
                for (int i = 0; i < steps.size(); i++) {
                    int o = List.of(Outcome.NEXT, Outcome.FAIL, Outcome.DONE).get(random.nextInt(3));
                    boolean named = steps.get(i).targets().get(o) != null;
                    boolean sinks = i == x && x < y;
                    outcomes.put(steps.get(i).name(), named && !sinks ? o : Outcome.NEXT);
                }
                assertThat(way(moved, outcomes))
                        .as(
                                "%s %s %s of %s",
                                steps.get(x).name(),
                                before ? "before" : "after",
                                steps.get(y).name(),
                                steps)
                        .isEqualTo(expected(steps, way(steps, outcomes), x, y, before));
            }
        }
        assertThat(moves).isGreaterThan(PROGRAMS / 3);
    }
}
