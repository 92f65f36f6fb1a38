package dev.moat.iommu.vtd.register;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.bits.BitField;
import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.FaultCondition;
import dev.moat.iommu.vtd.format.FirstLevelEntry;
import dev.moat.iommu.vtd.format.PageAnswer;
import dev.moat.iommu.vtd.format.PasidDirectoryEntry;
import dev.moat.iommu.vtd.format.PasidEntry;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Request;
import dev.moat.iommu.vtd.format.RootEntry;
import dev.moat.iommu.vtd.format.ScalableContextEntry;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The rows of walk/vtd-unit.table: changes to a running unit and one request, and the answer. */
class UnitTableTest {
    private static final Map<String, Integer> TYPES = Map.of(
            "first", PasidEntry.FIRST_LEVEL,
            "second", PasidEntry.SECOND_LEVEL,
            "nested", PasidEntry.NESTED);

    private record Row(String section, boolean isMark, String answer, Map<String, String> settings) {
        String reason() {
            return answer.split(" ")[1];
        }

        @Override
        public String toString() {
            return section + ": " + answer + " | " + settings;
        }
    }

    /** A word of memory that a setting can change. */
    private record Word(long address, List<BitField> fields) {}

    private static List<Row> rows() throws IOException {
        List<Row> rows = new ArrayList<>();
        String section = "";
        boolean isMark = false;
        for (String line : Files.readAllLines(Path.of("src/test/resources/walk/vtd-unit.table"))) {
            String text = line.replaceAll("#.*", "").strip();
            if (text.startsWith("@")) {
                section = text.substring(1).strip();
                isMark = true;
            } else if (text.startsWith("--")) {
                isMark = false;
            } else if (text.contains("|")) {
                Map<String, String> settings = new LinkedHashMap<>();
                for (String setting :
                        text.substring(text.indexOf('|') + 1).strip().split(" +")) {
                    if (!setting.isEmpty()) {
                        settings.put(
                                setting.substring(0, setting.indexOf('=')),
                                setting.substring(setting.indexOf('=') + 1));
                    }
                }
                rows.add(new Row(
                        section, isMark, text.substring(0, text.indexOf('|')).strip(), settings));
            }
        }
        return rows;
    }

    /** One row set up and asked. */
    private static final class Asked {
        private final Map<String, String> settings;
        private final UnitBench bench;
        private final boolean scalable;
        private long answer;

        Asked(String section, Map<String, String> settings) {
            this.settings = settings;
            scalable = !section.equals("legacy");
            long cap = changed("cap", UnitBench.CAP, Cap.FIELDS);
            long ecap = changed("ecap", UnitBench.ECAP, Ecap.FIELDS);
            bench = new UnitBench(UnitBench.options(cap, ecap));
            if (scalable) {
                bench.scalable(TYPES.get(section));
            } else {
                bench.legacy();
            }
            if (section.equals("nested")) {
                nest();
            }
            settings.keySet().stream().filter(name -> name.contains(".")).forEach(this::change);
            settings.keySet().stream()
                    .filter(name -> name.equals("rom"))
                    .forEach(name -> bench.memory.setReadOnly(number(name, 0)));
            bench.start(number("rtaddr", UnitBench.ROOT | (scalable ? 1 << 10 : 0)));
            bench.write64(UnitBench.PQA, number("pqa", UnitBench.QUEUE));
            bench.write64(UnitBench.PQH, number("pqh", 0));
        }

        /** The host has the guest's tables and the page behind the data where they are, the data elsewhere. */
        private void nest() {
            for (int level = 4; level >= 1; level--) {
                long page = UnitBench.FIRST + (5 - level) * 0x1000L;
                bench.memory.put(hostOfTable(level), UnitBench.second(page >>> 12));
            }
            bench.memory.put(host(2), UnitBench.second((UnitBench.SECOND >>> 12) + 6));
            bench.memory.put(host(1), UnitBench.second(0x2000));
            bench.memory.put(host(1) + 8, UnitBench.second(0x2001));
            bench.memory.put(UnitBench.entry(UnitBench.SECOND + 0x3000, UnitBench.FIRST, 2), UnitBench.second(0x504));
        }

        private static long hostOfTable(int level) {
            return UnitBench.entry(UnitBench.SECOND + 0x4000, UnitBench.FIRST + (5 - level) * 0x1000L, 1);
        }

        /** Where the host's entry of a level for the data is. */
        private static long host(int level) {
            long table = UnitBench.SECOND + (level == 1 ? 6 : 5 - level) * 0x1000L;
            return UnitBench.entry(table, UnitBench.DATA, level);
        }

        private long number(String name, long otherwise) {
            return settings.containsKey(name)
                    ? Long.parseUnsignedLong(
                            settings.get(name).replace("0x", ""),
                            settings.get(name).startsWith("0x") ? 16 : 10)
                    : otherwise;
        }

        private long changed(String entry, long word, List<BitField> fields) {
            long changed = word;
            for (String name : settings.keySet()) {
                if (name.startsWith(entry + ".")) {
                    changed = field(fields, name).set(changed, number(name, 0));
                }
            }
            return changed;
        }

        private static BitField field(List<BitField> fields, String name) {
            return fields.stream()
                    .filter(f -> f.name().equals(name.substring(name.indexOf('.') + 1)))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no field " + name));
        }

        private void change(String name) {
            String entry = name.substring(0, name.indexOf('.'));
            if (!entry.endsWith("cap")) {
                Word word = word(entry);
                long value = field(word.fields(), name).set(bench.memory.get(word.address()), number(name, 0));
                bench.memory.put(word.address(), value);
            }
        }

        private Word word(String entry) {
            int digit = entry.charAt(entry.length() - 1) - '0';
            return switch (entry.replaceAll("[0-9]$", "")) {
                case "root" -> new Word(UnitBench.ROOT, RootEntry.LO);
                case "rooth" -> new Word(UnitBench.ROOT + 8, RootEntry.LO);
                case "ctx" -> context(digit);
                case "dir" -> new Word(UnitBench.DIRECTORY, PasidDirectoryEntry.FIELDS);
                case "pasid" ->
                    new Word(
                            UnitBench.PASIDS + 8 * digit,
                            List.of(PasidEntry.W0, PasidEntry.W1, PasidEntry.W2).get(digit));
                case "fl" -> new Word(UnitBench.place(UnitBench.FIRST, digit), FirstLevelEntry.FIELDS);
                case "sl" -> new Word(UnitBench.place(UnitBench.SECOND, digit), SecondLevelEntry.FIELDS);
                case "hl" -> new Word(host(digit), SecondLevelEntry.FIELDS);
                case "hp" -> new Word(hostOfTable(digit), SecondLevelEntry.FIELDS);
                case "hd" ->
                    new Word(UnitBench.entry(UnitBench.SECOND + 0x3000, UnitBench.FIRST, 2), SecondLevelEntry.FIELDS);
                default -> throw new AssertionError("no entry " + entry);
            };
        }

        private Word context(int word) {
            if (!scalable) {
                long at = UnitBench.CONTEXT + 16 * UnitBench.SID + 8 * word;
                return new Word(at, word == 0 ? ContextEntry.LO : ContextEntry.HI);
            }
            List<BitField> fields = List.of(
                            ScalableContextEntry.W0,
                            ScalableContextEntry.W1,
                            ScalableContextEntry.W2,
                            ScalableContextEntry.W2)
                    .get(word);
            return new Word(UnitBench.CONTEXT + 32 * UnitBench.SID + 8 * word, fields);
        }

        String ask() {
            String letters = settings.getOrDefault("access", "");
            int access = (letters.contains("w") ? Access.WRITE : 0)
                    | (letters.contains("x") ? Access.EXECUTE : 0)
                    | (letters.contains("p") ? Access.PRIVILEGED : 0)
                    | (letters.contains("t") ? Access.TRANSLATION_REQUEST : 0)
                    | (letters.contains("T") ? Access.TRANSLATED : 0);
            long address = number("iova", UnitBench.ADDRESS);
            int sid = (int) number("sid", UnitBench.SID);
            if (letters.contains("q")) {
                return askPage(Request.of(sid, number("pasid", Access.NO_PASID), access), letters);
            }
            answer = bench.unit.dma(bench.s, sid, number("pasid", Access.NO_PASID), address, access);
            if (!DmaAnswer.isFault(answer)) {
                return bench.text(answer, address);
            }
            return fault(DmaAnswer.condition(answer), sid, address);
        }

        private String askPage(long request, String letters) {
            long rights = (letters.contains("r") ? 1 : 0) | (letters.contains("w") ? 2 : 0);
            long page = Request.asking(request, rights, 3, letters.contains("l"));
            int got = bench.unit.askPage(bench.s, page, UnitBench.ADDRESS);
            if (got < PageAnswer.FIRST_CONDITION) {
                return List.of("queued", "lost", "success", "off", "not stored").get(got);
            }
            answer = DmaAnswer.blocked(PageAnswer.condition(got));
            return fault(PageAnswer.condition(got), Request.sid(request), UnitBench.ADDRESS);
        }

        private String fault(FaultCondition condition, int sid, long address) {
            String recorded = bench.takeFault();
            String place = " sid " + Integer.toHexString(sid) + " " + Long.toHexString(address & -0x1000);
            if (recorded.equals("-")) {
                return "fault " + Integer.toHexString(condition.reason(scalable)) + " unrecorded";
            }
            assertThat(recorded).contains(place);
            return "fault " + recorded.replace(place, "").replaceFirst(" r", "");
        }
    }

    @TestFactory
    List<DynamicTest> eachRow() throws IOException {
        return rows().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.toString(),
                        () -> assertThat(new Asked(row.section(), row.settings()).ask())
                                .isEqualTo(row.answer())))
                .toList();
    }

    @Test
    void everyConditionIsReached() throws IOException {
        Set<FaultCondition> reached = EnumSet.of(FaultCondition.NONE);
        for (Row row : rows()) {
            Asked asked = new Asked(row.section(), row.settings());
            asked.ask();
            if (DmaAnswer.isFault(asked.answer)) {
                reached.add(DmaAnswer.condition(asked.answer));
            }
        }
        assertThat(reached).isEqualTo(EnumSet.allOf(FaultCondition.class));
    }

    /** The rows of a section that stand in order. */
    private static List<Row> marks(String section) throws IOException {
        return rows().stream()
                .filter(row -> row.isMark()
                        && row.section().equals(section)
                        && row.answer().startsWith("fault"))
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> anEarlierReasonHidesEveryLaterOne() {
        return Stream.of("legacy", "first", "second", "nested")
                .map(section -> DynamicTest.dynamicTest(section, () -> {
                    List<Row> marks = marks(section);
                    assertThat(marks).hasSizeGreaterThan(6);
                    for (int i = 0; i < marks.size(); i++) {
                        for (int j = i + 1; j < marks.size(); j++) {
                            Map<String, String> both =
                                    new LinkedHashMap<>(marks.get(j).settings());
                            both.putAll(marks.get(i).settings());
                            assertThat(new Asked(section, both).ask() + " ")
                                    .as(marks.get(i) + " with " + marks.get(j))
                                    .startsWith("fault " + marks.get(i).reason() + " ");
                        }
                    }
                }));
    }
}
