package dev.moat.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that somebody names as input. */
public final class InputFile {
    private InputFile() {}

    /**
     * Opens a file to read its bytes.
     *
     * @throws IOException that names the file: when it is missing or may not be read, and when it is a directory, of which
     *     Java otherwise only complains without a name, and later
     */
    public static InputStream open(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        return Files.newInputStream(file);
    }
}
