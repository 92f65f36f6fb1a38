package dev.moat.conform.xen;

import dev.moat.conform.rows.Recording;
import dev.moat.conform.rows.RowTally;
import dev.moat.input.InputException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;

/** Recorded answers of a real Xen, put to Moat's executable one. The first line tells whether it had devices. */
public final class XenRecords {
    private XenRecords() {}

    /**
     * Judges all cases of a file.
     *
     * @param file the name that messages print
     * @param release whose answers they are
     * @throws InputException for a file that is none of these, as {@link Recording#judge} says
     */
    public static RowTally run(String file, Reader in, XenRelease release) throws IOException {
        return run(file, in, new XenBench.Maker(release));
    }

    /** The same, with machines that several runs share. */
    static RowTally run(String file, Reader in, XenBench.Maker benches) throws IOException {
        List<XenJudge> made = new ArrayList<>();
        RowTally tally = Recording.judge(file, in, List.of(XenRow.GRANTS, XenRow.VTD), (format, counts) -> {
            made.add(format == XenRow.VTD ? new VtdJudge(counts, benches) : new GrantJudge(counts, benches));
            return made.get(0);
        });
        made.forEach(XenJudge::finish);
        return tally;
    }
}
