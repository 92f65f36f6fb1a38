package dev.moat.trace.file;

import dev.moat.machine.Machine;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.List;

/**
 * The differences of two counterexamples: their machines, the violated properties, their actions, and their last
 * states if both have the same places.
 */
public final class CounterexampleDiff {
    private static final String SAME = "  ";
    private static final String FIRST = "- ";
    private static final String SECOND = "+ ";
    /** Pairs of actions that are compared with each other, at most. */
    private static final int LARGEST = 1 << 22;

    private CounterexampleDiff() {}

    /**
     * The differences as lines, those of the first alone with {@code -}, of the second alone with {@code +}; empty when there are
     * none.
     *
     * @param machine of the first
     */
    public static List<String> lines(Counterexample a, Counterexample b, Machine machine) {
        List<String> lines = new ArrayList<>();
        pair("scenario", a.scenario(), b.scenario(), lines);
        pair("component", a.machine().component(), b.machine().component(), lines);
        pair(
                "settings",
                a.machine().settings().toString(),
                b.machine().settings().toString(),
                lines);
        pair(
                "granularity",
                a.machine().granularity().key(),
                b.machine().granularity().key(),
                lines);
        pair("merged", "" + a.machine().merged(), "" + b.machine().merged(), lines);
        pair(
                "injected",
                String.join(", ", a.machine().faults()),
                String.join(", ", b.machine().faults()),
                lines);
        pair("violates", String.join(", ", a.violates()), String.join(", ", b.violates()), lines);
        pair("goes back to state", loop(a), loop(b), lines);
        if (!a.actions().equals(b.actions())) {
            lines.add("actions:");
            actions(a.actions(), b.actions(), lines);
        }
        if (a.schema().equals(b.schema())) {
            ends(a, b, machine, lines);
        } else {
            lines.add("their states have different places and are not compared");
        }
        return lines;
    }

    private static String loop(Counterexample c) {
        return c.loop() == Counterexample.NO_LOOP ? "" : Integer.toString(c.loop());
    }

    private static void pair(String what, String a, String b, List<String> lines) {
        if (!a.equals(b)) {
            lines.add(what + ":");
            lines.add(FIRST + (a.isEmpty() ? "none" : a));
            lines.add(SECOND + (b.isEmpty() ? "none" : b));
        }
    }

    /** All actions of both: what both begin and end with once, between them {@link #middle}. */
    static void actions(List<String> a, List<String> b, List<String> lines) {
        int shorter = Math.min(a.size(), b.size());
        int head = 0;
        while (head < shorter && a.get(head).equals(b.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && a.get(a.size() - 1 - tail).equals(b.get(b.size() - 1 - tail))) {
            tail++;
        }
        a.subList(0, head).forEach(action -> lines.add(SAME + action));
        middle(a.subList(head, a.size() - tail), b.subList(head, b.size() - tail), lines);
        a.subList(a.size() - tail, a.size()).forEach(action -> lines.add(SAME + action));
    }

    /** A longest common subsequence once; all of both where a table for that would be too large, for files are not trusted. */
    private static void middle(List<String> a, List<String> b, List<String> lines) {
        if ((long) a.size() * b.size() > LARGEST) {
            a.forEach(action -> lines.add(FIRST + action));
            b.forEach(action -> lines.add(SECOND + action));
            return;
        }
        int[][] common = new int[a.size() + 1][b.size() + 1];
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                common[i][j] = a.get(i).equals(b.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < a.size() || j < b.size()) {
            if (i < a.size() && j < b.size() && a.get(i).equals(b.get(j))) {
                lines.add(SAME + a.get(i++));
                j++;
            } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add(FIRST + a.get(i++));
            } else {
                lines.add(SECOND + b.get(j++));
            }
        }
    }

    private static void ends(Counterexample a, Counterexample b, Machine machine, List<String> lines) {
        List<String> first = a.states().get(a.states().size() - 1);
        List<String> second = b.states().get(b.states().size() - 1);
        if (!first.equals(second)) {
            lines.add("last states:");
        }
        int k = 0;
        for (Slots f : machine.schema().families()) {
            for (int i = 0; i < f.size(); i++, k++) {
                if (!first.get(k).equals(second.get(k))) {
                    lines.add(SAME + f.label(i) + ": " + Counterexample.print(machine, first, f, i) + " in the first, "
                            + Counterexample.print(machine, second, f, i) + " in the second");
                }
            }
        }
    }
}
