package dev.moat.check.needed;

import dev.moat.check.Engine;
import dev.moat.check.Finding;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.explore.Limits;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.Parameter;
import dev.moat.model.Suggestion;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The necessary and the superfluous invalidations, write-backs, flushes and waits. Each is left out, under each
 * capability and policy, and the machine is searched in growing bounds until a property breaks.
 *
 * <p>{@code @shape} rows: the component's omissions; columns: the defaults, then every other value of every capability
 * and policy, one at a time; rungs: scenarios in growing bounds, numbered from 1. A rung that sets a capability itself
 * is searched with it, unless the column says otherwise. The parameters are those of the first rung: an IOMMU that it
 * names brings its own.
 */
public final class NeedTable {
    private final ScenarioChecker checker;
    private final Catalog catalog;
    private final Component component;
    private final List<Scenario> ladder;

    /** @param ladder scenarios of the component in growing bounds, at least one */
    public NeedTable(Catalog catalog, Engine engine, Component component, List<Scenario> ladder) {
        checker = new ScenarioChecker(catalog, engine);
        this.catalog = catalog;
        this.component = component;
        this.ladder = List.copyOf(ladder);
    }

    /** How a cell was settled. */
    public enum Answer {
        /** Without it a property breaks. */
        NEEDED,
        /**
         * Without it everything still holds, on all rungs that have the operation; one that interleaves as many CPUs as any
         * rung of the ladder is among them.
         */
        SUPERFLUOUS,
        /**
         * Everything that was judged holds, but no rung with the operation interleaves that many CPUs; or without the
         * properties that the column's own design breaks; or an operation never takes effect any more.
         */
        HELD,
        /** The step is there, and on no rung was anything ever owed when it ran. */
        IDLE,
        /** The machine of this column does not do this at all. */
        ABSENT,
        /** On a rung that this cell needs, the column's own design cannot be judged. */
        UNSOUND,
        /** A limit was hit. */
        UNDECIDED
    }

    /**
     * One column.
     *
     * @param name as printed: {@code defaults}, or settings separated by commas
     * @param kind POLICY when a policy is set, CAPABILITY when only capabilities are, PARAMETER for the defaults
     */
    public record Variation(String name, Map<String, String> settings, Parameter.Kind kind) {}

    /**
     * One cell.
     *
     * @param omission the row
     * @param variation the column
     * @param rung the rung of the last search, 0 when there was none
     * @param verdict that search: the one that settled the cell, null for an absent one
     * @param held rungs on which everything that was judged held
     * @param cases how the call changes the entry, and whether something breaks without the omission's steps in that case alone: for each that
     *     occurs, as far as was asked
     */
    public record Cell(
            String omission,
            String variation,
            Answer answer,
            int rung,
            @Nullable Verdict verdict,
            List<Integer> held,
            Map<String, Boolean> cases) {
        /** The properties that the search broke, empty when it broke none. */
        public List<String> violated() {
            Finding finding = verdict == null ? null : verdict.finding();
            return finding == null ? List.of() : finding.invariants();
        }
    }

    /** The columns: the defaults, the capabilities, the policies, each in the order of the component's parameters. */
    public List<Variation> variations() {
        List<Variation> all = new ArrayList<>();
        all.add(new Variation("defaults", Map.of(), Parameter.Kind.PARAMETER));
        for (Parameter.Kind kind : List.of(Parameter.Kind.CAPABILITY, Parameter.Kind.POLICY)) {
            for (Parameter p : component.parameters(ladder.get(0).machine().settings())) {
                for (String value : p.kind() == kind ? p.choices() : List.<String>of()) {
                    if (!value.equals(p.initial())) {
                        all.add(new Variation(p.name() + "=" + value, Map.of(p.name(), value), kind));
                    }
                }
            }
        }
        return all;
    }

    /**
     * A column by its name: one of {@link #variations}, or several settings of capabilities and policies, separated by
     * commas.
     *
     * @throws BadSettingException when a part of the name is none of those, or sets what another part sets
     */
    public Variation variation(String name) {
        List<Variation> all = variations();
        Map<String, String> settings = new LinkedHashMap<>();
        Parameter.Kind kind = Parameter.Kind.PARAMETER;
        for (String part : name.split(",", -1)) {
            Variation single = all.stream()
                    .filter(v -> v.name().equals(part))
                    .findFirst()
                    .orElseThrow(() ->
                            unknown(part, all.stream().map(Variation::name).toList()));
            single.settings().forEach((parameter, value) -> {
                if (settings.put(parameter, value) != null) {
                    throw new BadSettingException("column", "column '" + name + "' sets " + parameter + " twice");
                }
            });
            kind = single.kind().compareTo(kind) > 0 ? single.kind() : kind;
        }
        return new Variation(name, settings, kind);
    }

    private static BadSettingException unknown(String column, List<String> known) {
        return new BadSettingException("column", "unknown column '" + column + "'" + Suggestion.among(column, known));
    }

    /** The rows. */
    public List<InjectedFault> omissions() {
        return component.omissions();
    }

    /**
     * A column, of which nothing has been searched yet.
     *
     * @param limits of each search
     * @throws BadSettingException when no rung can be built with its settings
     */
    public NeedColumn column(Variation variation, Limits limits) {
        return new NeedColumn(checker, catalog, variation, ladder, limits);
    }
}
