package dev.moat.check;

import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.Parameter;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which invalidations and waits are needed, and which are superfluous: each is left out, under each capability and policy,
 * and the machine is searched in growing bounds until something breaks.
 *
 * <p>{@code @shape} columns: the defaults, then every other value of every capability and policy, one at a time; rows: the
 * component's omissions; a cell is settled by the first rung of the ladder on which a property breaks, or superfluous within
 * the bounds of all rungs.
 */
public final class NeedTable {
    private final Checker checker;
    private final Component component;
    private final List<Scenario> ladder;
    private final Limits limits;

    /** @param ladder scenarios of the component in growing bounds, at least one; each must hold as it is */
    public NeedTable(Checker checker, Component component, List<Scenario> ladder, Limits limits) {
        this.checker = checker;
        this.component = component;
        this.ladder = List.copyOf(ladder);
        this.limits = limits;
    }

    /** How a cell was settled. */
    public enum Answer {
        /** Without it a property breaks. */
        NEEDED,
        /** Without it everything still holds, within the bounds of the ladder. */
        SUPERFLUOUS,
        /** The machine of this column does not do this at all. */
        ABSENT,
        /** The column's design breaks a property even with everything done. */
        UNSOUND,
        /** A limit was hit. */
        UNDECIDED
    }

    /** One column. */
    public record Variation(String name, Map<String, String> settings) {}

    /**
     * One cell.
     *
     * @param verdict the run that settled it, null for an absent one
     */
    public record Cell(
            String omission,
            String variation,
            Answer answer,
            @Nullable Verdict verdict) {}

    /** The columns, in the order of the component's parameters. */
    public List<Variation> variations() {
        List<Variation> all = new ArrayList<>();
        all.add(new Variation("defaults", Map.of()));
        for (Parameter p : component.parameters()) {
            if (p.kind() != Parameter.Kind.PARAMETER) {
                for (String value : p.choices()) {
                    if (!value.equals(p.initial())) {
                        all.add(new Variation(p.name() + "=" + value, Map.of(p.name(), value)));
                    }
                }
            }
        }
        return all;
    }

    /** The rows. */
    public List<InjectedFault> omissions() {
        return component.omissions();
    }

    /** What a column's own design does, nothing being left out. */
    public Cell baseline(Variation variation) {
        return settle("nothing", variation, List.of());
    }

    /** One cell. A column that is unsound by itself has no meaningful cells; see {@link #baseline}. */
    public Cell cell(InjectedFault omission, Variation variation) {
        return settle(omission.id(), variation, List.of(omission.id()));
    }

    private Cell settle(String row, Variation variation, List<String> faults) {
        Verdict last = null;
        for (Scenario rung : ladder) {
            Map<String, String> settings = new LinkedHashMap<>(variation.settings());
            try {
                last = checker.check(new CheckRequest(rung, settings, faults, limits), Progress.silent());
            } catch (BadSettingException e) {
                continue;
            }
            if (last.kind() == Verdict.Kind.VIOLATED) {
                return new Cell(row, variation.name(), faults.isEmpty() ? Answer.UNSOUND : Answer.NEEDED, last);
            }
            if (last.kind() == Verdict.Kind.INCONCLUSIVE) {
                return new Cell(row, variation.name(), Answer.UNDECIDED, last);
            }
        }
        return new Cell(row, variation.name(), last == null ? Answer.ABSENT : Answer.SUPERFLUOUS, last);
    }
}
