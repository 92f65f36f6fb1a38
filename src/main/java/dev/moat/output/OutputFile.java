package dev.moat.output;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * Writes files whole or not at all: under a temporary name in the same directory, then moved into place. What is no regular
 * file, a device or a pipe, is written to as it is; a symbolic link stays one, and the file that it leads to is written.
 */
public final class OutputFile {
    private static final int MOST_LINKS = 40;

    private OutputFile() {}

    /**
     * Writes text as UTF-8; missing directories are created.
     *
     * @throws FileSystemException that names the target and says why, when it cannot; an earlier file of that name is then as it
     *     was
     */
    public static void write(Path target, String text) throws FileSystemException {
        try {
            Path file = behindLinks(target.toAbsolutePath());
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (Files.isDirectory(file)) {
                throw new FileSystemException(target.toString(), null, "is a directory");
            } else if (Files.exists(file) && !Files.isRegularFile(file)) {
                put(file, bytes);
            } else {
                replace(file, bytes);
            }
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    /** The same failure with the name of the file and the reason. */
    public static FileSystemException named(Path file, IOException failure) {
        FileSystemException named = new FileSystemException(file.toString(), null, reason(failure));
        named.initCause(failure);
        return named;
    }

    private static Path behindLinks(Path target) throws IOException {
        Path file = target;
        for (int links = 0; Files.isSymbolicLink(file); links++) {
            if (links == MOST_LINKS) {
                throw new IOException("too many levels of symbolic links");
            }
            file = file.resolveSibling(Files.readSymbolicLink(file));
        }
        return file;
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Path directory = file.getParent();
        if (directory == null) {
            throw new IOException("is a directory");
        }
        Files.createDirectories(directory);
        // Not createTempFile: the file would stay readable by its owner only.
        Path temporary = directory.resolve(
                "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".tmp");
        removeAtTheEnd(temporary);
        try {
            put(temporary, bytes);
            move(temporary, file);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Where a signal ends the process before the file is in its place, Java removes it; after SIGKILL it stays. */
    private static void removeAtTheEnd(Path temporary) throws IOException {
        try {
            temporary.toFile().deleteOnExit();
        } catch (IllegalStateException e) {
            throw new IOException("the process ends", e);
        }
    }

    /** Not by a channel: an interrupt would close it, and what is finished be lost. */
    private static void put(Path file, byte[] bytes) throws IOException {
        try (FileOutputStream out = new FileOutputStream(file.toFile())) {
            out.write(bytes);
        }
    }

    private static void move(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Why something cannot be read or written, without the name of the file: Java names it in some messages and not in others. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        } else if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        } else if (e instanceof NotDirectoryException) {
            return "is no directory";
        } else if (e instanceof DirectoryNotEmptyException) {
            return "is a directory, and not empty";
        } else if (e instanceof FileSystemLoopException) {
            return "the directories go round";
        } else if (e instanceof FileNotFoundException && e.getMessage() != null) {
            // The only place where this class says why: "NAME (Permission denied)".
            return e.getMessage().replaceFirst("(?s).* \\((.*)\\)$", "$1").toLowerCase(Locale.ROOT);
        } else if (e instanceof FileAlreadyExistsException exists) {
            return exists.getFile() + " is no directory";
        } else if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e instanceof FileSystemException || e.getMessage() == null
                ? "the system gives no reason"
                : e.getMessage();
    }
}
