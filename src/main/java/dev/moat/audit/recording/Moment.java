package dev.moat.audit.recording;

import java.util.Locale;

/**
 * When something was done in a recording, and by whom.
 *
 * @param number of the event, from 1 on
 * @param line of the recording
 * @param cpu that did it; negative where it is not known
 * @param source place in the source, {@code FILE:LINE}; empty where it is not told
 * @param call innermost call with a role that was running there; {@link RecordedCall#NONE} for none
 */
record Moment(long number, long line, int cpu, String source, RecordedCall call) {
    /** The same with another number: what was done then began to count later. */
    Moment at(long later) {
        return new Moment(later, line, cpu, source, call);
    }

    /** As reports print it. */
    public String says() {
        return String.format(Locale.ROOT, "line %d%s", line, source.isEmpty() ? "" : ", " + source);
    }
}
