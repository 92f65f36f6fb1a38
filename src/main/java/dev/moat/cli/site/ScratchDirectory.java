package dev.moat.cli.site;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where another process puts what is of no use behind its end, such as the solver's library, of 34 MB. Whoever makes one removes those of
 * runs that were killed: the system has given their locks free.
 */
final class ScratchDirectory implements Closeable {
    private static final String PREFIX = "moat-solver-";
    private static final String LOCK = "lock";

    private final Path path;
    private final FileChannel lock;

    private ScratchDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** Makes one that nobody else may read, below a directory for temporary files. @throws IOException when it cannot */
    static ScratchDirectory below(Path temporary) throws IOException {
        while (true) {
            Path made = Files.createTempDirectory(
                    temporary, PREFIX + ProcessHandle.current().pid() + "-");
            try {
                FileChannel lock =
                        FileChannel.open(made.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                // Another process may have found it before it was locked, and remove it. An interrupt does not end
                // this.
                if (lock.tryLock() != null && Files.exists(made.resolve(LOCK))) {
                    removeLeftOvers(temporary, Files.getOwner(made));
                    return new ScratchDirectory(made, lock);
                }
                lock.close();
            } catch (IOException e) {
                remove(made);
                throw e;
            }
        }
    }

    Path path() {
        return path;
    }

    /** Those of this process are its own business: to close a file is to give up all locks of it that the process has. */
    private static void removeLeftOvers(Path temporary, UserPrincipal own) throws IOException {
        String ours = PREFIX + ProcessHandle.current().pid() + "-";
        List<Path> others;
        try (Stream<Path> all = Files.list(temporary)) {
            others = all.filter(p -> String.valueOf(p.getFileName()).startsWith(PREFIX)
                            && !String.valueOf(p.getFileName()).startsWith(ours))
                    .toList();
        }
        for (Path other : others) {
            try {
                if (Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
                        && Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(own)) {
                    removeIfLeft(other);
                }
            } catch (IOException e) {
                // It is being made or removed by another process, or its owner's doing: whoever comes next looks again.
                continue;
            }
        }
    }

    /** It is removed under its lock, so that whoever is making it sees that. */
    private static void removeIfLeft(Path other) throws IOException {
        try (FileChannel lock =
                FileChannel.open(other.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            if (lock.tryLock() != null) {
                remove(other);
            }
        } catch (OverlappingFileLockException e) {
            return; // it is in use
        }
    }

    /** With all that is in it; of a link only itself. */
    private static void remove(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure) throws IOException {
                Files.deleteIfExists(each);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Removes it; what cannot be removed is left for the next run. */
    @Override
    public void close() {
        try {
            remove(path);
            lock.close();
        } catch (IOException e) {
            // It is no reason to fail now that all else is done.
            return;
        }
    }
}
