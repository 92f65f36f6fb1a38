package dev.moat.cli.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What somebody reads of an exception. */
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
}
