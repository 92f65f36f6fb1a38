package dev.moat.conform.smmuv3;

import dev.moat.conform.rows.Recording;
import dev.moat.conform.rows.RowTally;
import java.io.IOException;
import java.io.Reader;
import java.util.List;

/** Recorded answers of QEMU's SMMUv3, put to Moat's unit. */
public final class SmmuRecords {
    /** The one profile. */
    public static final String SPECIFICATION = "specification";

    private SmmuRecords() {}

    /**
     * Judges all cases of a file.
     *
     * @param file the name that messages print
     * @throws dev.moat.input.InputException for a file without a row, as {@link Recording#judge} says
     */
    public static RowTally run(String file, Reader in) throws IOException {
        return Recording.judge(file, in, List.of(SmmuRow.FORMAT), (format, tally) -> new SpecificationJudge(tally));
    }
}
