package dev.moat.dma.layer.range;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.dma.layer.setting.Flush;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.twin.RecordedRows;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bitmap of a search against recorded answers of Linux's GART: what is found, where the next search begins, when a map flushes. */
class BitmapInStateTest {
    /** Linux's part of the aperture in the recorded rows, and the number that a search has, without the page that is never handed out. */
    private static final int LINUX_PAGES = 8192;

    private static final int PAGES = LINUX_PAGES - 1;

    private static final class Bitmap {
        private final ModelBuilder model = new ModelBuilder(new Edits());
        private final RangeCallbacks ranges;
        private final Slots hint;
        private final long[] s;

        Bitmap(Flush flush) {
            Sort pages = Sort.numbered("Page", "p", PAGES);
            ranges = RangeCallbacks.of(
                    flush, new RangeCallbacks.Shape(Sort.numbered("Space", "s", 1), pages, 0, 0), model);
            Schema schema = model.schema().build();
            hint = schema.family("hint").orElseThrow();
            s = schema.blank();
        }
    }

    /** The cases of nothing but maps and unmaps that go through such a part. */
    @ParameterizedTest
    @CsvSource({"d/wrap, WRAP, 3", "d/next-bit-to-end, WRAP, 2", "d/fullflush, FULL_FLUSH, 2"})
    void searchesHintsAndFlushesAreTheRecordedOnes(String name, Flush flush, int flushes) throws IOException {
        List<Map<String, String>> rows = RecordedRows.read("dma-oracle/gart.csv").stream()
                .filter(row -> name.equals(row.get("case")))
                .toList();
        assertThat(cell(rows.get(0), "ret")).contains("pages=" + LINUX_PAGES);
        assertThat(replay(new Bitmap(flush), rows.subList(1, rows.size()))).isEqualTo(flushes);
    }

    private static int replay(Bitmap bitmap, List<Map<String, String>> rows) {
        int flushes = 0;
        for (Map<String, String> row : rows) {
            String name = row.get("case") + " " + row.get("step");
            boolean flushed = "map".equals(row.get("op")) ? map(bitmap, row, name) : unmap(bitmap, row);
            assertThat(flushed).as(name).isEqualTo(cell(row, "regs").contains("0.9c="));
            assertThat(Long.toString(bitmap.hint.get(bitmap.s, 0))).as(name).isEqualTo(row.get("next_bit"));
            flushes += flushed ? 1 : 0;
        }
        return flushes;
    }

    private static String cell(Map<String, String> row, String column) {
        return Objects.requireNonNull(row.get(column));
    }

    /** What a call does: search, take, and everything is forgotten if that is owed, also where nothing was found. */
    private static boolean map(Bitmap bitmap, Map<String, String> row, String name) {
        int count = (int) ((Long.parseLong(cell(row, "a1"), 16) + 4095) / 4096);
        int page = bitmap.ranges.find(bitmap.s, 0, count);
        String bits = page < 0 ? "" : "+" + page + ":" + (page + count - 1);
        assertThat(bits).as(name).isEqualTo(row.get("bits"));
        if (page >= 0) {
            bitmap.ranges.take(bitmap.s, 0, page, count);
        }
        boolean owes = bitmap.ranges.owesFlush(bitmap.s, 0);
        bitmap.ranges.flushed(bitmap.s, 0);
        return owes;
    }

    private static boolean unmap(Bitmap bitmap, Map<String, String> row) {
        String[] ends = cell(row, "bits").substring(1).split(":");
        int first = Integer.parseInt(ends[0]);
        bitmap.ranges.free(bitmap.s, 0, first, Integer.parseInt(ends[1]) - first + 1);
        return bitmap.ranges.owesFlush(bitmap.s, 0);
    }
}
