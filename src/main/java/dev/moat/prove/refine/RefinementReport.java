package dev.moat.prove.refine;

import dev.moat.machine.Machine;
import dev.moat.prove.Theory;
import dev.moat.prove.code.CodeAnswer;
import dev.moat.prove.code.CodeGoal;
import dev.moat.prove.code.CodeGoal.Status;
import dev.moat.prove.code.CodeReport;
import dev.moat.prove.code.LiftedMachine;
import dev.moat.prove.code.Piece;
import dev.moat.prove.lift.Exprs;
import dev.moat.prove.lift.RefusedException;
import dev.moat.prove.refine.Refinement.Answer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which pieces of a machine's code refine the discipline, from all states, as a person reads it.
 *
 * @param lines one for each piece, then what is open, then the verdict
 * @param asked every goal's answer, then of what cannot be lifted and of what was seen in states that are reached; of {@link #NOT_ASKED}
 *     alone where nothing is asked
 * @param proved whether everything was lifted and every goal proved
 * @param disagrees whether the explorer's judge accepts a transition that the proof refutes, or the proof one that it does not
 * @param reached whether a step leaves the discipline in a state that is reached
 */
public record RefinementReport(
        List<String> lines, CodeAnswer asked, boolean proved, boolean disagrees, boolean reached) {
    /** Whose answer stands where a machine cannot be compared, as its states have no meaning to the discipline. */
    public static final String NOT_ASKED = "refinement";

    /** Counterexamples shown with their states. */
    private static final int SHOWN = 3;

    /** States among which those of counterexamples are looked for. */
    static final int MOST_STATES = 20_000;

    /** Lines of an objection of the explorer's judge. */
    private static final int MOST_LINES = 6;

    /**
     * Proves what can be proved.
     *
     * @param rlimit what one question may cost, in Z3's units
     */
    public static RefinementReport of(Machine machine, Theory theory, int rlimit) {
        String not = machine.model().notCompared();
        if (machine.model().foundFrom() != null) {
            not = "its steps claim nothing: their actions are found";
        }
        if (!not.isEmpty()) {
            return notAsked(not);
        }
        try (LiftedMachine lifted = new LiftedMachine(machine)) {
            CodeReplay replay = new CodeReplay(machine, theory.discipline());
            ReachedStates reached = new ReachedStates(machine, replay.judge(), MOST_STATES);
            try (Refinement refinement = new Refinement(lifted, theory, reached.states(), rlimit)) {
                return new Writing(lifted, refinement, replay, reached).report();
            }
        } catch (RefusedException | IllegalArgumentException e) {
            return notAsked(String.valueOf(e.getMessage()));
        }
    }

    private static RefinementReport notAsked(String why) {
        CodeGoal goal = new CodeGoal(NOT_ASKED, "can be asked: " + why, new Exprs().yes);
        List<CodeGoal.Answer> answers = List.of(new CodeGoal.Answer(goal, Status.UNKNOWN, null, 0));
        return new RefinementReport(
                List.of("REFINEMENT NOT PROVED: " + why), new CodeAnswer(answers, List.of()), false, false, false);
    }

    /** One report being written. */
    private static final class Writing {
        private final LiftedMachine lifted;
        private final Refinement refinement;
        private final CodeReplay replay;
        private final ReachedStates reached;
        private final Map<String, Piece> pieces = new LinkedHashMap<>();
        private final Map<String, List<Answer>> answers = new LinkedHashMap<>();
        private final List<Answer> open = new ArrayList<>();
        private final List<String> lines = new ArrayList<>();
        /** What states that are reached tell. */
        private final List<CodeGoal.Answer> seen = new ArrayList<>();

        private boolean disagrees;

        Writing(LiftedMachine lifted, Refinement refinement, CodeReplay replay, ReachedStates reached) {
            this.lifted = lifted;
            this.refinement = refinement;
            this.replay = replay;
            this.reached = reached;
            lifted.pieces().forEach(p -> pieces.put(p.name(), p));
            for (CodeGoal goal : refinement.goals()) {
                Answer answer = refinement.ask(goal);
                answers.computeIfAbsent(goal.piece(), p -> new ArrayList<>()).add(answer);
                if (answer.status() != Status.PROVED) {
                    open.add(answer);
                }
            }
        }

        RefinementReport report() {
            KeptLines known = refinement.lines();
            if (known.stepLines().areProved()) {
                lines.add("found, and proved: " + known.stepLines().count()
                        + " lines about which values a CPU's locals have at which step");
            }
            if (!known.proved().isEmpty()) {
                lines.add(
                        "said, and proved: " + known.proved().size() + " lines about what is so where operations are");
            }
            known.leftOut().forEach((name, why) -> lines.add("left out: " + name + ": " + why));
            answers.forEach((piece, of) -> lines.add(line(piece, of)));
            Map<String, String> refused = new LinkedHashMap<>(lifted.refused());
            refused.putAll(refinement.refused());
            refused.forEach((piece, why) -> lines.add("REFUSED " + piece + ": " + why));
            int shown = 0;
            for (Answer a : open) {
                lines.add(a.status() + " " + a.goal().piece() + ": " + a.goal().says());
                if (a.state() != null && shown++ < SHOWN) {
                    show(a, a.state());
                }
            }
            explored();
            boolean proved = open.isEmpty() && refused.isEmpty();
            lines.add(verdict(refused, proved));
            List<Answer> asked = answers.values().stream().flatMap(List::stream).toList();
            List<CodeGoal.Answer> told =
                    new ArrayList<>(asked.stream().map(Answer::ofCode).toList());
            refused.forEach((piece, why) -> told.add(CodeReport.refused(lifted, piece, why)));
            told.addAll(seen);
            return new RefinementReport(
                    List.copyOf(lines),
                    new CodeAnswer(told, refinement.questions(asked)),
                    proved,
                    disagrees,
                    !reached.wrong().isEmpty());
        }

        private void show(Answer a, long[] state) {
            lines.add("  in the state that has, where others have nothing: "
                    + CodeReport.told(lifted.machine().schema(), state));
            lines.add("  with arguments " + a.arguments() + ", which is "
                    + (reached.isMet(state) ? "REACHED" : "not known to be reachable"));
            Piece piece = pieces.get(a.goal().piece());
            if (piece == null
                    || (!a.goal().says().endsWith(Refinement.CLAIMED)
                            && !a.goal().says().endsWith(Refinement.TAKEN))) {
                return;
            }
            List<String> objection = replay.objection(piece, state, a.arguments());
            if (objection == null) {
                disagrees = true;
                lines.add("  DISAGREEMENT: the explorer's judge accepts this transition");
                see(a.goal().piece(), "the explorer's judge objects, too, where a goal fails");
            } else {
                objection.stream().limit(MOST_LINES).forEach(l -> lines.add("    " + l));
            }
        }

        private void explored() {
            String of = (reached.isAll() ? "all " : "the first ") + reached.count() + " states that are reached";
            reached.wrong().forEach((who, steps) -> {
                lines.add("REACHABLE: " + who + " leaves the discipline " + steps
                        + " transitions from the initial state; 'moat check' shows the run");
                see(who, "stays in the discipline " + steps + " transitions from the initial state");
            });
            if (reached.wrong().isEmpty() && !open.isEmpty()) {
                lines.add("explored, not proved: in " + of + " nothing leaves the discipline");
            }
            for (String who : reached.wrong().keySet()) {
                boolean noticed =
                        open.stream().anyMatch(a -> Piece.code(a.goal().piece()).equals(who));
                boolean judged = pieces.values().stream().anyMatch(p -> p.code().equals(who))
                        && refinement.refused().keySet().stream()
                                .noneMatch(p -> Piece.code(p).equals(who));
                if (judged && !noticed) {
                    disagrees = true;
                    lines.add("DISAGREEMENT: every goal of " + who + " was proved");
                    see(who, "stays in the discipline, as every goal was proved");
                }
            }
        }

        private void see(String piece, String says) {
            CodeGoal goal = new CodeGoal(piece, says, lifted.exprs().yes);
            seen.add(new CodeGoal.Answer(goal, Status.FAILED, null, 0));
        }

        private String line(String piece, List<Answer> of) {
            double seconds = of.stream().mapToLong(a -> a.ofCode().nanos()).sum() / 1e9;
            long left = of.stream().filter(a -> a.status() != Status.PROVED).count();
            return String.format(
                    Locale.ROOT,
                    "claim %-44s %4d goals %7.2f s  %s",
                    piece,
                    of.size(),
                    seconds,
                    left == 0 ? "proved" : "NOT PROVED: " + left);
        }

        private String verdict(Map<String, String> refused, boolean proved) {
            long goals = answers.values().stream().mapToLong(List::size).sum();
            long whole = lifted.pieces().stream()
                    .map(Piece::name)
                    .filter(name -> !refused.containsKey(name))
                    .filter(name ->
                            open.stream().noneMatch(a -> a.goal().piece().equals(name)))
                    .count();
            return (proved ? "REFINEMENT PROVED " : "REFINEMENT NOT PROVED ") + (goals - open.size()) + " of " + goals
                    + " goals, all of " + whole + " of "
                    + (lifted.pieces().size() + lifted.refused().size())
                    + " actions, starts and steps: from every well-formed state in which the discipline's lemmas and properties hold,"
                    + " each is what it claims to be; at this geometry";
        }
    }
}
