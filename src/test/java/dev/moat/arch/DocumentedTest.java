package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other people call or implement says what it is for: types and methods of the packages that they build on. */
class DocumentedTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/moat");
    private static final Pattern TYPE = Pattern.compile(
            "public (?:(?:final|abstract|sealed|static) )*(?:class|interface|record|enum|@interface) .*");
    private static final Pattern METHOD = Pattern.compile("(?: {4}| {8})public [^=;]*\\(.*");
    /** Methods of interfaces: a type, a name, a bracket; no statement begins so. */
    private static final Pattern DECLARED = Pattern.compile(
            "(?: {4}| {8})(?!return|throw|new|private|if|for|while|switch|assert|else)(?:(?:default|static) )?[\\w<>\\[\\], ?]+ \\w+\\([^.]*[;{]");

    @ParameterizedTest
    @ValueSource(strings = {"junit", "iommu", "model", "state", "machine", "trace", "trace/file"})
    void everythingPublicHasADocstring(String name) throws IOException {
        List<String> bare = new ArrayList<>();
        try (Stream<Path> files = Files.list(SOURCES.resolve(name))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
                List<String> lines = Files.readAllLines(file);
                boolean isPublic = lines.stream().anyMatch(l -> TYPE.matcher(l).matches());
                boolean declares = lines.stream().anyMatch(l -> l.startsWith("public interface"));
                for (int i = 0; isPublic && i < lines.size(); i++) {
                    String line = lines.get(i);
                    boolean wanted = TYPE.matcher(line.strip()).matches()
                            || METHOD.matcher(line).matches()
                            || (declares && line.startsWith("    ") && line.charAt(4) != ' ' && isDeclared(line));
                    if (wanted && !isDocumented(lines, i)) {
                        bare.add(file.getFileName() + ":" + (i + 1) + ": " + line.strip());
                    }
                }
            }
        }
        assertThat(bare).isEmpty();
    }

    private static boolean isDeclared(String line) {
        return DECLARED.matcher(line).matches();
    }

    /** Directly above it, but for annotations; what overrides has the docstring of what it overrides. */
    private static boolean isDocumented(List<String> lines, int method) {
        int above = method - 1;
        boolean overrides = false;
        while (above > 0 && lines.get(above).strip().startsWith("@")) {
            overrides |= lines.get(above).contains("@Override");
            above--;
        }
        // A canonical constructor of a record is documented by the record.
        boolean canonical = lines.get(method).matches("\\s+public [A-Z]\\w* \\{");
        return overrides || canonical || lines.get(above).strip().endsWith("*/");
    }
}
