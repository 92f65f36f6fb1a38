package dev.moat.liveness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.check.CheckRequest;
import dev.moat.check.ExitCode;
import dev.moat.check.MoatEngine;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Scenario;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Responses on shipped machines, and the judge of lassos, which must not say yes to anything that is none. */
class LivenessTest {
    private static final Catalog CATALOG = Catalog.load();
    private static final long MANY = 1_000_000;

    private static Scenario scenario(String id) {
        return Committed.scenario(id);
    }

    private static Machine machine(String id) {
        return CATALOG.machine(scenario(id).machine());
    }

    private static Lasso lasso(String id, Response response) {
        return Objects.requireNonNull(Liveness.judge(machine(id), List.of(response), MANY, Long.MAX_VALUE)
                .lasso());
    }

    @Test
    void every_state_of_the_search_is_there() {
        for (String id : List.of("xen-runs-ring", "xen-runs-assign", "amdvi-runs", "xen-calgary-runs")) {
            Liveness.Result result =
                    Liveness.judge(machine(id), List.of(Response.OPERATIONS_RETURN), MANY, Long.MAX_VALUE);
            assertThat(result.lasso()).isNull();
            assertThat(result.states()).isEqualTo(scenario(id).expect().distinct());
            assertThat(result.transitions() + 1).isEqualTo(scenario(id).expect().generated());
            assertThat(result.witnessed()).containsExactly(true);
        }
    }

    @Test
    void a_queue_that_stops_at_the_same_descriptor_for_ever_completes_nothing() {
        Lasso lasso = lasso("xen-runs-repeated", Response.INVALIDATIONS_COMPLETE);
        assertThat(new LassoJudge(machine("xen-runs-repeated")).broken(lasso))
                .get()
                .asString()
                .contains("was submitted and never completes");
        List<Integer> loop =
                lasso.letters().subList(lasso.loop(), lasso.letters().size());
        assertThat(loop).hasSize(2);
    }

    @Test
    void what_is_no_lasso_breaks_nothing() {
        Machine machine = machine("xen-runs-repeated");
        LassoJudge judge = new LassoJudge(machine);
        Lasso lasso = lasso("xen-runs-repeated", Response.OPERATIONS_RETURN);
        Response response = lasso.response();
        List<Integer> letters = lasso.letters();
        int end = letters.size();
        assertThat(judge.broken(lasso)).isPresent();
        assertThat(judge.broken(new Lasso(response, letters, end)))
                .as("standing still where hardware can go on")
                .isEmpty();
        assertThat(judge.broken(new Lasso(response, letters, lasso.loop() + 1)))
                .as("does not close")
                .isEmpty();
        assertThat(judge.broken(new Lasso(response, letters, end + 1)))
                .as("no such state")
                .isEmpty();
        assertThat(judge.broken(new Lasso(response, letters.subList(1, end), lasso.loop() - 1)))
                .as("does not run")
                .isEmpty();
        assertThat(judge.broken(new Lasso(response, List.of(), 0)))
                .as("nothing waits")
                .isEmpty();
    }

    /** Operations that begin and return, again and again: each time something waits, and each time it is served. */
    @Test
    void rounds_in_which_everything_is_served_break_nothing() {
        Machine machine = machine("xen-runs-ring");
        LassoJudge judge = new LassoJudge(machine);
        List<Lasso> rounds = rounds(machine, 5_000);
        assertThat(rounds).hasSizeGreaterThan(3);
        assertThat(rounds).allSatisfy(round -> assertThat(judge.broken(round)).isEmpty());
    }

    private static List<Long> boxed(long[] s) {
        return Arrays.stream(s).boxed().toList();
    }

    /** Runs from the initial state that lead back to it. */
    private static List<Lasso> rounds(Machine machine, int most) {
        List<long[]> reached = new ArrayList<>(List.of(machine.initial()));
        List<List<Integer>> ways = new ArrayList<>(List.of(List.<Integer>of()));
        Set<List<Long>> seen = new HashSet<>(Set.of(boxed(machine.initial())));
        List<Lasso> rounds = new ArrayList<>();
        Stepper stepper = machine.stepper();
        for (int i = 0; i < reached.size() && i < most; i++) {
            List<Integer> way = ways.get(i);
            stepper.expand(reached.get(i), (letter, next) -> {
                List<Integer> longer = new ArrayList<>(way);
                longer.add(letter);
                if (Arrays.equals(next, machine.initial())) {
                    rounds.add(new Lasso(Response.OPERATIONS_RETURN, longer, 0));
                } else if (seen.add(boxed(next))) {
                    reached.add(next.clone());
                    ways.add(longer);
                }
            });
        }
        return rounds;
    }

    /** With a lock that goes to whoever comes, the CPU that waits for it is not enabled all the time; with a fair one its turn comes. */
    @Test
    void a_lock_that_others_get_for_ever_is_unfair() {
        Lasso lasso = lasso("xen-runs-unfair-lock", Response.OPERATIONS_RETURN_UNFAIR_LOCKS);
        LassoJudge judge = new LassoJudge(machine("xen-runs-unfair-lock"));
        assertThat(judge.broken(lasso)).get().asString().contains("never returns");
        assertThat(judge.broken(new Lasso(Response.OPERATIONS_RETURN, lasso.letters(), lasso.loop())))
                .isEmpty();
    }

    /** A unit that stalls for good, and software that waits for ever: nobody has to do anything any more. */
    @Test
    void a_unit_that_stalls_need_not_go_on() {
        Machine machine = machine("xen-runs-stalls");
        Lasso lasso = lasso("xen-runs-stalls", Response.OPERATIONS_RETURN);
        assertThat(lasso.letters()).hasSize(lasso.loop());
        assertThat(lasso.letters()).anyMatch(letter -> machine.name(letter).contains("stalls"));
        assertThat(new LassoJudge(machine).broken(lasso)).isPresent();
        List<Integer> awake = lasso.letters().stream()
                .filter(letter -> !machine.name(letter).contains("stalls"))
                .toList();
        assertThat(new LassoJudge(machine).broken(new Lasso(lasso.response(), awake, awake.size())))
                .as("a unit that has not stalled goes on")
                .isEmpty();
    }

    /** Quiet steps that run together hide no run without end, and make none. */
    @Test
    void merging_changes_no_answer() {
        for (String id : List.of(
                "xen-runs-assign",
                "xen-runs-timeout",
                "xen-runs-stalls",
                "xen-runs-repaired",
                "xen-runs-unfair-lock",
                "xen-calgary-runs",
                "xen-calgary-runs-stop-fails")) {
            Machine merged = machine(id);
            Machine whole = new Machine(merged.model(), merged.granularity(), false);
            assertThat(merged.merged()).isTrue();
            for (Response response : Response.values()) {
                List<Response> one = List.of(response);
                boolean broken =
                        Liveness.judge(merged, one, MANY, Long.MAX_VALUE).lasso() != null;
                assertThat(Liveness.judge(whole, one, MANY, Long.MAX_VALUE).lasso() != null)
                        .as(id + " " + response.id())
                        .isEqualTo(broken);
            }
        }
    }

    @Test
    void too_large_a_machine_is_a_limit() {
        Machine machine = machine("xen-runs-ring");
        List<Response> all = List.of(Response.OPERATIONS_RETURN);
        assertThatThrownBy(() -> Liveness.judge(machine, all, 100, Long.MAX_VALUE))
                .isInstanceOf(LimitException.class)
                .hasMessageContaining("every state and transition at once");
        assertThatThrownBy(() -> Liveness.judge(machine, all, MANY, 100_000)).isInstanceOf(LimitException.class);
    }

    @Test
    void an_interrupt_ends_it() {
        Machine machine = machine("xen-runs-ring");
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> Liveness.judge(machine, List.of(Response.OPERATIONS_RETURN), MANY, MANY))
                    .isInstanceOf(StoppedException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** Where no CPU runs anything there is nothing to return. */
    @Test
    void what_nothing_waits_for_is_no_success() {
        Scenario s = scenario("discipline");
        List<String> hold = new ArrayList<>(s.hold());
        hold.add("operations-return");
        Scenario asked = s.with(s.machine(), hold, List.of(), s.expect());
        CheckRequest request = new CheckRequest(asked, Map.of(), null, Limits.none(1));
        Verdict v = new ScenarioChecker(CATALOG, MoatEngine.open(Path.of(""))).check(request, Progress.silent());
        assertThat(v.kind()).isEqualTo(Verdict.Kind.INCONCLUSIVE);
        assertThat(v.exit()).isEqualTo(ExitCode.LIMIT);
        assertThat(v.unmet()).anyMatch(text -> text.contains("the witness of operations-return"));
    }
}
