package dev.moat.audit;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** What real kernels have printed, in {@code src/test/resources/traces}. */
final class RecordedTrace {
    private RecordedTrace() {}

    /** The text of a recording, by its name without {@code .gz}. */
    static String text(String name) throws IOException {
        Path file = Path.of("src/test/resources/traces", name + ".gz");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static List<String> lines(String name) throws IOException {
        return text(name).lines().toList();
    }

    static Audit audit(List<String> lines) {
        return TraceText.audit((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static RuleTally tally(Audit audit, AuditRule rule) {
        return audit.tallies().stream()
                .filter(t -> t.rule() == rule)
                .findFirst()
                .orElseThrow();
    }

    /** How often a rule is kept, violated and not judged, with spaces between. */
    static String counts(Audit audit, AuditRule rule) {
        RuleTally t = tally(audit, rule);
        return t.clean() + " " + t.violated() + " " + t.unjudgedCount();
    }
}
