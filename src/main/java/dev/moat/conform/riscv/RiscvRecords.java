package dev.moat.conform.riscv;

import dev.moat.conform.rows.Recording;
import dev.moat.conform.rows.RowTally;
import java.io.IOException;
import java.io.Reader;
import java.util.List;

/** Recorded answers of the RISC-V IOMMU reference model, put to Moat's unit. */
public final class RiscvRecords {
    /** The one profile. */
    public static final String SPECIFICATION = "specification";

    /** How names of files begin in which caches live until a command covers what they hold. */
    private static final String LIVE = "caching";

    private RiscvRecords() {}

    /**
     * Judges all cases of a file.
     *
     * @param file the name that messages print
     * @throws dev.moat.input.InputException for a file without a row, as {@link Recording#judge} says
     */
    public static RowTally run(String file, Reader in) throws IOException {
        boolean live = file.substring(file.lastIndexOf('/') + 1).startsWith(LIVE);
        return Recording.judge(
                file, in, List.of(RiscvRow.FORMAT), (format, tally) -> new SpecificationJudge(tally, live));
    }
}
