package dev.moat.audit;

import dev.moat.audit.read.EventReader;
import dev.moat.audit.recording.EventJudge;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.Ledger;
import dev.moat.audit.result.RuleTally;
import dev.moat.audit.result.StaleJudge;
import dev.moat.audit.result.Windows;
import dev.moat.limit.LimitException;
import dev.moat.logic.Invariant;
import dev.moat.output.Counted;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An audit of the event text. */
final class EventAudit extends Audit {
    private final String file;
    private final EventReader reader;
    private final EventJudge judge;
    private final @Nullable String limit;
    private final List<RuleTally> tallies;
    private final Map<String, Long> figures = new LinkedHashMap<>();

    private EventAudit(String file, EventReader reader, EventJudge judge, Ledger ledger, @Nullable String limit) {
        this.limit = limit;
        this.file = file;
        this.reader = reader;
        this.judge = judge;
        tallies = Arrays.stream(AuditRule.values())
                .filter(AuditRule::ofEvents)
                .map(ledger::tally)
                .toList();
        figures.put("lines", reader.lineCount());
        figures.putAll(judge.figures());
        figures.put("malformedLines", reader.malformedCount());
    }

    /**
     * Reads event text to its end.
     *
     * @param verdicts hears of each violation at once; null for nobody
     */
    static Audit read(String file, InputStream in, Invariant noStale, @Nullable Verdicts verdicts) throws IOException {
        EventReader reader = new EventReader(file, in);
        Ledger ledger = new Ledger(verdicts);
        if (verdicts != null) {
            verdicts.invalidated(); // each event is judged when it comes
        }
        EventJudge judge = new EventJudge(file, new StaleJudge(noStale), ledger);
        String limit = null;
        try {
            reader.read(judge);
        } catch (LimitException e) {
            limit = e.getMessage(); // what was found until then is told
        }
        judge.end();
        return new EventAudit(file, reader, judge, ledger, limit);
    }

    @Override
    public String file() {
        return file;
    }

    @Override
    public String form() {
        return EventReader.FIRST_LINE;
    }

    @Override
    protected String kind() {
        return "recording";
    }

    @Override
    public List<RuleTally> tallies() {
        return tallies;
    }

    @Override
    public boolean showsInvalidations() {
        return figure("units") > 0;
    }

    private long figure(String name) {
        return figures.getOrDefault(name, 0L);
    }

    @Override
    public Windows windows() {
        return judge.windows();
    }

    @Override
    public boolean nanoseconds() {
        return false;
    }

    @Override
    public boolean inOrder() {
        return isWhole()
                && figure("placesOfLoss") == 0
                && figure("wordsOtherwise") == 0
                && figure("pagesShownOtherwise") == 0
                && figure("commandsTakenOtherwise") == 0
                && figure("tablesCrowded") == 0
                && figure("tablesNotShown") == 0;
    }

    @Override
    protected boolean holdsInPart() {
        return false;
    }

    @Override
    public boolean isWhole() {
        return limit == null;
    }

    @Override
    public boolean judgedAnything() {
        return tallies.stream().anyMatch(t -> t.judged() > 0);
    }

    @Override
    public Map<String, Long> events() {
        return reader.counts();
    }

    @Override
    public Map<String, Long> figures() {
        return figures;
    }

    @Override
    public List<String> warnings() {
        List<String> all = new ArrayList<>(reader.malformed());
        if (limit != null) {
            all.add(0, limit + "; nothing behind line " + reader.lineCount() + " is judged");
        }
        warn(all, reader.malformedCount() - reader.malformed().size(), "more malformed {line|lines}");
        warn(
                all,
                figure("placesOfLoss"),
                "{place where events are missing|places where events are missing}: what was known is not relied on behind {it|them}, nothing is called held");
        warn(
                all,
                figure("wordsOtherwise") + figure("pagesShownOtherwise"),
                "{word or page was|words or pages were} otherwise in memory than the recording says: stores are missing, nothing is called held");
        warn(
                all,
                figure("commandsTakenOtherwise"),
                "{command was|commands were} taken by a unit otherwise than memory had {it|them}: nothing is called held");
        warn(
                all,
                figure("tablesCrowded"),
                "{time|times} a table was linked at more than 64 places, which are not all looked at: nothing is called held");
        warn(
                all,
                figure("tablesNotShown"),
                "{table|tables} that a unit comes to {was|were} never shown whole: nothing is called held");
        warn(
                all,
                figure("waitsAssumed"),
                "{wait was|waits were} taken to be done at once: nothing in the recording shows when (records waits, records loads, or function NAME wait)");
        warn(all, figure("callsNotBegun"), "{call returns that was|calls return that were} not seen to begin");
        warn(all, reader.truncated() ? 1 : 0, "line at the end is cut off and was left out");
        return all;
    }

    private static void warn(List<String> all, long count, String says) {
        if (count > 0) {
            all.add(Counted.says(count, says));
        }
    }

    @Override
    String exposure() {
        return "from the change of an entry until the command that covers it is known to be done";
    }

    @Override
    List<String> hints() {
        return List.of();
    }

    @Override
    List<String> closing() {
        return List.of(
                "",
                "  at the end: " + Counted.of(figure("callsUnderWay"), "call") + " under way",
                "  not judged in any recording: barriers, write-backs and write buffers, interrupt tables, what is"
                        + " missing in caches (caching mode), nested and guest translation,"
                        + " frames in device TLBs when they are freed or given away, what a fence of riscv says of requests"
                        + " (PR, PW), whether both stages of smmuv3 share a VMID");
    }
}
