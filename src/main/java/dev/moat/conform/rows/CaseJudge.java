package dev.moat.conform.rows;

import java.util.List;

/** Puts the rows of recorded cases to an executable implementation. */
@FunctionalInterface
public interface CaseJudge {
    /**
     * Judges one case, from its beginning. The {@link RowTally} is told of each row once, in the order of the rows: {@link RowTally#compared}, {@link
     * RowTally#unstated} or {@link RowTally#skip}. A disagreement does not end a case.
     *
     * @param rows at least one; fewer than the case has if a line behind them is no row
     * @throws dev.moat.input.InputException at a row that is malformed, {@link UnrepresentableException} at one that asks for something that
     *     Moat does not have. The rows of which the tally was not told are then not judged; the next case is
     */
    void judge(List<Row> rows);
}
