package dev.moat.audit;

import dev.moat.audit.read.EventReader;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import dev.moat.audit.result.Skipped;
import dev.moat.audit.result.Windows;
import dev.moat.audit.trace.DeviceFilter;
import dev.moat.audit.trace.Faults;
import dev.moat.input.InputException;
import dev.moat.logic.Invariant;
import dev.moat.model.BadSettingException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A recording that was read to its end, and what came of it: a trace of a kernel, or the event text. Its first line tells which. */
public abstract class Audit {
    /** How far a clock may run back, in nanoseconds or ticks: a millisecond. CPUs' clocks differ by microseconds. */
    static final long TOLERANCE = 1_000_000;

    /** The invariant that is asked about every page that lingers. */
    public static final String INVARIANT = "no-stale";

    /**
     * Reads a recording to its end.
     *
     * @param file name for messages
     * @param noStale the invariant {@value #INVARIANT}
     * @param devices whose events are judged
     * @throws InputException when it is a file of another kind, or damaged
     * @throws BadSettingException when it is the event text, and devices are chosen
     */
    public static Audit of(String file, InputStream in, Invariant noStale, DeviceFilter devices) throws IOException {
        return read(file, in, noStale, devices, null);
    }

    /**
     * The same of a recording that is still written.
     *
     * @param says hears of each violation, a line each, as soon as the event that shows it was read
     */
    public static Audit live(
            String file, InputStream in, Invariant noStale, DeviceFilter devices, Consumer<String> says)
            throws IOException {
        return read(file, in, noStale, devices, new Verdicts(says));
    }

    private static Audit read(
            String file, InputStream in, Invariant noStale, DeviceFilter devices, @Nullable Verdicts verdicts)
            throws IOException {
        BufferedInputStream text = new BufferedInputStream(in, 1 << 16);
        text.mark(EventReader.MAGIC.length() + 1);
        byte[] first = text.readNBytes(EventReader.MAGIC.length());
        text.reset();
        if (!new String(first, StandardCharsets.ISO_8859_1).equals(EventReader.MAGIC)) {
            return TraceAudit.read(file, text, noStale, devices, verdicts);
        } else if (devices.active()) {
            throw new BadSettingException(
                    "--device", "--device chooses devices in traces of a kernel; " + file + " is event text");
        }
        return EventAudit.read(file, text, noStale, verdicts);
    }

    /** The name given. */
    public abstract String file();

    /** Who printed it, and what it says of its clock. */
    public abstract String form();

    /** What came of each rule, in the order of the rules; only of those that such a recording can have. */
    public abstract List<RuleTally> tallies();

    /** Whether invalidations are recorded; without them nothing that speaks of them can be judged or measured. */
    public abstract boolean showsInvalidations();

    /** Whether bounced mappings are recorded. */
    public boolean showsBounces() {
        return false;
    }

    /** The rules that were judged nowhere in the recording, each with the reason, in the order of the rules. */
    public final List<Skipped> skipped() {
        return tallies().stream()
                .filter(t -> t.judged() == 0)
                .map(t -> new Skipped(t.rule(), reason(t)))
                .toList();
    }

    /** Why a rule was judged nowhere. */
    protected String reason(RuleTally t) {
        return t.unjudged().entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> String.format(
                        Locale.ROOT, "%s (%,d of %,d)", most.getKey(), most.getValue(), t.unjudgedCount()))
                .orElse("the " + kind() + " shows none; needs " + t.rule().needs());
    }

    /** What such a recording is called. */
    protected abstract String kind();

    /** Exposure windows that ended. */
    public abstract Windows windows();

    /** Whether lengths of windows are in nanoseconds; otherwise the clock counts ticks of its own. */
    public abstract boolean nanoseconds();

    /** What the recording shows of a promise. */
    public enum Outcome {
        HELD,
        VIOLATED,
        NOT_JUDGED
    }

    /** Whether the order and the number of events is known, so that something can be called held at all. */
    public abstract boolean inOrder();

    /** Whether a promise may be called held although some operations could not be judged; the report counts them. */
    protected boolean holdsInPart() {
        return true;
    }

    /** Whether a promise was kept, as far as the recording shows; judged when the rule that makes the promise was. */
    public final Outcome outcome(boolean strict) {
        Predicate<AuditRule> promised = r -> r.ofPromises() && (strict || !r.strictOnly());
        return outcome(promised, r -> r.id().equals(strict ? "strict-return" : "iova-reuse"));
    }

    /** The rules that hold for what software does itself under either promise. */
    public final Outcome tables() {
        return outcome(AuditRule::ofTables, AuditRule::ofTables);
    }

    /** The rules of bounced mappings. */
    public final Outcome bounces() {
        return outcome(AuditRule::ofBounces, AuditRule::ofBounces);
    }

    private Outcome outcome(Predicate<AuditRule> which, Predicate<AuditRule> judging) {
        List<RuleTally> all = tallies();
        boolean violated = all.stream().anyMatch(t -> which.test(t.rule()) && t.violated() > 0);
        boolean judged = all.stream().anyMatch(t -> judging.test(t.rule()) && t.judged() > 0);
        boolean whole = holdsInPart() || all.stream().noneMatch(t -> which.test(t.rule()) && t.unjudgedCount() > 0);
        return violated ? Outcome.VIOLATED : judged && whole && inOrder() ? Outcome.HELD : Outcome.NOT_JUDGED;
    }

    /** Whether it was judged to its end, and not only until a limit was hit. */
    public boolean isWhole() {
        return true;
    }

    /** Whether anything was judged; a trace without a gate is judged as far as it goes. */
    public boolean judgedAnything() {
        return true;
    }

    /** How many events of each kind, by name; events with other names under {@code other}. */
    public abstract Map<String, Long> events();

    /** The devices that were asked about; none for all. */
    public List<String> devices() {
        return List.of();
    }

    /** Counts beside the rules, by name; windows are those of the devices asked about, all else is of the whole recording. */
    public abstract Map<String, Long> figures();

    /** What limits the trust in all this, each a sentence with its count; empty for a good recording. */
    public abstract List<String> warnings();

    /** The first faults of devices, each with what happened to its address before. */
    List<Faults.Fault> faults() {
        return List.of();
    }

    /** From when to when a window lasts, in words. */
    abstract String exposure();

    /** Lines below the table of rules. */
    abstract List<String> hints();

    /** Lines at the end of the report. */
    abstract List<String> closing();
}
