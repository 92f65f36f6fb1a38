package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The walks of {@code docs/examples}, short: they get to everything that they are for, meet no violation, and print the same bytes again.
 * What {@code registers-sim.yaml} gets to inside of the unit is {@code HostileGuestTest}'s.
 */
class ExampleWalksTest {
    private static final Pattern COUNT = Pattern.compile("(?m)^ +([0-9,]+)  ([a-z_]+|step of a running operation)$");

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();

    private int simulate(String example, String steps, String... more) {
        out.getBuffer().setLength(0);
        PrintWriter quiet = new PrintWriter(new StringWriter());
        Site site = new Site(Path.of(""), new PrintWriter(out), quiet, false, false, CheckoutEngine::open);
        String file = "docs/examples/" + example + ".yaml";
        String[] always = {"simulate", file, "--seed", "7", "--steps", steps, "--save", directory.toString()};
        String[] all = Arrays.copyOf(always, always.length + more.length);
        System.arraycopy(more, 0, all, always.length, more.length);
        return Moat.run(site, all);
    }

    private Map<String, Long> counts() {
        Map<String, Long> all = new TreeMap<>();
        Matcher found = COUNT.matcher(out.toString());
        while (found.find()) {
            all.put(found.group(2), Long.valueOf(found.group(1).replace(",", "")));
        }
        return all;
    }

    /** Each kind of operation that the machine has, so often at least; every premise is met. */
    @ParameterizedTest
    @CsvSource({"viommu-sim, 26, 40", "interrupts-sim, 11, 400", "registers-sim, 13, 650"})
    void getsEverywhere(String example, int kinds, long least) {
        assertThat(simulate(example, "20k")).isZero();
        assertThat(out.toString())
                .startsWith(example + ": NO VIOLATION MET (seed 7, 20,000 transitions in 10 walks from number 0)\n")
                .contains("  not met       nothing\n");
        assertThat(counts()).hasSize(kinds);
        counts().forEach((what, n) -> assertThat(n).as(what).isGreaterThanOrEqualTo(least));
    }

    @Tag("deep")
    @ParameterizedTest
    @ValueSource(strings = {"viommu-sim", "interrupts-sim", "registers-sim"})
    void theWayIsTheSameTwice(String example) {
        assertThat(simulate(example, "20k")).isZero();
        String first = out.toString();
        assertThat(simulate(example, "20k")).isZero();
        assertThat(out).hasToString(first);
    }

    /** What each is for, left out: it is met. */
    @ParameterizedTest
    @CsvSource({
        "viommu-sim, wait.completed-before-shadow",
        "viommu-sim, decrease.freed-before-flush",
        "viommu-sim, detach.shadow-stays",
        "interrupts-sim, binding.never-refreshed",
        "interrupts-sim, remap.source-unverified"
    })
    void aFaultIsMet(String example, String fault) {
        assertThat(simulate(example, "50k", "--inject", fault, "-q")).isEqualTo(12);
        assertThat(out.toString()).startsWith(example + ": VIOLATED (seed 7, ");
    }
}
