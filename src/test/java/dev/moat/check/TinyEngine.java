package dev.moat.check;

import dev.moat.explore.Checkpointer;
import dev.moat.explore.Conformance;
import dev.moat.explore.Exploration;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.machine.Coverage;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.CounterComponent;
import dev.moat.scenario.Scenario;
import dev.moat.state.Slots;
import dev.moat.trace.CodePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Searches the counter component for real, with two properties in Java: what the facade is tested against. */
public class TinyEngine implements Engine {
    private static final List<Property> INVARIANTS = List.of(
            new Property("bounded", "The count stays within its limit.", "safety", "none", null),
            new Property("even", "The count is even & its witness is > 6.", "safety", "none", null));

    private final long nanos;

    public TinyEngine() {
        this(1_500_000_000L);
    }

    /** @param nanos the time every search claims to have taken */
    public TinyEngine(long nanos) {
        this.nanos = nanos;
    }

    @Override
    public List<Property> invariants() {
        return INVARIANTS;
    }

    @Override
    public Session open(Scenario scenario, Machine machine) {
        int limit = Integer.parseInt(scenario.machine().settings().getOrDefault("limit", "3"));
        return new TinySession(machine, scenario.invariants(), limit, nanos);
    }

    @Override
    public Replayed replay(Path file) throws IOException {
        String result = Files.readString(file).strip();
        return new Replayed(Replayed.Result.valueOf(result), List.of(result.toLowerCase(Locale.ROOT), "at step 1"));
    }

    @Override
    public List<String> show(Path file, boolean folded) throws IOException {
        return Files.readAllLines(file);
    }

    @Override
    public List<String> diff(Path first, Path second) throws IOException {
        return Files.mismatch(first, second) < 0 ? List.of() : List.of("they differ");
    }

    @Override
    public String page(Path file) throws IOException {
        return Files.readString(file);
    }

    private record TinySession(Machine machine, List<String> invariants, int limit, long nanos) implements Session {
        @Override
        public Kept obligations(Limits limits) {
            return Kept.ALL;
        }

        private boolean holds(String id, long[] s) {
            Slots count = machine.schema().family("count").orElseThrow();
            return id.equals("bounded") ? count.get(s) <= limit : count.get(s) % 2 == 0;
        }

        @Override
        public Exploration explore(Limits limits, boolean compares, Checkpointer keeper, Progress progress) {
            Stepper stepper = machine.stepper();
            Map<String, List<Integer>> seen = new LinkedHashMap<>();
            List<long[]> level = List.of(machine.initial());
            seen.put(Arrays.toString(level.get(0)), List.of());
            long[] generated = {1};
            int depth = 1;
            Exploration.Violation violation = null;
            Exploration.End end = Exploration.End.COMPLETE;
            while (!level.isEmpty() && violation == null && end == Exploration.End.COMPLETE) {
                List<long[]> next = new ArrayList<>();
                for (long[] s : level) {
                    List<Integer> path = seen.get(Arrays.toString(s));
                    List<Integer> broken = new ArrayList<>();
                    for (int i = 0; i < invariants.size(); i++) {
                        if (!holds(invariants.get(i), s)) {
                            broken.add(i);
                        }
                    }
                    stepper.expand(s, (instance, t) -> {
                        generated[0]++;
                        List<Integer> longer = new ArrayList<>(path);
                        longer.add(instance);
                        if (seen.putIfAbsent(Arrays.toString(t), longer) == null) {
                            next.add(t.clone());
                        }
                    });
                    if (violation == null && (!broken.isEmpty() || stepper.stuck())) {
                        violation = new Exploration.Violation(path, broken, stepper.stuck());
                        end = Exploration.End.VIOLATION;
                    }
                }
                progress.at(depth, seen.size(), generated[0], next.size(), depth * 6_000_000_000L);
                if (end == Exploration.End.COMPLETE && Thread.currentThread().isInterrupted()) {
                    end = Exploration.End.INTERRUPTED;
                } else if (end == Exploration.End.COMPLETE && seen.size() > limits.states()) {
                    end = Exploration.End.LIMIT;
                }
                depth += next.isEmpty() ? 0 : 1;
                level = next;
            }
            Coverage coverage = new Coverage();
            stepper.addTo(coverage);
            List<Boolean> witnessed = invariants.stream().map("bounded"::equals).toList();
            Exploration.Memory memory = new Exploration.Memory(16L * seen.size(), 8L * seen.size(), 64);
            String limit = end == Exploration.End.LIMIT ? "states (" + limits.states() + ")" : null;
            return new Exploration(
                    end,
                    limit,
                    seen.size(),
                    generated[0],
                    depth,
                    1e-12,
                    violation,
                    Conformance.none(compares ? "for want of claims" : "switched off"),
                    coverage,
                    witnessed,
                    memory,
                    "",
                    nanos);
        }

        @Override
        public Finding explain(Exploration.Violation violation) {
            List<String> lines = new ArrayList<>();
            violation.instances().forEach(i -> lines.add((lines.size() + 1) + "  " + machine.name(i)));
            List<String> broken = new ArrayList<>();
            violation.invariants().forEach(i -> broken.add(invariants.get(i)));
            if (violation.deadlock()) {
                broken.add(Scenario.NO_DEADLOCK);
            }
            List<String> steps =
                    violation.instances().stream().map(machine::name).toList();
            List<String> story = List.of(String.join("; ", steps) + ".", "Broken: " + String.join(", ", broken) + ".");
            Finding.Told told = new Finding.Told(
                    story,
                    steps.stream()
                            .map(words ->
                                    new Finding.Done(words, new CodePlace(CounterComponent.class.getName(), "add", 0)))
                            .toList(),
                    lines,
                    lines);
            return new Finding(broken, steps.size(), steps.size(), told, () -> String.join("\n", lines) + "\n");
        }
    }
}
