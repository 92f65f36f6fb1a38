package dev.moat.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Scenario;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every small scenario that holds and is searched step by step, whatever it is judged by: do its operations return? */
class SmallScenariosReturnTest {
    private static final long MOST = 6_000;
    /** Those whose operations need not return, and why. */
    private static final String STOP_FAILS = "the stop of a CalIOC2 may fail again and again while devices go on";

    /** As in Xen's qinval_next_index. */
    private static final String QUEUE_FULL =
            "what a stalled unit was asked fills its queue, and room there is waited for without a time-out";

    private static final Map<String, String> EXCUSED = Map.of(
            "xen-wait-timeout-walks operations-return", QUEUE_FULL,
            "xen-wait-timeout-walks invalidations-complete", QUEUE_FULL,
            "xen-calgary-small-calioc2 operations-return", STOP_FAILS,
            "xen-calgary-small-calioc2 invalidations-complete", STOP_FAILS);

    private static boolean isSmall(Scenario s) {
        Long distinct = s.expect().distinct();
        return s.machine().granularity() == Granularity.STEP && distinct != null && distinct <= MOST;
    }

    @Test
    void operations_return_and_invalidations_complete() {
        Catalog catalog = Catalog.load();
        Map<String, String> broken = new TreeMap<>();
        int judged = 0;
        int completing = 0;
        int taking = 0;
        for (Scenario s : Committed.described()) {
            if (!isSmall(s)) {
                continue;
            }
            Machine machine = catalog.machine(s.machine());
            for (Response response : List.of(Response.OPERATIONS_RETURN, Response.INVALIDATIONS_COMPLETE)) {
                // Where locks are watched states differ by who has which too: a state says it by where CPUs are.
                List<Response> judgedBy = List.of(response, Response.NO_BAD_UNLOCK);
                Liveness.Result result = Liveness.judge(machine, judgedBy, 2 * MOST, Long.MAX_VALUE);
                assertThat(result.states()).as(s.id()).isEqualTo(s.expect().distinct());
                taking += result.witnessed().get(1) ? 1 : 0;
                boolean waits = result.witnessed().get(0);
                completing += response == Response.INVALIDATIONS_COMPLETE && waits ? 1 : 0;
                Lasso lasso = result.lasso();
                if (lasso != null) {
                    String says = new LassoJudge(machine).broken(lasso).orElse("a lasso that is none");
                    broken.put(s.id() + " " + response.id(), says);
                }
            }
            judged++;
        }
        assertThat(broken.keySet()).as(broken.toString()).isEqualTo(EXCUSED.keySet());
        assertThat(broken.values()).allMatch(says -> says.contains("never"));
        assertThat(judged).isGreaterThan(80);
        assertThat(completing).isGreaterThan(35);
        assertThat(taking).isGreaterThan(100);
    }
}
