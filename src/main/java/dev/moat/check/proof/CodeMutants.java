package dev.moat.check.proof;

import dev.moat.check.mutants.change.Mutant;
import dev.moat.check.mutants.change.StepMutant;
import dev.moat.check.mutants.change.StepMutants;
import dev.moat.check.mutants.change.WriteWatch;
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
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * {@code moat prove --code --refinement --audit}: the mutants of {@code moat mutate}, judged by the proof. Each write that is seen in
 * the first states is left out, and each field that it changes is one more than it is, fields of words also one less.
 *
 * @param lines those that the proof does not notice and nobody explains, then the score
 * @param allNoticed whether there are none
 */
public record CodeMutants(List<String> lines, boolean allNoticed) {
    private static final int MOST_STATES = 20_000;

    /**
     * Judges all mutants of a machine.
     *
     * @param proofs of its code: what is not proved says nothing about mutants
     * @param theory what the code refines
     * @param explained mutants that may survive, their words joined by dots, and why
     * @param all whether each of these has to, as it does where no bounds are given
     * @param rlimit what one question may cost, in Z3's units
     */
    public static CodeMutants of(
            CodeProofs proofs, Theory theory, Map<String, String> explained, boolean all, int rlimit) {
        Set<String> open = proofs.openPieces();
        if (open.contains(RefinementReport.NOT_ASKED)) {
            return new CodeMutants(List.of("audit: left out, because nothing was asked"), true);
        }
        Map<Fate, Integer> score = new EnumMap<>(Fate.class);
        List<String> lines = new ArrayList<>();
        Set<String> stale = new TreeSet<>(explained.keySet());
        stale.removeIf(id -> !all || !id.contains("." + proofs.component() + "."));
        int known = 0;
        try (CodeAudit audit = new CodeAudit(proofs.machine(), theory, open, rlimit)) {
            for (StepMutant mutant : mutants(proofs.component(), proofs.machine())) {
                Fate fate = audit.of(mutant.write().who(), mutant.write().slots(), change(mutant, proofs.machine()));
                score.merge(fate, 1, Integer::sum);
                String id = mutant.id().replace(' ', '.');
                if (fate == Fate.NOT_JUDGED || fate == Fate.UNKNOWN || fate == Fate.SURVIVES) {
                    stale.remove(id);
                }
                if (fate == Fate.SURVIVES && explained.containsKey(id)) {
                    known++;
                } else if (fate == Fate.SURVIVES || fate == Fate.UNKNOWN) {
                    lines.add(fate + " " + id);
                }
            }
        }
        stale.forEach(id -> lines.add("EXPLAINED " + id + ": but it is noticed, or there is no such mutant"));
        boolean noticed = lines.isEmpty();
        lines.add(score(score, known));
        return new CodeMutants(List.copyOf(lines), noticed);
    }

    private static CodeAudit.Change change(StepMutant mutant, Machine machine) {
        Slots slots = machine.schema().family(mutant.write().slots()).orElseThrow();
        boolean dropped = mutant.what() == StepMutant.What.DROP;
        return new CodeAudit.Change(dropped, mutant.mask(slots), mutant.what() == StepMutant.What.PLUS);
    }

    private static String score(Map<Fate, Integer> score, int known) {
        int notJudged = score.getOrDefault(Fate.NOT_JUDGED, 0);
        int same = score.getOrDefault(Fate.SAME, 0);
        int judged = score.values().stream().mapToInt(Integer::intValue).sum() - notJudged - same;
        return "audit: " + score.getOrDefault(Fate.NOTICED, 0) + " of " + judged + " mutants of writes noticed, "
                + known
                + " explained; left out are " + same + " that do what the code does, and " + notJudged
                + " of code that is not proved, or that cannot be lifted with them";
    }

    /** A write of a word has several fields, and is left out once. */
    private static List<StepMutant> mutants(String component, Machine machine) {
        WriteWatch watch = new WriteWatch(machine.model());
        Machine observed = new Machine(watch.observed(), Granularity.STEP, false);
        // Where there are more states, what was written in these is what is changed.
        Reachable.of(observed, MOST_STATES, (before, instance, after) -> {});
        return StepMutants.of(watch.writes(), machine.model(), component, component).stream()
                .filter(StepMutant.class::isInstance)
                .map(StepMutant.class::cast)
                .distinct()
                .sorted(Comparator.comparing(Mutant::id))
                .toList();
    }
}
