package dev.moat.conform.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A recorded answer that says something else is found, at its line: the judges are not hollow. */
class CorruptedAmdViCellTest {
    private static final String ELSEWHERE = "103f7f8";

    private final RecordedLines file = RecordedLines.load("amdvi-oracle/amdvi-qemu.csv");

    private boolean isDma(int line) {
        return List.of("dr", "dw").contains(file.cell(line, "op"));
    }

    private boolean isRead(int line) {
        return List.of("rreg", "rmem").contains(file.cell(line, "op"));
    }

    private static String otherAddress(String text) {
        return text.startsWith(ELSEWHERE)
                ? "-"
                : ELSEWHERE
                        + text.substring(
                                Math.min(text.length(), text.indexOf('+') < 0 ? text.length() : text.indexOf('+')));
    }

    private static String otherNumber(String text) {
        return Long.toHexString(Long.parseUnsignedLong(text, 16) ^ 0x10);
    }

    private static String otherEvent(String text) {
        return text.startsWith("?") ? text : (text.charAt(0) == '0' ? "1" : "0") + text.substring(1);
    }

    @Test
    void everyOutcomeThatTheSpecificationGivesIsFound() {
        int tried = 0;
        int alternative = 0;
        for (int changed = 1; changed > 0; alternative++) {
            int which = alternative;
            changed = allAreFound(null, "spec", line -> corrupted(line, which));
            tried += changed;
        }
        assertThat(tried).isEqualTo(2480);
    }

    /** The outcomes of a row with one of them changed; empty when it has not so many. */
    private String corrupted(int line, int which) {
        boolean answers = isDma(line) || isRead(line);
        String spec = file.cell(line, "spec");
        String[] outcomes = (spec.equals("=") ? file.cell(line, "obs") : spec).split("\\|");
        if (!answers || spec.isEmpty() || which >= outcomes.length) {
            return "";
        }
        outcomes[which] = isDma(line) ? otherAddress(outcomes[which]) : otherNumber(outcomes[which]);
        return String.join("|", outcomes);
    }

    @Test
    void everyLostOutcomeIsFound() {
        int changed = allAreFound(
                null,
                "spec",
                line -> file.cell(line, "spec").contains("|")
                        ? file.cell(line, "spec").replaceFirst("\\|[^|]*$", "")
                        : "");
        assertThat(changed).isEqualTo(622);
    }

    @Test
    void everyWantedEventIsFound() {
        int changed = allAreFound(null, "spec_ev", line -> {
            String wanted = file.cell(line, "spec_ev");
            return wanted.isEmpty() || wanted.startsWith("?") ? "" : otherEvent(wanted);
        });
        assertThat(changed).isEqualTo(413);
    }

    @Test
    void everyObservedOutcomeThatIsWantedIsFound() {
        int changed = allAreFound(null, "obs", line -> {
            boolean wanted = file.cell(line, "spec").equals("=") && (isDma(line) || isRead(line));
            return wanted ? otherObserved(line) : "";
        });
        assertThat(changed).isEqualTo(992);
    }

    /** What QEMU did that the specification does not allow, and no name for it. */
    @Test
    void everyLostNameIsFound() {
        int changed = allAreFound(null, "why", line -> {
            String spec = file.cell(line, "spec");
            boolean outside = !spec.isEmpty()
                    && !spec.equals("=")
                    && !Arrays.asList(spec.split("\\|")).contains(file.cell(line, "obs"));
            return outside ? " " : "";
        });
        assertThat(changed).isEqualTo(153);
    }

    private String otherObserved(int line) {
        String text = file.cell(line, "obs");
        return isDma(line) ? otherAddress(text) : otherNumber(text);
    }

    @Test
    void everyObservedCellIsFoundByItsProfile() {
        for (QemuProfile profile : QemuProfile.ALL) {
            IntFunction<Boolean> ours = line -> profile.isOf(file.cell(line, "qemu"));
            int outcomes = allAreFound(
                    profile,
                    "obs",
                    line -> ours.apply(line) && (isDma(line) || isRead(line)) ? otherObserved(line) : "");
            int events = allAreFound(profile, "events", line -> {
                String text = file.cell(line, "events");
                return !ours.apply(line)
                        ? ""
                        : text.isEmpty() ? "00000020.20090000.00000000.00000000" : text + ";" + text;
            });
            for (String register : Set.of("cmdhead", "evttail", "status")) {
                int numbers = allAreFound(
                        profile, register, line -> ours.apply(line) ? otherNumber(file.cell(line, register)) : "");
                assertThat(numbers).isEqualTo(events);
            }
            assertThat(outcomes).isGreaterThan(140);
        }
    }

    /** The comparison of one cell does not depend on another one. */
    @Test
    void aCellThatIsTheOnlyCorruptedOneIsFound() {
        for (int line = 2; line <= file.lines().size(); line += 7) {
            String text = corrupted(line, 0);
            if (!text.isEmpty()) {
                int first = file.firstLineOfCase(line, "qemu", "case");
                int here = line - first + 2;
                RecordedLines alone = file.caseAt(first, "qemu", "case").with(here, "spec", text);
                assertThat(linesFound(alone, null)).containsExactly(here);
            }
        }
    }

    /**
     * Changes every cell of a column for which there is another text, and demands that each of them is reported, and no other
     * line.
     *
     * @return how many were changed
     */
    private int allAreFound(@Nullable QemuProfile profile, String column, IntFunction<String> other) {
        RecordedLines corrupted = new RecordedLines(file.name(), new ArrayList<>(file.lines()));
        Set<Integer> changed = new TreeSet<>();
        for (int line = 2; line <= file.lines().size(); line++) {
            String text = other.apply(line);
            if (!text.isEmpty()) {
                RecordedLines with = file.with(line, column, text.strip());
                corrupted.lines().set(line - 1, with.lines().get(line - 1));
                changed.add(line);
            }
        }
        if (!changed.isEmpty()) {
            assertThat(linesFound(corrupted, profile)).isEqualTo(changed);
        }
        return changed.size();
    }

    private static Set<Integer> linesFound(RecordedLines corrupted, @Nullable QemuProfile profile) {
        return RecordedLines.found(corrupted.judge((name, in) -> AmdViRecords.run(name, in, profile)));
    }
}
