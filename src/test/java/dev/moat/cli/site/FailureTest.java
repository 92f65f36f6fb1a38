package dev.moat.cli.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.moat.output.OutputFile;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java says of many files no more than the name of an exception's class. */
class FailureTest {
    /** Java has one exception for all files that it cannot open. */
    @Test
    void whatIsThereIsNotCalledMissing(@TempDir Path directory) {
        Throwable there = catchThrowable(() -> new FileInputStream(directory.toFile()).close());
        assertThat(there).isInstanceOf(FileNotFoundException.class);
        assertThat(Failure.message(there)).isEqualTo(directory + ": is a directory");
        Path none = directory.resolve("none (Old)");
        Throwable missing = catchThrowable(() -> new FileInputStream(none.toFile()).close());
        assertThat(Failure.message(missing)).isEqualTo(none + ": no such file");
        assertThat(Failure.message(new FileNotFoundException("named"))).isEqualTo("named: no such file");
    }

    @Test
    void theReasonIsInWords() {
        says(new NoSuchFileException("f"), "f: no such file");
        says(new AccessDeniedException("f"), "f: permission denied");
        says(new NotDirectoryException("f"), "cannot read or write: f: is no directory");
        says(new DirectoryNotEmptyException("f"), "cannot read or write: f: is a directory, and not empty");
        says(new FileSystemException("f", null, "Too many open files"), "cannot read or write: f: Too many open files");
        says(new FileSystemException("f"), "cannot read or write: f: the system gives no reason");
        says(new FileNotFoundException("f (Permission denied)"), "f: permission denied");
        says(new FileNotFoundException("a (b) (No such file or directory)"), "a (b): no such file");
        says(new FileNotFoundException("f"), "f: no such file");
        says(new IOException("Disk quota exceeded"), "cannot read or write: Disk quota exceeded");
        says(new IOException(), "cannot read or write: the system gives no reason");
    }

    private static void says(IOException e, String line) {
        assertThat(Failure.message(e)).isEqualTo(line);
        assertThat(Failure.message(new UncheckedIOException(e))).isEqualTo(line);
    }

    @Test
    void aDirectoryThatCannotBeMadeSaysWhy() {
        assertThat(Failure.message(thrown(Path.of("/proc/x/y"))))
                .isEqualTo("cannot read or write: /proc/x/y: no such file or directory");
    }

    private static IOException thrown(Path file) {
        try {
            OutputFile.write(file, "");
        } catch (IOException e) {
            return e;
        }
        throw new AssertionError("written");
    }
}
