package dev.moat.viommu.wrapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The seed's sentences in {@code docs/seeds/2016-viommu.md}: each scenario and each test that is named there exists. */
class SeedPageTest {
    private static final Pattern NAME = Pattern.compile("`([^`]+)`");

    private static List<String> rows() throws IOException {
        String part = Files.readString(Path.of("docs/seeds/2016-viommu.md"));
        return part.lines()
                .takeWhile(line -> !line.startsWith("## What was asked"))
                .filter(line -> line.startsWith("| \""))
                .toList();
    }

    @Test
    void whatIsNamedExists() throws IOException, ClassNotFoundException {
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

    /** A scenario, an invariant, or a test as {@code Class.method}. */
    private static boolean exists(String name) throws ClassNotFoundException {
        int dot = name.indexOf('.');
        if (dot > 0) {
            Class<?> test = Class.forName(SeedPageTest.class.getPackageName() + "." + name.substring(0, dot));
            return Arrays.stream(test.getDeclaredMethods())
                    .anyMatch(m -> m.getName().equals(name.substring(dot + 1)));
        }
        return Files.exists(Path.of("specs/scenarios/xen-viommu", name + ".yaml"))
                || Files.exists(Path.of("specs/scenarios/xen-viommu-interrupts", name + ".yaml"))
                || Files.exists(Path.of("specs/scenarios/xen-viommu-registers", name + ".yaml"))
                || Files.exists(Path.of("specs/scenarios/xen-viommu-svm", name + ".yaml"))
                || Files.exists(Path.of("invariants", name + ".smt2"));
    }
}
