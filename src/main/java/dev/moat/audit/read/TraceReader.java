package dev.moat.audit.read;

import dev.moat.input.InputException;
import dev.moat.input.PackedText;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads ftrace text ({@code trace} or {@code trace_pipe}, plain or gzip) from a stream of any length in constant memory.
 * What is no event is counted, never guessed at.
 */
public final class TraceReader {
    /** So many lines without one event, and the file is of another kind. */
    private static final int PATIENCE = 1000;

    private static final Pattern STARTED = Pattern.compile("#+ CPU ([0-9]{1,4}) buffer started");

    private final String file;
    private final LineSource lines;
    private final LineParser parser = new LineParser();
    private final Event event = new Event();
    private final long[] seen = new long[EventKind.values().length];
    private long events;
    private long unreadable;
    private long firstUnreadable;
    private String hint = "";

    /**
     * @param file name for messages
     * @throws InputException for a binary trace of perf or trace-cmd, naming the command that makes it text
     */
    public TraceReader(String file, InputStream in) throws IOException {
        this.file = file;
        lines = new LineSource(file, text(in));
    }

    private InputStream text(InputStream in) throws IOException {
        BufferedInputStream all = new BufferedInputStream(in, 1 << 16);
        all.mark(16);
        byte[] magic = all.readNBytes(10);
        all.reset();
        if (starts(magic, "PERFILE2")) {
            throw InputException.withoutPlace(file, "a binary recording of perf; 'perf script' makes it text");
        }
        if (starts(magic, "\u0017\bDtracing")) {
            throw InputException.withoutPlace(
                    file, "a binary recording of trace-cmd; 'trace-cmd report' makes it text");
        }
        return PackedText.open(file, all);
    }

    private static boolean starts(byte[] magic, String word) {
        byte[] wanted = word.getBytes(StandardCharsets.ISO_8859_1);
        return magic.length >= wanted.length && Arrays.equals(magic, 0, wanted.length, wanted, 0, wanted.length);
    }

    /**
     * Goes to the next event, lost-event marker or first header line.
     *
     * @return false at the end
     * @throws InputException for a NUL byte; when the file is of another kind (not one event in its first thousand lines,
     *     or in all of it); when a compressed file is damaged
     */
    public boolean advance() throws IOException {
        while (lines.advance()) {
            if (take()) {
                return true;
            }
        }
        if (events == 0) {
            throw otherKind();
        }
        return false;
    }

    /** Whether the present line is something to give out. */
    private boolean take() {
        byte[] b = lines.buffer();
        int from = lines.start();
        int to = lines.end();
        event.line = lines.line();
        if (from == to) {
            return false;
        }
        if (b[from] == '#') {
            return comment(b, from, to);
        }
        if (parser.parse(b, from, to, event)) {
            events++;
            seen[event.kind.index()]++;
            return true;
        }
        unreadable++;
        if (unreadable == 1) {
            firstUnreadable = event.line;
            hint = hint(new String(b, from, Math.min(80, to - from), StandardCharsets.ISO_8859_1));
        }
        if (events == 0 && unreadable >= PATIENCE) {
            throw otherKind();
        }
        return false;
    }

    /**
     * Comments that matter: the first line of a recording, and the mark before the first event of a CPU whose older events
     * were overwritten.
     */
    private boolean comment(byte[] b, int from, int to) {
        String text = new String(b, from, Math.min(40, to - from), StandardCharsets.ISO_8859_1);
        event.clear();
        event.kind = text.startsWith("# tracer: ") ? EventKind.HEADER : EventKind.LOST;
        Matcher started = STARTED.matcher(text);
        if (event.kind == EventKind.LOST && started.lookingAt()) {
            event.cpu = Integer.parseInt(started.group(1)) % LineParser.MOST_CPUS;
            return true;
        }
        return event.kind == EventKind.HEADER;
    }

    private static String hint(String line) {
        if (line.startsWith("vtd_") || line.matches("\\d+@[\\d.]+:.*")) {
            return "; it looks like a log of QEMU";
        }
        return line.startsWith("(XEN)") ? "; it looks like a console of Xen" : "";
    }

    private InputException otherKind() {
        return new InputException(
                file,
                (int) Math.max(1, Math.min(firstUnreadable, Integer.MAX_VALUE)),
                1,
                "no ftrace text: " + (unreadable == 0 ? "it holds no event" : "not one line is an event") + hint);
    }

    /** The present event; the same object every time. */
    public Event event() {
        return event;
    }

    /** Events so far, lost-event markers included. */
    long events() {
        return events;
    }

    /** How many of a kind. */
    public long seen(EventKind kind) {
        return seen[kind.index()];
    }

    /** Lines that are neither an event nor a comment. */
    public long unreadable() {
        return unreadable;
    }

    /** The first of them; 0 for none. */
    public long firstUnreadable() {
        return firstUnreadable;
    }

    /** Lines skipped because of their length. */
    public long tooLong() {
        return lines.tooLong();
    }

    /** Whether the last line had no line feed, and was left out therefore. */
    public boolean truncated() {
        return lines.unfinished();
    }

    /** Lines so far. */
    public long lineCount() {
        return lines.line();
    }
}
