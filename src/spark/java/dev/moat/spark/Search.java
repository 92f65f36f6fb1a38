package dev.moat.spark;

import dev.moat.explore.Conformance;
import dev.moat.explore.Exploration;
import dev.moat.explore.Exploration.End;
import dev.moat.explore.Exploration.Memory;
import dev.moat.explore.Exploration.Violation;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.limit.LimitException;
import dev.moat.limit.StoppedException;
import dev.moat.machine.Coverage;
import dev.moat.spark.row.Counts;
import dev.moat.spark.row.Rows;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One search, level by level, as the driver sees it. It ends as the embedded engine's does; limits are looked at between levels, an
 * interrupt ends a level that is under way.
 */
final class Search {
    private static final int MAX_ALPHABET = 1 << 16;

    private final Jobs jobs;
    private final Blueprint plan;
    private final Workshop workshop;
    private final Limits limits;
    private final long began = System.nanoTime();
    private final Counts counts = new Counts();
    private final int invariants;
    private long distinct = 1;
    private int depth = 1;
    private long peak;
    private @Nullable Violation violation;
    private @Nullable String limit;
    private boolean interrupted;

    Search(Jobs jobs, Blueprint plan, Workshop workshop, Limits limits) {
        if (workshop.machine().instances() > MAX_ALPHABET) {
            throw new LimitException(
                    "letters " + MAX_ALPHABET,
                    "the alphabet has " + workshop.machine().instances()
                            + " letters; use smaller parameters, or moat simulate");
        }
        this.jobs = jobs;
        this.plan = plan;
        this.workshop = workshop;
        this.limits = limits;
        invariants = workshop.judge().invariants().size();
        counts.unwitnessed = invariants == 0 ? 0 : -1L >>> (64 - invariants);
    }

    /** Searches; to be called once. */
    Exploration run(Progress progress) {
        begin();
        try {
            Levels levels = jobs.levels(plan, workshop.initial());
            while (violation == null && levels.size() > 0 && !exhausted()) {
                descend(levels, progress);
            }
        } catch (StoppedException e) {
            interrupted = true;
        }
        return result();
    }

    private void begin() {
        long[] s = workshop.machine().initial();
        counts.unwitnessed &= ~workshop.judge().witnessed(s, counts.unwitnessed);
        Coverage nothing = new Coverage();
        workshop.machine().stepper().addTo(nothing);
        counts.add(nothing);
        long violated = workshop.judge().violated(s);
        if (violated != 0) {
            violation = Violation.of(List.of(), violated);
        }
    }

    private void descend(Levels levels, Progress progress) {
        int level = depth - 1;
        long size = levels.size();
        Counts more = jobs.run(() -> levels.descend(counts.unwitnessed));
        if (depth >= limits.depth() && levels.size() > 0) {
            // Nothing of it counts: the limit cuts something off.
            limit = "depth " + limits.depth();
            return;
        }
        counts.add(more);
        distinct += levels.size();
        peak = Math.max(peak, levels.bytes());
        if (more.stuck != Counts.NONE) {
            violation = new Violation(jobs.run(() -> levels.path(level, more.stuck)), List.of(), true);
        } else if (more.violating != Counts.NONE) {
            List<Integer> letters = jobs.run(() -> levels.path(level, Rows.parent(more.violating)));
            letters.add(Rows.letter(more.violating));
            violation = Violation.of(letters, more.violated);
        }
        depth += levels.size() > 0 ? 1 : 0;
        progress.at(depth, distinct, generated(), size, System.nanoTime() - began);
    }

    private boolean exhausted() {
        String time = limits.time().reached(began);
        if (distinct > limits.states()) {
            limit = "states " + limits.states();
        } else if (time != null) {
            limit = time;
        }
        interrupted |= Thread.currentThread().isInterrupted();
        return interrupted || limit != null;
    }

    private long generated() {
        return 1 + counts.generated;
    }

    private End end() {
        if (interrupted) {
            return End.INTERRUPTED;
        }
        return violation != null ? End.VIOLATION : limit != null ? End.LIMIT : End.COMPLETE;
    }

    private Exploration result() {
        List<Boolean> witnessed = new ArrayList<>();
        for (int i = 0; i < invariants; i++) {
            witnessed.add((counts.unwitnessed >>> i & 1) == 0);
        }
        End end = end();
        return new Exploration(
                end,
                end == End.LIMIT ? limit : null,
                distinct,
                generated(),
                depth,
                (double) distinct * distinct / 0x1p65,
                end == End.VIOLATION ? violation : null,
                Conformance.none("searched on Spark"),
                counts.coverage(),
                witnessed,
                new Memory(distinct * Long.BYTES, distinct * workshop.width() * Long.BYTES, peak),
                "",
                System.nanoTime() - began);
    }
}
