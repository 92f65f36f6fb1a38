package dev.moat.prove;

import dev.moat.logic.AbstractAction;
import dev.moat.prove.GoalAnswer.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Proofs and audits as a person reads them. */
public final class ProofText {
    /** Counterexamples shown in full, and names that a line lists; of more it gives the number. */
    private static final int SHOWN = 3;

    /** Characters for the name of a statement. */
    private static final int WIDTH = 26;

    private ProofText() {}

    /** One line for each statement. */
    public static List<String> statements(Theory theory, List<GoalAnswer> answers) {
        List<String> lines = new ArrayList<>();
        for (ProofStatement s : theory.statements()) {
            List<GoalAnswer> of = answers.stream()
                    .filter(a -> a.goal().statement().id().equals(s.id()))
                    .toList();
            String conjuncts = s.conjuncts().size() == 1 ? "conjunct" : "conjuncts";
            lines.add(String.format(
                    "%-7s %-" + WIDTH + "s  %2d %-9s  %3d goals  %s",
                    s.safety() ? "safety" : "lemma",
                    s.id(),
                    s.conjuncts().size(),
                    conjuncts,
                    of.size(),
                    summary(of)));
        }
        return lines;
    }

    /** One line for each action that never happens, as {@link Prover#impossible} finds them. */
    public static List<String> impossible(List<AbstractAction> actions) {
        return actions.stream()
                .map(a -> "note: " + a.name()
                        + " never happens, so that nothing was to be proved of it: no state in which all"
                        + " statements hold has its guard (" + a.guard().place() + ")")
                .toList();
    }

    /** One line for each proof about pins. */
    public static List<String> pins(List<PinProof> pins) {
        List<String> lines = new ArrayList<>();
        for (PinProof p : pins) {
            String goals = p.goals() == 1 ? "1 goal " : p.goals() + " goals";
            String as = p.asExpected() ? "" : "NOT AS EXPECTED: ";
            lines.add(String.format("%-7s %-" + WIDTH + "s  %23s  %s", "pins", p.id(), goals, as + p.detail()));
        }
        return lines;
    }

    /**
     * The goals that failed, the assumptions, the verdict.
     *
     * @param reached what is known of whether a counterexample to induction can happen, as lines
     */
    public static List<String> verdict(Theory theory, List<GoalAnswer> answers, Function<Cti, List<String>> reached) {
        List<String> lines = new ArrayList<>();
        if (!theory.outside().isEmpty()) {
            lines.add("not about the discipline: "
                    + few(theory.outside(), theory.outside().size() + " properties"));
        }
        open(answers, reached, lines);
        theory.discipline().assumptions().forEach((name, says) -> lines.add("assumed (" + name + "): " + says));
        lines.add(verdict(theory, answers));
        return lines;
    }

    private static String summary(List<GoalAnswer> answers) {
        long failed = count(answers, Status.FAILED);
        long unknown = count(answers, Status.UNKNOWN);
        return failed + unknown == 0 ? "proved" : "NOT PROVED: " + failed + " failed, " + unknown + " unknown";
    }

    private static long count(List<GoalAnswer> answers, Status status) {
        return answers.stream().filter(a -> a.status() == status).count();
    }

    private static void open(List<GoalAnswer> answers, Function<Cti, List<String>> reached, List<String> lines) {
        int shown = 0;
        for (GoalAnswer a : answers) {
            if (a.status() == Status.UNKNOWN) {
                lines.add("UNKNOWN " + a.goal().id() + ": the solver gave up (" + a.reason() + ")"
                        + (a.reason().contains("resource") ? "; --rlimit sets what a question may cost" : ""));
            } else if (a.status() == Status.FAILED) {
                lines.add("FAILED  " + a.goal().id() + (a.reason().isEmpty() ? "" : ": " + a.reason()));
                Cti cti = a.cti();
                if (cti != null && shown++ < SHOWN) {
                    cti.lines().forEach(line -> lines.add("  " + line));
                    reached.apply(cti).forEach(line -> lines.add("  " + line));
                }
            }
        }
    }

    private static String few(List<String> names, String otherwise) {
        return names.size() > SHOWN ? otherwise : String.join(", ", names);
    }

    private static String verdict(Theory theory, List<GoalAnswer> answers) {
        List<String> open = answers.stream()
                .filter(a -> a.status() != Status.PROVED)
                .map(a -> a.goal().id())
                .toList();
        String goals = open.isEmpty()
                ? "PROVED " + answers.size() + " goals"
                : "NOT PROVED " + open.size() + " of " + answers.size() + " goals (" + few(open, "named above") + ")";
        long safety =
                theory.statements().stream().filter(ProofStatement::safety).count();
        return goals + ": " + safety + " safety properties and "
                + (theory.statements().size() - safety) + " lemmas" + besides(theory) + ", initially and after each of "
                + theory.discipline().actions().size() + " actions (" + theory.untouched()
                + " more pairs change nothing), for any number of domains, frames, devices, grants and steps";
    }

    private static String besides(Theory theory) {
        int failing = theory.failing().size();
        String conjuncts = failing == 1 ? " conjunct" : " conjuncts";
        return failing == 0 ? "" : ", except for " + failing + conjuncts + " not kept";
    }

    /** For these there is no reason: all the rest would be proved of nothing. */
    private static final Set<String> VACUOUS = Set.of("hollow:" + TheoryAudit.INITIALLY, "hollow:" + TheoryAudit.ALL);

    private static String hollow(String subject) {
        return "HOLLOW " + subject
                + (subject.equals(TheoryAudit.INITIALLY)
                        ? ": no state is initial, so that everything is proved of nothing"
                        : ": no state satisfies the witness");
    }

    /**
     * What an audit found.
     *
     * @param explained reasons by mutant, by {@code impossible:ACTION}, {@code hollow:STATEMENT},
     *     {@code unneeded:CONJUNCT} and the names of the next
     * @param others what else was found, such as on runs from the initial state: lines by name
     */
    public static List<String> of(TheoryAudit audit, Map<String, String> explained, Map<String, String> others) {
        Map<String, String> found = new LinkedHashMap<>(others);
        audit.impossible()
                .forEach(a -> found.put("impossible:" + a, "IMPOSSIBLE " + a + ": no state allows the action"));
        audit.hollow().forEach(s -> found.put("hollow:" + s, hollow(s)));
        audit.unneeded()
                .forEach(l ->
                        found.put("unneeded:" + l, "UNNEEDED lemma conjunct " + l + ": all else is proved without it"));
        List<String> lines = new ArrayList<>();
        found.forEach((name, line) -> {
            if (!explained.containsKey(name) || VACUOUS.contains(name)) {
                lines.add(line);
            }
        });
        audit.undecided().forEach(u -> lines.add("UNKNOWN " + u + ": the solver gave up"));
        for (Map.Entry<String, String> survivor : audit.survivors().entrySet()) {
            if (!explained.containsKey(survivor.getKey())) {
                String what = survivor.getKey().contains(".guard.") ? "UNNEEDED " : "SURVIVES ";
                lines.add(what + survivor.getKey() + ": all is proved without the " + survivor.getValue());
            }
        }
        for (String id : explained.keySet()) {
            boolean isMutant = id.indexOf(':') < 0;
            if (isMutant && !audit.survivors().containsKey(id)) {
                lines.add("EXPLAINED " + id + ": but it breaks a goal, or there is no such mutant");
            } else if (!isMutant && !found.containsKey(id)) {
                lines.add("EXPLAINED " + id + ": but it is not so");
            }
        }
        lines.add("audit: " + audit.mutants() + " mutants of the discipline, "
                + (audit.mutants() - audit.survivors().size()) + " break a goal, "
                + audit.survivors().size() + " survive; "
                + (lines.isEmpty() ? "nothing unexpected" : lines.size() + " findings"));
        return lines;
    }
}
