package dev.moat.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Logs that were made up, each with sentences that its answer has and has not. */
class ExplanationTest {
    private static final Path CASES = Path.of("src/test/resources/explain/cases.txt");
    private static final Pattern CITED = Pattern.compile("\\bLINES\\b|\\[[\\d, .-]+]$");

    /** A log, and parts of lines of its answer. */
    private record Case(String name, String log, List<String> has, List<String> hasNot) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String text : Files.readString(CASES).split("(?m)^=== ")) {
            if (!text.isBlank()) {
                int end = text.indexOf('\n');
                String[] parts = text.substring(end + 1).split("(?m)^--- ?\\n");
                cases.add(new Case(text.substring(0, end), parts[0], marked(parts[1], "+ "), marked(parts[1], "- ")));
            }
        }
        return cases.stream();
    }

    private static List<String> marked(String text, String mark) {
        return text.lines()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()))
                .toList();
    }

    private static LogExplanation explain(String log) throws IOException {
        return LogExplanation.of("log", new ByteArrayInputStream(log.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> text(String log) throws IOException {
        return ExplanationText.of(explain(log));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void answers(Case one) throws IOException {
        List<String> text = text(one.log);
        assertThat(one.has).isNotEmpty();
        for (String part : one.has) {
            assertThat(text).as(part).anyMatch(line -> line.endsWith(part) || line.contains(part));
        }
        for (String part : one.hasNot) {
            assertThat(text).as(part).noneMatch(line -> line.contains(part));
        }
    }

    /** Every form has a case, and one in which its own lines exclude a cause. */
    @Test
    void everyFormHasACauseExcluded() throws IOException {
        List<LogForm> excluded = new ArrayList<>();
        for (Case one : cases().toList()) {
            for (FaultAnswer answer : explain(one.log).answers()) {
                if (answer.said().stream().anyMatch(said -> said.kind() == Said.Kind.EXCLUDED)) {
                    excluded.add(answer.form());
                }
            }
        }
        assertThat(excluded)
                .contains(Arrays.stream(LogForm.values())
                        .filter(form -> form != LogForm.MACHINE)
                        .toArray(LogForm[]::new));
    }

    /** Quoted, stamped, from a serial line, or through syslog: the lines are the same, and so is the answer. */
    @ParameterizedTest
    @MethodSource("cases")
    void howLinesArePastedMakesNoDifference(Case one) throws IOException {
        List<String> plain = text(one.log);
        for (String before : List.of(
                "> ",
                "> > [   12.345678] ",
                "Mar  6 15:42:57 host kernel: ",
                "2024-03-06T15:42:57.123456+01:00 host kernel: ",
                "kern  :err   : [Thu Oct 22 08:54:51 2020] ",
                "<3>[    1.000000] ",
                "[    1.000000][  T123] ",
                "\u001b[31m")) {
            String pasted = one.log
                    .lines()
                    .map(line -> line.startsWith("(XEN)") && !before.startsWith(">") ? line : before + line)
                    .collect(Collectors.joining("\r\n", "", "\r\n"));
            assertThat(text(pasted)).as(before).isEqualTo(plain);
        }
    }

    /** Wrapped by a mail program: other lines, the same sentences. */
    @ParameterizedTest
    @MethodSource("cases")
    void wrappedLinesAreJoined(Case one) throws IOException {
        String wrapped = one.log
                .lines()
                .map(line -> line.replaceAll("(.{40,70}) (?=.)", "$1\n"))
                .collect(Collectors.joining("\n", "", "\n"));
        assertThat(text(wrapped).stream().map(ExplanationTest::withoutLines).toList())
                .isEqualTo(text(one.log).stream()
                        .map(ExplanationTest::withoutLines)
                        .toList());
    }

    private static String withoutLines(String line) {
        return CITED.matcher(line).replaceAll("");
    }

    /** Each sentence names lines, and lines that there are. */
    @ParameterizedTest
    @MethodSource("cases")
    void sentencesNameTheirLines(Case one) throws IOException {
        int lines = (int) one.log.lines().count();
        for (FaultAnswer answer : explain(one.log).answers()) {
            for (Said said : answer.said()) {
                assertThat(said.lines()).as(said.text()).isNotEmpty().allMatch(line -> line >= 1 && line <= lines);
            }
            assertThat(answer.said()).as(answer.subject()).anyMatch(said -> said.kind() == Said.Kind.EVENT);
        }
    }

    /** What an answer tells to check is there, and is a control. */
    @Test
    void scenariosThatAreNamedAreControls() throws IOException {
        List<String> named = new ArrayList<>();
        try (Stream<Path> sources = Files.list(Path.of("src/main/java/dev/moat/explain"))) {
            for (Path source : sources.toList()) {
                Pattern.compile("shownBy\\(([^)]*)\\)", Pattern.DOTALL)
                        .matcher(Files.readString(source))
                        .results()
                        .flatMap(call -> Pattern.compile("\"([^\"]+)\"")
                                .matcher(call.group(1))
                                .results())
                        .forEach(id -> named.add(id.group(1)));
            }
        }
        Files.readString(Path.of("src/main/resources/dev/moat/explain/messages.txt"))
                .lines()
                .filter(line -> line.startsWith("shown "))
                .forEach(line -> named.addAll(List.of(line.substring(6).split(" "))));
        assertThat(named)
                .hasSizeGreaterThan(20)
                .allSatisfy(id -> assertThat(Path.of("counterexamples/" + id + ".itf.json"))
                        .exists());
    }

    /** Many faults are explained up to a limit, and the rest is counted. */
    @Test
    void whatIsTooMuchIsCounted() throws IOException {
        String log = IntStream.range(0, 100)
                .mapToObj(n -> String.format("g.e. 0x%x still pending%n", n + 16))
                .collect(Collectors.joining());
        assertThat(text(log)).anyMatch(line -> line.contains("60 further reports are of other faults"));
    }
}
