package dev.moat.audit;

import dev.moat.audit.result.AuditStory;
import dev.moat.audit.result.RuleTally;
import dev.moat.audit.result.Violation;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.trace.StateJudge;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.CounterexampleWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs what a trace shows again, on the executable VT-d behind the component {@code iommu-api}. */
public final class Reenactment {
    private static final String COMPONENT = "iommu-api";
    /** What a trace that was piped in is called. */
    private static final String STANDARD_INPUT = "-";

    private static final int LONGEST_NAME = 100;

    private final Counterexample counterexample;
    private final Machine machine;
    private final String name;

    private Reenactment(Counterexample counterexample, Machine machine, String name) {
        this.counterexample = counterexample;
        this.machine = machine;
        this.name = name;
    }

    /**
     * Runs the violations of an audit that have a {@link AuditStory}, in the order of the report.
     *
     * @param judges judges states by the invariants of the project
     * @throws IllegalStateException when the unit does not show a violation: then Moat contradicts itself
     */
    public static List<Reenactment> of(Audit audit, Catalog catalog, StateJudge.Source judges) {
        List<Reenactment> all = new ArrayList<>();
        Path last = Path.of(audit.file()).getFileName();
        String file = last == null ? audit.file() : last.toString();
        String kept = file.length() > LONGEST_NAME ? file.substring(file.length() - LONGEST_NAME) : file;
        for (RuleTally tally : audit.tallies()) {
            for (Violation v : tally.examples()) {
                AuditStory story = v.story();
                if (story != null) {
                    all.add(run(v, story, kept, catalog, judges));
                }
            }
        }
        return all;
    }

    private static Reenactment run(
            Violation v, AuditStory story, String file, Catalog catalog, StateJudge.Source judges) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("domains", "" + story.domains());
        settings.put("pages", "" + story.pages());
        settings.put("frames", "1");
        MachineSpec spec = new MachineSpec(COMPONENT, settings, Granularity.OPERATION, true, List.of());
        Machine machine = catalog.machine(spec);
        TraceRunner runner = new TraceRunner(machine, judges.judge(machine, List.of(story.violates())));
        String scenario =
                "audit of " + file + ", line " + v.line() + ", " + v.rule().id();
        Counterexample shown;
        try {
            Trace trace = new Trace(story.calls().stream()
                    .map(call -> machine.find(call.letter()).orElseThrow())
                    .toList());
            shown = Counterexample.record(scenario, spec, runner, trace);
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("the unit does not show what the trace shows: " + scenario, e);
        }
        List<String> sources = story.calls().stream()
                .map(call -> (call.line() == 0 ? "not in the trace" : file + ":" + call.line()) + ": " + call.says())
                .toList();
        // A name that begins with a dash would be an option of whatever is called with *, one with a dot is not among
        // them.
        String safe = file.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^[-.]", "_");
        String name =
                (file.equals(STANDARD_INPUT) ? "stdin" : safe) + "-" + v.rule().id() + "-" + v.line();
        return new Reenactment(shown.withSources(sources), machine, name + CounterexampleReader.SUFFIX);
    }

    /** The counterexample, each action with the line of the trace that it comes from. */
    public Counterexample counterexample() {
        return counterexample;
    }

    /** A name for its file, made of the trace's name, the rule and the line. */
    public String fileName() {
        return name;
    }

    /** The counterexample's file. */
    public String text() {
        return CounterexampleWriter.text(counterexample, machine);
    }
}
