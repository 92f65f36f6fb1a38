package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has to be the same for a search to go on, and what may differ. */
class FingerprintsTest {
    @TempDir
    Path directory;

    private Path file(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    private static Map<String, String> of(Path... entries) throws IOException {
        return Fingerprints.ofEntries("class path", List.of(entries));
    }

    /** Java makes of {@code lib/*} a list in the order of the file system, which a copy of the directory has not. */
    @Test
    void theOrderOfJarsOfOneDirectoryIsNoDifference() throws IOException {
        Path first = file("moat.jar");
        Path a = file("lib/a.jar");
        Path b = file("lib/b.jar");
        assertThat(of(first, a, b)).isEqualTo(of(first, b, a)).hasSize(3);
        assertThat(of(first, a)).isNotEqualTo(of(first, b));
    }

    /** Of two classes of one name the first is loaded. */
    @Test
    void theOrderOfOtherEntriesIsOne() throws IOException {
        Path mine = file("mine/a.jar");
        Path lib = file("lib/b.jar");
        Path classes = file("classes/A.class").getParent();
        assertThat(of(mine, lib)).isNotEqualTo(of(lib, mine));
        assertThat(of(classes, lib)).isNotEqualTo(of(lib, classes));
    }

    /** A class is found by the name of its file. */
    @Test
    void theNameOfAFileInADirectoryIsADifference() throws IOException {
        Path a = file("classes/A.class");
        Map<String, String> before = of(a.getParent());
        Files.move(a, a.resolveSibling("B.class"));
        assertThat(of(a.getParent())).isNotEqualTo(before);
    }
}
