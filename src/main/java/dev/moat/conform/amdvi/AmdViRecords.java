package dev.moat.conform.amdvi;

import dev.moat.conform.rows.CaseJudge;
import dev.moat.conform.rows.Recording;
import dev.moat.conform.rows.RowTally;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Recorded answers of QEMU's {@code amd-iommu}, put to Moat's AMD-Vi. */
public final class AmdViRecords {
    /** Whose answers are judged where no QEMU is named. */
    public static final String SPECIFICATION = "specification";

    private AmdViRecords() {}

    /**
     * Judges all cases of a file.
     *
     * @param file the name that messages print
     * @param profile a QEMU, whose rows alone are then judged by what it answered; null for the specification
     * @throws InputException for a file without a row, as {@link Recording#judge} says
     */
    public static RowTally run(String file, Reader in, @Nullable QemuProfile profile) throws IOException {
        return Recording.judge(file, in, List.of(AmdViRow.FORMAT), (format, tally) -> judge(tally, profile));
    }

    private static CaseJudge judge(RowTally tally, @Nullable QemuProfile profile) {
        return profile == null ? new SpecificationJudge(tally) : new QemuJudge(profile, tally);
    }
}
