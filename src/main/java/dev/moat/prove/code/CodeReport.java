package dev.moat.prove.code;

import dev.moat.machine.Machine;
import dev.moat.output.Counted;
import dev.moat.prove.code.CodeGoal.Answer;
import dev.moat.prove.code.CodeGoal.Status;
import dev.moat.state.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The proof of a machine's code as a report.
 *
 * @param lines one for each piece of code, then what is open, then the verdict
 * @param asked every goal's answer, those about what cannot be lifted last
 * @param proved whether everything was lifted and every goal proved
 */
public record CodeReport(List<String> lines, CodeAnswer asked, boolean proved) {
    /** What one question may cost, in Z3's units, where nothing else is said: a minute at most. */
    public static final int RLIMIT = 200_000_000;

    /** Goals that failed shown with their states. */
    private static final int SHOWN = 3;

    /** Slots of a state that are shown. */
    private static final int MOST_SLOTS = 12;

    /**
     * Proves everything about a machine's code.
     *
     * @param rlimit what one question may cost, in Z3's units
     * @param finding what more is known, where some goal is not proved without
     */
    public static CodeReport of(Machine machine, int rlimit, ProvedFacts.Finding finding) {
        try (LiftedMachine lifted = new LiftedMachine(machine);
                CodeProof proof = new CodeProof(lifted, rlimit)) {
            List<CodeQuestions> questions = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            Map<String, List<Answer>> answers = answers(lifted, proof, finding, questions, lines);
            answers.forEach((piece, of) -> lines.add(line(piece, of)));
            lifted.refused().forEach((piece, why) -> lines.add("REFUSED " + piece + ": " + why));
            open(machine.schema(), answers, lines);
            List<Answer> all = answers.values().stream().flatMap(List::stream).toList();
            boolean proved = lifted.refused().isEmpty() && count(all, Status.PROVED) == all.size();
            lines.add(verdict(machine, lifted, all));
            List<Answer> told = new ArrayList<>(all);
            lifted.refused().forEach((piece, why) -> told.add(refused(lifted, piece, why)));
            questions.add(lifted.loops("loops-of-well-formed"));
            return new CodeReport(List.copyOf(lines), new CodeAnswer(told, questions), proved);
        }
    }

    /** To all goals: those that are not proved of all well-formed states are asked again, of those of which more is known. */
    private static Map<String, List<Answer>> answers(
            LiftedMachine lifted,
            CodeProof proof,
            ProvedFacts.Finding finding,
            List<CodeQuestions> questions,
            List<String> lines) {
        List<Answer> all =
                new ArrayList<>(proof.goals().stream().map(proof::ask).toList());
        boolean open = count(all, Status.PROVED) < all.size();
        ProvedFacts known = open && lifted.refused().isEmpty() ? finding.of(lifted) : null;
        if (known == null || known.count() == 0) {
            questions.add(new CodeQuestions("well-formed", lifted.exprs(), List.of(proof.assumed()), all));
        } else {
            proof.assume(known);
            List<Answer> plain =
                    all.stream().filter(a -> a.status() == Status.PROVED).toList();
            all.replaceAll(a -> a.status() == Status.PROVED ? a : proof.askAgain(a));
            List<Answer> again = all.stream().filter(a -> !plain.contains(a)).toList();
            long more = count(again, Status.PROVED);
            lines.add("found, and proved: " + known.count() + " lines about what is so at which step; on them rest "
                    + more + " of the goals");
            questions.add(new CodeQuestions("well-formed", lifted.exprs(), List.of(proof.assumed()), plain));
            questions.add(new CodeQuestions("well-formed-with-lines", lifted.exprs(), known.known(), again));
            questions.add(known.questions("lines-of-well-formed"));
        }
        Map<String, List<Answer>> answers = new LinkedHashMap<>();
        all.forEach(a -> answers.computeIfAbsent(a.goal().piece(), p -> new ArrayList<>())
                .add(a));
        return answers;
    }

    /** That code cannot be lifted, as the answer to a goal of its own. */
    public static Answer refused(LiftedMachine lifted, String piece, String why) {
        CodeGoal goal = new CodeGoal(piece, "can be lifted: " + why, lifted.exprs().yes);
        return new Answer(goal, Status.UNKNOWN, null, 0);
    }

    private static long count(List<Answer> answers, Status status) {
        return answers.stream().filter(a -> a.status() == status).count();
    }

    private static String line(String piece, List<Answer> of) {
        double seconds = of.stream().mapToLong(Answer::nanos).sum() / 1e9;
        long open = of.size() - count(of, Status.PROVED);
        return String.format(
                Locale.ROOT,
                "code  %-44s %4d goals %7.2f s  %s",
                piece,
                of.size(),
                seconds,
                open == 0 ? "proved" : "NOT PROVED: " + open);
    }

    private static void open(Schema schema, Map<String, List<Answer>> answers, List<String> lines) {
        int shown = 0;
        for (List<Answer> of : answers.values()) {
            for (Answer a : of) {
                if (a.status() != Status.PROVED) {
                    lines.add(a.status() + " " + a.goal().piece() + ": "
                            + a.goal().says());
                }
                long[] state = a.state();
                if (state != null && shown++ < SHOWN) {
                    lines.add("  for example in the state that has, where others have nothing: " + told(schema, state));
                }
            }
        }
    }

    /** The slots of a state that are not 0, the first of them. */
    public static String told(Schema schema, long[] state) {
        List<String> changes = schema.diff(schema.blank(), state).stream()
                .limit(MOST_SLOTS)
                .map(c -> c.slots().label(c.element()) + " " + c.is())
                .toList();
        return String.join(", ", changes) + (changes.size() < MOST_SLOTS ? "" : ", ...");
    }

    private static String verdict(Machine machine, LiftedMachine lifted, List<Answer> all) {
        long asked = (long) all.size() + lifted.refused().size();
        return Counted.proved(asked - count(all, Status.PROVED), asked) + " about "
                + lifted.pieces().size()
                + " actions, starts and steps: no exception, no index out of range, every value stays in its sort; for all"
                + " states of this geometry (" + machine.schema().words() + " words) and any number of steps";
    }
}
