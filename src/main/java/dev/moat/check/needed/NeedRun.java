package dev.moat.check.needed;

import dev.moat.check.needed.NeedTable.Cell;
import dev.moat.limit.Awaited;
import dev.moat.model.InjectedFault;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;

/**
 * Computes columns of a {@link NeedTable} side by side, each by one thread from its first row to its last. Their
 * searches share nothing, and many are too small for two threads. The result does not depend on the number of threads.
 */
public final class NeedRun implements AutoCloseable {
    private final List<List<FutureTask<Cell>>> cells = new ArrayList<>();
    private final List<FutureTask<List<Cell>>> owns = new ArrayList<>();
    private final ExecutorService pool;

    /**
     * Begins with all of them.
     *
     * @param cases whether it is also asked in which cases a cell is needed
     */
    public NeedRun(List<NeedColumn> columns, List<InjectedFault> rows, int threads, boolean cases) {
        pool = Awaited.pool("moat-column", threads);
        for (NeedColumn column : columns) {
            List<FutureTask<Cell>> settled = new ArrayList<>();
            for (InjectedFault row : rows) {
                settled.add(new FutureTask<>(() -> {
                    Cell cell = column.cell(row);
                    return cases ? column.inCases(cell, row) : cell;
                }));
            }
            FutureTask<List<Cell>> own = new FutureTask<>(column::ownRuns);
            cells.add(settled);
            owns.add(own);
            pool.execute(() -> {
                settled.forEach(FutureTask::run);
                own.run();
            });
        }
    }

    /** A cell, once it is settled; throws what {@link NeedColumn#cell} throws. */
    public Cell cell(int column, int row) {
        return Awaited.get(cells.get(column).get(row));
    }

    /** As {@link NeedColumn#ownRuns}, once all cells of the column are settled. */
    public List<Cell> ownRuns(int column) {
        return Awaited.get(owns.get(column));
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
