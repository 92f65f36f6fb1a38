package dev.moat.input;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Files that somebody names as input. */
public final class InputFile {
    private InputFile() {}

    /**
     * Whether a file of a directory is one of a kind, which its name's end tells. Names that begin with a point are those of editors
     * and file systems, such as Emacs's {@code .#x.yaml}, a link to nothing, and macOS's {@code ._x.yaml}: they are input only where
     * somebody names them.
     */
    public static boolean isOfKind(Path file, String suffix) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(suffix) && !name.startsWith(".");
    }

    /**
     * Whether a directory holds a file whose name ends in this, as in {@link #isOfKind}; one that cannot be listed may, and who reads it is told
     * why not.
     */
    public static boolean mayHold(Path directory, String suffix) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.anyMatch(file -> isOfKind(file, suffix));
        } catch (IOException e) {
            return true;
        }
    }

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
