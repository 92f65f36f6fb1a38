package dev.moat.audit.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.audit.Audit;
import dev.moat.input.InputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A driver without mistake whose recording lacks something, or contradicts itself: nothing is called held, and nothing violated. */
class HostileEventsTest {
    private static List<String> lines() {
        return new ArrayList<>(DriverText.of("vtd", Mistake.NONE).lines);
    }

    private static List<String> without(String regex) {
        List<String> lines = lines();
        assertThat(lines.removeIf(line -> line.matches(regex))).as(regex).isTrue();
        return lines;
    }

    private static List<String> withLine(String before, String line) {
        List<String> lines = lines();
        lines.add(lines.indexOf(before), line);
        return lines;
    }

    private static List<String> replaced(String regex, String by) {
        List<String> lines = lines();
        lines.replaceAll(line -> line.replaceFirst(regex, by));
        assertThat(lines).isNotEqualTo(lines());
        return lines;
    }

    private static List<String> functionsLast() {
        List<String> lines = without("function .*");
        lines.addAll(lines().stream().filter(l -> l.startsWith("function")).toList());
        return lines;
    }

    static Stream<Arguments> recordings() {
        String first = "call 0 unmap 0x1000 2";
        return Stream.of(
                Arguments.of("events lost in front", withLine(first, "lost 3")),
                Arguments.of("events lost at the end", withLine("return 0 attach", "lost")),
                Arguments.of("no unit", without("unit .*")),
                Arguments.of("an unknown family", replaced("unit 0 vtd", "unit 0 riscv")),
                Arguments.of("a family without recordings", replaced("unit 0 vtd", "unit 0 calgary")),
                Arguments.of("no functions", without("function .*")),
                Arguments.of("functions behind their calls", functionsLast()),
                Arguments.of("a call not seen to begin", without("call 0 unmap 0x1000 2")),
                Arguments.of("a return before its call", withLine(first, "return 0 unmap")),
                Arguments.of("calls without return", without("return 0 unmap")),
                Arguments.of("no registers", without("write .*")),
                Arguments.of("a table not shown", without("page 0x21000")),
                Arguments.of("a queue not shown", without("(page|store 0) 0x40.*")),
                Arguments.of("nothing shows waits", without("records.*|function wait_done.*|store unit0.*")),
                Arguments.of("device TLBs not told", replaced("device 0 00:14.0 ats=on", "device 0 00:14.0")),
                Arguments.of("memory is otherwise", withLine(first, "differs 0x22008 0x777003")),
                Arguments.of("a page is shown otherwise", withLine(first, "page 0x22000 0x8:0x777003")),
                Arguments.of("the unit took another command", withLine(first, "took 0 0x1 0x2")),
                Arguments.of("a line that is no event", withLine(first, "store 0 0x22008 8")),
                Arguments.of("a store across pages", withLine(first, "store 0 0x22fff 8 0")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recordings")
    void nothingIsHeldOrViolated(String what, List<String> lines) throws IOException {
        Audit audit = MistakesTest.judge(String.join("\n", lines) + "\n");
        assertThat(audit.outcome(true)).as(what).isEqualTo(Audit.Outcome.NOT_JUDGED);
    }

    @Test
    void anotherVersionAndBytesOfNoTextAreRefused() {
        for (String text : List.of("moat-events 2\n", "moat-events \n", "moat-events 1\nstore 0 \0\n")) {
            assertThatThrownBy(() -> MistakesTest.judge(text)).isInstanceOf(InputException.class);
        }
    }
}
