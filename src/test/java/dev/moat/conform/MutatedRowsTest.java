package dev.moat.conform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.moat.conform.amdvi.AmdViRecords;
import dev.moat.conform.dma.DmaRecords;
import dev.moat.conform.rows.RecordedLines;
import dev.moat.conform.rows.RowTally;
import dev.moat.conform.viommu.Profile;
import dev.moat.conform.viommu.ViommuRecords;
import dev.moat.conform.xen.XenRecords;
import dev.moat.conform.xen.XenRelease;
import dev.moat.tests.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Rows of every recorder, changed at random: whatever is done to a case, it is judged or left out, no other case is lost, and every row
 * is counted once.
 */
class MutatedRowsTest {
    private static final Pattern NUMBER = Pattern.compile("(0x)?[0-9a-f]+");
    private static final List<String> NUMBERS = List.of(
            "0",
            "1",
            "2",
            "7",
            "8",
            "f",
            "10",
            "3f",
            "40",
            "64",
            "127",
            "128",
            "200",
            "255",
            "256",
            "511",
            "fff",
            "1000",
            "1001",
            "4095",
            "4096",
            "7fef",
            "7ff0",
            "ffff",
            "10000",
            "65536",
            "fffff",
            "100000",
            "7fffffff",
            "80000000",
            "ffffffff",
            "100000000",
            "4294967295",
            "fee00000",
            "7ffffffffffff000",
            "7fffffffffffffff",
            "8000000000000000",
            "fffffffffffff000",
            "ffffffffffffffff",
            "9223372036854775807",
            "18446744073709551615",
            "99999999999999999999999",
            "-1");
    private static final List<String> TEXTS = List.of(
            "",
            "-",
            "=",
            ";",
            "|",
            "+",
            "?",
            "x",
            "0x",
            "a=b",
            "1=2",
            "1+1",
            "1+",
            "D0",
            "D1",
            "D7",
            "D8",
            "D4096",
            "D1.P3",
            "D7.P0",
            "D0.P499",
            "D1.GT0",
            "D1.L1",
            "D1.P3'",
            "V0",
            "V15",
            "V16",
            "V99",
            "V100",
            "PTE(V3)",
            "VA(D1.P5)",
            "VA(P3)",
            "e0",
            "e1",
            "e9",
            "SELF",
            "BADMFN",
            "BADVA",
            "XENVA",
            "1/2",
            "2/2",
            "999999/999999",
            "h1",
            "#0",
            "#-1",
            "BUG",
            "HANG",
            "error",
            "fail",
            "n/a",
            "refused",
            "\u009b31m",
            "\u202e",
            "\u00e9",
            "9999x[WAIT]",
            "IOTLB-DOMAIN(did=65535)",
            "shadow -ram",
            "d5",
            "p0",
            "A",
            "w",
            "0x0 0x0",
            "0-ffffffffffffffff=af");

    private static RowTally judge(RecordedLines file) {
        String name = file.name();
        return file.judge((f, in) -> switch (name.substring(0, name.indexOf('-'))) {
            case "amdvi" -> AmdViRecords.run(f, in, null);
            case "dma" -> DmaRecords.run(f, in, "linux-6.1");
            case "viommu" -> ViommuRecords.run(f, in, Profile.QEMU_11_1);
            default -> XenRecords.run(f, in, XenRelease.XEN_4_17);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "amdvi-oracle/amdvi-qemu.csv, 24",
        "dma-oracle/area.csv, 24",
        "dma-oracle/calgary.csv, 24",
        "dma-oracle/gart.csv, 24",
        "dma-oracle/iova.csv, 24",
        "dma-oracle/swiotlb.csv, 24",
        "dma-oracle/xen-swiotlb.csv, 24",
        "viommu-oracle/interrupt-remapping.csv, 24",
        "viommu-oracle/dma-remapping.csv, 24",
        "viommu-oracle/shadow.csv, 24",
        "viommu-oracle/capabilities.csv, 24",
        "xen-oracle/grant-table-4.17.csv, 12",
        "xen-oracle/vtd-pv-4.17.csv, 12"
    })
    void aMutatedCaseCostsNoOther(String name, int tries) {
        RecordedLines all = RecordedLines.load(name);
        List<String> columns = List.of(all.lines().get(0).split(","));
        String[] caseBy = List.of("qemu", "suite", "config", "case").stream()
                .filter(c -> columns.contains(c) && columns.contains("case"))
                .toArray(String[]::new);
        RecordedLines before = small(all, 2, caseBy);
        RecordedLines behind = small(all, 2 + before.lines().size() - 1, caseBy);
        List<String> first = before.lines().subList(1, before.lines().size());
        List<String> last = behind.lines().subList(1, behind.lines().size());
        long seed = Long.getLong("rows.seed", 20261130);
        for (int i = 0; i < Volume.of(tries, Integer.getInteger("rows.tries", 4000)); i++) {
            Random random = new Random(seed + 7919L * i);
            int from = 2 + first.size() + last.size();
            RecordedLines middle = all.caseAt(
                    all.firstLineOfCase(from + random.nextInt(all.lines().size() - from + 1), caseBy), caseBy);
            List<String> rows =
                    new ArrayList<>(middle.lines().subList(1, middle.lines().size()));
            if (rows.size() > 120) {
                rows = new ArrayList<>(rows.subList(0, 120));
            }
            for (int change = random.nextInt(4); change >= 0; change--) {
                mutate(rows, all, random);
            }
            List<String> text = new ArrayList<>(first);
            text.addAll(rows);
            text.addAll(last);
            isHarmless(all.rows(text.toArray(String[]::new)), first.size(), last.size(), seed + 7919L * i);
        }
    }

    private static RecordedLines small(RecordedLines all, int line, String... caseBy) {
        int at = line;
        RecordedLines one = all.caseAt(at, caseBy);
        while (one.lines().size() > 60 || String.join("", one.lines()).contains("assign")) {
            at += one.lines().size() - 1;
            one = all.caseAt(at, caseBy);
        }
        return one;
    }

    private static void mutate(List<String> rows, RecordedLines all, Random random) {
        int at = random.nextInt(rows.size());
        String row = rows.get(at);
        List<String> cells = new ArrayList<>(List.of(row.split(",", -1)));
        int cell = random.nextInt(cells.size());
        switch (random.nextInt(12)) {
            case 0 -> rows.add(at, row);
            case 1 -> rows.set(at, rows.get(random.nextInt(rows.size())));
            case 2 -> rows.set(at, row.substring(0, random.nextInt(row.length() + 1)));
            case 3 -> cells.set(cell, TEXTS.get(random.nextInt(TEXTS.size())));
            case 4, 5 -> {
                // The cell of another row, well-formed where it came from; not the name of a case, which would come
                // twice.
                List<String> columns = List.of(all.lines().get(0).split(","));
                if (cell >= columns.size()
                        || List.of("case", "suite", "config", "qemu").contains(columns.get(cell))) {
                    return;
                }
                String[] other = all.lines()
                        .get(1 + random.nextInt(all.lines().size() - 1))
                        .split(",", -1);
                cells.set(cell, other[Math.min(cell, other.length - 1)]);
            }
            case 6 -> {
                StringBuilder text = new StringBuilder(row);
                text.insert(random.nextInt(row.length() + 1), "0f,;=|+ -x*@:'\"".charAt(random.nextInt(15)));
                rows.set(at, text.toString());
            }
            default -> cells.set(cell, otherNumber(cells.get(cell), random));
        }
        if (row.equals(rows.get(at)) && !String.join(",", cells).equals(row)) {
            rows.set(at, String.join(",", cells));
        }
    }

    private static String otherNumber(String cell, Random random) {
        Matcher m = NUMBER.matcher(cell);
        int which = random.nextInt(6);
        String number = NUMBERS.get(random.nextInt(NUMBERS.size()));
        int from = -1;
        int to = -1;
        for (int i = 0; i <= which && m.find(); i++) {
            from = m.start();
            to = m.end();
        }
        String prefix = from >= 0 && m.reset(cell.substring(from, to)).lookingAt() && m.group(1) != null ? "0x" : "";
        return from < 0 ? number : cell.substring(0, from) + prefix + number + cell.substring(to);
    }

    private static void isHarmless(RecordedLines file, int first, int last, long seed) {
        RowTally found;
        long start = System.nanoTime();
        try {
            found = judge(file);
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed + ", " + file.name() + "\n" + String.join("\n", file.lines()), e);
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        if (seconds > 20) {
            fail("seed " + seed + " took " + seconds + " s\n" + String.join("\n", file.lines()));
        }
        int unstated =
                found.unstated().values().stream().mapToInt(Integer::intValue).sum();
        int notJudged =
                found.notJudged().values().stream().mapToInt(Integer::intValue).sum();
        assertThat(found.compared() + unstated + notJudged).isEqualTo(found.rows());
        assertThat(found.rows()).isEqualTo(file.lines().size() - 1);
        int end = file.lines().size() - last;
        assertThat(found.disagreements())
                .as("seed " + seed + "\n" + String.join("\n", file.lines()))
                .allMatch(d -> d.line() > 1 + first && d.line() <= end);
        assertThat(found.compared() + unstated).isGreaterThanOrEqualTo(first + last);
        found.text("any").forEach(line -> assertThat(line).doesNotContain("\n"));
    }
}
