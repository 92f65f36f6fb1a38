package dev.moat.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The program of one operation, written in one place from its first step to its last. It has the steps of every
 * machine, the steps that only some settings have, and named points. Upkeep, invalidations, failures and time-outs
 * insert their own steps at these points. Afterwards only injected faults edit the program, by the names of its steps.
 */
public final class OperationPlan {
    private final List<Step> steps = new ArrayList<>();

    /** Adds a step. */
    public OperationPlan step(Step step) {
        steps.add(step);
        return this;
    }

    /** Adds a step that only some settings have; it is not made where they do not. */
    public OperationPlan stepIf(boolean there, Supplier<Step> step) {
        if (there) {
            steps.add(step.get());
        }
        return this;
    }

    /**
     * Adds what a policy puts in at a point, which may be nothing.
     *
     * @param point as printed: what for
     */
    public OperationPlan at(String point, List<Step> plugged) {
        plugged.forEach(step -> steps.add(step.at(point)));
        return this;
    }

    /** The steps in order, as part of a program that has the steps they lead to. */
    public List<Step> part() {
        return List.copyOf(steps);
    }

    /**
     * The steps in order.
     *
     * @throws IllegalStateException when two have one name, or one leads to a step that is not there
     */
    public List<Step> steps() {
        Set<String> names = new HashSet<>(Set.of(Step.END));
        for (Step step : steps) {
            if (!names.add(step.name())) {
                throw new IllegalStateException("two steps are named " + step.name());
            }
        }
        for (Step step : steps) {
            for (String target : step.targets()) {
                if (target != null && !names.contains(target)) {
                    throw new IllegalStateException(step.name() + " leads to the unknown step " + target);
                }
            }
        }
        return List.copyOf(steps);
    }
}
