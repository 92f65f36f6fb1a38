package dev.moat.conform.qemu;

import dev.moat.input.InputException;
import dev.moat.input.TextLines;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges the {@code vtd_*} events of a QEMU log by Moat's VT-d, and, where the guest's ftrace of the same run is given,
 * what QEMU cached by what the guest had mapped. Memory does not grow with the log. {@code @source} VTD-LOG-EVENTS.
 */
public final class QemuLog {
    private QemuLog() {}

    /** A file that can be read more than once. */
    public interface Source {
        /** The name that messages print. */
        String name();

        InputStream open() throws IOException;
    }

    /**
     * Judges a log.
     *
     * @param trace ftrace text of the guest's kernel, or null
     * @throws InputException when a line of the trace is malformed, or the trace has no descriptor; then at the
     *     first malformed line of the log, or when it has no {@code vtd_*} event; then when the trace does not belong to the
     *     log
     */
    public static QemuReport judge(Source log, @Nullable Source trace) throws IOException {
        TraceStart start = trace == null ? null : TraceStart.read(trace);
        LogShape shape = shape(log, start);
        if (trace == null || start == null) {
            return judge(log, shape, null, new LogTally());
        }
        QemuReport best = null;
        boolean several = false;
        for (long place : start.places(log.name())) {
            LogTally tally = new LogTally();
            QemuReport found;
            try (TraceJoin join = new TraceJoin(trace, start.line(), place, shape, tally)) {
                found = judge(log, shape, join, tally);
            }
            if (best == null || found.disagreed() < best.disagreed()) {
                best = found;
                several = false;
            } else {
                several |= found.disagreed() == best.disagreed();
            }
        }
        if (best == null || several) {
            throw start.misplaced("found at several places of " + log.name() + " that explain as much");
        }
        return best;
    }

    private static LogShape shape(Source log, @Nullable TraceStart start) throws IOException {
        LogShape shape = new LogShape();
        try (TextLines lines = new TextLines(log.name(), log.open())) {
            for (String text = lines.next(); text != null; text = lines.next()) {
                LogLine l = LogLine.of(log.name(), lines.line(), text);
                shape.add(l);
                if (start != null && l.name().equals("vtd_inv_desc")) {
                    start.offer(l.number("low"), l.number("high"));
                }
            }
            shape.end(lines.line());
        }
        if (shape.events().isEmpty()) {
            throw new InputException(
                    log.name(), 1, 1, "no vtd_* event in it; QEMU writes them with -trace 'vtd_*' -D FILE");
        }
        return shape;
    }

    private static QemuReport judge(Source log, LogShape shape, @Nullable TraceJoin join, LogTally tally)
            throws IOException {
        Map<String, Consumer<LogLine>> events = new HashMap<>();
        LoggedUnit unit = new LoggedUnit(shape);
        RegisterEvents registers = new RegisterEvents(unit, tally);
        registers.register(events);
        QueueEvents queue = new QueueEvents(unit, shape, registers, join, tally);
        queue.register(events);
        new TranslationEvents(unit, shape, join, tally).register(events);
        try (TextLines lines = new TextLines(log.name(), log.open())) {
            for (String text = lines.next(); text != null; text = lines.next()) {
                LogLine l = LogLine.of(log.name(), lines.line(), text);
                Consumer<LogLine> event = events.get(l.name());
                if (event != null) {
                    event.accept(l);
                } else if (l.name().startsWith("vtd_")) {
                    tally.unjudged("event " + (shape.has(l.name()) ? l.name() : LogShape.OTHERS));
                } else {
                    tally.unjudged("line that is no vtd_* event");
                }
            }
            queue.end();
            if (lines.isCut()) {
                tally.unjudged("last line, in the middle of which the file ends");
            }
        }
        return tally.report(log.name(), shape.lines(), shape.events());
    }
}
