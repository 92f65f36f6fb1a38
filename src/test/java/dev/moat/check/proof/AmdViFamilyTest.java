package dev.moat.check.proof;

import static dev.moat.check.proof.Families.failsAt;
import static dev.moat.check.proof.Families.family;
import static dev.moat.check.proof.Families.taken;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.discipline.Designs;
import dev.moat.discipline.InstanceBounds;
import dev.moat.prove.Theory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What AMD-Vi needs of its software and hardware, part by part. */
class AmdViFamilyTest {
    private static final String LINKED = "free(frame1, dom0); take-table(frame1); link-table(space0, page0, frame1);"
            + " set-entry(space0, page0, frame0, dom0); give-device(req0, dom0); write-id(unit0, req0, tag0);"
            + " write-context(req0, dom0, unit0, space0, tag0); descend(unit0, req0, space0, tag0, page0, frame1);"
            + " unlink-table(space0, page0, frame1); submit(inv0); execute(inv0)";
    private static final String LATE = "read-late(unit0, req0, tag0, page0, frame1, frame0)";

    private static InstanceBounds bounds() {
        return Families.bounds("domains=1 frames=2 invalidations=2 tags=2 spaces=2");
    }

    /** AMD-Vi's own parts, left out: the runs are too long for a search, so they are given, and each is refused where nothing is left out. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // A page of tables is unlinked, and the invalidation forgets no PDEs: the next walk goes on in it.
                "no-stale | submit.pays.yes.2 | free(frame1, dom0); take-table(frame1); link-table(space0, page0, frame1);"
                        + " set-entry(space0, page0, frame0, dom0); give-device(req0, dom0); write-id(unit0, req0, tag0);"
                        + " write-context(req0, dom0, unit0, space0, tag0); descend(unit0, req0, space0, tag0, page0, frame1);"
                        + " cache-directory(unit0, req0, tag0, page0, frame1); unlink-table(space0, page0, frame1); submit(inv1);"
                        + " execute(inv1); complete-invalidation(inv1); acknowledge(inv1);"
                        + " descend-cached(unit0, req0, space0, tag0, page0, frame1);"
                        + " read-entry(unit0, req0, tag0, page0, frame1, frame0)",
                // Without the COMPLETION_WAIT, a request that was translated before is still to reach memory.
                "late-requests | acknowledge.guard.1 | set-entry(space0, page0, frame0, dom0); give-device(req0, dom0);"
                        + " write-id(unit0, req0, tag0); write-context(req0, dom0, unit0, space0, tag0);"
                        + " walk(unit0, req0, space0, tag0, page0, frame0); clear-entry(space0, page0); submit(inv0); execute(inv0);"
                        + " acknowledge(inv0)",
                // The DomainID is stored while TV is set: the entry leads to one domain's tables under another's tag.
                "entry-means-its-space | write-id.guard.1 | give-device(req0, dom0); write-id(unit0, req0, tag0);"
                        + " write-context(req0, dom0, unit0, space0, tag0); write-id(unit0, req0, tag1)",
                // A page of tables is given back before what is cached of upper levels is forgotten.
                "walks-stay-in-tables | free-table.guard.2 | free(frame1, dom0); take-table(frame1);"
                        + " link-table(space0, page0, frame1); give-device(req0, dom0); write-id(unit0, req0, tag0);"
                        + " write-context(req0, dom0, unit0, space0, tag0); descend(unit0, req0, space0, tag0, page0, frame1);"
                        + " unlink-table(space0, page0, frame1); free-table(frame1)",
            })
    void whatAmdViNeedsIsShownByARun(String id, String fault, String steps) {
        Theory theory = family("amd-vi");
        Theory faulty = theory.with(Designs.inject(theory.discipline(), List.of(fault)));
        InstanceBounds bounds = bounds();
        List<Boolean> sound = taken(theory, bounds, id, steps);
        List<Boolean> broken = taken(faulty, bounds, id, steps);
        assertThat(sound).last().isEqualTo(true);
        assertThat(broken.subList(0, broken.size() - 1)).doesNotContain(false);
        assertThat(broken).last().isEqualTo(false);
    }

    /** Of each of these a goal fails. */
    @ParameterizedTest
    @ValueSource(strings = {"submit.pays.yes.2", "acknowledge.guard.1", "write-id.guard.1", "free-table.guard.2"})
    void whatAmdViNeedsIsAGoal(String fault) {
        Theory theory = family("amd-vi");
        assertThat(failsAt(theory, fault)).isFalse();
        assertThat(failsAt(theory.with(Designs.inject(theory.discipline(), List.of(fault))), fault))
                .isTrue();
    }

    /** A walk that has passed the upper levels goes on in the page of tables until the wait ends, and no longer: then the page may be others'. */
    @Test
    void aWalkGoesOnUntilTheWait() {
        Theory theory = family("amd-vi");
        for (String id : List.of("late-requests", "walks-stay-in-tables")) {
            assertThat(taken(theory, bounds(), id, LINKED + "; " + LATE))
                    .as(id)
                    .hasSize(12)
                    .doesNotContain(false);
        }
        String waited = LINKED + "; complete-invalidation(inv0); acknowledge(inv0)";
        assertThat(taken(theory, bounds(), "late-requests", waited + "; " + LATE))
                .as("the wait ended it")
                .hasSize(13);
        Theory lasting = theory.with(Designs.inject(theory.discipline(), List.of("complete-invalidation.lateOn")));
        assertThat(taken(lasting, bounds(), "late-requests", waited + "; " + LATE))
                .hasSize(14)
                .endsWith(false);
        Theory hasty = theory.with(Designs.inject(theory.discipline(), List.of("acknowledge.guard.1")));
        assertThat(taken(hasty, bounds(), "walks-stay-in-tables", LINKED + "; acknowledge(inv0); free-table(frame1)"))
                .hasSize(13)
                .endsWith(false);
    }

    /** V is cleared once, and set again: the entry as it was cached lets the device reach all memory until it is forgotten. */
    @Test
    void aClearVThatIsCachedStaysClear() {
        Theory theory = family("amd-vi");
        Theory faulty = theory.with(Designs.inject(theory.discipline(), List.of("clear-context.validIn.2")));
        String led = "write-id(unit0, req0, tag0); write-context(req0, dom0, unit0, space0, tag0); ";
        String cleared = "free(frame1, dom0); give-device(req0, dom0); " + led + "clear-context(unit0, req0); ";
        String cached = "cache-open(unit0, req0); ";
        String passes = "pass-through(unit0, req0, tag0, page0, frame1)";
        assertThat(taken(theory, bounds(), "no-foreign", cleared + cached)).hasSize(5);
        assertThat(taken(faulty, bounds(), "no-foreign", cleared + led + passes))
                .hasSize(7);
        assertThat(taken(faulty, bounds(), "no-foreign", cleared + cached + led + passes))
                .hasSize(9)
                .endsWith(false);
        String forgotten = "submit(inv0); execute(inv0); ";
        assertThat(taken(faulty, bounds(), "no-foreign", cleared + cached + led + forgotten + passes))
                .as("until it is forgotten")
                .hasSize(10);
    }
}
