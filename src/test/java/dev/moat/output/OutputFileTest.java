package dev.moat.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
    @TempDir
    Path directory;

    @Test
    void createsDirectoriesAndReplaces() throws IOException {
        Path file = directory.resolve("a/b/report.xml");
        OutputFile.write(file, "one");
        OutputFile.write(file, "two \u00e9");
        assertThat(file).hasContent("two \u00e9");
        assertThat(names(file.getParent())).containsExactly("report.xml");
    }

    /** The temporary file cannot be made, so the old one stays. */
    @Test
    void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = directory.resolve("r".repeat(252));
        Files.writeString(file, "old");
        assertThatThrownBy(() -> OutputFile.write(file, "new"))
                .isInstanceOf(FileSystemException.class)
                .hasMessage(file + ": File name too long");
        assertThat(file).hasContent("old");
        assertThat(names(directory)).hasSize(1);
    }

    /** A signal interrupts the thread; what is finished is written all the same, and the thread stays interrupted. */
    @Test
    void anInterruptedThreadWritesToo() throws IOException {
        Path file = directory.resolve("report");
        Thread.currentThread().interrupt();
        OutputFile.write(file, "all of it");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(file).hasContent("all of it");
    }

    @Test
    void whatIsInTheWayIsNamed() throws IOException {
        assertThatThrownBy(() -> OutputFile.write(directory, "x")).hasMessage(directory + ": is a directory");
        Path file = Files.writeString(directory.resolve("file"), "x");
        Path below = file.resolve("report.xml");
        assertThatThrownBy(() -> OutputFile.write(below, "x")).hasMessage(below + ": " + file + " is no directory");
    }

    @Test
    void aSymbolicLinkStaysOne() throws IOException {
        Path file = directory.resolve("kept/report.xml");
        Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("second"));
        Files.createSymbolicLink(directory.resolve("second"), file);
        OutputFile.write(link, "one");
        OutputFile.write(link, "two");
        assertThat(Files.isSymbolicLink(link)).isTrue();
        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(file).hasContent("two");
        Path loop = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
        assertThatThrownBy(() -> OutputFile.write(loop, "x")).hasMessage(loop + ": too many levels of symbolic links");
    }

    /** Whoever knows the process and the file could have put a link there beforehand. */
    @Test
    void noLinkIsFollowedOnTheWay() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Path file = directory.resolve("page.html");
        Path guessed = directory.resolve(".page.html." + ProcessHandle.current().pid() + ".tmp");
        Files.createSymbolicLink(guessed, victim);
        Set<String> used = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            OutputFile.write(file, out -> {
                used.addAll(
                        names(directory).filter(name -> name.endsWith(".tmp")).toList());
                out.write('x');
            });
        }
        assertThat(victim).hasContent("precious");
        assertThat(used).as("the link, and a name for each time").hasSize(4);
        assertThat(names(directory)).contains("page.html").hasSize(3);
    }

    /** Linux refuses to open such a link; to read where it leads, and to write there, would go round that. */
    @Test
    void anothersLinkWhereEverybodyMayWriteIsNotFollowed() throws IOException {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path victim = Files.writeString(directory.resolve("victim"), "precious");
        Path link = Files.createSymbolicLink(open.resolve("page.html"), victim);
        try {
            Files.setAttribute(link, "unix:uid", 12345, LinkOption.NOFOLLOW_LINKS);
        } catch (FileSystemException e) {
            Assumptions.abort("only root gives links away: " + e);
        }
        assertThatThrownBy(() -> OutputFile.write(link, "x"))
                .hasMessage(link + ": is a symbolic link of another user in a directory that everybody may write to");
        assertThat(victim).hasContent("precious");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        OutputFile.write(link, "mine");
        assertThat(victim).hasContent("mine");
    }

    /** As a device, which only the superuser could make. */
    @Test
    void aPipeIsWrittenToAndStaysOne() throws Exception {
        Path pipe = directory.resolve("pipe");
        Assumptions.assumeTrue(
                new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no mkfifo");
        CompletableFuture<String> read = CompletableFuture.supplyAsync(() -> {
            try {
                return Files.readString(pipe);
            } catch (IOException e) {
                return String.valueOf(e);
            }
        });
        OutputFile.write(pipe, "text");
        assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo("text");
        assertThat(Files.isRegularFile(pipe)).isFalse();
        assertThat(names(directory)).containsExactly("pipe");
    }

    @Test
    void aFullDeviceIsNamed() {
        Path full = Path.of("/dev/full");
        Assumptions.assumeTrue(Files.exists(full) && !Files.isRegularFile(full), "no /dev/full");
        assertThatThrownBy(() -> OutputFile.write(full, "x")).hasMessage("/dev/full: No space left on device");
        assertThat(Files.isRegularFile(full)).isFalse();
    }

    private static Stream<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).toList().stream();
        }
    }
}
