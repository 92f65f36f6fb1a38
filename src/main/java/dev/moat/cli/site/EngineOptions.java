package dev.moat.cli.site;

import dev.moat.check.Cluster;
import dev.moat.check.ClusterEngine;
import dev.moat.check.Engine;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where searches run. */
public final class EngineOptions {
    private static final String EMBEDDED = "embedded";
    private static final String SPARK = "spark";

    @Option(
            names = "--engine",
            paramLabel = "ENGINE",
            description = "the engine: ${DEFAULT-VALUE}, or spark if it was built (docs/howto/search-on-spark.md)",
            defaultValue = EMBEDDED)
    String engine = EMBEDDED;

    @Option(
            names = "--master",
            paramLabel = "URL",
            description =
                    "with --engine spark: local[N] for N threads here, or spark://HOST:PORT; default: that of spark-submit")
    @Nullable
    String master;

    @Option(
            names = "--shared",
            paramLabel = "DIR",
            description = "with --engine spark: a directory that all its processes see; default: .moat/spark")
    @Nullable
    String shared;

    /** Whether searches run in other processes. */
    public boolean elsewhere() {
        return !engine.equals(EMBEDDED);
    }

    /**
     * Refuses nonsense before anything is searched.
     *
     * @param kept whether searches are to be kept
     * @param local whether workers or memory of this process are limited
     * @throws IllegalArgumentException saying what does not go together
     */
    public void check(boolean kept, boolean local) {
        if (!elsewhere() && (master != null || shared != null)) {
            throw new IllegalArgumentException((master != null ? "--master" : "--shared") + " needs --engine spark");
        }
        if (!elsewhere()) {
            return;
        }
        if (!engine.equals(SPARK)) {
            throw new IllegalArgumentException("--engine must be embedded or spark, not " + engine);
        }
        if (kept) {
            throw new IllegalArgumentException("--checkpoint and --resume keep searches of the embedded engine only");
        }
        if (local) {
            throw new IllegalArgumentException(
                    "--workers and --memory are those of this process; Spark has settings of its own: docs/howto/search-on-spark.md");
        }
        if (found().isEmpty()) {
            throw new IllegalArgumentException(
                    "this build has no Spark; build it with: mvn -B -Pspark -DskipTests package (docs/howto/search-on-spark.md)");
        }
        String named = master == null ? System.getProperty("spark.master", "") : master;
        if (!named.matches("local(\\[([1-9][0-9]{0,2}|\\*)])?|spark://[^\\s/]+:[0-9]+")
                && (master != null || named.isEmpty())) {
            throw new IllegalArgumentException("--engine spark needs --master, local[N] or spark://HOST:PORT"
                    + (master == null ? "" : ", not '" + master + "'"));
        }
    }

    private Optional<Cluster> found() {
        return ServiceLoader.load(Cluster.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(c -> c.id().equals(engine))
                .findFirst();
    }

    /** The engine to use, given the one of this process; {@link #check} has passed. */
    public Engine over(Engine here, Path home) {
        String directory =
                shared == null ? Path.of(".moat", "spark").toAbsolutePath().toString() : shared;
        Cluster.Site site = new Cluster.Site(master == null ? "" : master, directory);
        return found().<Engine>map(c -> new ClusterEngine(here, c, home, site)).orElse(here);
    }
}
