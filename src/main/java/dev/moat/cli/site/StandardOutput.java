package dev.moat.cli.site;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A standard output that remembers why text of it was lost; a {@link PrintWriter} only remembers that it was. */
public final class StandardOutput extends PrintWriter {
    private final Remembering to;

    private StandardOutput(Remembering to) {
        super(to, false);
        this.to = to;
    }

    /** UTF-8 on a stream that throws when it fails, which {@code System.out} does not. */
    public static StandardOutput on(OutputStream stream) {
        return new StandardOutput(
                new Remembering(new BufferedWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8))));
    }

    /** Why text was lost, once {@link #checkError} has said so. */
    public String reason() {
        return Objects.requireNonNullElse(to.reason, "closed");
    }

    /** Hands on, and remembers the first failure. */
    private static final class Remembering extends Writer {
        private final Writer to;
        private @Nullable String reason;

        Remembering(Writer to) {
            this.to = to;
        }

        /** Something that can fail. */
        @FunctionalInterface
        private interface Work {
            void run() throws IOException;
        }

        private void noting(Work work) throws IOException {
            try {
                work.run();
            } catch (IOException e) {
                reason = reason == null ? String.valueOf(e.getMessage()) : reason;
                throw e;
            }
        }

        @Override
        public void write(char[] text, int from, int length) throws IOException {
            noting(() -> to.write(text, from, length));
        }

        @Override
        public void flush() throws IOException {
            noting(to::flush);
        }

        @Override
        public void close() throws IOException {
            noting(to::close);
        }
    }
}
