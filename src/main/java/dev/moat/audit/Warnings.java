package dev.moat.audit;

import dev.moat.audit.follow.Monitor;
import dev.moat.audit.follow.Notes;
import dev.moat.audit.pages.FrameIndex;
import dev.moat.audit.read.TraceReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What limits the trust in an audit, each a sentence with its count. */
final class Warnings {
    private final TraceReader reader;
    private final Monitor monitor;
    private final Notes notes;
    private final List<String> all = new ArrayList<>();

    Warnings(TraceReader reader, Monitor monitor, Notes notes) {
        this.reader = reader;
        this.monitor = monitor;
        this.notes = notes;
    }

    /**
     * All of them; empty for a good trace.
     *
     * @param clocksApart whether CPUs have printed times of clocks of their own
     * @param inOrder whether lines are in the order of time
     * @param invalidations whether the trace shows any
     */
    List<String> all(boolean clocksApart, boolean inOrder, boolean invalidations) {
        lost();
        lines();
        clocks(clocksApart);
        warn(reader.tooLong(), "lines are longer than 1 MiB and were skipped");
        warn(reader.truncated() ? 1 : 0, "line at the end is cut off and was left out");
        order(inOrder);
        ranges();
        if (invalidations) { // of no matter where the rule on frames is withdrawn
            frames(monitor.tables().frames());
        }
        warn(
                monitor.bounces().unknown(),
                "swiotlb_bounced events have a text that no known kernel prints, the first is line "
                        + monitor.bounces().firstUnknown() + "; they are not judged");
        warn(monitor.transfers().overflows(), "times more buffers were mapped than there is room for");
        warn(notes.overflows(), "times more ranges were live than there is room for");
        return List.copyOf(all);
    }

    private void lost() {
        warn(notes.lost(), "events were lost; what was under way then is not judged");
        warn(
                notes.lostUncounted(),
                String.format(
                        Locale.ROOT,
                        "of %,d places where events were lost do not say how many; what was under way then is not judged",
                        notes.lostMarkers()));
        warn(notes.recordings(), "further recordings in the same file; each is judged by itself");
    }

    private void lines() {
        warn(reader.unreadable(), "lines are no events, the first is line " + reader.firstUnreadable());
        all.addAll(reader.malformed());
        warn(reader.malformedCount() - reader.malformed().size(), "more malformed lines");
        warn(
                reader.unprinted(),
                "events were not printed, only \"[FAILED TO PARSE]\" or \"[LINE TOO BIG]\", and are not judged; trace-cmd and perf"
                        + " print lists with libtraceevent 1.8.4 or newer");
    }

    private void clocks(boolean apart) {
        warn(
                apart ? 1 : 0,
                (reader.clock().isCoarse() ? "clock in jiffies (" : "clock of each CPU (")
                        + reader.clock().name()
                        + "): lines of several CPUs have no known order, nothing is called held");
        warn(
                reader.clock().isUnknown() ? 1 : 0,
                "clock is declared that is not known: " + reader.clock().name());
    }

    private void order(boolean inOrder) {
        warn(
                notes.backwards(),
                String.format(
                        Locale.ROOT,
                        "events are older than the event before them, by %,d %s at most%s",
                        notes.furthestBack(),
                        notes.seconds() ? "ns" : "ticks",
                        inOrder ? "" : ": lines are not in the order of time, nothing is called held"));
        warn(monitor.flushes().backwards(), "windows end before they begin and count as 0");
        warn(notes.mixedClocks() ? 1 : 0, "clock is not enough for this file: seconds and ticks are mixed");
    }

    private void ranges() {
        warn(notes.withoutBegin(), "calls return that were not seen to begin");
        warn(notes.neverReturned(), "calls were not seen to return");
        warn(monitor.tables().misshapen(), "maps or unmaps have no possible range and were left out");
        warn(
                monitor.tables().unmapsOfNobody(),
                "unmaps tell no domain (no iommu_unmap before them); whatever is mapped at their addresses is not judged");
    }

    private void frames(FrameIndex frames) {
        warn(frames.tooLong(), "unmapped ranges over " + FrameIndex.LONGEST + " are not compared by frame-reuse");
        warn(
                frames.crowded(),
                "unmapped ranges that nothing has invalidated were forgotten by frame-reuse, the oldest first: it keeps "
                        + FrameIndex.KEPT);
    }

    private void warn(long count, String says) {
        if (count > 0) {
            all.add(String.format(Locale.ROOT, "%,d %s", count, says));
        }
    }
}
