package dev.moat.check.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path directory;

    @Test
    void createsDirectoriesAndReplaces() throws IOException {
        Path file = directory.resolve("a/b/report.xml");
        AtomicFile.write(file, "one");
        AtomicFile.write(file, "two \u00e9");
        assertThat(file).hasContent("two \u00e9");
        assertThat(names(file.getParent())).containsExactly("report.xml");
    }

    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = directory.resolve("report.xml");
        AtomicFile.write(file, "old");
        assertThatThrownBy(() -> AtomicFile.write(file, (Path temporary) -> {
                    Files.writeString(temporary, "half");
                    assertThat(file).hasContent("old");
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(file).hasContent("old");
        assertThat(names(directory)).containsExactly("report.xml");
    }

    @Test
    void aDirectoryIsNotReplaced() {
        assertThatThrownBy(() -> AtomicFile.write(directory, "x"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a directory");
    }

    private static Stream<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).toList().stream();
        }
    }
}
