package dev.moat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.cli.site.Site;
import dev.moat.page.Browsers;
import dev.moat.page.Chromium;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reports for a browser: what is written, and what a person does with it. */
class RunPageTest {
    @TempDir
    Path directory;

    private final StringWriter err = new StringWriter();

    private int moat(String... args) {
        PrintWriter out = new PrintWriter(new StringWriter());
        return Moat.run(new Site(Path.of(""), out, new PrintWriter(err), false, false, CheckoutEngine::open), args);
    }

    private int check(String... args) {
        return moat(Stream.concat(
                        Stream.of("check", "--html", directory.resolve("report").toString(), "--save"),
                        Stream.concat(Stream.of(directory.resolve("save").toString()), Stream.of(args)))
                .toArray(String[]::new));
    }

    private String index() throws IOException {
        return Files.readString(directory.resolve("report/index.html"));
    }

    @Test
    void everyTraceHasItsPage() throws IOException {
        assertThat(check("r1", "r1-unmap-no-invalidation", "xen-unmap-no-invalidation"))
                .isZero();
        try (Stream<Path> traces = Files.list(directory.resolve("report/traces"))) {
            assertThat(traces.map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder("r1-unmap-no-invalidation.html", "xen-unmap-no-invalidation.html");
        }
        assertThat(Files.readString(directory.resolve("report/traces/r1-unmap-no-invalidation.html")))
                .contains("moat replay " + directory.resolve("save/r1-unmap-no-invalidation.itf.json"));
    }

    /** As JSON, JUnit and SARIF do: what was checked before stands, and what ended the run is said. */
    @Test
    void aRunThatFailsIsReported() throws IOException {
        assertThat(check("r1", "r1-unmap-no-invalidation", "-P", "domains=99")).isEqualTo(2);
        assertThat(index()).contains("\"failed\":{\"scenario\":\"r1\"");
        assertThat(check(directory.resolve("none.yaml").toString())).isEqualTo(74);
        assertThat(index()).contains("\"scenarios\":[]").contains("none.yaml");
    }

    @Test
    void aReportThatCannotBeWrittenCostsItsExitCode() throws IOException {
        Files.writeString(directory.resolve("report"), "no directory");
        assertThat(check("r1-unmap-no-invalidation")).isEqualTo(74);
        assertThat(directory.resolve("save/r1-unmap-no-invalidation.itf.json")).exists();
        assertThat(err.toString()).contains("is no directory");
    }

    @Test
    void oneScenarioIsOne() throws IOException {
        assertThat(check("r1-unmap-no-invalidation")).isZero();
        try (Chromium browser = Browsers.start(directory)) {
            browser.open(directory.resolve("report/index.html").toUri().toString());
            assertThat(browser.text("#verdict")).contains(". 1 scenario: 0 held, 1 violated, 0 inconclusive.");
        }
    }

    @Test
    void aPersonSortsFiltersAndFollowsALink() throws IOException {
        assertThat(check("r1", "r1-unmap-no-invalidation", "xen-unmap-no-invalidation", "xen-step", "--depth", "6"))
                .isEqualTo(5);
        try (Chromium browser = Browsers.start(directory)) {
            browser.open(directory.resolve("report/index.html").toUri().toString());
            assertThat(browser.text("#verdict"))
                    .startsWith("2 not as expected: r1, xen-step. 4 scenarios: 0 held, 2 violated, 2 inconclusive.");
            assertThat(browser.count("#scenarios tbody tr")).isEqualTo(4);
            assertThat(column(browser, 1))
                    .containsExactly("r1", "xen-step", "r1-unmap-no-invalidation", "xen-unmap-no-invalidation");
            assertThat(column(browser, 3)).containsExactly("NO", "NO", "yes", "yes");
            choose(browser, "choice-0", "violated");
            assertThat(browser.text("#count")).isEqualTo("2 of 4");
            assertThat(column(browser, 2)).containsOnly("violated");
            choose(browser, "choice-1", "NO");
            assertThat(browser.text("#count")).isEqualTo("0 of 4");
            choose(browser, "choice-0", "");
            assertThat(column(browser, 1)).containsExactly("r1", "xen-step");
            choose(browser, "choice-1", "");
            browser.click("#scenarios th:nth-child(5) button");
            assertThat(figures(browser)).isSorted();
            assertThat(browser.value("document.querySelector('#scenarios th:nth-child(5)').ariaSort")
                            .getAsString())
                    .isEqualTo("ascending");
            browser.click("#scenarios th:nth-child(5) button");
            assertThat(figures(browser)).isSortedAccordingTo(java.util.Comparator.reverseOrder());
            browser.click("#word");
            browser.type("unmap");
            assertThat(browser.text("#count")).isEqualTo("2 of 4");
            browser.click("#scenarios tbody tr td");
            assertThat(browser.text("#scenarios .detail")).contains("injected: unmap.no-invalidation");
            choose(browser, "component", "xen-vtd");
            assertThat(browser.text("#coverage h3")).startsWith("Actions and operations begun: ");
            assertThat(browser.count("#coverage rect")).isGreaterThan(20);
            for (int[] size : List.of(new int[] {1280, 800}, new int[] {800, 600})) {
                browser.picture(Browsers.pictures(directory).resolve("run-" + size[0] + ".png"), size[0], size[1]);
                assertThat(browser.value("document.documentElement.scrollWidth <= window.innerWidth")
                                .getAsBoolean())
                        .isTrue();
            }
            assertThat(browser.complaints()).isEmpty();
            browser.click("#scenarios tbody a");
            browser.await("document.title.startsWith('moat: ') && document.getElementById('count') !== null");
            assertThat(browser.text("#verdict")).contains("broken by step");
        }
    }

    @Test
    void theNeededTableIsSortedAndClicked() throws IOException {
        String pages = directory.resolve("needed").toString();
        String save = directory.resolve("save").toString();
        assertThat(moat(
                        "needed",
                        "--row",
                        "omit.map-wait",
                        "--row",
                        "omit.unmap-wait",
                        "--column",
                        "defaults",
                        "--html",
                        pages,
                        "--save",
                        save,
                        "--workers",
                        "1"))
                .isZero();
        try (Chromium browser = Browsers.start(directory)) {
            browser.open(Path.of(pages, "index.html").toUri().toString());
            int rows = browser.count("#cells tbody tr");
            assertThat(rows).isGreaterThan(1);
            browser.click("#cells th button");
            browser.click("#word");
            browser.type("unmap-wait");
            assertThat(browser.count("#cells tbody tr")).isLessThan(rows);
            browser.click("#cells tbody td");
            assertThat(browser.text("#cells .detail")).contains("defaults: needed");
            assertThat(browser.complaints()).isEmpty();
            browser.picture(Browsers.pictures(directory).resolve("needed.png"), 1280, 800);
            browser.click("#cells .detail a");
            browser.await("document.title.startsWith('moat: ') && document.getElementById('count') !== null");
            assertThat(browser.text("#verdict")).contains("broken by step");
        }
    }

    @Test
    void theKillMatrixIsSortedAndClicked() throws IOException {
        Path page = directory.resolve("faults.html");
        assertThat(moat("list", "faults", "--html", page.toString())).isZero();
        assertThat(moat("list", "invariants", "--html", page.toString())).isEqualTo(2);
        try (Chromium browser = Browsers.start(directory)) {
            browser.open(page.toUri().toString());
            choose(browser, "component", "xen-vtd");
            browser.picture(Browsers.pictures(directory).resolve("faults.png"), 1280, 800);
            browser.click("#faults th:nth-child(4) button");
            assertThat(browser.text("#faults tbody tr td:nth-child(4)")).isEqualTo("\u25cf");
            browser.click("#word");
            browser.type("unmap.no-invalidation");
            assertThat(browser.count("#faults tbody tr")).isBetween(1, 5);
            browser.click("#faults tbody td");
            assertThat(browser.text("#faults .detail")).contains("breaks no-foreign: No device reads or writes");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static void choose(Chromium browser, String id, String value) {
        browser.value("(() => { const e = document.getElementById('" + id + "'); e.value = '" + value
                + "'; e.dispatchEvent(new Event('change')); })()");
    }

    private static List<String> column(Chromium browser, int number) {
        return Stream.of(browser.value("[...document.querySelectorAll('#scenarios tbody td:nth-child(" + number
                                + ")')].map(e => e.innerText).join(' ')")
                        .getAsString()
                        .split(" "))
                .toList();
    }

    private static List<Integer> figures(Chromium browser) {
        return column(browser, 5).stream()
                .map(figure -> Integer.valueOf(figure.replace(",", "")))
                .toList();
    }
}
