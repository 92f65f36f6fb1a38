package dev.moat.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The program of an operation as a table. A row has a step's name, the point of the program at which a policy inserted it, and the
 * discipline action that it claims. It has the step's successors, except the next step; {@code +lock} and {@code -lock} for the locks that
 * it may take and drop; and the decisions of this machine that it may ask.
 */
public final class StepTable {
    private static final String STUTTER = "stutter";
    private static final List<String> TITLES = List.of("step", "at", "claims", "then", "locks", "asks");

    private StepTable() {}

    /**
     * An operation's program as a machine runs it, with what is changed in the last column: steps that lead, or follow others, as before
     * have nothing there; those that are left out stand where they were.
     */
    public static List<List<String>> compared(Model sound, Model changed, String operation) {
        List<List<String>> before = rowsOf(sound, operation);
        List<List<String>> rows = rowsOf(changed, operation);
        List<String> names = rows.stream().map(row -> row.get(0)).toList();
        List<String> kept = common(before.stream().map(row -> row.get(0)).toList(), names);
        boolean same = before.equals(rows);
        List<List<String>> all = new ArrayList<>();
        int old = 1;
        for (int i = 1; i < rows.size(); i++) {
            List<String> row = rows.get(i);
            boolean stays = kept.contains(row.get(0));
            while (stays && !before.get(old).get(0).equals(row.get(0))) {
                gone(before.get(old++), names, all);
            }
            old += stays ? 1 : 0;
            List<String> was = before.stream()
                    .filter(other -> other.get(0).equals(row.get(0)))
                    .findFirst()
                    .orElse(List.of());
            String mark = was.isEmpty() ? "put in" : !stays ? "moved" : !was.equals(row) ? "leads elsewhere" : "";
            all.add(marked(row, mark));
        }
        while (old < before.size()) {
            gone(before.get(old++), names, all);
        }
        all.add(0, marked(TITLES, same ? "" : "changed"));
        return all;
    }

    private static void gone(List<String> row, List<String> names, List<List<String>> to) {
        if (!names.contains(row.get(0))) {
            to.add(marked(row, "LEFT OUT"));
        }
    }

    private static List<String> marked(List<String> row, String mark) {
        List<String> marked = new ArrayList<>(row);
        marked.add(mark);
        return marked;
    }

    private static List<List<String>> rowsOf(Model model, String operation) {
        return model.operations().stream()
                .filter(op -> op.name().equals(operation))
                .findFirst()
                .map(op -> rows(model, op))
                .orElse(List.of(TITLES));
    }

    /** A longest list of names that both have in this order. */
    private static List<String> common(List<String> a, List<String> b) {
        int[][] length = new int[a.size() + 1][b.size() + 1];
        for (int i = a.size() - 1; i >= 0; i--) {
            for (int j = b.size() - 1; j >= 0; j--) {
                length[i][j] = a.get(i).equals(b.get(j))
                        ? 1 + length[i + 1][j + 1]
                        : Math.max(length[i + 1][j], length[i][j + 1]);
            }
        }
        List<String> both = new ArrayList<>();
        for (int i = 0, j = 0; i < a.size() && j < b.size(); ) {
            if (a.get(i).equals(b.get(j))) {
                both.add(a.get(i++));
                j++;
            } else if (length[i + 1][j] >= length[i][j + 1]) {
                i++;
            } else {
                j++;
            }
        }
        return both;
    }

    /** The titles, then a row for each step. */
    public static List<List<String>> rows(Model model, Operation op) {
        List<List<String>> rows = new ArrayList<>(List.of(TITLES));
        for (Step step : op.steps()) {
            rows.add(List.of(
                    step.name(),
                    step.notes().point(),
                    step.claims().equals(STUTTER) ? "" : step.claims(),
                    then(step),
                    locks(step.notes()),
                    asks(model, step.notes())));
        }
        return rows;
    }

    private static String then(Step step) {
        List<String> targets = new ArrayList<>();
        for (int outcome = Outcome.NEXT; outcome <= Outcome.DONE; outcome++) {
            String target = step.targets().get(outcome);
            if (target != null) {
                targets.add(Outcome.name(outcome) + ":" + target);
            }
        }
        return String.join(" ", targets);
    }

    private static String asks(Model model, Step.Notes notes) {
        return String.join(
                " ", notes.asks().stream().filter(model.decisions()::contains).toList());
    }

    private static String locks(Step.Notes notes) {
        List<String> all = new ArrayList<>();
        notes.takes().forEach(lock -> all.add("+" + lock));
        notes.drops().forEach(lock -> all.add("-" + lock));
        return String.join(" ", all);
    }
}
