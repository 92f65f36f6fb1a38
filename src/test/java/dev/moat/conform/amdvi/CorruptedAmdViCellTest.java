package dev.moat.conform.amdvi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.amdvi.record.Column;
import dev.moat.conform.record.Disagreement;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A recorded answer that says something else is found, at its line: the judges are not hollow. */
class CorruptedAmdViCellTest {
    private static final String ELSEWHERE = "103f7f8";

    private final RecordedAmdVi file;

    CorruptedAmdViCellTest() throws IOException {
        file = RecordedAmdVi.load();
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
    void everyOutcomeThatTheSpecificationGivesIsFound() throws IOException {
        int tried = 0;
        int alternative = 0;
        for (int changed = 1; changed > 0; alternative++) {
            int which = alternative;
            changed = allAreFound(null, Column.SPEC, line -> corrupted(line, which));
            tried += changed;
        }
        assertThat(tried).isEqualTo(2480);
    }

    /** The outcomes of a row with one of them changed; empty when it has not so many. */
    private String corrupted(int line, int which) {
        boolean answers = file.isDma(line) || file.isRead(line);
        String spec = file.cell(line, Column.SPEC);
        String[] outcomes = (spec.equals("=") ? file.cell(line, Column.OBS) : spec).split("\\|");
        if (!answers || spec.isEmpty() || which >= outcomes.length) {
            return "";
        }
        outcomes[which] = file.isDma(line) ? otherAddress(outcomes[which]) : otherNumber(outcomes[which]);
        return String.join("|", outcomes);
    }

    @Test
    void everyLostOutcomeIsFound() throws IOException {
        int changed = allAreFound(
                null,
                Column.SPEC,
                line -> file.cell(line, Column.SPEC).contains("|")
                        ? file.cell(line, Column.SPEC).replaceFirst("\\|[^|]*$", "")
                        : "");
        assertThat(changed).isEqualTo(622);
    }

    @Test
    void everyWantedEventIsFound() throws IOException {
        int changed = allAreFound(null, Column.SPEC_EV, line -> {
            String wanted = file.cell(line, Column.SPEC_EV);
            return wanted.isEmpty() || wanted.startsWith("?") ? "" : otherEvent(wanted);
        });
        assertThat(changed).isEqualTo(413);
    }

    @Test
    void everyObservedOutcomeThatIsWantedIsFound() throws IOException {
        int changed = allAreFound(null, Column.OBS, line -> {
            boolean wanted = file.cell(line, Column.SPEC).equals("=") && (file.isDma(line) || file.isRead(line));
            return wanted ? otherObserved(line) : "";
        });
        assertThat(changed).isEqualTo(992);
    }

    /** What QEMU did that the specification does not allow, and no name for it. */
    @Test
    void everyLostNameIsFound() throws IOException {
        int changed = allAreFound(null, Column.WHY, line -> {
            String spec = file.cell(line, Column.SPEC);
            boolean outside = !spec.isEmpty()
                    && !spec.equals("=")
                    && !Arrays.asList(spec.split("\\|")).contains(file.cell(line, Column.OBS));
            return outside ? " " : "";
        });
        assertThat(changed).isEqualTo(153);
    }

    private String otherObserved(int line) {
        String text = file.cell(line, Column.OBS);
        return file.isDma(line) ? otherAddress(text) : otherNumber(text);
    }

    @Test
    void everyObservedCellIsFoundByItsProfile() throws IOException {
        for (QemuProfile profile : QemuProfile.ALL) {
            IntFunction<Boolean> ours = line -> profile.isOf(file.cell(line, Column.QEMU));
            int outcomes = allAreFound(
                    profile,
                    Column.OBS,
                    line -> ours.apply(line) && (file.isDma(line) || file.isRead(line)) ? otherObserved(line) : "");
            int events = allAreFound(profile, Column.EVENTS, line -> {
                String text = file.cell(line, Column.EVENTS);
                return !ours.apply(line)
                        ? ""
                        : text.isEmpty() ? "00000020.20090000.00000000.00000000" : text + ";" + text;
            });
            for (Column register : Set.of(Column.CMDHEAD, Column.EVTTAIL, Column.STATUS)) {
                int numbers = allAreFound(
                        profile, register, line -> ours.apply(line) ? otherNumber(file.cell(line, register)) : "");
                assertThat(numbers).isEqualTo(events);
            }
            assertThat(outcomes).isGreaterThan(140);
        }
    }

    /** The comparison of one cell does not depend on another one. */
    @Test
    void aCellThatIsTheOnlyCorruptedOneIsFound() throws IOException {
        for (int line = 2; line <= file.lines().size(); line += 7) {
            String text = corrupted(line, 0);
            if (!text.isEmpty()) {
                int first = file.firstLineOfCase(line);
                int here = line - first + 2;
                RecordedAmdVi alone = file.caseAt(line).with(here, Column.SPEC, text);
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
    private int allAreFound(@Nullable QemuProfile profile, Column column, IntFunction<String> other)
            throws IOException {
        RecordedAmdVi corrupted = new RecordedAmdVi(new java.util.ArrayList<>(file.lines()));
        Set<Integer> changed = new TreeSet<>();
        for (int line = 2; line <= file.lines().size(); line++) {
            String text = other.apply(line);
            if (!text.isEmpty()) {
                corrupted
                        .lines()
                        .set(
                                line - 1,
                                file.with(line, column, text.strip()).lines().get(line - 1));
                changed.add(line);
            }
        }
        if (!changed.isEmpty()) {
            assertThat(linesFound(corrupted, profile)).isEqualTo(changed);
        }
        return changed.size();
    }

    private static Set<Integer> linesFound(RecordedAmdVi corrupted, @Nullable QemuProfile profile) throws IOException {
        return corrupted.judge(profile).disagreements().stream()
                .map(Disagreement::line)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
