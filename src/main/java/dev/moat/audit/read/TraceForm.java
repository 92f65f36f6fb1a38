package dev.moat.audit.read;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who printed a trace, told from what stands in it. */
public enum TraceForm {
    FTRACE("ftrace"),
    TRACE_CMD("trace-cmd report"),
    PERF("perf script"),
    BPFTRACE("the bpftrace script");

    /** Of several files or buffers each line has the name of its own before it. */
    private static final Pattern OF_TRACE_CMD = Pattern.compile("(?:\\s*[^\\s:]+:\\s+){0,2}"
            + "(?:cpus=.*|version = .*|CPU \\d{1,4} is empty.*|CPU:\\d{1,4} \\[(?:\\d{1,18} )?EVENTS DROPPED])");

    private final String says;

    TraceForm(String says) {
        this.says = says;
    }

    /** Its name for a person. */
    public String says() {
        return says;
    }

    /** What a program says beside events: its form, or null where the line is nobody's. */
    static @Nullable TraceForm ofAside(String line) {
        if (OF_TRACE_CMD.matcher(line).matches()) {
            return TRACE_CMD;
        } else if (line.contains(": PERF_RECORD_LOST")) {
            return PERF;
        } else if (line.matches("Attach(ing|ed) \\d{1,6} probes.*")
                || line.matches("(WARNING: )?Lost \\d{1,18} events.*")) {
            return BPFTRACE;
        }
        return null;
    }

    /** Whether such a line says that events are missing. */
    static boolean lost(String line) {
        return line.contains("EVENTS DROPPED]") || line.contains(": PERF_RECORD_LOST") || line.contains("Lost ");
    }

    /** A line of a call chain, as perf prints it below an event: an address, and the function that it is in. */
    static boolean chain(byte[] b, int from, int to) {
        int at = from;
        while (at < to && (b[at] == ' ' || b[at] == '\t')) {
            at++;
        }
        int digits = at;
        while (at < to && Character.digit(b[at], 16) >= 0) {
            at++;
        }
        return digits > from && at - digits >= 6 && at - digits <= 16 && at < to && b[at] == ' ';
    }
}
