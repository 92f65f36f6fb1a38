package dev.moat.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.Watched;
import dev.moat.logic.claims.TransitionJudge;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Claim;
import dev.moat.state.Slots;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What letters do in states that agree in what they were seen to read: the same changes, and the same questions about claims. */
class ProbeTest {
    private static final int STATES = 600;

    /** Notes what it is asked, and finds a fault in it or not. */
    private static final class Listener implements TransitionJudge {
        final List<String> asked = new ArrayList<>();
        final List<String> claims = new ArrayList<>();
        List<String> answer;
        boolean dependsOnNothing;

        @Override
        public List<String> judge(long[] before, long[] after, Claim claim) {
            StringBuilder names = new StringBuilder();
            for (int i = 0; i < claim.count(); i++) {
                names.append(' ')
                        .append(claim.name(i))
                        .append(claim.argument(i, 0))
                        .append(claim.argument(i, 1));
            }
            claims.add(names.toString());
            asked.add(Arrays.toString(before) + Arrays.toString(after) + names);
            return answer;
        }

        @Override
        public void tell(long[] bits, Consumer<String> actions) {
            if (!dependsOnNothing) {
                TransitionJudge.super.tell(bits, actions);
            }
        }
    }

    /** What was claimed in a state, and on what that depends. */
    private record Said(long[] state, long[] reads, List<String> claims) {}

    /** An effect that was seen in one state, and on what it depends. */
    private record Seen(long[] state, long[] bits, List<Long> changed, Probe.Account account) {
        boolean holds(long[] s) {
            return agree(s, state, bits);
        }
    }

    private static boolean agree(long[] s, long[] t, long[] bits) {
        boolean same = true;
        for (int w = 0; w < bits.length; w++) {
            same &= ((s[w] ^ t[w]) & bits[w]) == 0;
        }
        return same;
    }

    /** The first states that a search meets. */
    static List<long[]> states(Machine machine) {
        Set<List<Long>> seen = new LinkedHashSet<>();
        List<long[]> found = new ArrayList<>(List.of(machine.initial()));
        seen.add(Arrays.stream(machine.initial()).boxed().toList());
        Stepper stepper = machine.stepper();
        for (int i = 0; i < found.size() && found.size() < STATES; i++) {
            stepper.expand(found.get(i), (letter, s) -> {
                if (seen.add(Arrays.stream(s).boxed().toList())) {
                    found.add(s.clone());
                }
            });
        }
        return found;
    }

    private static List<Long> changed(Probe probe, int words) {
        List<Long> all = new ArrayList<>();
        for (int k = 0; k < probe.count(); k++) {
            for (int w = 0; w < words; w++) {
                all.add(probe.changed(k, w));
            }
        }
        return all;
    }

    private static ClaimWatch.Wrong ask(Probe probe, long[] s, Probe.Account account) {
        probe.ask(s, account.asked());
        ClaimWatch.Wrong wrong = probe.wrong();
        if (wrong == null && account.asks()) {
            assertThat(probe.reads())
                    .as("a judge that tells nothing depends on all")
                    .containsOnly(-1L);
        }
        return wrong;
    }

    private static boolean isAsked(Machine machine, int letter, long[] s) {
        Machine.Instance it = machine.instance(letter);
        boolean idle = it.kind() == Machine.Kind.ACTION || machine.model().pc().get(s, it.cpu()) == 0;
        return (it.kind() == Machine.Kind.ADVANCE) != idle || it.kind() == Machine.Kind.ACTION;
    }

    @ParameterizedTest
    @CsvSource({"r1,OPERATION", "xen-vtd,STEP", "xen-vtd,OPERATION"})
    void statesThatAgreeInWhatIsReadAreAskedAboutAlike(String component, Granularity granularity) {
        Map<String, String> small = component.equals("r1") ? Map.of() : Map.of("refs", "1", "handles", "1");
        Machine machine = Catalog.load().machine(new MachineSpec(component, small, granularity, true, List.of()));
        int words = machine.schema().words();
        Conditions conditions = new Conditions(machine.schema());
        List<long[]> states = states(machine);
        states.forEach(conditions::look);
        Probe probe = new Probe(machine, conditions);
        Listener judge = new Listener();
        assertThat(probe.bytes()).isZero();
        ClaimWatch watch = probe.compareWith(judge);
        assertThat(probe.bytes()).as("before a transition and after").isGreaterThan(2 * 8 * Watched.LENGTH);
        Map<Integer, List<Seen>> known = new HashMap<>();
        int again = 0;
        for (long[] s : states) {
            for (int i = 0; i < machine.instances(); i++) {
                if (!isAsked(machine, i, s)) {
                    continue;
                }
                judge.asked.clear();
                judge.answer = null;
                probe.run(i, i + 1, s);
                List<String> asked = List.copyOf(judge.asked);
                List<Long> changed = changed(probe, words);
                long[] bits = probe.bits().clone();
                Probe.Account account = probe.account();
                List<Seen> ofLetter = known.computeIfAbsent(i, k -> new ArrayList<>());
                List<Seen> alike = ofLetter.stream().filter(one -> one.holds(s)).collect(Collectors.toList());
                for (Seen one : alike) {
                    assertThat(changed).isEqualTo(one.changed);
                    judge.asked.clear();
                    assertThat(ask(probe, s, one.account)).isNull();
                    assertThat(judge.asked).isEqualTo(asked);
                    again += asked.isEmpty() ? 0 : 1;
                    judge.answer = List.of("wrong");
                    ClaimWatch.Wrong wrong = ask(probe, s, one.account);
                    judge.answer = null;
                    assertThat(wrong == null).isEqualTo(asked.isEmpty());
                    assertThat(wrong == null ? List.of("wrong") : wrong.lines()).containsExactly("wrong");
                }
                ofLetter.removeIf(alike::contains);
                ofLetter.add(new Seen(s, bits, changed, account));
            }
        }
        assertThat(again).isGreaterThan(500);
        watch.rest();
        assertThat(watch.wrong()).isNull();
    }

    /** States that agree in what was read for a claim have that claim, whatever its judge looks at. */
    @Test
    void whatIsClaimedDependsOnWhatWasReadForIt() {
        Map<String, String> small = Map.of("refs", "1", "handles", "1");
        Machine machine = Catalog.load().machine(new MachineSpec("xen-vtd", small, Granularity.STEP, true, List.of()));
        assertThat(agreements(machine)).isGreaterThan(1000);
    }

    /** What a claim reads of the state before counts, too, where the step does not touch it. */
    @Test
    void whatIsReadOfTheStateBeforeCounts() {
        ModelBuilder model = new ModelBuilder(new Edits());
        Slots lamp = Lamps.flipped(model, Lamps.sort(2), "other");
        model.claim("other", (before, after, a, b, c, d, e, claim) -> claim.add("seen", (int) lamp.get(before, 0)));
        assertThat(agreements(new Machine(model.build(), Granularity.OPERATION, true)))
                .isPositive();
    }

    /** How often two states agreed in what was read for the same claim; there are such that do not, and claim something else. */
    private static int agreements(Machine machine) {
        Conditions conditions = new Conditions(machine.schema());
        List<long[]> states = states(machine);
        states.forEach(conditions::look);
        Probe probe = new Probe(machine, conditions);
        Listener judge = new Listener();
        judge.dependsOnNothing = true;
        probe.compareWith(judge);
        Map<List<Probe.Asked>, List<Said>> known = new HashMap<>();
        int same = 0;
        int others = 0;
        for (long[] s : states) {
            for (int i = 0; i < machine.instances(); i++) {
                if (!isAsked(machine, i, s)) {
                    continue;
                }
                probe.run(i, i + 1, s);
                List<Probe.Asked> all = probe.account().asked();
                Probe.Account claimed = probe.claimed();
                long[] reads = probe.reads().clone();
                judge.claims.clear();
                probe.ask(s, all);
                assertThat(probe.wrong()).isNull();
                assertThat(probe.claimed()).as("what is run is asked about").isEqualTo(claimed);
                assertThat(probe.reads()).isEqualTo(reads);
                Said said = new Said(s, reads, List.copyOf(judge.claims));
                List<Said> before = known.computeIfAbsent(all, k -> new ArrayList<>());
                for (Said one : before) {
                    boolean agree = agree(s, one.state, reads);
                    same += agree && !all.isEmpty() ? 1 : 0;
                    others += said.claims.equals(one.claims) ? 0 : 1;
                    assertThat(agree && !said.claims.equals(one.claims)).isFalse();
                }
                before.add(said);
            }
        }
        assertThat(others).as("what was read decides").isPositive();
        return same;
    }

    /** Two that differ anywhere are counted apart, even where their hashes agree. */
    @Test
    void accountsThatDifferAreNotTheSame() {
        Probe.Account one = account(1, 2, "a");
        assertThat(one).isEqualTo(account(1, 2, "a")).hasSameHashCodeAs(account(1, 2, "a"));
        assertThat(one).isNotEqualTo(account(3, 2, "a"));
        assertThat(one).isNotEqualTo(account(1, 3, "a"));
        assertThat(one).isNotEqualTo(account(1, 2, "b"));
        assertThat(one.size()).isEqualTo(3);
    }

    private static Probe.Account account(int counted, int stutter, String claimed) {
        return new Probe.Account(
                new int[] {counted}, new int[] {stutter}, new String[] {claimed}, new Probe.Asked[0], new long[0]);
    }
}
