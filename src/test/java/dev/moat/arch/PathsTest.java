package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No file names a place that is on one machine only: whoever reads it has another one. */
class PathsTest {
    /** Most texts have none of these. Written in parts, so that this file does not find itself. */
    private static final List<String> BEGINNINGS = List.of("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/");

    private static final Pattern OF_ONE_MACHINE =
            Pattern.compile("(?<![\\w.])(?:" + String.join("|", BEGINNINGS) + ")[\\w.]");

    private static final List<String> BELOW =
            List.of("bench", "counterexamples", "docs", "invariants", "results", "specs", "src", ".ci", ".mvn");

    @Test
    void noFileNamesAPlaceOfOneMachine() throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> top = Files.list(Path.of(""))) {
            top.filter(Files::isRegularFile).forEach(files::add);
        }
        for (String directory : BELOW) {
            try (Stream<Path> all = Files.walk(Path.of(directory))) {
                all.filter(Files::isRegularFile).forEach(files::add);
            }
        }
        files.removeIf(file -> file.toString().endsWith(".gz") || file.equals(Path.of(".git")));
        assertThat(files).hasSizeGreaterThan(4000).contains(Path.of("README.md"), Path.of(".ci/run"));
        List<String> names = new ArrayList<>();
        for (Path file : files) {
            if (names(Files.readString(file, StandardCharsets.ISO_8859_1))) {
                names.add(file.toString());
            }
        }
        assertThat(names).isEmpty();
        assertThat(names("see /wo" + "rk/notes.md")).isTrue();
        assertThat(names("https://example.org/ho" + "me/page")).isFalse();
    }

    private static boolean names(String text) {
        return BEGINNINGS.stream().anyMatch(text::contains)
                && OF_ONE_MACHINE.matcher(text).find();
    }
}
