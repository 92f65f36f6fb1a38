package dev.moat.conform.xen;

import dev.moat.conform.rows.CaseJudge;
import dev.moat.conform.rows.Row;
import dev.moat.conform.rows.RowTally;
import dev.moat.input.InputException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts recorded cases of a real Xen to Moat's executable one: each case on a fresh machine, each row through the steps that a search
 * runs. A disagreement does not end its case.
 */
abstract class XenJudge implements CaseJudge {
    final RowTally tally;
    final Comparer comparer;
    final XenBench.Maker benches;

    XenJudge(RowTally tally, XenBench.Maker benches) {
        this.tally = tally;
        comparer = new Comparer(tally);
        this.benches = benches;
    }

    /** A machine is made for all rows of a case. What it does not have shows then, and those before the place are a shorter case. */
    @Override
    public final void judge(List<Row> rows) {
        List<XenRow> read = new ArrayList<>();
        InputException rest = readAll(rows, read);
        Runnable run = null;
        while (run == null) {
            if (read.isEmpty() && rest != null) {
                throw rest;
            }
            XenCase recorded = new XenCase(read);
            try {
                run = prepare(recorded);
            } catch (InputException e) {
                rest = e;
                read = recorded.before(e.line());
            }
        }
        run.run();
        if (rest != null) {
            throw rest;
        }
    }

    /** Reads rows up to the first that is malformed; what is wrong with it, or null. */
    private static @Nullable InputException readAll(List<Row> rows, List<XenRow> read) {
        try {
            rows.forEach(row -> read.add(new XenRow(row)));
            return null;
        } catch (InputException e) {
            return e;
        }
    }

    /**
     * Makes the machine of a case.
     *
     * @return runs the rows on it, and tells the tally of each
     * @throws InputException at the first row that asks for something that it does not have, or that cannot stand where it does
     */
    abstract Runnable prepare(XenCase recorded);

    /** The file is over. */
    final void finish() {
        comparer.finish();
    }
}
