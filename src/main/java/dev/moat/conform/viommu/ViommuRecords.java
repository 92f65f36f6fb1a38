package dev.moat.conform.viommu;

import dev.moat.conform.viommu.machine.Profile;
import dev.moat.conform.viommu.row.Row;
import dev.moat.conform.viommu.row.RowReader;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.List;

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
     * @throws InputException when nothing could be compared: at the first malformed place, where there is one. Where {@link
     *     RowReader} finds that the file is none, the rest is left out; a malformed operation costs the rest of its case
     */
    public static ViommuConformance run(String file, Reader in, Profile profile) throws IOException {
        Judgement judgement = new Judgement();
        CaseJudge judge = new CaseJudge(profile, profile.deviations(), judgement);
        RowReader.read(file, in, rows -> judge(rows, judge, judgement), judgement.lost());
        ViommuConformance found = judgement.result();
        if (found.compared() == 0) {
            found.leftOut().requireWellFormed();
            throw new InputException(
                    file, 1, 1, "no row could be compared under " + profile.label() + ", so this says nothing");
        }
        return found;
    }

    private static void judge(List<Row> rows, CaseJudge judge, Judgement judgement) {
        try {
            judge.judge(rows);
        } catch (InputException e) {
            judgement.leftOut(rows, e);
        }
    }
}
