package dev.moat.check.why;

import dev.moat.model.Operation;
import dev.moat.model.Outcome;
import dev.moat.model.Rewiring;
import dev.moat.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * One change of an operation's program.
 *
 * @param kind what is asked
 * @param about the steps or the lock, as printed
 * @param edit as {@code check --edit} takes it
 * @param steps the steps that are moved or left out
 */
public record Question(Kind kind, String about, String edit, List<String> steps) {
    /** What is asked of an operation, in the order of the report. */
    public enum Kind {
        /** What is a step for? */
        DROPPED("steps left out"),
        /** May two neighbours change places? */
        SWAPPED("neighbours swapped"),
        /** What is a lock for? */
        UNLOCKED("locks left out"),
        /** May a lock begin one step later? */
        LATER("locks that begin one step later"),
        /** May a lock end one step earlier? */
        EARLIER("locks that end one step earlier");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        /** A few words. */
        public String title() {
            return title;
        }
    }

    public Question {
        steps = List.copyOf(steps);
    }

    /**
     * Whether it is a question of in which cases the steps are needed: not of a step that asks itself whether there is anything to do, and leads
     * past others then.
     */
    boolean hasCases(Operation operation) {
        return kind == Kind.DROPPED
                && (steps.size() > 1
                        || operation.steps().stream()
                                .filter(s -> steps.contains(s.name()))
                                .allMatch(s -> s.targets().get(Outcome.DONE) == null
                                        && s.targets().get(Outcome.FAIL) == null));
    }

    /** All questions about an operation; some of the edits may be none that its program allows. */
    static List<Question> of(Operation operation) {
        String in = " in " + operation.name();
        List<Step> steps = operation.steps();
        List<Question> all = new ArrayList<>();
        for (Step step : steps) {
            all.add(new Question(Kind.DROPPED, step.name(), "drop " + step.name() + in, List.of(step.name())));
        }
        parts(operation, all);
        for (int i = 0; i + 1 < steps.size(); i++) {
            String a = steps.get(i).name();
            String b = steps.get(i + 1).name();
            if (leads(steps, i)) {
                all.add(new Question(Kind.SWAPPED, a + ", " + b, "swap " + a + ", " + b + in, List.of(a, b)));
            }
        }
        TreeSet<String> locks = new TreeSet<>();
        steps.stream()
                .filter(Question::isPlain)
                .forEach(step -> locks.addAll(step.notes().takes()));
        locks.forEach(lock -> unlocked(lock, operation, all));
        locks.forEach(lock -> later(lock, operation, all));
        locks.forEach(lock -> earlier(lock, operation, all));
        return all;
    }

    /** Whether a step can lead to the one that is written behind it. */
    private static boolean leads(List<Step> steps, int i) {
        String next = steps.get(i + 1).name();
        for (int o = Outcome.NEXT; o <= Outcome.DONE; o++) {
            if (Rewiring.target(steps, i, o).equals(next)) {
                return true;
            }
        }
        return false;
    }

    /** Neighbours at one point of the program, such as all steps of an invalidation, are left out together, too. */
    private static void parts(Operation operation, List<Question> to) {
        List<Step> steps = operation.steps();
        for (int i = 0, end; i < steps.size(); i = end) {
            String point = steps.get(i).notes().point();
            List<String> part = new ArrayList<>();
            for (end = i; end < steps.size() && steps.get(end).notes().point().equals(point); end++) {
                part.add(steps.get(end).name());
            }
            if (!point.isEmpty() && part.size() > 1) {
                String all = String.join(", ", part);
                to.add(new Question(Kind.DROPPED, all, "drop " + all + " in " + operation.name(), part));
            }
        }
    }

    /** Whether a step does nothing that the discipline has a name for, so that one that takes or drops a lock may do just that. */
    private static boolean isPlain(Step step) {
        return step.claims().equals("stutter");
    }

    private static void unlocked(String lock, Operation operation, List<Question> to) {
        List<Step> found = operation.steps().stream()
                .filter(s -> takes(s, lock) || s.notes().drops().contains(lock))
                .toList();
        List<String> both = found.stream().map(Step::name).toList();
        if (!found.stream().allMatch(Question::isPlain)) {
            return;
        }
        to.add(new Question(Kind.UNLOCKED, lock, "drop " + String.join(", ", both) + " in " + operation.name(), both));
    }

    private static void later(String lock, Operation operation, List<Question> to) {
        List<Step> steps = operation.steps();
        for (int i = 0; i + 1 < steps.size(); i++) {
            Step next = steps.get(i + 1);
            if (takes(steps.get(i), lock)
                    && isPlain(steps.get(i))
                    && leads(steps, i)
                    && !next.notes().drops().contains(lock)) {
                to.add(moved(Kind.LATER, lock, steps.get(i), "after", next, operation));
            }
        }
    }

    private static void earlier(String lock, Operation operation, List<Question> to) {
        List<Step> steps = operation.steps();
        for (int i = 1; i < steps.size(); i++) {
            Step before = steps.get(i - 1);
            boolean drops = steps.get(i).notes().drops().contains(lock) && isPlain(steps.get(i));
            if (drops && leads(steps, i - 1) && !takes(before, lock)) {
                to.add(moved(Kind.EARLIER, lock, steps.get(i), "before", before, operation));
            }
        }
    }

    private static Question moved(Kind kind, String lock, Step step, String side, Step other, Operation operation) {
        String edit = "move " + step.name() + " " + side + " " + other.name() + " in " + operation.name();
        return new Question(
                kind, lock + ": " + step.name() + " " + side + " " + other.name(), edit, List.of(step.name()));
    }

    private static boolean takes(Step step, String lock) {
        return step.notes().takes().contains(lock);
    }
}
