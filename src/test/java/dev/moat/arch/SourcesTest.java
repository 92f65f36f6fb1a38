package dev.moat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every id after an {@code @source} is explained in specs/SOURCES.md, and nothing else is. */
class SourcesTest {
    /** An id, or several with commas between; the comment's own stars and line ends do not count. */
    private static final Pattern SOURCE =
            Pattern.compile("@source\\}?[\\s*]+((?:[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+(?:,[\\s*]+)?)+)");

    private static final Pattern ROW = Pattern.compile("(?m)^\\| *([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+) *\\|");

    private static Set<String> used(String text) {
        Set<String> ids = new TreeSet<>();
        Matcher source = SOURCE.matcher(text);
        while (source.find()) {
            ids.addAll(List.of(source.group(1).split("[,\\s*]+")));
        }
        return ids;
    }

    private static List<String> explained(String table) {
        List<String> ids = new ArrayList<>();
        Matcher row = ROW.matcher(table);
        while (row.find()) {
            ids.add(row.group(1));
        }
        return ids;
    }

    @Test
    void everyIdHasItsRow() throws IOException {
        Set<String> used = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                used.addAll(used(Files.readString(file)));
            }
        }
        assertThat(used).contains("VTD-WALK", "VTD-QI").hasSizeGreaterThanOrEqualTo(13);
        assertThat(explained(Files.readString(Path.of("specs/SOURCES.md"))))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(used);
    }

    @Test
    void idsAreRecognised() {
        assertThat(used("/** {@code @source} VTD-A. {@code @oracle} X */")).containsExactly("VTD-A");
        assertThat(used(" * {@code @source}\n     * XSA-12, VTD-B2-C.\n")).containsExactly("VTD-B2-C", "XSA-12");
        assertThat(used("{@source VTD-A}")).containsExactly("VTD-A");
        assertThat(used("{@code @source} Xen grant_table.c (GNTPIN_*), XSA-1")).isEmpty();
        assertThat(explained("| id | x |\n|---|---|\n| VTD-A | a VTD-B |\n|XSA-1| b |\n"))
                .containsExactly("VTD-A", "XSA-1");
    }
}
