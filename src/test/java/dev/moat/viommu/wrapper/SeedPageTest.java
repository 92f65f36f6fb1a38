package dev.moat.viommu.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The seed's sentences in {@code docs/explanation/posts/2016-viommu.md}: each scenario and each test that is named there exists. */
class SeedPageTest {
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private static List<String> rows() throws IOException {
        String part = Files.readString(Path.of("docs/explanation/posts/2016-viommu.md"));
        return part.lines().filter(line -> line.startsWith("| \"")).toList();
    }

    @Test
    void whatIsNamedExists() throws IOException {
        int named = 0;
        for (String row : rows()) {
            Matcher names = NAME.matcher(row);
            while (names.find()) {
                assertThat(exists(names.group(1))).as(names.group(1)).isTrue();
                named++;
            }
        }
        assertThat(rows()).hasSize(16);
        assertThat(named).isGreaterThan(20);
        assertThat(exists("viommu-nowhere")).isFalse();
        assertThat(exists("FirmwareTest.nothing")).isFalse();
    }

    private static boolean isListed(String name) {
        return Files.exists(Path.of("invariants", name + ".smt2"))
                || Stream.of("xen-viommu", "xen-viommu-interrupts", "xen-viommu-registers", "xen-viommu-svm")
                        .anyMatch(set -> Files.exists(Path.of("specs/scenarios", set, name + ".yaml")));
    }

    /** A scenario, an invariant, or a test as {@code Class.method}. */
    private static boolean exists(String name) throws IOException {
        int dot = name.indexOf('.');
        if (dot > 0) {
            try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
                Path test = files.filter(f -> f.endsWith(name.substring(0, dot) + ".java"))
                        .findFirst()
                        .orElse(null);
                return test != null && Files.readString(test).contains(" void " + name.substring(dot + 1) + "(");
            }
        }
        return isListed(name);
    }
}
