package dev.moat.planted.xen;

import java.nio.file.Files;
import java.nio.file.Path;

/** Planted: files in an implementation. */
public final class ReadsFiles {
    boolean exists() {
        return Files.exists(Path.of("planted"));
    }
}
