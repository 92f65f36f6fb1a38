package dev.moat.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.check.Property;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every small scenario that holds and is searched step by step, whatever it is judged by: do its operations return? */
class SmallScenariosReturnTest {
    private static final long MOST = 6_000;
    /** Those whose operations need not return, and why. */
    private static final Map<String, String> EXCUSED =
            Map.of("xen-calgary-small-calioc2", "the stop of a CalIOC2 may fail again and again while devices go on");

    private static boolean isSmall(Scenario s) {
        Long distinct = s.expect().distinct();
        return s.machine().granularity() == Granularity.STEP && distinct != null && distinct <= MOST;
    }

    @Test
    void operations_return_and_invalidations_complete() throws IOException {
        List<String> ids = MoatEngine.open(Path.of("")).invariants().stream()
                .map(Property::id)
                .toList();
        Catalog catalog = Catalog.load();
        Map<String, String> broken = new TreeMap<>();
        int judged = 0;
        int completing = 0;
        List<Response> both = List.of(Response.INVALIDATIONS_COMPLETE, Response.OPERATIONS_RETURN);
        for (Scenario s :
                new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(catalog, ids)).described()) {
            if (!isSmall(s)) {
                continue;
            }
            Machine machine = catalog.machine(s.machine());
            Liveness.Result result = Liveness.judge(machine, both, 2 * MOST, Long.MAX_VALUE);
            assertThat(result.states()).as(s.id()).isEqualTo(s.expect().distinct());
            completing += result.witnessed().get(0) ? 1 : 0;
            judged++;
            Lasso lasso = result.lasso();
            if (lasso != null) {
                broken.put(s.id(), new LassoJudge(machine).broken(lasso).orElse("a lasso that is none"));
            }
        }
        assertThat(broken.keySet()).as(broken.toString()).isEqualTo(EXCUSED.keySet());
        assertThat(broken.values()).allMatch(says -> says.contains("never"));
        assertThat(judged).isGreaterThan(80);
        assertThat(completing).isGreaterThan(35);
    }
}
