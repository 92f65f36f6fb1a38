package dev.moat.check.report;

import dev.moat.check.Assumed;
import dev.moat.check.ExitCode;
import dev.moat.check.Finding;
import dev.moat.check.Verdict;
import dev.moat.explore.Conformance;
import dev.moat.explore.Exploration;
import dev.moat.model.Parameter;
import dev.moat.output.Counted;
import dev.moat.scenario.MachineSpec;
import dev.moat.trace.story.Story;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/** A verdict for people: one headline, then everything that qualifies it. The same bytes for the same verdict. */
public final class VerdictText {
    private static final int WIDTH = 100;
    /** Where the text behind a label begins. */
    private static final int INDENT = 16;

    private VerdictText() {}

    /** For example {@code r1: HELD, as expected (2,113 states, 15,833 generated, depth 13)}. */
    public static String headline(Verdict v) {
        StringBuilder text = new StringBuilder(v.scenario().id());
        List<String> edits = v.scenario().machine().edits();
        text.append(edits.isEmpty() ? "" : ", edited (" + String.join("; ", edits) + ")");
        text.append(": ").append(v.kind());
        Finding finding = v.finding();
        if (finding != null) {
            text.append(' ').append(String.join(", ", finding.invariants()));
        }
        // Of a program that was changed on the command line nobody expects anything.
        boolean expects = v.notes().stream().noneMatch(note -> note.startsWith("'expect' is not applied"));
        text.append(v.asExpected() && expects ? ", as expected" : "");
        if (!v.asExpected() && v.kind() != Verdict.Kind.INCONCLUSIVE) {
            text.append(v.exit() == ExitCode.VIOLATION ? ", UNEXPECTED" : ", NOT AS EXPECTED");
        }
        // What was not applied belongs into the line that a reader of one line reads: up to its reason.
        v.notes().forEach(note -> text.append("; ").append(note.split(":", 2)[0]));
        text.append(v.wrongClaim() == null ? "" : "; CODE AND DISCIPLINE DISAGREE");
        return text.append(" (").append(counts(v.run())).append(')').toString();
    }

    private static String counts(Exploration run) {
        return Counted.of(run.distinct(), "state") + number(", %,d generated, depth %,d", run.generated(), run.depth());
    }

    /** The lines after the headline, indented: reasons first, then story and trace, then machine and search. */
    public static List<String> details(Verdict v) {
        return details(v, false);
    }

    /** The same, with bookkeeping on demand. */
    public static List<String> details(Verdict v, boolean full) {
        List<String> lines = new ArrayList<>();
        v.unmet().forEach(text -> add(lines, "because", text));
        WhoseLimit.of(v).forEach(text -> add(lines, "limit", text));
        v.notes().forEach(text -> add(lines, "note", text));
        v.warnings().forEach(text -> add(lines, "WARNING", text));
        add(lines, "scenario", v.scenario().says());
        Finding finding = v.finding();
        if (finding != null) {
            (full ? finding.told().trace() : finding.told().folded())
                    .forEach(text -> lines.add(("  " + text).stripTrailing()));
            lines.add("");
        }
        addMachine(lines, v);
        add(lines, "judged", String.join(", ", v.judged()));
        addAssumed(lines, List.of(v));
        v.scenario().fair().forEach(text -> add(lines, "fair", text));
        addSearch(lines, v);
        v.meaning().drops().lines().forEach(text -> add(lines, "left out", text));
        return lines;
    }

    /**
     * What to know first of a verdict that is not as expected, indented: why, what was changed, and the story of its violation or how
     * far the search came. Fits a screen; {@link #details} has everything.
     */
    public static List<String> essentials(Verdict v) {
        List<String> lines = new ArrayList<>();
        v.unmet().forEach(text -> add(lines, "because", text));
        WhoseLimit.of(v).forEach(text -> add(lines, "limit", text));
        v.notes().forEach(text -> add(lines, "note", text));
        v.warnings().forEach(text -> add(lines, "WARNING", text));
        add(lines, "scenario", v.scenario().says());
        addFaults(lines, v.scenario().machine());
        if (v.wrongClaim() != null) {
            addConformance(lines, v);
        }
        Finding finding = v.finding();
        if (finding == null) {
            addSearched(lines, v);
        } else {
            finding.told().story().forEach(sentence -> add(lines, "", plain(sentence)));
        }
        return lines;
    }

    private static void addAssumed(List<String> lines, List<Verdict> verdicts) {
        String assumed = Assumed.line(verdicts);
        if (!assumed.isEmpty()) {
            add(lines, "assumed", assumed);
        }
    }

    private static void addMachine(List<String> lines, Verdict v) {
        MachineSpec machine = v.scenario().machine();
        add(
                lines,
                "machine",
                machine.component() + ", granularity " + machine.granularity().key()
                        + (machine.merged() ? ", quiet steps merged" : ", no step merged")
                        + (v.run().symmetry().isEmpty()
                                ? ", no reduction"
                                : ", up to symmetry of " + v.run().symmetry()));
        for (Parameter.Kind kind : Parameter.Kind.values()) {
            Map<String, String> group = v.settings().getOrDefault(kind, Map.of());
            if (!group.isEmpty()) {
                List<String> pairs = new ArrayList<>();
                group.forEach((name, value) -> pairs.add(name + "=" + value));
                add(lines, kind.key(), String.join(" ", pairs));
            }
        }
        addFaults(lines, machine);
    }

    private static void addFaults(List<String> lines, MachineSpec machine) {
        if (!machine.faults().isEmpty()) {
            add(lines, "injected", String.join(", ", machine.faults()));
        }
    }

    private static void addSearched(List<String> lines, Verdict v) {
        Exploration run = v.run();
        String end = switch (run.end()) {
            case COMPLETE -> "every reachable state";
            case VIOLATION -> "up to the level of the shortest violation";
            case MISCLAIM -> "every reachable state; a transition is not what it claims to be";
            case LIMIT -> "up to the limit on " + run.limit();
            case INTERRUPTED -> "up to the interrupt";
        };
        add(lines, "searched", counts(run) + ": " + end);
    }

    private static void addSearch(List<String> lines, Verdict v) {
        addSearched(lines, v);
        Exploration run = v.run();
        add(lines, "collisions", number("%.1e states expected to be lost to equal fingerprints", run.collisions()));
        add(lines, "memory", memory(run));
        add(
                lines,
                "refused",
                number("%,d calls failed and changed nothing", run.coverage().refused()));
        addConformance(lines, v);
        List<String> unreached = v.unreachedWitnesses();
        if (!unreached.isEmpty()) {
            add(lines, "no witness", String.join(", ", unreached));
        }
        if (!v.idleActions().isEmpty()) {
            add(lines, "no effect", String.join(", ", v.idleActions()));
        }
        if (!v.idleSteps().isEmpty()) {
            add(lines, "never ran", String.join(", ", v.idleSteps()));
        }
    }

    private static void addConformance(List<String> lines, Verdict v) {
        Conformance c = v.run().conformance();
        long transitions = Math.max(0, v.run().generated() - 1);
        if (!c.compared()) {
            add(lines, "discipline", number("not compared, 0 %% of %,d transitions: ", transitions) + c.notCompared());
            return;
        }
        long claims = c.taken().values().stream().mapToLong(Long::longValue).sum();
        Conformance.Misclaim first = c.first();
        if (first == null) {
            add(
                    lines,
                    "discipline",
                    number(
                            "followed by every transition, 100 %% of %,d; %,d abstract actions claimed",
                            transitions, claims));
            return;
        }
        add(lines, "discipline", "left at transition " + first.instances().size() + ", by " + first.who());
        first.lines().forEach(text -> lines.add("                " + text));
    }

    private static String memory(Exploration run) {
        Exploration.Memory m = run.memory();
        double states = Math.max(1, run.distinct());
        return number(
                "%,d KiB; bytes per state: set %.1f, parent log %.1f, frontier %.1f",
                (m.set() + m.log() + m.frontier() + 1023) / 1024,
                m.set() / states,
                m.log() / states,
                m.frontier() / states);
    }

    /**
     * Several verdicts in a few lines: how many are as expected, how much was compared with the discipline, and what all of
     * them assume.
     */
    public static List<String> summary(List<Verdict> verdicts) {
        long expected = verdicts.stream().filter(Verdict::asExpected).count();
        long generated = verdicts.stream().mapToLong(v -> v.run().generated()).sum();
        List<Verdict> held =
                verdicts.stream().filter(v -> v.kind() == Verdict.Kind.HELD).toList();
        List<Verdict> compared =
                held.stream().filter(v -> v.run().conformance().compared()).toList();
        List<String> lines = new ArrayList<>();
        lines.add(number(
                "%s, %,d as expected, %,d not; %s generated in all",
                Counted.of(verdicts.size(), "scenario"),
                expected,
                verdicts.size() - expected,
                Counted.of(generated, "state")));
        if (!held.isEmpty()) {
            lines.add(number(
                    "compared with the discipline: %d of %d that held, with %.1f %% of their states and %.1f %% of their"
                            + " transitions",
                    compared.size(),
                    held.size(),
                    share(compared, held, v -> v.run().distinct()),
                    share(compared, held, v -> v.run().generated() - 1)));
        }
        addAssumed(lines, verdicts);
        return lines;
    }

    /** Of one that is not as expected, less still: why, and the sentence that says what is broken or how far the search came. */
    public static List<String> harm(Verdict v) {
        List<String> lines = new ArrayList<>();
        v.unmet().forEach(text -> add(lines, "because", text));
        WhoseLimit.of(v).forEach(text -> add(lines, "limit", text));
        Finding finding = v.finding();
        if (finding == null) {
            addSearched(lines, v);
        } else {
            List<String> story = finding.told().story();
            story.subList(Math.max(0, story.size() - 1), story.size())
                    .forEach(sentence -> add(lines, "", plain(sentence)));
        }
        return lines;
    }

    /** Without the facts of the formula one by one. */
    private static String plain(String sentence) {
        int facts = sentence.indexOf(" " + Story.FULL);
        return facts < 0 ? sentence : sentence.substring(0, facts);
    }

    /** The scenarios that are not as expected, in the order given; nothing when there are none. */
    public static List<String> unexpected(List<Verdict> verdicts) {
        List<String> ids = verdicts.stream()
                .filter(v -> !v.asExpected())
                .map(v -> v.scenario().id())
                .toList();
        List<String> lines = new ArrayList<>();
        if (!ids.isEmpty()) {
            add(lines, "UNEXPECTED", String.join(", ", ids));
        }
        return lines;
    }

    private static double share(List<Verdict> part, List<Verdict> whole, ToLongFunction<Verdict> count) {
        long all = whole.stream().mapToLong(count).sum();
        return all == 0 ? 0 : 100.0 * part.stream().mapToLong(count).sum() / all;
    }

    /** How often everything took effect: actions and operations, steps, results. */
    public static List<String> coverage(Verdict v) {
        List<String> lines = new ArrayList<>();
        addTable(lines, "transitions by action or operation", v.run().coverage().actions());
        addTable(lines, "executions by step", v.run().coverage().steps());
        addTable(lines, "finished operations by status", v.run().coverage().results());
        addTable(lines, "abstract actions claimed", v.run().conformance().taken());
        addTable(
                lines,
                "executions that claimed nothing, of steps that claim something at times",
                v.run().conformance().stutters());
        return lines;
    }

    private static void addTable(List<String> lines, String title, Map<String, Long> counts) {
        if (!counts.isEmpty()) {
            lines.add("  " + title);
            counts.forEach((name, n) -> lines.add(number("    %,14d  %s", n, name)));
        }
    }

    private static void add(List<String> lines, String label, String text) {
        StringBuilder line = new StringBuilder(number("  %-12s ", label));
        for (String word : text.split(" ")) {
            if (line.length() + 1 + word.length() > WIDTH && line.length() > INDENT) {
                lines.add(line.toString());
                line = new StringBuilder(" ".repeat(INDENT - 1));
            }
            line.append(' ').append(word);
        }
        lines.add(line.toString());
    }

    private static String number(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
