package dev.moat.check.proof;

import dev.moat.check.mutants.ComponentMutant;
import dev.moat.check.mutants.StepMutant;
import dev.moat.check.mutants.StepMutants;
import dev.moat.check.mutants.WriteWatch;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Reachable;
import dev.moat.prove.Theory;
import dev.moat.prove.refine.CodeAudit;
import dev.moat.prove.refine.CodeAudit.Fate;
import dev.moat.prove.refine.RefinementReport;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code moat prove --code --refinement --audit}: the mutants of {@code moat mutate}, judged by the proof. Each write that is seen in
 * the first states is left out, and each field that it changes is one more than it is, fields of words also one less.
 *
 * @param asked false where the proof itself asked nothing
 * @param mutants all that there are, by name
 * @param stale mutants that are explained although they are noticed, or are none
 */
public record CodeMutants(boolean asked, List<Judged> mutants, List<String> stale) {
    private static final int MOST_STATES = 20_000;

    /**
     * A mutant and its fate.
     *
     * @param id its words joined by dots
     * @param piece the action, or the step with its operation
     * @param why it may survive; null where nobody says so
     */
    public record Judged(
            String id, String piece, Fate fate, @Nullable String why) {
        /** The proof does not notice it, as far as is known, and nobody explains that. */
        public boolean isOpen() {
            return fate == Fate.UNKNOWN || (fate == Fate.SURVIVES && why == null);
        }

        /** It survives, as somebody explains. */
        public boolean isExplained() {
            return fate == Fate.SURVIVES && why != null;
        }
    }

    /**
     * Judges all mutants of a machine.
     *
     * @param proofs of its code: what is not proved says nothing about mutants
     * @param theory what the code refines
     * @param known those that may survive
     * @param rlimit what one question may cost, in Z3's units
     */
    public static CodeMutants of(CodeProofs proofs, Theory theory, CodeSurvivors known, int rlimit) {
        Set<String> open = proofs.openPieces();
        if (open.contains(RefinementReport.NOT_ASKED)) {
            return new CodeMutants(false, List.of(), List.of());
        }
        List<Judged> judged = new ArrayList<>();
        Machine machine = Objects.requireNonNull(proofs.machine(), "steps are a machine's");
        try (CodeAudit audit = new CodeAudit(machine, theory, open, rlimit)) {
            for (StepMutant mutant : mutants(proofs.component(), machine)) {
                judged.add(new Judged(id(mutant), mutant.write().who(), judge(audit, mutant, machine), null));
            }
        }
        return new CodeMutants(true, List.copyOf(judged), List.of()).explainedBy(known);
    }

    /** The same fates, where these are the mutants that may survive. */
    CodeMutants explainedBy(CodeSurvivors known) {
        Set<String> stale = new TreeSet<>(known.due());
        List<Judged> explained = new ArrayList<>();
        for (Judged m : mutants) {
            if (m.fate() == Fate.NOT_JUDGED || m.fate() == Fate.UNKNOWN || m.fate() == Fate.SURVIVES) {
                stale.remove(m.id());
            }
            explained.add(
                    new Judged(m.id(), m.piece(), m.fate(), known.reasons().get(m.id())));
        }
        return new CodeMutants(asked, List.copyOf(explained), List.copyOf(stale));
    }

    /** A mutant's fate. */
    static Fate judge(CodeAudit audit, StepMutant mutant, Machine machine) {
        return audit.of(mutant.write().who(), mutant.write().slots(), change(mutant, machine));
    }

    /** A mutant's words joined by dots. */
    static String id(StepMutant mutant) {
        return mutant.id().replace(' ', '.');
    }

    /** Whether all are noticed but those that are explained, and all of these are there. */
    public boolean allNoticed() {
        return stale.isEmpty() && mutants.stream().noneMatch(Judged::isOpen);
    }

    /** Those that the proof does not notice and nobody explains, then the score. */
    public List<String> lines() {
        if (!asked) {
            return List.of("audit: left out, because nothing was asked");
        }
        List<String> lines = new ArrayList<>();
        mutants.stream().filter(Judged::isOpen).forEach(m -> lines.add(m.fate() + " " + m.id()));
        stale.forEach(id -> lines.add("EXPLAINED " + id + ": but it is noticed, or there is no such mutant"));
        lines.add(score());
        return lines;
    }

    /** The mutants by the code that they change. */
    public Map<String, List<Judged>> pieces() {
        Map<String, List<Judged>> pieces = new LinkedHashMap<>();
        mutants.forEach(
                m -> pieces.computeIfAbsent(m.piece(), p -> new ArrayList<>()).add(m));
        return pieces;
    }

    /** How many have a fate. */
    public long count(Fate fate) {
        return mutants.stream().filter(m -> m.fate() == fate).count();
    }

    private String score() {
        long notJudged = count(Fate.NOT_JUDGED);
        long same = count(Fate.SAME);
        return "audit: " + count(Fate.NOTICED) + " of " + (mutants.size() - notJudged - same)
                + " mutants of writes noticed, "
                + mutants.stream().filter(Judged::isExplained).count()
                + " explained; left out are " + same + " that do what the code does, and " + notJudged
                + " of code that is not proved, or that cannot be lifted with them";
    }

    private static CodeAudit.Change change(StepMutant mutant, Machine machine) {
        Slots slots = machine.schema().family(mutant.write().slots()).orElseThrow();
        boolean dropped = mutant.what() == StepMutant.What.DROP;
        return new CodeAudit.Change(dropped, mutant.mask(slots), mutant.what() == StepMutant.What.PLUS);
    }

    /** A write of a word has several fields, and is left out once. */
    static List<StepMutant> mutants(String component, Machine machine) {
        WriteWatch watch = new WriteWatch(machine.model());
        Machine observed = new Machine(watch.observed(), Granularity.STEP, false);
        // Where there are more states, what was written in these is what is changed.
        Reachable.of(observed, MOST_STATES, (before, instance, after) -> {});
        return StepMutants.of(watch.writes(), machine.model(), component, component).stream()
                .filter(StepMutant.class::isInstance)
                .map(StepMutant.class::cast)
                .distinct()
                .sorted(Comparator.comparing(ComponentMutant::id))
                .toList();
    }
}
