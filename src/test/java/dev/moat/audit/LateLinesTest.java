package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static dev.moat.audit.TraceText.counts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lines that are printed late are judged where their time is: their numbers do not tell what came first. */
class LateLinesTest {
    private static final String CLOCK = "# clock: mono";
    private static final Pattern TIME = Pattern.compile(" ([0-9]+\\.[0-9]{6}): ");

    /** The trace with its last lines put in front of the line with this number. */
    private static TraceText lateLines(TraceText trace, int last, int before) {
        List<String> lines = new ArrayList<>(trace.toString().lines().toList());
        List<String> moved = new ArrayList<>(lines.subList(lines.size() - last, lines.size()));
        lines.subList(lines.size() - last, lines.size()).clear();
        lines.addAll(before - 1, moved);
        TraceText late = new TraceText().line(CLOCK);
        lines.forEach(late::line);
        return late;
    }

    /** What came of each rule, whatever the lines are called. */
    private static List<String> verdicts(Audit audit) {
        return audit.tallies().stream().map(LateLinesTest::counted).toList();
    }

    private static String counted(RuleTally t) {
        return t.rule() + " " + t.clean() + " " + t.violated() + " " + t.unjudged();
    }

    /** Holds the lines of one CPU back for 0.4 seconds, as a reader does that takes its buffer later. */
    private static List<String> holdBack(List<String> lines, String cpu) {
        record Line(double at, String text) {}
        List<Line> late = new ArrayList<>();
        for (String line : lines) {
            Matcher time = TIME.matcher(line);
            double at = time.find() ? Double.parseDouble(time.group(1)) : 0;
            late.add(new Line(line.contains(" [" + cpu + "] ") ? at + 0.4 : at, line));
        }
        late.sort(Comparator.comparingDouble(Line::at)); // each CPU's lines keep their order
        return late.stream().map(Line::text).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "linux-6.12-vtd-strict-devices.trace, 000",
        "linux-6.12-vtd-strict-devices.trace, 001",
        "linux-6.12-vtd-strict-devices.trace, 002",
        "linux-6.12-vtd-lazy-nvme.trace, 001",
        "linux-7.3-vtd-lazy-devices.trace, 000",
        "linux-7.3-vtd-lazy-devices.trace, 001",
        "linux-6.1-rt-vtd-strict-devices.trace, 001"
    })
    void recordingsAreJudgedAlike(String name, String cpu) throws IOException {
        List<String> lines = RecordedTrace.lines(name);
        Audit late = RecordedTrace.audit(holdBack(lines, cpu));
        assertThat(late.form()).contains("lines put in the order of time");
        assertThat(verdicts(late)).isEqualTo(verdicts(RecordedTrace.audit(lines)));
    }

    @Test
    void framesOfAnEarlierMapping() {
        TraceText trace = new TraceText().on(1, 0).map(A, 5, 1, 100);
        trace.unmap(A, 5, 1).flushAll(A, 3).tick(); // frame 100 is free
        trace.map(A, 5, 1, 200).on(2, 1).map(B, 9, 1, 300).on(1, 0).unmap(A, 5, 1);
        trace.on(2, 1).map(B, 10, 1, 100);
        counts(trace, AuditRule.FRAME_REUSE, 2, 0, 2);
        // the first mapping, its unmap and the flush stand last
        List<String> lines = trace.toString().lines().toList();
        int first = 8; // map 3, unmap 2, flush 2, tick
        List<String> moved = new ArrayList<>(lines.subList(first, lines.size()));
        moved.addAll(lines.subList(0, first));
        TraceText late = new TraceText().line(CLOCK);
        moved.forEach(late::line);
        counts(late, AuditRule.FRAME_REUSE, 2, 0, 2);
    }

    /** Another CPU takes the address before the unmap of its first user returns. */
    @Test
    void addressesThatAreFreeBeforeTheReturn() {
        TraceText trace = new TraceText().on(1, 0).map(A, 5, 1, 100).begin().unmap(A, 5, 1);
        trace.flushAll(A, 3).tick();
        trace.on(2, 1).map(A, 5, 1, 200).unmap(A, 5, 1);
        trace.on(1, 0).end();
        counts(trace, AuditRule.RETURN_PAGE, 0, 0, 1);
        counts(lateLines(trace, 6, 1), AuditRule.RETURN_PAGE, 0, 0, 1); // the second use stands first
    }

    /** The mark of lost events stands in front of the next event of its CPU, which says nothing of lines that other CPUs print late. */
    @Test
    void marksOfLostEventsDoNotDivideTheTrace() {
        TraceText trace =
                new TraceText().on(1, 0).map(A, 5, 1, 100).unmap(A, 5, 1).flushAll(A, 3);
        trace.tick().on(2, 1).map(A, 5, 1, 200);
        counts(trace, AuditRule.OVERLAP, 2, 0, 0);
        counts(trace, AuditRule.IOVA_REUSE, 2, 0, 0);
        List<String> lines = new ArrayList<>(trace.toString().lines().toList());
        String other = new TraceText().on(3, 2).later(1_000).tick().toString().strip();
        TraceText late = new TraceText().line(CLOCK);
        lines.subList(0, 3).forEach(late::line); // CPU 0 maps
        lines.subList(8, lines.size()).forEach(late::line); // CPU 1 maps again, behind the unmap
        late.line("CPU:2 [LOST 3 EVENTS]").line("   " + other);
        lines.subList(3, 8).forEach(late::line); // CPU 0 has unmapped before that
        counts(late, AuditRule.OVERLAP, 2, 0, 0);
        counts(late, AuditRule.IOVA_REUSE, 2, 0, 0);
        assertThat(late.audit().warnings())
                .containsExactly("3 events were lost; what was under way then is not judged");
    }

    /** What one CPU's losses have taken back is not counted among what the others have shown before theirs. */
    @Test
    void lossesOfOneCpuBehindThoseOfAnother() {
        TraceText trace = new TraceText()
                .on(1, 0)
                .tick()
                .on(2, 1)
                .map(A, 5, 1, 100)
                .flushAll(A, 3)
                .tick();
        trace.unmap(A, 5, 1).map(A, 5, 1, 100); // its flush may be among what CPU 0 loses
        trace.on(3, 2).tick().line("CPU:0 [LOST 1 EVENTS]");
        trace.on(2, 1).map(A, 7, 1, 100).unmap(A, 7, 1).map(A, 7, 1, 100); // and this one's among what CPU 2 does
        trace.line("CPU:2 [LOST 1 EVENTS]").on(3, 2).tick();
        RuleTally reuse = trace.tally(AuditRule.IOVA_REUSE);
        assertThat(reuse.violated()).isZero();
        assertThat(reuse.examples()).isEmpty();
        assertThat(reuse.unjudged().values()).containsExactly(2L);
        assertThat(trace.live()).filteredOn(s -> s.startsWith("taken back: ")).hasSize(2);
    }

    @Test
    void manyMarksInARow() {
        String[] marks = new String[40];
        Arrays.fill(marks, "CPU:1 [LOST 1 EVENTS]");
        TraceText trace = new TraceText().line(CLOCK).on(1, 0).map(A, 5, 1, 100);
        for (String mark : marks) {
            trace.line(mark);
        }
        assertThat(trace.audit().warnings())
                .containsExactly("40 events were lost; what was under way then is not judged");
    }
}
