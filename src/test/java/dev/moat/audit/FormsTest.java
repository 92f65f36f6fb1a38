package dev.moat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same events as trace-cmd, perf and the bpftrace script print them; clocks; places of malformed lines. */
class FormsTest {
    private static final Path TRACES = Path.of("src/test/resources/traces");

    /** The first 170 events of the recorded trace, from which the samples of other forms were made. */
    private static String excerpt() throws IOException {
        List<String> lines = RecordedTrace.lines("linux-6.1-vtd-lazy-nvme.trace");
        return "# tracer: nop\n"
                + String.join(
                        "\n",
                        lines.stream()
                                .filter(l -> !l.startsWith("#"))
                                .limit(170)
                                .toList())
                + "\n";
    }

    private static List<String> judged(Audit audit) {
        List<String> all = new ArrayList<>();
        for (RuleTally t : audit.tallies()) {
            all.add(t.rule() + " " + t.clean() + " " + t.violated() + " " + t.unjudged());
        }
        all.add("windows " + audit.windows().count() + " " + audit.windows().total());
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "trace-cmd-forms.txt, 'trace-cmd report, clock not declared'",
        "perf-forms.txt, 'perf script, clock not declared'",
        "bpftrace-forms.txt, 'the bpftrace script, clock boot'",
    })
    void theSameEventsHaveTheSameVerdicts(String file, String form) throws IOException {
        Audit ftrace = TraceText.audit("t", excerpt());
        Audit other = TraceText.audit("t", Files.readString(TRACES.resolve(file)));
        assertThat(judged(other)).isEqualTo(judged(ftrace));
        assertThat(judged(ftrace)).anyMatch(l -> l.startsWith("RETURN_PAGE 0 "));
        assertThat(other.form()).isEqualTo(form);
        assertThat(ftrace.form()).isEqualTo("ftrace, clock not declared");
        assertThat(other.warnings()).isEqualTo(ftrace.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CPU:0 [12 EVENTS DROPPED] | 12",
                "CPU:0 [EVENTS DROPPED] | 0",
                "moat: CPU:0 [12 EVENTS DROPPED] | 12",
                "trace.dat: moat: CPU:0 [EVENTS DROPPED] | 0",
                "perf  5 [000] 1.5: PERF_RECORD_LOST lost 12 | 12",
                "Lost 12 events | 12",
                "CPU:0 [LOST 12 EVENTS] | 12",
                "CPU:0 [LOST EVENTS] | 0",
                "##### CPU 0 buffer started #### | 0",
            })
    void lostEventsOfEachForm(String line, long count) {
        TraceText t = new TraceText()
                .flushAll(TraceText.A, 3)
                .tick()
                .map(TraceText.A, 5, 1, 100)
                .begin();
        Audit audit = t.unmap(TraceText.A, 5, 1).line(line).end().audit();
        assertThat(audit.outcome(true)).isEqualTo(Audit.Outcome.NOT_JUDGED);
        assertThat(audit.warnings().contains("12 events were lost; what was under way then is not judged"))
                .isEqualTo(count == 12);
        String uncounted =
                "1 of 1 places where events were lost does not say how many; what was under way then is not judged";
        assertThat(audit.warnings().contains(uncounted)).isEqualTo(count == 0);
        assertThat(audit.figures())
                .containsEntry("windowsCut", 1L)
                .containsEntry("eventsLost", count)
                .containsEntry("placesOfLoss", 1L);
        assertThat(AuditJson.of(audit, 0, List.of()).contains(uncounted)).isEqualTo(count == 0);
        assertThat(audit.warnings()).noneMatch(w -> w.contains("no events"));
    }

    /** The bpftrace script prints the name of a task first, and it may begin as a comment does. */
    @Test
    void tasksWhoseNamesLookLikeComments() {
        String event = "#x-7 [000] 1.000000000: map: IOMMU: iova=0x1000 - 0x2000 paddr=0x1000 size=4096\n";
        String text = "Attaching 24 probes...\n# clock: boot\n" + event;
        assertThat(TraceText.audit("t", text).events()).containsEntry("map", 1L);
        String commented = new TraceText().tick() + event;
        assertThat(TraceText.audit("t", commented).events()).doesNotContainKey("map");
    }

    /** Of several files trace-cmd prints the name before each line. */
    @Test
    void severalFiles() {
        String text = "       trace.dat: cpus=1\n      trace2.dat: cpus=1\n       trace.dat: " + new TraceText().tick();
        Audit audit = TraceText.audit("t", text);
        assertThat(audit.form()).isEqualTo("trace-cmd report, clock not declared");
        assertThat(audit.warnings()).isEmpty();
    }

    /** Which CPU lost them is not said: what was found since any CPU's last event may be explained by them. */
    @Test
    void lostByAnyCpu() {
        TraceText t = new TraceText()
                .flushAll(TraceText.A, 3)
                .on(7, 1)
                .tick()
                .on(1, 0)
                .map(TraceText.A, 5, 1, 100)
                .begin();
        t.unmap(TraceText.A, 5, 1).end().line("Lost 2 events").tick();
        assertThat(t.audit().tallies().get(0)).matches(tally -> tally.violated() == 0 && tally.unjudgedCount() == 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "what is this | 1: no number of a CPU in square brackets",
                "x-1 [000x] 1.0: map: IOMMU: | 1: no number of a CPU in square brackets",
                "x [000] 1.0: map: IOMMU: | 3: no process id before the CPU",
                "x-1 [000] .... 1.0 map: IOMMU: | 20: no time that ends in a colon",
                "x-1 [000] .... 1.0: map IOMMU: | 24: no name of an event that ends in a colon, and text behind it",
                "x-1 [000] .... 1.0: map: IOMMU: iova=0x1000 size=1 | 25: an event without a number that it needs: iommu:map",
                "x-1 [000] .... 1.0: map: IOMMU: iova=0x1000 paddr=0y size=1 | 25: an event without a number that it needs: iommu:map",
                "x-1 [000] .... 1.0: unmap: IOMMU: size=1 | 27: an event without a number that it needs: iommu:unmap",
                "x-1 [000] .... 1.0: qi_submit: x dmar0: 0x1 | 31: an event without a number that it needs: intel_iommu:qi_submit",
            })
    void malformedLinesHaveTheirPlaces(String line, String place) {
        Audit audit = new TraceText().tick().line(line).tick().audit();
        assertThat(audit.warnings()).contains("t:2:" + place);
        Audit many = TraceText.audit("t", new TraceText().tick().toString() + (line + "\n").repeat(25));
        assertThat(many.warnings())
                .contains("t:2:" + place, "t:21:" + place, "5 more malformed lines")
                .doesNotContain("t:22:" + place);
    }

    /** Two CPUs whose buffers are merged too late: with a shared clock the order of times is restored, without it is not. */
    @Test
    void aSharedClockPutsLinesInOrder() {
        List<String> lines = new ArrayList<>();
        TraceText t = new TraceText().flushAll(TraceText.A, 3).tick();
        for (int n = 0; n < 200; n++) { // one CPU maps and unmaps, the other invalidates
            t.on(1, 0).map(TraceText.A, 5, 1, 100 + n).unmap(TraceText.A, 5, 1);
            t.on(2, 1).flushAll(TraceText.A, 3).tick();
        }
        t.toString().lines().forEach(lines::add);
        Audit straight = TraceText.audit("t", t.toString());
        Random random = new Random(5);
        List<String> late = new ArrayList<>();
        while (!lines.isEmpty()) { // each CPU's lines keep their order; one CPU runs ahead by up to 300 lines
            String next = lines.remove(0);
            int cpu = next.charAt(next.indexOf('[') + 3) - '0';
            late.add(next);
            for (int run = random.nextInt(20), i = 0; run > 0 && i < Math.min(300, lines.size()); ) {
                String other = lines.get(i);
                if (other.charAt(other.indexOf('[') + 3) - '0' == cpu) {
                    late.add(lines.remove(i));
                    run--;
                } else {
                    i++;
                }
            }
        }
        String text = String.join("\n", late) + "\n";
        Audit mono = TraceText.audit("t", "# clock: mono\n" + text);
        assertThat(judged(mono)).isEqualTo(judged(straight));
        assertThat(mono.outcome(false)).isEqualTo(Audit.Outcome.HELD);
        assertThat(mono.form()).matches("ftrace, clock mono, [1-9]\\d* lines put in the order of time");
        assertThat(mono.warnings()).isEmpty();
        assertThat(judged(TraceText.audit("t", text))).isNotEqualTo(judged(straight));
    }

    /** What is later than the buffer reaches is no order: nothing is called held. Marks stay where they are. */
    @Test
    void thereIsABound() {
        TraceText t = new TraceText()
                .line("# clock: global")
                .later(600_001)
                .tick()
                .later(600_001)
                .tick()
                .later(-900_000)
                .map(TraceText.A, 5, 1, 1);
        assertThat(t.audit().inOrder()).isFalse();
        TraceText near = new TraceText() // bpftrace 0.17 has printed lines 102 ms too late: it looks 10 times a second
                .line("# clock: global")
                .tick()
                .later(110_000)
                .tick()
                .later(-112_000)
                .map(TraceText.A, 5, 1, 1);
        assertThat(near.audit().inOrder()).isTrue();
        assertThat(near.audit().tables()).isEqualTo(Audit.Outcome.HELD);
        TraceText marked =
                new TraceText().line("# clock: global").later(90_000).tick().line("CPU:0 [LOST 1 EVENTS]");
        assertThat(marked.later(-80_000).map(TraceText.A, 5, 1, 1).audit().inOrder())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "local, false, 'clock of each CPU (local)'",
        "perf, false, 'clock of each CPU (perf)'",
        "mono, true, ''",
        "boot, true, ''",
        "counter, true, ''",
        "uptime, false, 'clock in jiffies (uptime): lines of several CPUs have no known order'",
        "x86-tsc, true, ''",
        "s390-tod, true, ''",
        "sundial, true, 'clock is declared that is not known: sundial'"
    })
    void clocks(String name, boolean held, String warning) {
        TraceText t = new TraceText().line("# clock: " + name).map(TraceText.A, 5, 1, 1);
        assertThat(t.audit().tables()).isEqualTo(Audit.Outcome.HELD);
        Audit audit = t.on(2, 1).map(TraceText.A, 6, 1, 1).audit();
        assertThat(audit.tables()).isEqualTo(held ? Audit.Outcome.HELD : Audit.Outcome.NOT_JUDGED);
        assertThat(audit.warnings()).hasSize(warning.isEmpty() ? 0 : 1).allMatch(w -> w.contains(warning));
    }

    /**
     * Linux runs no BPF program upon another on the same CPU: an interrupt that comes upon one leaves no event at all. Recorded so:
     * an address is mapped twice, and the unmap between was not printed.
     */
    @Test
    void whatBpftraceDoesNotPrintProvesNothing() {
        TraceText t = new TraceText().in("");
        t.map(TraceText.A, 5, 1, 100).map(TraceText.A, 5, 1, 101);
        t.begin().unmap(TraceText.A, 5, 1).unmap(TraceText.A, 5, 1).end();
        t.map(TraceText.A, 5, 1, 102).flushAll(TraceText.A, 3).tick();
        assertThat(t.tally(AuditRule.OVERLAP).violated()).isOne();
        assertThat(t.tally(AuditRule.EXACT).violated()).isOne();
        assertThat(t.tally(AuditRule.IOVA_REUSE).violated()).isOne();
        TraceText same = new TraceText().in("").line("Attaching 31 probes...").line(t.toString());
        assertThat(same.audit().tables()).isEqualTo(Audit.Outcome.HELD);
        for (AuditRule rule : List.of(AuditRule.OVERLAP, AuditRule.EXACT, AuditRule.IOVA_REUSE)) {
            assertThat(same.tally(rule).unjudged().keySet()).anyMatch(why -> why.startsWith("bpftrace leaves out"));
        }
        // The return comes in the call itself.
        assertThat(same.tally(AuditRule.RETURN_PAGE).violated()).isOne();
    }

    /** Every line that the bpftrace script prints is one that the audit knows, with every number it prints. */
    @ParameterizedTest
    @CsvSource({"bpftrace-linux-6.1, 21", "bpftrace-linux-6.12, 31"})
    void theBpftraceScriptPrintsWhatIsRead(String recipe, int printed) {
        String script = Recipe.of(recipe);
        Matcher m = Pattern.compile("printf\\(\"(%s-%d .*)\\\\n\"").matcher(script);
        StringBuilder text = new StringBuilder();
        int lines = 0;
        while (m.find()) {
            String line =
                    m.group(1).replaceFirst("%s-%d \\[%03d]", "a b-7 [003]").replaceFirst("%llu.%09llu", "5.000000001");
            line = line.replace("desc %s", "desc dmar0")
                    .replace("%s", "0000:00:04.0")
                    .replaceAll("0x%llx", "0x1000");
            text.append(line.replaceAll("%ll[xu]", "1000").replaceAll("%(?:ll)?d", "0"))
                    .append('\n');
            lines++;
        }
        assertThat(lines).isEqualTo(printed);
        Audit audit = TraceText.audit("t", text.toString());
        assertThat(audit.events()).containsEntry("other", 0L);
        assertThat(audit.events().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(printed);
        assertThat(audit.warnings()).noneMatch(w -> w.contains("malformed") || w.startsWith("t:"));
        assertThat(script).contains("BEGIN { printf(\"# clock: boot\\n\"); }");
        assertThat(text.toString().contains("dma_sync")).isEqualTo(recipe.endsWith("12"));
    }

    /** perf has no number for a task that is almost gone: it is not the first process, nor that of another CPU, nor the idle one. */
    @Test
    void tasksWithoutANumber() {
        String map = "moat:iommu_map: (1) dom=0x1 iova=0x5000 paddr=0x64000 size=0x1000 prot=0x7";
        for (String other : List.of("init 1 [000]", ":-1 -1 [001]", "swapper 0 [000]", ":-1 -1 [000]")) {
            TraceText t = new TraceText().line(":-1 -1 [000] 1.000001: " + map);
            t.line(other + " 1.000002: iommu:map: IOMMU: iova=0x5000 - 0x6000 paddr=0x64000 size=4096");
            TraceText.counts(
                    t,
                    AuditRule.OVERLAP,
                    other.equals(":-1 -1 [000]") ? 1 : 0,
                    0,
                    other.equals(":-1 -1 [000]") ? 0 : 1);
        }
    }
}
