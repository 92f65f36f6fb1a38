package dev.moat.check.report;

import dev.moat.check.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files whole or not at all: under a temporary name in the same directory, then moved into place. */
public final class AtomicFile {
    private AtomicFile() {}

    /**
     * Writes text as UTF-8; missing directories are created.
     *
     * @throws IOException when it cannot; an earlier file of that name is then as it was
     */
    public static void write(Path target, String text) throws IOException {
        write(target, file -> Files.write(file, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The same for anything that writes itself to a given file. */
    public static void write(Path target, Finding.Document document) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path directory = absolute.getParent();
        if (directory == null || Files.isDirectory(absolute)) {
            throw new IOException(target + " is a directory");
        }
        Files.createDirectories(directory);
        Path temporary = directory.resolve(
                "." + absolute.getFileName() + "." + ProcessHandle.current().pid());
        try {
            document.write(temporary);
            Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
