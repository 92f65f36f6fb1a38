package dev.moat.cli.command;

import dev.moat.check.ExitCode;
import dev.moat.check.Verdict;
import dev.moat.check.report.Folded;
import dev.moat.check.report.VerdictText;
import dev.moat.cli.site.Site;
import dev.moat.scenario.Own;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Prints verdicts as they fall: a line for what is as expected among others, all there is to say of the rest. */
final class VerdictPrinter {
    private static final int GREEN = 32;
    private static final int YELLOW = 33;
    private static final int RED = 31;

    /** Verdicts among others of which more than a line is said: what a failed gate prints fits a screen. */
    private static final int SCREEN = 3;
    /** Those of which a line is said; the last line names all. More would make a run longer than 400 lines. */
    private static final int HEADLINES = 40;

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
    /** Of those not as expected, how many have been printed. */
    private int unexpected;

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
        } else if (detail == Detail.BRIEF && unexpected >= HEADLINES && (saved != null || v.finding() == null)) {
            unexpected++;
        } else {
            end();
            int colour = v.asExpected() ? GREEN : v.kind() == Verdict.Kind.INCONCLUSIVE ? YELLOW : RED;
            site.print(VerdictText.headline(v), colour);
            if (detail == Detail.BRIEF) {
                unexpected++;
            }
            if (detail != Detail.QUIET && unexpected <= SCREEN) {
                block(v, saved);
            }
        }
        site.out().flush();
    }

    private void end() {
        folded.next(null).forEach(line -> site.print(line, GREEN));
    }

    /** Of all together. */
    void summary(List<Verdict> verdicts) {
        end();
        if (verdicts.size() > 1) {
            VerdictText.summary(verdicts).forEach(site::print);
            if (detail == Detail.BRIEF && verdicts.stream().anyMatch(Verdict::asExpected)) {
                site.print("  details       of those as expected: --verbose, or one of them alone");
            }
            if (unexpected > HEADLINES) {
                site.print("  headlines     of the first " + HEADLINES + " above, of all " + unexpected
                        + " with --verbose");
            }
            if (unexpected > SCREEN) {
                site.print(
                        "  reasons       of the first " + SCREEN + " above, of all " + unexpected + " with --verbose");
            }
            VerdictText.unexpected(verdicts).forEach(line -> site.print(line, RED));
        }
    }

    private void block(Verdict v, @Nullable Path saved) {
        // A counterexample that could not be written is nowhere else.
        boolean brief = detail == Detail.BRIEF && (saved != null || v.finding() == null);
        (brief ? VerdictText.essentials(v) : VerdictText.details(v, full)).forEach(site::print);
        if (detail == Detail.COVERAGE) {
            VerdictText.coverage(v).forEach(site::print);
        }
        if (saved != null) {
            site.print("  saved         " + saved);
            site.print("  reproduce     " + Own.command("replay") + " " + saved);
            if (brief) {
                site.print("  step by step  " + Own.command("show") + " " + saved);
            }
        }
        if (v.exit() == ExitCode.INTERRUPTED) {
            site.print("  to go on      " + toGoOn);
        }
        double seconds = v.run().nanos() / 1e9;
        site.err()
                .println(String.format(
                        Locale.ROOT,
                        "%s: %.2f s, %,.0f k generated/s",
                        v.scenario().id(),
                        seconds,
                        v.run().generated() / Math.max(seconds, 1e-3) / 1000));
        site.err().flush();
    }
}
