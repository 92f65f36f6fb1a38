package dev.moat.cli.site;

import dev.moat.check.CheckRequest;
import dev.moat.check.ExitCode;
import dev.moat.check.ScenarioChecker;
import dev.moat.check.Verdict;
import dev.moat.explore.Progress;
import dev.moat.limit.Awaited;
import dev.moat.limit.StoppedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/**
 * Verdicts on scenarios, handed over in their order. Most of a set's scenarios are too small for two threads, so that several are
 * checked at a time, each by one thread with its share of the memory. What is handed over does not depend on that: what met a limit
 * beside others is checked again by itself, and so is all that follows.
 */
public final class SideBySide implements AutoCloseable {
    private final ScenarioChecker checker;
    private final List<CheckRequest> requests;
    private final List<FutureTask<Verdict>> ahead = new ArrayList<>();
    private final ExecutorService pool;
    /** Which of the scenarios is waited for, and who is told of its progress. */
    private int awaited = -1;

    private Progress progress = Progress.silent();
    /** How far those are that nobody waits for yet. */
    private final Map<Integer, Consumer<Progress>> untold = new HashMap<>();

    /**
     * Begins with all of them.
     *
     * @param atATime how many; with one, each begins when it is asked for and has all threads and memory that its limits allow
     */
    public SideBySide(ScenarioChecker checker, List<CheckRequest> requests, int atATime) {
        this.checker = checker;
        this.requests = List.copyOf(requests);
        pool = Awaited.pool("moat-scenario", atATime);
        for (int i = 0; i < requests.size() && atATime > 1; i++) {
            int number = i;
            CheckRequest shared = requests.get(i).sharedBy(atATime);
            ahead.add(new FutureTask<>(() -> checker.check(
                    shared,
                    (depth, distinct, generated, frontier, nanos) ->
                            tell(number, to -> to.at(depth, distinct, generated, frontier, nanos)))));
        }
        ahead.forEach(pool::execute);
    }

    /**
     * The verdict on one of them, to be asked for in their order. When the calling thread is interrupted, it is how far that one
     * came, and the others are given up. Throws as {@link ScenarioChecker#check}.
     *
     * @param told of its progress while it is waited for
     */
    public Verdict verdict(int number, Progress told) {
        if (ahead.isEmpty()) {
            return checker.check(requests.get(number), told);
        }
        await(number, told);
        Verdict verdict;
        try {
            verdict = get(ahead.get(number));
        } finally {
            await(-1, progress);
        }
        if (verdict.exit() != ExitCode.LIMIT) {
            return verdict;
        }
        pool.shutdownNow();
        ahead.clear();
        return checker.check(requests.get(number), told);
    }

    private synchronized void await(int number, Progress told) {
        awaited = number;
        progress = told;
        Consumer<Progress> last = untold.remove(number);
        if (last != null) {
            last.accept(told);
        }
    }

    private synchronized void tell(int number, Consumer<Progress> what) {
        if (number == awaited) {
            what.accept(progress);
        } else {
            untold.put(number, what);
        }
    }

    private Verdict get(FutureTask<Verdict> task) {
        boolean interrupted = false;
        while (true) {
            try {
                Verdict verdict = Awaited.get(task);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                return verdict;
            } catch (StoppedException e) {
                // Its search is interrupted too, and says so; one that has not begun does so here.
                if (pool.shutdownNow().contains(task)) {
                    task.run();
                }
                interrupted |= Thread.interrupted();
            }
        }
    }

    /** Gives up what was not asked for. */
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
