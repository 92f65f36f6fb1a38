package dev.moat.check.mutants;

import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import dev.moat.machine.Granularity;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Expectation;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The judges of mutants' tests. */
final class Judges {
    static final Engine ENGINE = MoatEngine.open(Path.of(""));
    static final Catalog CATALOG = Catalog.load();
    static final long MOST = 50_000;

    private Judges() {}

    /** Of the project's scenarios, as several tests ask the same one; while there is room. */
    private static final Map<String, SoftReference<Trial>> TRIALS = new ConcurrentHashMap<>();

    static List<Scenario> scenarios(String... ids) {
        Map<String, Scenario> all = Committed.described().stream().collect(Collectors.toMap(Scenario::id, s -> s));
        List<Scenario> found = new ArrayList<>();
        for (String id : ids) {
            found.add(Objects.requireNonNull(all.get(id), id));
        }
        return found;
    }

    static Trial trial(Scenario scenario) {
        return Objects.requireNonNull(Trial.of(CATALOG, ENGINE, scenario, MOST), scenario.id());
    }

    /** One of the project's scenarios as a judge; it has run once for all who ask. */
    static Trial trial(String id) {
        SoftReference<Trial> known = TRIALS.get(id);
        Trial trial = known == null ? null : known.get();
        if (trial == null) {
            trial = trial(scenarios(id).get(0));
            TRIALS.put(id, new SoftReference<>(trial));
        }
        return trial;
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
