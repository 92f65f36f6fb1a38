package dev.moat.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.Watched;
import dev.moat.logic.claims.TransitionJudge;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.relation.Claim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
        List<String> answer;

        @Override
        public List<String> judge(long[] before, long[] after, Claim claim) {
            StringBuilder names = new StringBuilder();
            for (int i = 0; i < claim.count(); i++) {
                names.append(' ')
                        .append(claim.name(i))
                        .append(claim.argument(i, 0))
                        .append(claim.argument(i, 1));
            }
            asked.add(Arrays.toString(before) + Arrays.toString(after) + names);
            return answer;
        }
    }

    /** An effect that was seen in one state, and on what it depends. */
    private record Seen(long[] state, long[] bits, List<Long> changed, Probe.Account account) {
        boolean holds(long[] s) {
            boolean same = true;
            for (int w = 0; w < bits.length; w++) {
                same &= ((s[w] ^ state[w]) & bits[w]) == 0;
            }
            return same;
        }
    }

    private static List<long[]> states(Machine machine) {
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
        long[] reads = new long[s.length];
        for (ClaimWatch.Asked one : account.asked()) {
            ClaimWatch.Wrong wrong = probe.ask(s, one, reads);
            if (wrong != null) {
                return wrong;
            }
            assertThat(reads).as("a judge that tells nothing depends on all").containsOnly(-1L);
        }
        return null;
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
                probe.run(i, i + 1, s, true);
                List<String> asked = List.copyOf(judge.asked);
                List<Long> changed = changed(probe, words);
                long[] bits = probe.bits().clone();
                for (int w = 0; w < words; w++) {
                    bits[w] |= probe.claimed()[w];
                }
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
        return new Probe.Account(new int[] {counted}, new int[] {stutter}, List.of(claimed), List.of());
    }
}
