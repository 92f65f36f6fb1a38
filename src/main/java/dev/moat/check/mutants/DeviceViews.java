package dev.moat.check.mutants;

import dev.moat.scenario.MachineSpec;
import dev.moat.state.Abstraction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** All pairs of views of the requests of a machine's devices, as one judge. */
public final class DeviceViews {
    private final List<Function<long[], Optional<String>>> views = new ArrayList<>();

    /**
     * @param abstraction the machine's, perhaps with a change
     * @param spec of the machine
     */
    public DeviceViews(Abstraction abstraction, MachineSpec spec) {
        if (TwoViews.bothSpeak(spec.component(), spec.settings())) {
            views.add(new TwoViews(abstraction, spec.settings())::difference);
        }
        if (Refusals.speak(spec.component(), spec.settings())) {
            views.add(new Refusals(abstraction, spec.settings())::difference);
        }
        if (ReadsAndWrites.speak(spec.component(), spec.settings())) {
            views.add(new ReadsAndWrites(abstraction)::difference);
        }
    }

    /** Whether anything is seen twice. */
    public boolean speak() {
        return !views.isEmpty();
    }

    /** Where views differ in a state, in words; or nothing. */
    public Optional<String> difference(long[] s) {
        return views.stream()
                .map(view -> view.apply(s))
                .flatMap(Optional::stream)
                .findFirst();
    }
}
