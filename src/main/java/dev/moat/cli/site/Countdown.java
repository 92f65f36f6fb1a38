package dev.moat.cli.site;

import dev.moat.scenario.Scenario;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** How far a run of several scenarios is, and about how long the rest takes: by the states that scenarios say they have. */
public final class Countdown {
    private static final double NANOS = 1e9;
    /** Of a scenario that does not say. */
    private static final long SOME_STATES = 10_000;
    /** Less than this was searched too little to tell how long the rest takes. */
    private static final double LEAST_SECONDS = 2;

    private final List<Scenario> scenarios;
    private final LongSupplier clock;
    private final long began;
    private final long all;
    private long done;
    private int number;

    public Countdown(List<Scenario> scenarios) {
        this(scenarios, System::nanoTime);
    }

    /** @param clock in nanoseconds, from any time on */
    public Countdown(List<Scenario> scenarios, LongSupplier clock) {
        this.scenarios = scenarios;
        this.clock = clock;
        began = clock.getAsLong();
        all = scenarios.stream().mapToLong(Countdown::states).sum();
    }

    /** Of the scenario that begins now, for example {@code 12 of 333, about 40 s left, r1}; of a single one its id. */
    public String next() {
        if (number > 0) {
            done += states(scenarios.get(number - 1));
        }
        Scenario scenario = scenarios.get(number++);
        if (scenarios.size() == 1) {
            return scenario.id();
        }
        double seconds = (clock.getAsLong() - began) / NANOS;
        String left = seconds < LEAST_SECONDS || done == 0
                ? ""
                : String.format(Locale.ROOT, ", about %.0f s left", seconds * (all - done) / done);
        return number + " of " + scenarios.size() + left + ", " + scenario.id();
    }

    private static long states(Scenario scenario) {
        Long distinct = scenario.expect().distinct();
        return distinct == null ? SOME_STATES : distinct;
    }
}
