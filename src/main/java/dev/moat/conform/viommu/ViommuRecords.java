package dev.moat.conform.viommu;

import dev.moat.conform.rows.CaseJudge;
import dev.moat.conform.rows.Format;
import dev.moat.conform.rows.Recording;
import dev.moat.conform.rows.RowTally;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;

/**
 * Recorded answers of virtual VT-d units, put to the executable one. The first line tells the kind of the file: interrupt
 * remapping, DMA remapping, shadows of passed-through devices, or registers at reset.
 */
public final class ViommuRecords {
    private ViommuRecords() {}

    /**
     * Judges a file.
     *
     * @param file the name that messages print
     * @param profile whose column is judged
     * @throws InputException for a file that is none of these, as {@link Recording#judge} says
     */
    public static RowTally run(String file, Reader in, Profile profile) throws IOException {
        return Recording.judge(file, in, FileKind.formats(), (format, tally) -> judge(format, tally, profile));
    }

    private static CaseJudge judge(Format format, RowTally tally, Profile profile) {
        FileKind kind = FileKind.of(format);
        return kind == FileKind.CAPABILITIES
                ? new CapabilityJudge(profile, tally)
                : new UnitJudge(kind, profile, profile.deviations(), tally);
    }
}
