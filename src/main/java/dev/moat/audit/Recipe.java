package dev.moat.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Shell scripts that record what the audit can judge. */
public final class Recipe {
    private static final List<String> KERNELS = List.of("linux-6.1", "linux-6.12");

    private Recipe() {}

    /**
     * The script for a kernel.
     *
     * @throws IllegalArgumentException for another kernel; the message names the known ones
     */
    public static String of(String kernel) {
        if (!KERNELS.contains(kernel)) {
            throw new IllegalArgumentException("'" + kernel + "' is not known; known: " + String.join(", ", KERNELS));
        }
        String name = "record-" + kernel + ".sh";
        try (InputStream in = Recipe.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
