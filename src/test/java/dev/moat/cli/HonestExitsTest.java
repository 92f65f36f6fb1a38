package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No exit code says more than the run: faults that do not show, arguments that do not fit, on the scenarios as they are. */
class HonestExitsTest {
    @TempDir
    Path saved;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int moat(String words) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(Arrays.asList(words.split(" ")));
        if (words.startsWith("check ")) {
            all.addAll(List.of("--save", saved.toString(), "--workers", "1"));
        }
        Site site =
                new Site(Path.of(""), new PrintWriter(out), new PrintWriter(err), false, false, CheckoutEngine::open);
        return Moat.run(site, all.toArray(String[]::new));
    }

    /** With other bounds, too: it says where the discipline is left, and at which granularity the fault acts. */
    @ParameterizedTest
    @ValueSource(strings = {"", " -P domains=2", " -P refs=2", " --verbose"})
    void aFaultThatNothingShowsIsNoSuccess(String more) {
        assertThat(moat("check r1 --inject map.ignores-read-only" + more)).isEqualTo(15);
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains("HELD, NOT AS EXPECTED", "map.ignores-read-only was injected and everything holds")
                .contains("no property is known that it must break; it acts at granularity operation")
                .contains("the discipline is left at transition 2, by map");
    }

    /** Properties are added and left out by name; one that is asked for is never silently not judged. */
    @Test
    void propertiesAreAddedAndLeftOut() {
        assertThat(moat("check r1-free-keeps-cache-entry")).isZero();
        assertThat(moat("check r1-free-keeps-cache-entry --hold no-stale")).isEqualTo(12);
        assertThat(out.toString()).contains("no-stale must hold and was violated");
        assertThat(moat("check r1-free-keeps-cache-entry --without no-stale")).isZero();
        assertThat(out.toString()).contains("VIOLATED no-foreign").doesNotContain("no-stale");
        assertThat(moat("check r1 --hold no-stale --without no-stale")).isEqualTo(2);
        assertThat(moat("check r1 --without no-deadlock")).isEqualTo(2);
        assertThat(moat("check r1 --without no-stail")).isEqualTo(2);
        assertThat(err.toString()).contains("no property 'no-stail'").contains("no-stale");
        assertThat(moat("check r1 --hold operations-return")).isEqualTo(2);
        assertThat(err.toString()).contains("r1: 'operations-return' is judged of granularity step only");
        assertThat(moat("check r1 --hold stopped-traffic-goes-on")).isEqualTo(2);
        assertThat(err.toString()).contains("this machine gives 'trafficStopped' no meaning");
    }

    /** The shortest violation hides others: each gets a search and a file of its own, and what is left says what it leaves out. */
    @Test
    void allViolationsHaveATraceEach() {
        assertThat(moat("check xen-op -P handles=1 --inject unmap.no-invalidation --all-violations -q"))
                .isEqualTo(12);
        assertThat(out.toString())
                .containsSubsequence(
                        "xen-op: VIOLATED ",
                        "xen-op: VIOLATED demotion-invalidated",
                        "xen-op: HELD",
                        "without ",
                        "no-stale");
    }

    /** A fault between steps does not show where operations are whole. */
    @Test
    void theGranularityAtWhichAFaultShowsIsNamed() {
        assertThat(moat("check xen-kept-device-map --inject unmap.hold-released-before-wait"))
                .isEqualTo(5);
        assertThat(out.toString().replaceAll("\\s+", " "))
                .contains(
                        "shows nothing about the edited program: edited, and never runs: unmap_grant_ref/await-release")
                .contains("unmap.hold-released-before-wait was injected and everything holds: it is to break ")
                .contains("at granularity step, and this is operation");
    }

    /** A state in which a property is broken and nothing can go on is both: no judge says otherwise, and the file is replayed as it is. */
    @Test
    void aPropertyThatIsBrokenWhereNothingCanGoOn() {
        assertThat(moat("check xen-op --inject unmap.wait-not-queued --inject unmap.host-side-takes-entry"))
                .as(err.toString())
                .isEqualTo(12);
        assertThat(out.toString()).contains("VIOLATED live-mapping-is-readable", "no-deadlock");
        assertThat(moat("replay " + saved.resolve("unexpected/xen-op.itf.json")))
                .isZero();
    }

    /** The first scenario would be violated: nobody learns of it, and nothing is written, when a later word is wrong. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "r1-unmap-no-invalidaton",
                "nowhere.yaml",
                "--inject unmap.no-invalidaton",
                "xen-step --inject unmap.no-invalidation --inject pool.first-segment-only",
                "-P domans=2",
                "-P domains=0",
                "xen-step -P handles=1 -P layer=native",
                "--time soon",
                "--states none",
                "--workers 0",
                "--dept 3"
            })
    void argumentsAreRefusedBeforeTheFirstScenarioRuns(String wrong) {
        assertThat(moat("check r1-unmap-no-invalidation " + wrong)).isIn(2, 65, 74);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).startsWith("moat: ");
        assertThat(saved).isEmptyDirectory();
    }

    /** A word that is wrong by a letter is answered with the one that was meant, and with at most a dozen others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "chek|check",
                "check xen-stp|xen-step",
                "check xen-step --inject unmap.no-invalidaton|unmap.no-invalidation",
                "check xen-step -P handels=2|handles",
                "check r1 --jnit x|--junit",
                "list falts|faults",
                "list steps unmap_grant_rf|unmap_grant_ref",
                "explore xen-stp|xen-step",
                "simulate xen-sim-strct|xen-sim-strict",
                "needed --row omit.unmp-wait|omit.unmap-wait",
                "needed --column fush=queued|flush=queued"
            })
    void theNearestNameIsTold(String row) {
        String[] parts = row.split("\\|");
        assertThat(moat(parts[0])).isEqualTo(2);
        assertThat(err.toString()).contains("did you mean '" + parts[1] + "'?");
        assertThat(err.toString().split(", ")).hasSizeLessThanOrEqualTo(14);
    }

    /** What was wrong is told in the words of who typed it, not in those of Java. */
    @Test
    void valuesAreRefusedWithoutJavasWords() {
        assertThat(moat("simulate xen-sim-strict --seed x")).isEqualTo(2);
        assertThat(err.toString()).contains("'--seed': 'x' is not a whole number, or too large");
        assertThat(moat("list falts")).isEqualTo(2);
        assertThat(err.toString()).contains("(known: scenarios, ").doesNotContain("case-sensitive");
    }
}
