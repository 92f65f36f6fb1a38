package dev.moat.cli.site;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What killed runs have left goes, and nothing else. */
class ScratchDirectoryTest {
    @TempDir
    Path temporary;

    private Path left(String name) throws IOException {
        Path made = Files.createDirectory(temporary.resolve(name));
        Files.writeString(made.resolve("lock"), "");
        Files.writeString(Files.createDirectory(made.resolve("unpacked")).resolve("libz3.so"), "34 MB");
        return made;
    }

    @Test
    void itsOwnIsGoneWhenItIsClosed() throws IOException {
        Path made;
        try (ScratchDirectory scratch = ScratchDirectory.below(temporary)) {
            made = scratch.path();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                    .isEqualTo("rwx------");
            Files.writeString(Files.createDirectories(made.resolve("a/b")).resolve("c"), "x");
            try (ScratchDirectory another = ScratchDirectory.below(temporary)) {
                assertThat(made).as("beside %s", another.path()).exists();
            }
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void whatKilledRunsHaveLeftGoes() throws IOException {
        Path victim = Files.writeString(
                Files.createDirectory(temporary.resolve("victim")).resolve("file"), "precious");
        Path killed = left("moat-solver-1-x");
        Files.createSymbolicLink(killed.resolve("link"), victim.getParent());
        Path used = left("moat-solver-2-x");
        Path making = Files.createDirectory(temporary.resolve("moat-solver-3-x"));
        Path other = left("moat-other");
        Files.createSymbolicLink(temporary.resolve("moat-solver-4-x"), other);
        try (FileChannel lock = FileChannel.open(used.resolve("lock"), StandardOpenOption.WRITE)) {
            lock.lock();
            ScratchDirectory.below(temporary).close();
            assertThat(used.resolve("unpacked/libz3.so")).exists();
        }
        assertThat(killed).doesNotExist();
        assertThat(victim).hasContent("precious");
        assertThat(making).exists();
        assertThat(other.resolve("unpacked/libz3.so")).exists();
    }

    @Test
    void othersAreLeftAlone() throws IOException {
        Path others = left("moat-solver-1-x");
        try {
            Files.setAttribute(others, "unix:uid", 12345, LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            return; // only root gives directories away
        }
        ScratchDirectory.below(temporary).close();
        assertThat(others.resolve("unpacked/libz3.so")).exists();
    }
}
