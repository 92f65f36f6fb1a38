package dev.moat.conform.viommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A recorded cell that says something else is found, at its line and nowhere else: the comparison is not hollow. */
class CorruptedRecordTest {
    @ParameterizedTest
    @CsvSource({
        "interrupt-remapping, vtd,       vtd,       1690",
        "interrupt-remapping, qemu-7.2,  qemu_7_2,  1690",
        "interrupt-remapping, qemu-10.0, qemu_10_0, 1690",
        "interrupt-remapping, qemu-11.1, qemu_11_1, 1690",
        "dma-remapping,       vtd,       vtd,       1701",
        "dma-remapping,       qemu-7.2,  qemu_7_2,  282",
        "dma-remapping,       qemu-10.0, qemu_10_0, 1949",
        "dma-remapping,       qemu-11.1, qemu_11_1, 1949",
        "shadow,              qemu-11.1, qemu_11_1, 881",
    })
    void everyWordOfEveryCellCounts(String name, String profile, String column, int cells) {
        RecordedLines all = ViommuFile.load(name);
        int word = 0;
        for (int changed = cells; changed > 0; word++) {
            RecordedLines corrupted = all;
            Set<Integer> lines = new TreeSet<>();
            for (int line = 2; line <= all.lines().size(); line++) {
                String text = all.cell(line, column);
                String other = CellExpectation.isStated(text) ? corrupted(text, word) : text;
                if (!other.equals(text)) {
                    corrupted = corrupted.with(line, column, other);
                    lines.add(line);
                }
            }
            RowTally found = ViommuFile.judge(corrupted, Profile.of(profile).orElseThrow());
            assertThat(RecordedLines.found(found)).as("word " + word).isEqualTo(lines);
            assertThat(found.disagreements()).allMatch(d -> d.column().equals(column));
            // Every cell ends with FSTS and a record.
            assertThat(lines.size()).isLessThanOrEqualTo(cells);
            assertThat(word > 1 || lines.size() == cells).isTrue();
            changed = lines.size();
        }
        assertThat(word).isGreaterThan(3);
    }

    /** The cell with its word of this number changed, the cell as it is if that says nothing, or has not so many. */
    private static String corrupted(String cell, int which) {
        String[] words = cell.split(" ");
        int shadow = Arrays.asList(words).indexOf(CellExpectation.SHADOW);
        int last = shadow < 0 ? words.length : shadow;
        if (which >= last) {
            return cell;
        }
        String word = words[which];
        if (word.startsWith("pt=ok:") && isRom(word)) {
            return cell;
        }
        char end = word.charAt(word.length() - 1);
        words[which] = word.substring(0, word.length() - 1) + (end == '1' ? '2' : '1');
        return String.join(" ", words);
    }

    /** The recorder could not tell addresses of memory that is read only. */
    private static boolean isRom(String word) {
        String address = word.substring("pt=ok:0x".length());
        return address.startsWith("-") || GuestMemory.isRom(Long.parseUnsignedLong(address, 16));
    }

    /** No recorded row has reserved data, since the recorder's devices send 16 bits. */
    @ParameterizedTest
    @CsvSource({"F20@0x0/sid=0x20, true", "F20@-/sid=0x20, true", "F20@0x0/sid=0x23, false", "F21@0x0/sid=0x20, false"})
    void theIndexOfARequestWithReservedDataMeansNothing(String fault, boolean agrees) {
        String start = "ir,c,%d,%s,%s,,,,,%s fsts=0x%d fr=%s,,";
        RecordedLines file = new RecordedLines(
                "f",
                List.of(
                        ViommuFile.load(ViommuFile.INTERRUPTS).lines().get(0),
                        String.format(start, 1, "irta", "0x200007", "irta=0x200007", 0, "-"),
                        String.format(start, 2, "gcmd", "0x7000000", "gsts=0x7000000", 0, "-"),
                        String.format(start, 3, "msi", "d0 0xfee00018 0x10000", "int=none", 2, fault)));
        RowTally found = ViommuFile.judge(file, Profile.SPECIFICATION);
        assertThat(found.compared()).isEqualTo(3);
        assertThat(found.disagreements()).hasSize(agrees ? 0 : 1);
    }

    @Test
    void everyOlderEntryThatHardwareMayUseCounts() {
        RecordedLines all = ViommuFile.load(ViommuFile.INTERRUPTS);
        int changed = 0;
        for (int line = 2; line <= all.lines().size(); line++) {
            String text = all.cell(line, "may_also");
            List<String> others = text.isEmpty() ? List.of() : List.of(text.split(";"));
            for (int i = 0; i < others.size(); i++) {
                List<String> fewer = new ArrayList<>(others);
                fewer.remove(i);
                assertFound(all, line, "may_also", String.join(";", fewer), Profile.SPECIFICATION);
                changed++;
            }
            if (!others.isEmpty() || line % 20 == 0) {
                String more = text.isEmpty() ? "F26" : text + ";int=0xff/d=0xff/dm=0/dlm=0/tm=0/rh=0/remap";
                assertFound(all, line, "may_also", more, Profile.SPECIFICATION);
                changed++;
            }
        }
        assertThat(changed).isGreaterThan(41 * 2 + 50);
    }

    /** Each mapping that is lost, added, or different; alone in its case, since what follows is not compared. */
    @Test
    void everyMappingOfAShadowCounts() {
        RecordedLines all = ViommuFile.load(ViommuFile.SHADOW);
        int changed = 0;
        for (int line = 2; line <= all.lines().size(); line++) {
            String text = all.cell(line, "qemu_11_1");
            for (String other : otherShadows(text)) {
                assertFound(all, line, "qemu_11_1", other, Profile.QEMU_11_1);
                changed++;
            }
        }
        assertThat(changed).isEqualTo(510);
    }

    private static List<String> otherShadows(String cell) {
        List<String> words = CellExpectation.shadowOf(cell);
        // What has been removed in part is not followed further.
        if (cell.contains("-part:")) {
            return List.of();
        }
        List<String> others = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String address = word.contains("/") ? word.substring(1, word.indexOf('/')) : word.substring(1);
            boolean last = words.subList(i + 1, words.size()).stream()
                    .noneMatch(w -> w.startsWith(address, 1) || w.endsWith("ram"));
            if (last) {
                others.add(replaced(cell, word, ""));
            }
            if (last && word.startsWith("+0x")) {
                boolean both = word.endsWith("/rw");
                others.add(replaced(cell, word, word.replaceFirst("/rw?$", both ? "/r" : "/rw")));
                others.add(replaced(cell, word, word.replaceFirst("/0x", "/0x1")));
                String target = word.contains("=rom/") ? "=0x5000/" : "=rom/";
                others.add(replaced(cell, word, word.replaceFirst("=[^/]*/", target)));
                others.add(replaced(cell, word, word.replaceFirst("=(0x|rom)", "=0x1")));
            }
        }
        return others;
    }

    private static String replaced(String cell, String word, String other) {
        int at = cell.lastIndexOf(word);
        return (cell.substring(0, at) + other + cell.substring(at + word.length())).strip();
    }

    private static void assertFound(RecordedLines all, int line, String column, String text, Profile profile) {
        int first = all.firstLineOfCase(line, ViommuFile.caseBy(all));
        int own = line - first + 2;
        RecordedLines alone = all.caseAt(first, ViommuFile.caseBy(all)).with(own, column, text);
        RowTally found = ViommuFile.judge(alone, profile);
        assertThat(RecordedLines.found(found))
                .as("%s:%d %s '%s'", all.name(), line, column, text)
                .containsExactly(own);
    }

    @Test
    void everyRegisterAtResetCounts() {
        RecordedLines all = ViommuFile.load(ViommuFile.CAPABILITIES);
        List<String> columns = List.of("VER", "CAP", "ECAP", "GSTS", "FSTS", "FECTL", "IECTL", "IRTA");
        for (int line = 2; line <= all.lines().size(); line++) {
            String qemu = all.cell(line, "qemu");
            boolean refused = all.cell(line, "VER").equals("refused");
            for (String column : refused ? columns.subList(0, 1) : columns) {
                String text = all.cell(line, column);
                for (Profile profile : new Profile[] {
                    Profile.SPECIFICATION, Profile.of("qemu-" + qemu).orElseThrow()
                }) {
                    assertFound(all, line, column, refused ? "0x10" : text + "1", profile);
                    assertFound(all, line, column, refused ? "0x10" : "refused", profile);
                }
            }
        }
    }
}
