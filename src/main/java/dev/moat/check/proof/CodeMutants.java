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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * {@code moat prove --code --refinement --audit}: the mutants of {@code moat mutate}, judged by the proof. Each write that is seen in
 * the first states is left out, and where a family's values are one field, off by one.
 *
 * @param lines those that the proof does not notice and nobody explains, then the score
 * @param allNoticed whether there are none
 */
public record CodeMutants(List<String> lines, boolean allNoticed) {
    private static final int MOST_STATES = 20_000;

    /**
     * Judges all mutants of a machine.
     *
     * @param theory what the code refines
     * @param explained mutants that may survive, their words joined by dots, and why
     * @param rlimit what one question may cost, in Z3's units
     */
    public static CodeMutants of(
            String component, Machine machine, Theory theory, Map<String, String> explained, int rlimit) {
        Map<Fate, Integer> score = new EnumMap<>(Fate.class);
        List<String> lines = new ArrayList<>();
        int known = 0;
        try (CodeAudit audit = new CodeAudit(machine, theory, rlimit)) {
            for (Mutant each : mutants(component, machine)) {
                if (each instanceof StepMutant mutant && mutant.write().field().isEmpty()) {
                    int by = switch (mutant.what()) {
                        case DROP -> 0;
                        case PLUS -> 1;
                        case MINUS -> -1;
                    };
                    Fate fate = audit.of(mutant.write().who(), mutant.write().slots(), by);
                    score.merge(fate, 1, Integer::sum);
                    String id = mutant.id().replace(' ', '.');
                    if (fate == Fate.SURVIVES && explained.containsKey(id)) {
                        known++;
                    } else if (fate == Fate.SURVIVES || fate == Fate.UNKNOWN) {
                        lines.add(fate + " " + id);
                    }
                }
            }
        }
        int judged = score.values().stream().mapToInt(Integer::intValue).sum() - score.getOrDefault(Fate.NOT_JUDGED, 0);
        int same = score.getOrDefault(Fate.SAME, 0);
        boolean all = lines.isEmpty();
        lines.add("audit: " + score.getOrDefault(Fate.NOTICED, 0) + " of " + (judged - same)
                + " mutants of writes noticed, " + known + " explained; left out are " + same
                + " that do what the code does, and "
                + score.getOrDefault(Fate.NOT_JUDGED, 0) + " of code that is not proved");
        return new CodeMutants(List.copyOf(lines), all);
    }

    private static List<Mutant> mutants(String component, Machine machine) {
        WriteWatch watch = new WriteWatch(machine.model());
        Machine observed = new Machine(watch.observed(), Granularity.STEP, false);
        // Where there are more states, what was written in these is what is changed.
        Reachable.of(observed, MOST_STATES, (before, instance, after) -> {});
        return StepMutants.of(watch.writes(), machine.model(), component, component).stream()
                .sorted(Comparator.comparing(Mutant::id))
                .toList();
    }
}
