package dev.moat.conform.amdvi;

import java.util.List;

/** Log entries as the records write them. */
final class LogEntryText {
    private LogEntryText() {}

    /** Four doublewords of 8 digits. */
    public static String of(long lo, long hi) {
        return "%08x.%08x.%08x.%08x".formatted((int) lo, (int) (lo >>> 32), (int) hi, (int) (hi >>> 32));
    }

    /** Several entries; equal ones that follow one another are written once, with their number. */
    public static String counted(List<String> events) {
        StringBuilder text = new StringBuilder();
        for (int from = 0, to; from < events.size(); from = to) {
            String event = events.get(from);
            to = from + 1;
            while (to < events.size() && events.get(to).equals(event)) {
                to++;
            }
            text.append(text.isEmpty() ? "" : ";")
                    .append(to - from > 1 ? to - from + "*" : "")
                    .append(event);
        }
        return text.toString();
    }
}
