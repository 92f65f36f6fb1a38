package dev.moat.check.mutants;

import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.machine.Granularity;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.tests.Kept;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The judges of mutants' tests. */
final class Judges {
    static final Engine ENGINE = MoatEngine.open(Path.of(""));
    static final Catalog CATALOG = Catalog.load();
    static final long MOST = 50_000;

    private Judges() {}

    /** Of the project's scenarios, as several tests ask the same one; while there is room. */
    private static final Kept<Trial> TRIALS =
            new Kept<>(id -> trial(scenarios(id).get(0)));

    static List<Scenario> scenarios(String... ids) {
        return Stream.of(ids).map(Committed::scenario).toList();
    }

    static Trial trial(Scenario scenario) {
        return Objects.requireNonNull(Trial.of(CATALOG, ENGINE, scenario, MOST), scenario.id());
    }

    /** One of the project's scenarios as a judge; it has run once for all who ask. */
    static Trial trial(String id) {
        return TRIALS.of(id);
    }

    /** Several of them. */
    static List<Trial> trials(Collection<String> ids) {
        return ids.stream().map(Judges::trial).toList();
    }

    /** A scenario of a component of the tests, in which these properties must hold. */
    static Scenario held(String component, String... properties) {
        MachineSpec machine = new MachineSpec(component, Map.of(), Granularity.OPERATION, true, List.of());
        return new Scenario(
                Path.of("none"),
                1,
                "toy",
                "A toy.",
                machine,
                List.of(properties),
                List.of(),
                Map.of(),
                Expectation.held(),
                "default",
                Integer.MAX_VALUE,
                Long.MAX_VALUE);
    }
}
