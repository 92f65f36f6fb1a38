package dev.moat.scenario;

import dev.moat.logic.read.InvariantLibrary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The scenarios of this checkout as they are written ({@link ScenarioLibrary#described()}), read once for all tests that look at many. */
public final class Shipped {
    private static final List<Scenario> SCENARIOS = read();

    private Shipped() {}

    private static List<Scenario> read() {
        List<String> ids = InvariantLibrary.ofHome(Path.of("")).ids();
        try {
            return List.copyOf(new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(Catalog.load(), ids))
                    .described());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All, by id. */
    public static List<Scenario> scenarios() {
        return SCENARIOS;
    }

    /** The one of this id. */
    public static Scenario scenario(String id) {
        return SCENARIOS.stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow();
    }
}
