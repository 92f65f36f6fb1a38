package dev.moat.output;

import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes files whole or not at all: under a temporary name in the same directory, which nobody can guess and which is created or not used,
 * then moved into place. What is no regular file, a device or a pipe, is written to as it is. A symbolic link stays one, and the file that
 * it leads to is written, unless somebody else has put it where everybody may.
 */
public final class OutputFile {
    private static final int MOST_LINKS = 40;
    private static final String TEMPORARY = ".tmp";
    private static final SecureRandom RANDOM = new SecureRandom();

    private OutputFile() {}

    /** Writes what is to be in a file. */
    @FunctionalInterface
    public interface Content {
        void to(OutputStream out) throws IOException;
    }

    /**
     * Writes text as UTF-8; missing directories are created.
     *
     * @throws FileSystemException as {@link #write(Path, Content)}
     */
    public static void write(Path target, String text) throws FileSystemException {
        write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * Writes a file; missing directories are created.
     *
     * @param content hands over large pieces
     * @throws FileSystemException that names the target and says why, when it cannot; an earlier file of that name is then as it
     *     was
     */
    public static void write(Path target, Content content) throws FileSystemException {
        write(target, content, false);
    }

    /** The same of what must outlive a crash of the system: it is on the disk before it takes the place of an earlier file. */
    public static void writeSafely(Path target, Content content) throws FileSystemException {
        write(target, content, true);
    }

    private static void write(Path target, Content content, boolean safely) throws FileSystemException {
        try {
            if (Files.isDirectory(target)) {
                throw new FileSystemException(target.toString(), null, "is a directory");
            } else if (Files.exists(target) && !Files.isRegularFile(target)) {
                put(target, content, StandardOpenOption.WRITE);
            } else {
                replace(behindLinks(target.toAbsolutePath()), content, safely);
            }
        } catch (IOException e) {
            throw named(target, e);
        }
    }

    /** Removes what killed processes have left of files whose names end so; only for who knows that no process is writing one. */
    public static void removeTemporary(Path directory, String end) throws IOException {
        Pattern left = Pattern.compile("\\..*" + Pattern.quote(end) + "\\.[0-9a-z]+" + Pattern.quote(TEMPORARY));
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                if (left.matcher(String.valueOf(file.getFileName())).matches()) {
                    Files.deleteIfExists(file);
                }
            }
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
            } else if (isForeign(file)) {
                throw new IOException("is a symbolic link of another user in a directory that everybody may write to");
            }
            file = file.resolveSibling(Files.readSymbolicLink(file));
        }
        return file;
    }

    /** As Linux does not follow it either, with fs.protected_symlinks, when it opens a file. */
    private static boolean isForeign(Path link) throws IOException {
        Path directory = link.getParent();
        PosixFileAttributeView view =
                directory == null ? null : Files.getFileAttributeView(directory, PosixFileAttributeView.class);
        if (view == null) {
            return false;
        }
        PosixFileAttributes where = view.readAttributes();
        UserPrincipal whose = Files.getOwner(link, LinkOption.NOFOLLOW_LINKS);
        return where.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                && !whose.equals(where.owner())
                && !whose.getName().equals(System.getProperty("user.name"));
    }

    private static void replace(Path file, Content content, boolean safely) throws IOException {
        Path directory = file.getParent();
        if (directory == null) {
            throw new IOException("is a directory");
        }
        Files.createDirectories(directory);
        // Not createTempFile: the file would stay readable by its owner only.
        Path temporary = directory.resolve(
                "." + file.getFileName() + "." + Long.toString(RANDOM.nextLong() >>> 1, 36) + TEMPORARY);
        removeAtTheEnd(temporary);
        try {
            put(temporary, content, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
            if (safely) {
                // Nothing is written here, whatever the name may lead to by now.
                try (FileOutputStream out = new FileOutputStream(temporary.toFile(), true)) {
                    out.getFD().sync();
                }
            }
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

    /** Java lets no interrupt close a stream of files, as it would a channel, and what is finished be lost. */
    private static void put(Path file, Content content, OpenOption... how) throws IOException {
        try (OutputStream out = Files.newOutputStream(file, how)) {
            content.to(out);
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
