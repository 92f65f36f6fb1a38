package dev.moat.check.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has to be the same for a search to go on, and what may differ. */
class FingerprintsTest {
    private static final String CLASS_PATH = "java.class.path";

    @TempDir
    Path directory;

    private Path file(String name) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, name);
    }

    private static Map<String, String> of(Path... entries) throws IOException {
        String before = System.getProperty(CLASS_PATH);
        StringBuilder path = new StringBuilder();
        for (Path entry : entries) {
            path.append(path.length() == 0 ? "" : File.pathSeparator).append(entry);
        }
        try {
            System.setProperty(CLASS_PATH, path.toString());
            return Fingerprints.ofClassPath();
        } finally {
            System.setProperty(CLASS_PATH, before);
        }
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
}
