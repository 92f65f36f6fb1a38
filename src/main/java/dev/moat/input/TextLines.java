package dev.moat.input;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The lines of a text file of any size, in constant memory. Bytes above 127 are taken as they are. */
public final class TextLines implements Closeable {
    static final int MAX_LINE = 4096;

    private final String file;
    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private int line;
    private boolean cut;

    public TextLines(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    String file() {
        return file;
    }

    /** Number of the line that {@link #next} gave last, from 1. */
    public int line() {
        return line;
    }

    /**
     * The next line without its end, or null after the last one. What the file ends with and is no whole line is left out: who writes
     * it may have been killed, and what is missing could be half of a number.
     *
     * @throws InputException for a line that is too long, then one that is no text
     */
    @Nullable
    public String next() throws IOException {
        int from = at;
        for (int i = at; ; i++) {
            if (i == end) {
                int kept = i - from;
                if (!refill(from)) {
                    if (kept == 0) {
                        return null;
                    }
                    text(0, kept);
                    cut = true;
                    at = end;
                    return null;
                }
                from = 0;
                i = kept;
            }
            if (buffer[i] == '\n') {
                at = i + 1;
                return text(from, i > from && buffer[i - 1] == '\r' ? i - 1 : i);
            }
            if (i - from == MAX_LINE) {
                throw new InputException(
                        file, line + 1, MAX_LINE + 1, "the line has more than " + MAX_LINE + " characters");
            }
        }
    }

    /** Whether the file has ended in the middle of the line that {@link #line} counts last. */
    public boolean isCut() {
        return cut;
    }

    /** Moves the beginning of a line to the front and reads on behind it. False at the end of the file. */
    private boolean refill(int from) throws IOException {
        System.arraycopy(buffer, from, buffer, 0, end - from);
        end -= from;
        at = end;
        int read = in.read(buffer, end, buffer.length - end);
        if (read <= 0) {
            return false;
        }
        end += read;
        return true;
    }

    private String text(int from, int to) {
        line++;
        for (int i = from; i < to; i++) {
            if (buffer[i] >= 0 && buffer[i] < ' ' && buffer[i] != '\t') {
                throw new InputException(
                        file,
                        line,
                        i - from + 1,
                        "byte 0x" + Integer.toHexString(buffer[i]) + " is no text: the file is binary or damaged");
            }
        }
        return new String(buffer, from, to - from, StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
