package dev.moat.trace.testing;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Machines of {@link CounterComponent} with their runners, and traces by printable names. */
public record Counters(MachineSpec spec, Machine machine, TraceRunner runner) {
    /** The machine at a granularity with some faults. */
    public static Counters at(Granularity granularity, String... faults) {
        MachineSpec spec = new MachineSpec(
                CounterComponent.class.getName(), Map.of("counters", "2"), granularity, true, List.of(faults));
        Machine machine = Catalog.load().machine(spec);
        return new Counters(
                spec, machine, new TraceRunner(machine, new CounterJudges().judge(machine, CounterJudges.ALL)));
    }

    /** The trace of these letters. */
    public Trace trace(String... names) {
        return new Trace(
                Arrays.stream(names).map(n -> machine.find(n).orElseThrow()).toList());
    }

    /** Two CPUs read the same value and both write its successor; with some letters too many. */
    public static final String[] LOST_UPDATE = {
        "stamp(low)",
        "cpu0: increment(c0)",
        "toggle-door()",
        "toggle-door()",
        "cpu1: increment(c0)",
        "stamp(high)",
        "cpu1: step",
        "cpu0: step",
    };
}
