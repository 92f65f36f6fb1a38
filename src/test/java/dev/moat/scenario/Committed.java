package dev.moat.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scenarios of the project, read once for all tests that look at many of them: they are several hundred files. */
public final class Committed {
    private static @Nullable List<Scenario> all;

    private Committed() {}

    /** All of them by id, as they are written. */
    public static synchronized List<Scenario> described() {
        List<Scenario> known = all;
        if (known == null) {
            List<String> ids = UserExtensions.library(Path.of("")).ids();
            try {
                known = List.copyOf(
                        new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(Catalog.load(), ids))
                                .described());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            all = known;
        }
        return known;
    }

    /** The one of this id, as it is written. */
    public static Scenario scenario(String id) {
        return described().stream().filter(s -> s.id().equals(id)).findFirst().orElseThrow();
    }
}
