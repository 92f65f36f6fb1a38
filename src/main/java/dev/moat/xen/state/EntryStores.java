package dev.moat.xen.state;

import dev.moat.model.Outcome;
import dev.moat.model.Step;
import java.util.ArrayList;
import java.util.List;

/** The stores that the change of a device entry takes beyond one, each a step, so that others act between them. */
public final class EntryStores {
    private EntryStores() {}

    /** One store of a change. */
    @FunctionalInterface
    public interface Store {
        /** @param part which store, from 0 */
        void store(long[] s, int cpu, int part);
    }

    /**
     * The steps for some of the stores; none where one store is all.
     *
     * @param name of the steps, their number follows
     * @param from the first store
     * @param to the one after the last
     * @param asks the decisions that each may ask
     */
    public static List<Step> steps(String name, int from, int to, List<String> asks, Store store) {
        List<Step> steps = new ArrayList<>();
        for (int i = from; i < to; i++) {
            int part = i;
            Step step = Step.of(name + "-" + part, (s, cpu) -> {
                store.store(s, cpu, part);
                return Outcome.NEXT;
            });
            steps.add(step.asking(asks));
        }
        return steps;
    }
}
