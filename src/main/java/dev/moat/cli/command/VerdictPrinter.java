package dev.moat.cli.command;

import dev.moat.check.ExitCode;
import dev.moat.check.Verdict;
import dev.moat.check.report.Folded;
import dev.moat.check.report.VerdictText;
import dev.moat.check.report.WorstFirst;
import dev.moat.cli.site.Site;
import dev.moat.scenario.UserExtensions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Prints verdicts as they fall: a line for what is as expected among others, all there is to say of the rest. What is not as expected
 * among others is kept for the end, where a screen shows it, the worst first; that it fell is said on the standard error output.
 */
final class VerdictPrinter {
    private static final int GREEN = 32;
    private static final int YELLOW = 33;
    private static final int RED = 31;

    /** Verdicts among others of which more than a line is said, and the lines for that: what a failed gate prints fits a screen. */
    private static final int BLOCKS = 3;

    private static final int ROOM = 32;
    /** Those of which a line is said; the last line names all. */
    private static final int HEADLINES = 12;

    /** How much is said. */
    enum Detail {
        /** A line of each. */
        QUIET,
        /** A line of what is as expected, and what to know first of the rest. */
        BRIEF,
        /** Everything of each. */
        FULL,
        /** And how often everything took effect. */
        COVERAGE
    }

    private final Site site;
    private final Detail detail;
    private final boolean full;
    private final Folded folded;
    /** What to do when a search is interrupted. */
    private final String toGoOn;
    /** Where counterexamples went of those that are not told yet. */
    private final IdentityHashMap<Verdict, Path> untold = new IdentityHashMap<>();

    /**
     * @param full whether tables have bookkeeping, too
     * @param scenarios how many verdicts there will be
     */
    VerdictPrinter(Site site, Detail detail, boolean full, int scenarios, String toGoOn) {
        this.site = site;
        this.detail = detail;
        this.full = full;
        this.toGoOn = toGoOn;
        folded = new Folded(scenarios);
    }

    /** @param saved where its counterexample went, null when nowhere */
    void print(Verdict v, @Nullable Path saved) {
        if (detail == Detail.BRIEF && v.asExpected()) {
            folded.next(v).forEach(line -> site.print(line, GREEN));
        } else if (detail == Detail.BRIEF) {
            if (saved != null) {
                untold.put(v, saved);
            }
            site.err().println(VerdictText.headline(v) + "; told at the end");
        } else {
            headline(v);
            if (detail != Detail.QUIET) {
                VerdictText.details(v, full).forEach(site::print);
                if (detail == Detail.COVERAGE) {
                    VerdictText.coverage(v).forEach(site::print);
                }
                ways(v, saved, false).forEach(site::print);
                timing(v);
            }
        }
        site.out().flush();
        site.err().flush();
    }

    private void headline(Verdict v) {
        int colour = v.asExpected() ? GREEN : v.kind() == Verdict.Kind.INCONCLUSIVE ? YELLOW : RED;
        site.print(VerdictText.headline(v), colour);
    }

    /** Of all together. */
    void summary(List<Verdict> verdicts, WorstFirst order) {
        folded.next(null).forEach(line -> site.print(line, GREEN));
        List<Verdict> unexpected = order.unexpected(verdicts);
        if (detail == Detail.BRIEF) {
            worst(unexpected);
        }
        if (verdicts.size() > 1) {
            VerdictText.summary(verdicts).forEach(site::print);
            if (detail == Detail.BRIEF) {
                leftOut(verdicts.size(), unexpected.size());
            }
            VerdictText.unexpected(unexpected).forEach(line -> site.print(line, RED));
        }
    }

    /** Of those that a signal came before. */
    void notBegun(int scenarios) {
        if (scenarios > 0) {
            site.print(scenarios + (scenarios == 1 ? " scenario was" : " scenarios were") + " not begun", YELLOW);
        }
    }

    private void leftOut(int all, int unexpected) {
        if (unexpected < all) {
            site.print("  details       of those as expected: --verbose, or one of them alone");
        }
        if (unexpected > BLOCKS) {
            site.print("  reasons       of the worst " + BLOCKS + " above, of all " + unexpected + " with --verbose");
        }
        if (unexpected > HEADLINES) {
            site.print(
                    "  headlines     of the worst " + HEADLINES + " above, of all " + unexpected + " with --verbose");
        }
    }

    /** The worst with their stories as far as there is room, then with what is broken, then the headlines of some more. */
    private void worst(List<Verdict> unexpected) {
        int room = ROOM;
        for (int i = 0; i < unexpected.size(); i++) {
            Verdict v = unexpected.get(i);
            boolean lost = v.finding() != null && !untold.containsKey(v);
            if (i < HEADLINES || lost) {
                headline(v);
            }
            if (lost) {
                // A counterexample that could not be written is nowhere else.
                VerdictText.details(v, full).forEach(site::print);
            } else if (i < BLOCKS) {
                List<String> block = block(v, room);
                block.forEach(site::print);
                room -= block.size();
            }
        }
    }

    private List<String> block(Verdict v, int room) {
        Path saved = untold.get(v);
        List<String> block = new ArrayList<>(VerdictText.essentials(v));
        block.addAll(ways(v, saved, true));
        if (block.size() > room) {
            block = new ArrayList<>(VerdictText.harm(v));
            block.addAll(ways(v, saved, true));
        }
        return block;
    }

    /** What to do with it. */
    private List<String> ways(Verdict v, @Nullable Path saved, boolean brief) {
        List<String> lines = new ArrayList<>();
        if (saved != null) {
            lines.add("  saved         " + saved);
            lines.add("  reproduce     " + UserExtensions.command("replay", saved));
            if (brief) {
                lines.add("  step by step  " + UserExtensions.command("show", saved));
            }
        }
        if (v.exit() == ExitCode.INTERRUPTED) {
            lines.add("  to go on      " + toGoOn);
        }
        return lines;
    }

    private void timing(Verdict v) {
        double seconds = v.run().nanos() / 1e9;
        site.err()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %.2f s, %,.0f k generated/s",
                        v.scenario().id(),
                        seconds,
                        v.run().generated() / Math.max(seconds, 1e-3) / 1000));
    }
}
