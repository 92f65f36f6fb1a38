package dev.moat.check.proof;

import dev.moat.check.ExitCode;
import dev.moat.discipline.InstanceBounds;
import dev.moat.logic.Discipline.Failing;
import dev.moat.prove.Cti;
import dev.moat.prove.GoalAnswer;
import dev.moat.prove.PinProof;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.ProofText;
import dev.moat.prove.Theory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The result of a proof, with everything that qualifies it.
 *
 * @param answers of all goals, in their order
 * @param reached for the goals that failed and have a counterexample to induction, by id of the goal, whether the
 *     explorer reaches a state that breaks a property, the same search for all of them; where it does not and the goal
 *     is a lemma's, whether it reaches one in which that is false; and by its own id, for each conjunct that a family
 *     says it does not keep, whether it reaches a state in which that is false
 * @param pins what was proved about pin counters
 * @param responses what was proved of what is answered in the end
 * @param nanos wall-clock time of the goals
 */
public record Proof(
        List<GoalAnswer> answers,
        Map<String, Reachability> reached,
        List<PinProof> pins,
        ProvedResponses responses,
        long nanos) {
    public Proof {
        answers = List.copyOf(answers);
        pins = List.copyOf(pins);
    }

    /** What was proved. */
    public Theory theory() {
        return responses.proof().responses().theory();
    }

    /**
     * The same, explored where there is a counterexample.
     *
     * @param first the smallest instance that is explored
     */
    public Proof explored(InstanceBounds first) {
        Map<String, Reachability> reached = new LinkedHashMap<>();
        Reachability any = null;
        for (GoalAnswer a : answers) {
            Cti cti = a.cti();
            if (cti != null) {
                any = any == null ? Reachability.ofProperties(theory(), first) : any;
                boolean lemma = !cti.goal().statement().safety();
                reached.put(
                        a.goal().id(), any.run() == null && lemma ? Reachability.ofLemma(theory(), cti, first) : any);
            }
        }
        for (ProofStatement s : theory().failing()) {
            reached.put(s.id(), Reachability.ofFailing(theory(), s, first));
        }
        return new Proof(answers, reached, pins, responses, nanos);
    }

    /** What the family says that it does not keep, by id, each with why and with the run that shows it, or that there is none. */
    public Map<String, List<String>> notKept() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        theory().discipline().failing().forEach((id, failing) -> {
            Reachability found = reached.get(id);
            all.put(
                    id,
                    found == null
                            ? List.of("NOT SHOWN " + id + ": it is said to fail (" + failing.why()
                                    + "), and nobody looked: instances are shaped for the shipped discipline")
                            : found.lines(failing));
        });
        return all;
    }

    /** For people: the goals that failed, what is known about them, the verdict, the assumptions. */
    public List<String> verdict() {
        Set<Reachability> shown = Collections.newSetFromMap(new IdentityHashMap<>());
        List<String> lines = new ArrayList<>();
        notKept().values().forEach(lines::addAll);
        lines.addAll(ProofText.verdict(theory(), answers, cti -> {
            Reachability found = reached.get(cti.goal().id());
            if (found == null) {
                return List.of();
            }
            return shown.add(found) ? found.lines() : List.of(found.lines().get(0) + " as above");
        }));
        return lines;
    }

    /** The same of responses, whose premises speak of states in which all statements hold. */
    public List<String> verdictOfResponses() {
        List<String> lines = new ArrayList<>(responses.verdict());
        if (!lines.isEmpty() && answers.stream().anyMatch(a -> a.status() != GoalAnswer.Status.PROVED)) {
            lines.add("these rest on the properties and lemmas above, of which not all are proved");
        }
        return lines;
    }

    /** Evaluations that contradict the solver, one line each; those about responses last. */
    public List<String> disagreements() {
        List<String> lines = new ArrayList<>();
        for (GoalAnswer a : answers) {
            Cti cti = a.cti();
            if (cti != null && cti.disagreement() != null) {
                lines.add("DISAGREEMENT " + a.goal().id() + ": " + cti.disagreement());
            }
        }
        lines.addAll(responses.proof().disagreements());
        return lines;
    }

    /** Ids of the goals of which the solver says that they are false, those of responses last. */
    public List<String> failed() {
        Stream<String> goals = answers.stream()
                .filter(a -> a.status() == GoalAnswer.Status.FAILED)
                .map(a -> a.goal().id());
        Stream<String> premises = responses.proof().outcomes().values().stream()
                .flatMap(List::stream)
                .filter(o -> o.status() == GoalAnswer.Status.FAILED)
                .map(o -> o.premise().id());
        return Stream.concat(goals, premises).toList();
    }

    /** The answers to a statement's goals. */
    public List<GoalAnswer> of(ProofStatement statement) {
        return answers.stream()
                .filter(a -> a.goal().statement().id().equals(statement.id()))
                .toList();
    }

    /** Why a goal is not proved, for people. */
    public List<String> explained(GoalAnswer answer) {
        String found = answer.status().name() + " " + answer.goal().id();
        List<String> lines =
                new ArrayList<>(List.of(answer.reason().isEmpty() ? found : found + ": " + answer.reason()));
        Cti cti = answer.cti();
        if (cti != null) {
            lines.addAll(cti.lines());
            Reachability far = reached.get(answer.goal().id());
            lines.addAll(far == null ? List.of() : far.lines());
        }
        return lines;
    }

    /** The same for all goals of a statement that are not proved. */
    public List<String> explained(ProofStatement statement) {
        return of(statement).stream()
                .filter(a -> a.status() != GoalAnswer.Status.PROVED)
                .flatMap(a -> explained(a).stream())
                .toList();
    }

    /** What comes of it that the family says a conjunct is not kept: LIMIT where nobody looked, or not at all states. */
    public ExitCode shown(String id) {
        Reachability found = reached.get(id);
        Failing failing = theory().discipline().failing().get(id);
        return found == null || failing == null ? ExitCode.LIMIT : found.shown(failing);
    }

    /** The most serious of what was found. */
    public ExitCode exit() {
        List<ExitCode> codes = new ArrayList<>();
        boolean proved = answers.stream().allMatch(a -> a.status() == GoalAnswer.Status.PROVED)
                && pins.stream().allMatch(PinProof::asExpected);
        codes.add(proved ? ExitCode.OK : ExitCode.LIMIT);
        codes.add(disagreements().isEmpty() ? ExitCode.OK : ExitCode.DISAGREEMENT);
        Set<String> failing = theory().discipline().failing().keySet();
        reached.forEach(
                (id, r) -> codes.add(r.run() == null || failing.contains(id) ? ExitCode.OK : ExitCode.VIOLATION));
        failing.forEach(id -> codes.add(shown(id)));
        codes.add(responses.exit());
        return ExitCode.worst(codes);
    }
}
