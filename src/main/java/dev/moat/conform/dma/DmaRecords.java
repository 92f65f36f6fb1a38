package dev.moat.conform.dma;

import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Recording;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.dma.release.LinuxRelease;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;

/** Recorded answers of Linux's DMA-mapping layers, put to Moat's own. The first line tells whose code it was. */
public final class DmaRecords {
    /** What runs the rows of one case, new for each; a new kind of file is a line here. */
    private static final Map<Format, BiFunction<RowTally, LinuxRelease, RowRunner>> KINDS = new LinkedHashMap<>();

    static {
        KINDS.put(AreaRows.FORMAT, AreaRows::new);
        KINDS.put(CalgaryRows.FORMAT, CalgaryRows::new);
        KINDS.put(GartRows.FORMAT, (tally, release) -> new GartRows(tally));
        KINDS.put(IovaRows.FORMAT, IovaRows::new);
        KINDS.put(SwiotlbRows.FORMAT, SwiotlbRows::new);
        KINDS.put(XenSwiotlbRows.FORMAT, XenSwiotlbRows::new);
    }

    private DmaRecords() {}

    /** Whose answers can be judged; the first unless anything else is said. */
    public static List<String> profiles() {
        return LinuxRelease.labels();
    }

    /**
     * Judges all cases of a file.
     *
     * @param file the name that messages print
     * @param profile whose answers they are, one of {@link #profiles}
     * @throws IllegalArgumentException for another profile
     * @throws InputException for a file that is none of these, as {@link Recording#judge} says
     */
    public static RowTally run(String file, Reader in, String profile) throws IOException {
        LinuxRelease release = LinuxRelease.of(profile)
                .orElseThrow(() -> new IllegalArgumentException("there is no profile '" + profile + "'"));
        return Recording.judge(file, in, KINDS.keySet(), (format, tally) -> {
            BiFunction<RowTally, LinuxRelease, RowRunner> runner = Objects.requireNonNull(KINDS.get(format));
            return rows -> judge(rows, runner.apply(tally, release), tally);
        });
    }

    private static void judge(List<Row> rows, RowRunner runner, RowTally tally) {
        for (Row row : rows) {
            String missing = runner.missing(row);
            if (missing == null) {
                runner.run(row);
                tally.compared(row);
            } else {
                tally.skip(missing);
            }
        }
    }
}
