package dev.moat.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.model.InjectedFault;
import dev.moat.model.Parameter;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What comes to an end, and the shortest stem of what does not, on machines and with faults at random: as the slow twin says. */
class SlowResponsesTest {
    private static final int MOST_LETTERS = 300;
    private static final int RUNS = 40;
    private static final Catalog CATALOG = Catalog.load();

    private int judged;
    private int broken;
    /** Runs at random that break what they are judged by. */
    private int endless;

    @Test
    void a_response_is_broken_where_the_twin_says_so() {
        compare(new SplittableRandom(20261128), 60, 700, 900);
        assertThat(judged).isGreaterThan(60);
        assertThat(broken).isGreaterThan(6);
        assertThat(endless).isGreaterThan(6);
    }

    @Test
    @Tag("deep")
    void and_of_many_more() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        compare(new SplittableRandom(seed), 4_000, 8_000, 3_000);
    }

    private void compare(SplittableRandom random, int machines, int largest, int states) {
        List<Scenario> small = scenarios(largest);
        List<Scenario> controls = small.stream()
                .filter(s -> s.expect().invariants().stream().anyMatch(Response::is))
                .toList();
        for (int n = 0; n < machines; n++) {
            List<Scenario> among = n % 4 == 0 ? controls : small;
            MachineSpec spec = changed(among.get(random.nextInt(among.size())).machine(), random);
            try {
                Machine machine = CATALOG.machine(spec);
                if (machine.instances() <= MOST_LETTERS) {
                    compare(machine, spec.toString(), new SlowResponses(machine, states), random);
                }
            } catch (BadSettingException | SlowResponses.TooManyException e) {
                continue; // another one
            }
        }
    }

    private static List<Scenario> scenarios(int largest) {
        return Committed.described().stream()
                .filter(s -> s.machine().granularity() == Granularity.STEP)
                .filter(s -> !s.set().equals("simulate") && isSmall(s, largest))
                .toList();
    }

    private static boolean isSmall(Scenario s, int largest) {
        Long distinct = s.expect().distinct();
        return distinct == null ? s.expect().invariants().stream().anyMatch(Response::is) : distinct <= largest;
    }

    /** A parameter or none has another value, a fault or none is injected beside those that are, and quiet steps are merged or not. */
    private static MachineSpec changed(MachineSpec own, SplittableRandom random) {
        Map<String, String> values = new TreeMap<>();
        List<Parameter> all = CATALOG.component(own.component()).parameters();
        if (random.nextInt(3) == 0) {
            Parameter p = all.get(random.nextInt(all.size()));
            values.put(
                    p.name(),
                    p.choices().isEmpty()
                            ? Long.toString(Math.min(p.max(), p.min() + random.nextInt(3)))
                            : p.choices().get(random.nextInt(p.choices().size())));
        }
        List<String> faults = new ArrayList<>(own.faults());
        List<InjectedFault> known = CATALOG.component(own.component()).faults();
        if (!known.isEmpty() && random.nextInt(3) == 0) {
            String fault = known.get(random.nextInt(known.size())).id();
            faults.addAll(faults.contains(fault) ? List.of() : List.of(fault));
        }
        MachineSpec other = own.withSettings(values);
        return new MachineSpec(
                other.component(), other.settings(), Granularity.STEP, random.nextInt(3) > 0, List.copyOf(faults));
    }

    private void compare(Machine machine, String which, SlowResponses slow, SplittableRandom random) {
        for (Response response :
                Stream.of(Response.values()).filter(Response::isEndless).toList()) {
            Liveness.Result result = Liveness.judge(machine, List.of(response), 1_000_000, Long.MAX_VALUE);
            Lasso lasso = result.lasso();
            String what = response.id() + " of " + which;
            assertThat(result.states()).as(what).isEqualTo(slow.size());
            assertThat(result.witnessed().get(0)).as(what).isEqualTo(slow.waits(response));
            assertThat(lasso == null ? -1 : lasso.loop()).as("stem of " + what).isEqualTo(slow.stem(response));
            judged++;
            if (lasso != null) {
                broken++;
                assertThat(slow.wrong(lasso)).as(what).isEmpty();
                assertThat(new LassoJudge(machine).broken(lasso)).as(what).isPresent();
            }
            for (int n = 0; n < RUNS; n++) {
                Lasso run = slow.atRandom(response, 40, random);
                assertThat(new LassoJudge(machine).broken(run).isPresent())
                        .as("%s: %s", what, run)
                        .isEqualTo(slow.wrong(run).isEmpty());
                endless += slow.wrong(run).isEmpty() ? 1 : 0;
            }
        }
    }
}
