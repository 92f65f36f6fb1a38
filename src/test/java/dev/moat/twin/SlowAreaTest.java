package dev.moat.twin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The search gives the recorded answers. */
class SlowAreaTest {
    private BitSet used = new BitSet();
    private final Map<String, Integer> agreed = new TreeMap<>();

    @Test
    void givesTheRecordedAnswers() throws IOException {
        List<Map<String, String>> rows = RecordedRows.read("dma-oracle/area.csv");
        for (Map<String, String> row : rows) {
            String answer = answer(row);
            String name = row.get("case") + " " + row.get("step");
            assertThat(answer).as(name).isEqualTo(row.get("ret"));
            agreed.merge(row.get("op"), 1, Integer::sum);
        }
        assertThat(agreed)
                .containsAllEntriesOf(
                        Map.of("alloc", 1001, "find_zero", 114, "max_index", 9, "span", 73, "clear", 389));
    }

    /** {@code lib/iommu-helper.c} refuses an index that is not below the size less one, whatever the run; no row decides it. */
    @Test
    void anEmptyRunIsNotPlacedAtTheLastBit() {
        used.set(0, 15);
        assertThat(SlowArea.allocate(used, 16, 0, 0, 0, 16, 0)).isEqualTo(-1);
        used.clear(14);
        assertThat(SlowArea.allocate(used, 16, 0, 0, 0, 16, 0)).isEqualTo(14);
    }

    private String answer(Map<String, String> row) {
        int start = row.get("start").isEmpty() ? 0 : Integer.parseInt(row.get("start"));
        long run = number(row.get("nr"));
        long size = number(row.get("size"));
        long shift = number(row.get("shift"));
        long boundary = number(row.get("boundary"));
        long alignMask = number(row.get("align_mask"));
        switch (row.get("op")) {
            case "init" -> used = new BitSet();
            case "set" -> used.set(start, start + (int) run);
            case "clear" -> used.clear(start, start + (int) run);
            case "alloc" -> {
                return allocated(size, start, run, shift, boundary, alignMask);
            }
            case "find_zero" -> {
                long found = SlowArea.zeroes(used, size, start, run, shift, alignMask);
                // Any answer beyond the map means that there is none.
                return found < 0 && number(row.get("ret")) > size ? row.get("ret") : Long.toString(found);
            }
            case "span" -> {
                return SlowArea.spans(start, run, shift, boundary) ? "1" : "0";
            }
            case "max_index" -> {
                return Long.toUnsignedString(size + start > boundary ? boundary - start + 1 : size);
            }
            default -> throw new IllegalArgumentException(row.get("op"));
        }
        return "";
    }

    private String allocated(long size, long start, long run, long shift, long boundary, long alignMask) {
        try {
            return Long.toString(SlowArea.allocate(used, size, start, run, shift, boundary, alignMask));
        } catch (KernelDeath death) {
            return death.getMessage();
        }
    }

    private static long number(String cell) {
        return cell.isEmpty() ? 0 : Long.parseUnsignedLong(cell);
    }
}
