package dev.moat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/** Waits until a file is saved. It looks a few times a second, which works on every file system. */
final class TextWatch {
    private static final long PAUSE_MILLIS = 100;

    private final List<Path> files;
    private List<String> seen = List.of();

    TextWatch(List<Path> files) {
        this.files = List.copyOf(files);
    }

    /** What is there now is known: to be called before it is read, so that nothing that comes later is missed. */
    void look() {
        seen = now();
    }

    /** Waits until something else is there than at the last look. Answers false where the thread is interrupted. */
    boolean awaitChange() {
        try {
            while (now().equals(seen)) {
                Thread.sleep(PAUSE_MILLIS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<String> now() {
        return files.stream().map(TextWatch::stamp).toList();
    }

    /** An editor may take a file away and put another one in its place. */
    private static String stamp(Path file) {
        try {
            BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
            return is.lastModifiedTime() + " " + is.size() + " " + is.fileKey();
        } catch (IOException e) {
            return "";
        }
    }
}
