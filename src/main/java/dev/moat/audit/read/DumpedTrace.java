package dev.moat.audit.read;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The dump of ftrace in a kernel's log ({@code ftrace_dump_on_oops}), as the text of a trace with the same numbers of lines: events lose the
 * log's time stamp, and other lines become comments. {@code @source} Linux kernel/trace/trace.c, ftrace_dump; trace_output.c,
 * trace_print_lat_context.
 */
final class DumpedTrace extends InputStream {
    private static final byte[] BEGINS = "Dumping ftrace buffer:".getBytes(StandardCharsets.US_ASCII);
    /** Longer lines are no events. */
    private static final int LONGEST = 1 << 16;

    private static final Pattern EVENT = Pattern.compile(
            "(?:^|.*[\\]:] ) *(\\S.{0,15}-\\d{1,7}) +(\\d{1,5})([^\\d\\s]\\S{3,6}) +(\\d{1,15})us[^:\\w]?: "
                    + "(\\w.*)");
    private static final Pattern LOST = Pattern.compile(".*(CPU:\\d{1,5} \\[LOST .{0,30}EVENTS])");
    private static final long MICROSECONDS = 1_000_000;

    private final InputStream in;
    private byte[] line = new byte[0];
    private int next;

    DumpedTrace(InputStream in) {
        this.in = in;
    }

    /** Whether the beginning of a text has such a dump. */
    static boolean isOne(byte[] beginning) {
        for (int i = 0; i + BEGINS.length <= beginning.length; i++) {
            if (beginning[i] == BEGINS[0] && Arrays.equals(beginning, i, i + BEGINS.length, BEGINS, 0, BEGINS.length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int read() throws IOException {
        return next < line.length || advance() ? line[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        if (next >= line.length && !advance()) {
            return -1;
        }
        int got = Math.min(len, line.length - next);
        System.arraycopy(line, next, b, off, got);
        next += got;
        return got;
    }

    private boolean advance() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int b = in.read();
        if (b < 0) {
            return false;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (bytes.size() < LONGEST) {
                bytes.write(b);
            }
        }
        String event = event(bytes.toString(StandardCharsets.ISO_8859_1).stripTrailing());
        line = (event + (b < 0 ? "" : "\n")).getBytes(StandardCharsets.ISO_8859_1);
        next = 0;
        return line.length > 0;
    }

    private static String event(String text) {
        Matcher event = EVENT.matcher(text);
        Matcher lost = LOST.matcher(text);
        if (event.matches()) {
            long time = Long.parseLong(event.group(4));
            return String.format(
                    Locale.ROOT,
                    "%s [%03d] %s %d.%06d: %s",
                    event.group(1),
                    Integer.parseInt(event.group(2)),
                    event.group(3),
                    time / MICROSECONDS,
                    time % MICROSECONDS,
                    event.group(5));
        }
        return lost.matches() ? lost.group(1) : "#";
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
