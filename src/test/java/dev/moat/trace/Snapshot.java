package dev.moat.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Compares text with a committed file; {@code -Dsnapshot.update=true} writes the file instead. */
public final class Snapshot {
    private static final Path DIRECTORY = Path.of("src/test/resources/trace");

    private Snapshot() {}

    /** The committed file. */
    public static Path file(String name) {
        return DIRECTORY.resolve(name);
    }

    /** Fails unless the text equals the committed file. */
    public static void check(String name, String text) {
        try {
            if (Boolean.getBoolean("snapshot.update")) {
                Files.createDirectories(file(name).toAbsolutePath().getParent());
                Files.writeString(file(name), text);
            }
            assertThat(text).isEqualTo(Files.readString(file(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
