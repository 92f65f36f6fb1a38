package dev.moat.audit.read;

import dev.moat.input.InputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what ftrace, trace-cmd, perf or the bpftrace script print ({@link TraceForm}), plain or gzip, from a stream of any length in constant memory.
 * What is no event is counted, never guessed at.
 */
public final class TraceReader {
    /** So many lines without one event, and the file is of another kind. */
    private static final int PATIENCE = 1000;

    /** So many places of malformed lines are kept. */
    private static final int PLACES = 20;

    private static final String CLOCK = "# clock:";
    private static final String RECORDED = "# recorded: ";
    /** {@code CPU:3 [LOST ...}, or perf's {@code [003]}. */
    private static final Pattern OF_CPU = Pattern.compile("(?:CPU:|\\[)(\\d{1,4})(?: \\[|])");

    /** {@code [12 EVENTS}, {@code lost 12}, {@code Lost 12}. */
    private static final Pattern COUNT = Pattern.compile("(?:\\[(?=\\d+ EV)|[lL]ost )(\\d{1,18})");

    private static final Pattern STARTED = Pattern.compile("#+ CPU ([0-9]{1,4}) buffer started");

    /** {@code bash-24       0d..2. 6150742us+: map: ...}; verbose, {@code 6150.742ms (+0.016ms): map: ...}. */
    private static final Pattern LATENCY =
            Pattern.compile("^.{1,40}-\\d+ +\\d+\\S{4,6} +\\d+us.{0,2}: |ms \\(\\+[0-9.]+[mu]s\\): ");

    /** {@code bash-24       0d..2.     6.150742: map: ...}. */
    private static final Pattern SHORT = Pattern.compile("^.{1,40}-\\d+ +\\d+\\S{4,6} +\\d+\\.\\d+: ");

    /** {@code nvme [000] 7.123456: iommu:map: ...}. */
    private static final Pattern NO_THREAD = Pattern.compile("^ *\\S+ \\[\\d+] +\\d+\\.\\d+: +(\\d+ +)?\\w+:\\w+: ");

    /** {@code nvme 4711 [000] 7.123456: IOMMU: ...}. */
    private static final Pattern NO_EVENT =
            Pattern.compile("\\d \\[\\d+] +\\d+\\.\\d+: +(\\d+ +)?(IOMMU: |\\(\\w|\\w+ dmar\\d+: 0x)");

    /** {@code nvme 4711 7.123456: iommu:map: ...}. */
    private static final Pattern NO_CPU = Pattern.compile("^ *\\S.* \\d+(/\\d+)? +\\d+\\.\\d+: +(\\d+ +)?\\w+:\\w+:.*");

    /** What packs files, but for gzip, and how such a file begins. */
    private record Packer(String program, String magic) {}

    private static final List<Packer> PACKERS = List.of(
            new Packer("xz", "\u00fd7zXZ\0"),
            new Packer("zstd", "(\u00b5/\u00fd"),
            new Packer("bzip2", "BZh"),
            // Behind unpacking: one within another.
            new Packer("gzip", "\u001f\u008b"));

    private final String file;
    private final LineSource lines;
    private final LineParser parser = new LineParser();
    private final List<String> malformed = new ArrayList<>();
    private long malformedCount;
    private @Nullable TraceForm form;
    private Clock clock = Clock.UNDECLARED;
    private boolean ordered;
    private final long[] seen = new long[EventKind.values().length];
    private long events;
    private long unprinted;
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

    /** Bytes in which the dump of a log is looked for. */
    private static final int LOOKED_AT = 1 << 16;

    private InputStream text(InputStream in) throws IOException {
        BufferedInputStream all = new BufferedInputStream(in, LOOKED_AT);
        all.mark(LOOKED_AT);
        byte[] magic = all.readNBytes(10);
        // No more than is there already: a pipe may have nothing more for a long time.
        byte[] beginning = all.readNBytes(Math.min(all.available(), LOOKED_AT - 16));
        all.reset();
        if (starts(magic, "PERFILE2")) {
            throw InputException.withoutPlace(file, "a binary recording of perf; 'perf script' makes it text");
        }
        if (starts(magic, "\u0017\bDtracing")) {
            throw InputException.withoutPlace(
                    file, "a binary recording of trace-cmd; 'trace-cmd report' makes it text");
        }
        if (starts(magic, "\u00ff\u00fe") || starts(magic, "\u00fe\u00ff")) {
            throw InputException.withoutPlace(file, "text of UTF-16; 'iconv -f UTF-16 -t UTF-8' makes it UTF-8");
        }
        for (Packer packer : PACKERS) {
            if (starts(magic, packer.magic)) {
                throw InputException.withoutPlace(
                        file, "a file packed by " + packer.program + "; '" + packer.program + " -dc' makes it text");
            }
        }
        return DumpedTrace.isOne(magic) || DumpedTrace.isOne(beginning) ? new DumpedTrace(all) : all;
    }

    private static boolean starts(byte[] magic, String word) {
        byte[] wanted = word.getBytes(StandardCharsets.ISO_8859_1);
        return magic.length >= wanted.length && Arrays.equals(magic, 0, wanted.length, wanted, 0, wanted.length);
    }

    /**
     * Goes to the next event, lost-event marker or first header line.
     *
     * @param event is filled
     * @return false at the end
     * @throws InputException for a NUL byte; when the file is of another kind (not one event in its first thousand lines,
     *     or in all of it)
     */
    public boolean advance(TraceEvent event) throws IOException {
        while (lines.advance()) {
            if (take(event)) {
                return true;
            }
        }
        if (events == 0 || (!hint.isEmpty() && unreadable > events - seen[EventKind.UNKNOWN.index()])) {
            throw otherKind();
        }
        return false;
    }

    /** Whether the present line is something to give out. */
    private boolean take(TraceEvent event) {
        byte[] b = lines.buffer();
        int from = lines.start();
        int to = lines.end();
        event.line = lines.line();
        if (lines.skipped()) {
            event.clear();
            event.kind = EventKind.LOST;
            event.cpu = TraceEvent.SOME_CPU;
            event.lost = 1;
            return true;
        } else if (from == to) {
            return false;
        }
        if (b[from] == '#'
                && (form != TraceForm.BPFTRACE || !parser.parse(b, from, to, event))) { // it prints names as they are
            return comment(b, from, to, event);
        }
        if (parser.parse(b, from, to, event)) {
            if (event.raw) {
                throw new InputException(
                        file,
                        (int) Math.min(event.line, Integer.MAX_VALUE),
                        1,
                        "fields of an event in place of its text: 'echo 0 > options/fields' before it is read, and 'trace-cmd report'"
                                + " without -R");
            }
            events++;
            seen[event.kind.index()]++;
            unprinted += event.unprinted ? 1 : 0;
            if (form == null && event.kind != EventKind.LOST) {
                form = parser.namesSystem() ? TraceForm.PERF : TraceForm.FTRACE;
            }
            complain(from, event.line);
            return true;
        }
        String start = new String(b, from, Math.min(200, to - from), StandardCharsets.ISO_8859_1);
        if (start.equals("[LINE TOO BIG]")) {
            event.clear();
            event.kind = EventKind.TOO_BIG;
            unprinted++;
            return true;
        }
        TraceForm whose = TraceForm.ofAside(start);
        if (whose != null) {
            return aside(whose, start, event);
        } else if (form == TraceForm.PERF && TraceForm.chain(b, from, to)) {
            return false;
        }
        complain(from, event.line);
        unreadable++;
        if (unreadable == 1) {
            firstUnreadable = event.line;
            hint = hint(start);
        }
        if (events == 0 && unreadable >= PATIENCE) {
            throw otherKind();
        }
        return false;
    }

    /** A line of the program that printed the trace; true where it says that events are missing. */
    private boolean aside(TraceForm whose, String line, TraceEvent event) {
        form = form == null || form == TraceForm.FTRACE ? whose : form;
        if (form == TraceForm.BPFTRACE) {
            parser.hideContexts(); // older scripts print dots in place of flags
        }
        if (!TraceForm.lost(line)) {
            return false;
        }
        event.clear();
        event.kind = EventKind.LOST;
        Matcher cpu = OF_CPU.matcher(line);
        event.cpu = cpu.find() ? Integer.parseInt(cpu.group(1)) % LineParser.MOST_CPUS : TraceEvent.SOME_CPU;
        Matcher count = COUNT.matcher(line);
        event.lost = count.find() ? Long.parseLong(count.group(1)) : 0;
        return true;
    }

    /** Keeps what the parser has to say of the line, with its place. */
    private void complain(int from, long line) {
        String why = parser.complaint();
        if (why != null) {
            malformedCount++;
            if (malformed.size() < PLACES) {
                malformed.add(file + ":" + line + ":" + (parser.place() - from + 1) + ": " + why);
            }
        }
    }

    /**
     * Comments that matter: the clock, the first line of a recording, and the mark before the first event of a CPU whose older events
     * were overwritten.
     */
    private boolean comment(byte[] b, int from, int to, TraceEvent event) {
        String text = new String(b, from, Math.min(40, to - from), StandardCharsets.ISO_8859_1);
        if (text.startsWith(CLOCK)) {
            clock = new Clock(text.substring(CLOCK.length()).strip());
            ordered = clock.isShared();
            event.clear();
            event.kind = EventKind.HEADER;
            return true;
        }
        event.clear();
        if (text.startsWith(RECORDED)) {
            event.kind = EventKind.BOUNCES_RECORDED;
            String events = new String(b, from, to - from, StandardCharsets.ISO_8859_1) + " ";
            return events.contains(" swiotlb/swiotlb_bounced ");
        }
        event.kind = text.startsWith("# tracer: ") ? EventKind.HEADER : EventKind.LOST;
        Matcher started = STARTED.matcher(text);
        if (event.kind == EventKind.LOST && started.lookingAt()) {
            event.cpu = Integer.parseInt(started.group(1)) % LineParser.MOST_CPUS;
            return true;
        }
        form = event.kind == EventKind.HEADER ? TraceForm.FTRACE : form;
        return event.kind == EventKind.HEADER;
    }

    private static String hint(String line) {
        if (line.startsWith("vtd_") || line.matches("\\d+@[\\d.]+:.*")) {
            return "; it looks like a log of QEMU";
        } else if (LATENCY.matcher(line).find()) {
            return "; it looks like ftrace's latency format: 'echo 0 > options/latency-format' before it is read";
        } else if (NO_CPU.matcher(line).matches()) {
            return "; it looks like 'perf script' without the CPU: 'perf record -a' or '--sample-cpu' records it,"
                    + " '-F +cpu' prints it";
        }
        if (SHORT.matcher(line).find()) {
            return "; it looks like 'trace-cmd report -l': without -l it prints the CPU in brackets";
        } else if (NO_THREAD.matcher(line).find()) {
            return "; it looks like 'perf script' without the thread: '-F +tid' prints it";
        } else if (NO_EVENT.matcher(line).find()) {
            return "; it looks like 'perf script' without the event: '-F +event' prints it";
        }
        return line.startsWith("(XEN)") ? "; it looks like a console of Xen" : "";
    }

    private InputException otherKind() {
        return new InputException(
                file,
                (int) Math.max(1, Math.min(firstUnreadable, Integer.MAX_VALUE)),
                1,
                "no trace text: "
                        + (unreadable == 0
                                ? "it holds no event"
                                : events == 0 ? "not one line is an event" : "most lines are no events")
                        + hint);
    }

    /** Who printed it; null before the first line that tells. */
    public @Nullable TraceForm form() {
        return form;
    }

    /** Whether the clock that it declares is one that all CPUs share. */
    boolean isOrdered() {
        return ordered;
    }

    /** The clock that it declares. */
    public Clock clock() {
        return clock;
    }

    /** The first lines that are no events or lack what their event needs, as {@code file:line:column: why}. */
    public List<String> malformed() {
        return List.copyOf(malformed);
    }

    /** How many there are. */
    public long malformedCount() {
        return malformedCount;
    }

    /** How many of a kind. */
    public long seen(EventKind kind) {
        return seen[kind.index()];
    }

    /** Events of which their line says that they could not be printed. */
    public long unprinted() {
        return unprinted;
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
