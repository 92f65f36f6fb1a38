package dev.moat.cli.site;

import java.nio.file.Path;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a proof is written as beside the text for people. */
public final class ReportOptions {
    @Option(names = "--json", description = "print one JSON document and nothing else")
    private boolean json;

    @Option(names = "--junit", paramLabel = "FILE", description = "write a JUnit XML report")
    private @Nullable Path junit;

    @Option(names = "--sarif", paramLabel = "FILE", description = "write goals that are not proved as SARIF 2.1.0")
    private @Nullable Path sarif;

    /** Whether the standard output is one JSON document. */
    public boolean json() {
        return json;
    }

    /** Whether there is anything for programs. */
    public boolean any() {
        return json || junit != null || sarif != null;
    }

    /** Has those files written that are asked for. */
    public void write(BiConsumer<Path, Supplier<String>> writer, Supplier<String> cases, Supplier<String> results) {
        Path to = junit;
        if (to != null) {
            writer.accept(to, cases);
        }
        Path other = sarif;
        if (other != null) {
            writer.accept(other, results);
        }
    }
}
