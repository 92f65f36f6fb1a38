package dev.moat.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The transitions of several letters are asked about again as they were judged when they ran, wrong ones among them. */
class AskedAgainTest {
    /** What was judged, and which of it is wrong. */
    private final List<String> judged = new ArrayList<>();

    private Predicate<String> wrong = text -> false;

    /** What is behind something wrong is not judged, the next letter's transition is, and the first wrong letter is told. */
    @Test
    void whatIsWrongHidesNoOtherLetter() {
        Map<String, String> small = Map.of("refs", "1", "handles", "1");
        Machine machine =
                Catalog.load().machine(new MachineSpec("xen-vtd", small, Granularity.OPERATION, true, List.of()));
        List<long[]> states = ProbeTest.states(machine);
        Conditions conditions = new Conditions(machine.schema());
        states.forEach(conditions::look);
        Probe probe = new Probe(machine, conditions);
        probe.compareWith((before, after, claim) -> {
            String text = Arrays.toString(before) + Arrays.toString(after);
            judged.add(text);
            return wrong.test(text) ? List.of("wrong") : null;
        });
        int severalWrong = 0;
        int laterLetters = 0;
        for (long[] s : states) {
            for (int first = 0; first < machine.instances(); first = endOfPart(machine, first)) {
                int end = endOfPart(machine, first);
                if (machine.instance(first).kind() == Machine.Kind.ADVANCE) {
                    continue;
                }
                wrong = text -> false;
                probe.run(first, end, s);
                Probe.Account account = probe.account();
                wrong = text -> (text.hashCode() >>> 3) % 3 == 0;
                judged.clear();
                probe.run(first, end, s);
                List<String> ran = List.copyOf(judged);
                ClaimWatch.Wrong found = probe.wrong();
                int letter = probe.wrongLetter();
                judged.clear();
                probe.ask(s, account.asked());
                assertThat(judged).isEqualTo(ran);
                assertThat(probe.wrong()).isEqualTo(found);
                if (found != null) {
                    assertThat(probe.wrongLetter()).isEqualTo(letter);
                    laterLetters += letter > first ? 1 : 0;
                    severalWrong += ran.stream().filter(wrong).count() > 1 ? 1 : 0;
                }
            }
        }
        assertThat(severalWrong).isGreaterThan(10);
        assertThat(laterLetters).isGreaterThan(10);
    }

    private static int endOfPart(Machine machine, int first) {
        Machine.Instance it = machine.instance(first);
        int end = first + 1;
        while (end < machine.instances()
                && machine.instance(end).kind() == it.kind()
                && machine.instance(end).target() == it.target()
                && machine.instance(end).cpu() == it.cpu()) {
            end++;
        }
        return end;
    }
}
