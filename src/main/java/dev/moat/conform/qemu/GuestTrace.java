package dev.moat.conform.qemu;

import dev.moat.input.InputException;
import dev.moat.input.TextLines;
import java.io.Closeable;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The events of a Linux guest's ftrace text that a log can be joined with: mappings made and taken away, and descriptors
 * submitted. {@code @shape} task, {@code [cpu]}, flags where the kernel prints them, a time with a colon, the event with a
 * colon, then its values.
 */
final class GuestTrace implements Closeable {
    /** What an event is. */
    enum Kind {
        /** Pages were mapped. */
        MAP,
        /** Pages were unmapped. */
        UNMAP,
        /** A descriptor was handed to the queue. */
        SUBMIT,
        /** The recorder lost events here. */
        LOST,
        /** A CPU's events begin here; what it did before, beside the events of others above, was overwritten. */
        BEGINS
    }

    /**
     * One event.
     *
     * @param first iova of a mapping; first word of a descriptor
     * @param second machine address of a mapping; second word of a descriptor
     * @param size bytes of a mapping
     * @param rights IOMMU_READ and IOMMU_WRITE as in {@link dev.moat.iommu.vtd.VtdUnit}, or -1 when the event has none
     */
    record Event(Kind kind, long first, long second, long size, int rights) {}

    private final TextLines lines;
    /** What {@code trace-cmd report} prints beside events: what it has read, how many CPUs there were, and which did nothing. */
    private static final Pattern OF_TRACE_CMD =
            Pattern.compile("trace\\S*\\.dat:|cpus=\\d{1,9}|version = \\d{1,9}|CPU \\d{1,9} is empty");

    private final String file;
    private @Nullable String unit;

    GuestTrace(QemuLog.Source source) throws IOException {
        file = source.name();
        lines = new TextLines(file, source.open());
    }

    /** The next event, or null; throws {@link InputException} at a malformed line. */
    @Nullable
    Event next() throws IOException {
        for (String text = lines.next(); text != null; text = lines.next()) {
            Event event = event(text);
            if (event != null) {
                return event;
            }
        }
        return null;
    }

    /** Whether the file has ended in the middle of a line, which is left out. */
    boolean isCut() {
        return lines.isCut();
    }

    /** Number of the line that the last event stands in, from 1. */
    int line() {
        return lines.line();
    }

    private @Nullable Event event(String text) {
        if (text.startsWith("##### CPU ") && text.contains(" buffer started")) {
            return new Event(Kind.BEGINS, 0, 0, 0, -1);
        }
        if (text.isEmpty()
                || text.charAt(0) == '#'
                || OF_TRACE_CMD.matcher(text).matches()) {
            return null;
        }
        if (text.contains("[LOST ") || text.endsWith("EVENTS DROPPED]")) {
            return new Event(Kind.LOST, 0, 0, 0, -1);
        }
        int name = eventName(text);
        int colon = name < 0 ? -1 : (text + " ").indexOf(": ", name);
        if (colon < 0) {
            throw error(text, 0, "neither an ftrace event nor a comment");
        }
        int system = text.lastIndexOf(':', colon - 1); // perf prints it before the name
        return switch (text.substring(Math.max(name, system + 1), colon)) {
            case "iommu_map" ->
                new Event(
                        Kind.MAP,
                        number(text, " iova="),
                        number(text, " paddr="),
                        number(text, " size="),
                        (int) number(text, " prot=") & 3);
            case "map" ->
                new Event(Kind.MAP, number(text, " iova="), number(text, " paddr="), number(text, " size="), -1);
            case "unmap" -> new Event(Kind.UNMAP, number(text, " iova="), 0, number(text, " unmapped_size="), -1);
            case "qi_submit" -> submit(text, colon + 1);
            default -> null;
        };
    }

    /** Where the event's name begins: after the CPU in brackets, the flags if any, and the time. */
    private static int eventName(String text) {
        for (int open = text.indexOf('['); open >= 0; open = text.indexOf('[', open + 1)) {
            int close = text.indexOf(']', open);
            if (close > open + 1 && text.substring(open + 1, close).chars().allMatch(Character::isDigit)) {
                int time = text.indexOf(": ", close);
                return time < 0 ? -1 : time + 2;
            }
        }
        return -1;
    }

    private @Nullable Event submit(String text, int colon) {
        int from = colon;
        // trace-cmd puts what events say below each other.
        while (from < text.length() && text.charAt(from) == ' ') {
            from++;
        }
        int device = text.indexOf(' ', from) + 1;
        int end = text.indexOf(": ", device);
        if (device == 0 || end < 0) {
            throw error(text, from, "a submitted descriptor names its unit: 'iotlb_inv dmar0: 0x..'");
        }
        String named = text.substring(device, end);
        if (unit == null) {
            unit = named;
        } else if (!unit.equals(named)) {
            return null;
        }
        int second = text.indexOf(' ', end + 2);
        if (second < 0) {
            throw error(text, end, "a descriptor has two words");
        }
        return new Event(Kind.SUBMIT, parse(text, end + 2), parse(text, second + 1), 0, -1);
    }

    private long number(String text, String key) {
        int at = text.indexOf(key);
        if (at < 0) {
            throw error(text, text.length(), "'" + key.trim() + "' is missing");
        }
        return parse(text, at + key.length());
    }

    private long parse(String text, int from) {
        boolean hex = text.startsWith("0x", from);
        int first = hex ? from + 2 : from;
        int end = text.indexOf(' ', first);
        try {
            return Long.parseUnsignedLong(text.substring(first, end < 0 ? text.length() : end), hex ? 16 : 10);
        } catch (NumberFormatException e) {
            throw error(text, from, "a number is malformed");
        }
    }

    private InputException error(String text, int position, String message) {
        return new InputException(file, lines.line(), Math.min(position, text.length()) + 1, message);
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
