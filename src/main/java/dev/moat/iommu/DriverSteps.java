package dev.moat.iommu;

import static dev.moat.model.Outcome.FAIL;

import dev.moat.model.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** What a driver does between a request to forget and its announcement, as steps of an operation. */
public final class DriverSteps {
    private DriverSteps() {}

    /** Where a CPU's call asks. */
    @FunctionalInterface
    public interface Asked {
        Port port(long[] s, int cpu);
    }

    /**
     * The driver's own steps ({@link Port#driverSteps}), each at the port that the CPU's call asks, and the announcement behind
     * them. A driver that gives up goes on as if it had been done.
     *
     * @param first any port of the family: all have the same steps
     * @param name of a step within the operation, by that of the port
     * @param announce the step that asks to be told
     */
    public static List<Step> before(Step announce, Port first, Asked at, UnaryOperator<String> name) {
        List<Step> steps = new ArrayList<>();
        List<String> own = first.driverSteps();
        for (int i = 0; i < own.size(); i++) {
            int step = i;
            steps.add(
                    Step.of(name.apply(own.get(i)), (s, cpu) -> at.port(s, cpu).drive(s, cpu, step))
                            .asking(first.decisions(i))
                            .on(FAIL, announce.name()));
        }
        steps.add(announce);
        return steps;
    }
}
