package dev.moat.audit.read;

import dev.moat.input.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Lines of a stream as places in one buffer of at most 2 MiB, which is all the memory it takes. */
final class LineSource {
    /** Longer lines are skipped and counted. */
    static final int LONGEST = 1 << 20;

    private static final byte[] MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final String file;
    private final InputStream in;
    private byte[] buffer = new byte[1 << 16];
    private int filled;
    private int next;
    private int start;
    private int end;
    private long line;
    private long tooLong;
    private boolean skipped;
    private boolean unfinished;

    public LineSource(String file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    public byte[] buffer() {
        return buffer;
    }

    /** Where the line begins in the buffer. */
    public int start() {
        return start;
    }

    /** Where it ends, without its line feed and a carriage return before that. */
    public int end() {
        return end;
    }

    /** Its number, 1-based. */
    public long line() {
        return line;
    }

    /** Whether the file begins with the mark of UTF-8, which some editors write. */
    private boolean marked() {
        return end - start >= MARK.length && Arrays.equals(buffer, start, start + MARK.length, MARK, 0, MARK.length);
    }

    /** Whether the line was skipped because of its length: it is empty here. */
    public boolean skipped() {
        return skipped;
    }

    /** Lines that were skipped because of their length. */
    public long tooLong() {
        return tooLong;
    }

    /** Whether the file ended without a line feed; what stood behind the last one was not given out. */
    public boolean unfinished() {
        return unfinished;
    }

    /**
     * Goes to the next line.
     *
     * @return false at the end
     * @throws InputException at the first line that holds a NUL byte, which no text has
     */
    public boolean advance() throws IOException {
        boolean skipping = false;
        int scanned = next;
        while (true) {
            for (int i = scanned; i < filled; i++) {
                byte b = buffer[i];
                if (b == '\n') {
                    line++;
                    start = next;
                    end = i > start && buffer[i - 1] == '\r' ? i - 1 : i;
                    next = i + 1;
                    start += line == 1 && marked() ? MARK.length : 0;
                    skipped = skipping || end - start > LONGEST;
                    if (skipped) {
                        end = start;
                        tooLong++;
                    }
                    return true;
                }
                if (b == 0) {
                    throw new InputException(
                            file, (int) Math.min(line + 1, Integer.MAX_VALUE), 1, "a NUL byte: not a text file");
                }
            }
            if (filled - next > LONGEST) {
                skipping = true;
                next = filled;
            }
            if (filled - next > buffer.length / 2 && buffer.length < 2 * LONGEST) {
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
            System.arraycopy(buffer, next, buffer, 0, filled - next);
            filled -= next;
            next = 0;
            scanned = filled;
            int got = in.read(buffer, filled, buffer.length - filled);
            if (got < 0) {
                unfinished = filled > 0 || skipping;
                return false;
            }
            filled += got;
        }
    }
}
