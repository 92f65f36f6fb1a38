package dev.moat.check.mutants;

import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.check.Property;
import dev.moat.machine.Granularity;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The judges of mutants' tests. */
final class Judges {
    static final Engine ENGINE = MoatEngine.open(Path.of(""));
    static final Catalog CATALOG = Catalog.load();
    static final long MOST = 50_000;

    private Judges() {}

    static ScenarioLibrary library() {
        ScenarioReader reader = new ScenarioReader(
                CATALOG, ENGINE.invariants().stream().map(Property::id).toList());
        return new ScenarioLibrary(Path.of("specs/scenarios"), reader);
    }

    static List<Scenario> scenarios(String... ids) throws IOException {
        List<Scenario> found = new ArrayList<>();
        for (String id : ids) {
            found.add(library().find(id));
        }
        return found;
    }

    static Trial trial(Scenario scenario) {
        return Objects.requireNonNull(Trial.of(CATALOG, ENGINE, scenario, MOST), scenario.id());
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
