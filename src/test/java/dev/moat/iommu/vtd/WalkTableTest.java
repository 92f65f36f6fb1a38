package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.BitField;
import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.state.Slots;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rows of walk/vtd.table: changes to a running system and one request, and the answer. */
class WalkTableTest {
    private static final Units M = new Units(Units.real(3, Units.capabilities(0b00110, 48, 3, false, true, true, 39)));
    private static final int PAGE = 1;
    private static final List<String> REQUEST = List.of("write", "at", "iova");

    private record Row(String answer, Map<String, Long> settings, String text) {}

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        try (InputStream in = WalkTableTest.class.getResourceAsStream("/walk/vtd.table")) {
            String table = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : table.lines().toList()) {
                String row = line.replaceAll("#.*", "").strip();
                if (!row.isEmpty()) {
                    String[] sides = row.split("\\|", -1);
                    Map<String, Long> settings = new LinkedHashMap<>();
                    for (String setting : sides[1].strip().split(" +")) {
                        String[] parts = setting.split("=");
                        if (parts.length == 2) {
                            settings.put(parts[0], Long.decode(parts[1]));
                        }
                    }
                    rows.add(new Row(sides[0].strip(), settings, row));
                }
            }
        }
        return rows;
    }

    private static String answer(Map<String, Long> settings) {
        long[] s = M.running();
        M.unit.setLeaf(s, 0, PAGE, M.unit.leafTo(3, Rights.READ | Rights.WRITE));
        settings.forEach((name, value) -> {
            if (!REQUEST.contains(name)) {
                String[] place = name.split("\\.");
                change(s, place[0], place[1], value);
            }
        });
        long iova = settings.getOrDefault("iova", M.g.pageNumber(PAGE) << 12);
        return PhysicalMemory.text(M.walk.translate(
                s,
                0,
                iova,
                settings.getOrDefault("write", 0L) != 0,
                settings.getOrDefault("at", 0L).intValue()));
    }

    /** Sets a field of the entry that device 0 uses for the page: {@code l3} and {@code l2} are directories. */
    private static void change(long[] s, String family, String name, long value) {
        boolean directory = family.matches("l[23]");
        Slots slots = M.schema.family(directory ? "directory" : family).orElseThrow();
        int element = 0;
        if (family.equals("leaf")) {
            element = M.unit.map().leafElement(0, PAGE);
        } else if (directory) {
            int level = family.charAt(1) - '0';
            long page = M.g.pageNumber(PAGE);
            int table = Objects.requireNonNull(M.unit.map().number(0, level, page >>> (9 * level)));
            element = (table - M.unit.map().leafTables()) * 512 + (int) ((page >>> (9 * (level - 1))) & 511);
        }
        BitField field = slots.format().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(family + " has no field " + name));
        slots.set(s, element, field.set(slots.get(s, element), value));
    }

    @TestFactory
    List<DynamicTest> eachRow() throws IOException {
        return rows().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.text(), () -> assertThat(answer(row.settings())).isEqualTo(row.answer())))
                .toList();
    }

    /** The first row of each reason is its mark, and the marks stand in the order in which reasons take precedence. */
    private static List<Row> marks() throws IOException {
        Map<String, Row> first = new LinkedHashMap<>();
        for (Row row : rows()) {
            if (row.answer().startsWith("fault")) {
                first.putIfAbsent(row.answer(), row);
            }
        }
        return List.copyOf(first.values());
    }

    @Test
    void everyReasonHasOneMark() throws IOException {
        List<String> reasons = new ArrayList<>();
        for (FaultReason reason : FaultReason.values()) {
            reasons.add("fault " + Integer.toHexString(reason.code()));
        }
        assertThat(marks()).extracting(Row::answer).containsExactlyInAnyOrderElementsOf(reasons);
        assertThat(marks())
                .allSatisfy(mark -> assertThat(answer(mark.settings())).isEqualTo(mark.answer()));
    }

    @Test
    void anEarlierReasonHidesEveryLaterOne() throws IOException {
        List<Row> marks = marks();
        for (int i = 0; i < marks.size(); i++) {
            for (int j = i + 1; j < marks.size(); j++) {
                Map<String, Long> both = new LinkedHashMap<>(marks.get(j).settings());
                both.putAll(marks.get(i).settings());
                assertThat(answer(both))
                        .as(marks.get(i).text() + " with " + marks.get(j).text())
                        .isEqualTo(marks.get(i).answer());
            }
        }
    }
}
