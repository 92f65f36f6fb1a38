package dev.moat.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page of a trace as a person uses it. */
class TraceInBrowserTest extends TraceInBrowser {
    private static void open(String name) throws IOException {
        open(name, "");
    }

    @Test
    void aWholeTraceIsClickedThrough() throws IOException {
        open(STEPWISE);
        assertThat(browser.text("#verdict")).startsWith("no-foreign broken by step 17");
        assertThat(at()).isEqualTo("17 of 17");
        assertThat(browser.text("#promise-no-foreign summary")).startsWith("BROKEN no-foreign since step 17");
        assertThat(browser.text(".ways li.wrong")).contains("cache of u0 (did1)", "f0 rw", "w breaks no-foreign");
        browser.click("#first");
        List<String> seen = new ArrayList<>();
        for (int k = 0; k < 17; k++) {
            seen.add(at());
            assertThat(browser.text("#promise-no-foreign summary")).startsWith("holds");
            assertThat(browser.count(".ways li.wrong")).isZero();
            browser.click("#forward");
        }
        assertThat(seen).doesNotHaveDuplicates().startsWith("0 of 17").endsWith("16 of 17");
        assertThat(at()).isEqualTo("17 of 17");
        browser.click("#forward");
        assertThat(at()).isEqualTo("17 of 17");
        assertThat(browser.text("td.changed ins")).isNotEmpty();
        assertThat(browser.complaints()).isEmpty();
    }

    /** The step that each CPU is at, those that ran; a step's name leads to its line. */
    @Test
    void programsRunBesideTheLanes() throws IOException {
        open(STEPWISE);
        browser.click("#step-12");
        assertThat(browser.count(".program")).isEqualTo(2);
        assertThat(browser.text("tr.at[data-steps^=map_grant_ref]"))
                .startsWith("cpu0")
                .contains("queue-invalidation");
        assertThat(browser.text("tr.at[data-steps^=unmap_grant_ref]"))
                .startsWith("cpu1")
                .contains("lock");
        assertThat(browser.count("tr.ran")).isEqualTo(2);
        browser.click("#story button.link:nth-of-type(4)");
        String ran = "document.querySelector('tr.ran')";
        assertThat(browser.value(ran + ".dataset.steps").getAsString()).isEqualTo("unmap_grant_ref/take-sides");
        browser.click(".did button.link");
        assertThat(browser.value("(() => { const r = " + ran
                                + ".getBoundingClientRect(), b = " + ran + ".closest('.lines-of-program')"
                                + ".getBoundingClientRect(); return r.top >= b.top && r.bottom <= b.bottom; })()")
                        .getAsBoolean())
                .isTrue();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void keysGoBackAndForth() throws IOException {
        open(STEPWISE);
        browser.press("ArrowLeft");
        browser.press("ArrowUp");
        assertThat(at()).isEqualTo("15 of 17");
        browser.press("ArrowRight");
        assertThat(at()).isEqualTo("16 of 17");
        browser.press("Home");
        assertThat(at()).isEqualTo("0 of 17");
        browser.press("v");
        assertThat(at()).isEqualTo("17 of 17");
        browser.click("#step-4");
        assertThat(browser.text("#state h2")).isEqualTo("After step 4");
        browser.click("#violation");
        assertThat(at()).isEqualTo("17 of 17");
        browser.click("#story button.link");
        assertThat(at()).isEqualTo("8 of 17");
    }

    @Test
    void lanesAndWordsFilter() throws IOException {
        open(STEPWISE);
        int all = browser.count(".row");
        assertThat(all).isEqualTo(18);
        browser.click(".lane.device button");
        assertThat(browser.count(".row")).isEqualTo(2);
        assertThat(at()).isEqualTo("17 of 17 (16 hidden)");
        browser.click("#first");
        browser.press("ArrowRight");
        assertThat(at()).startsWith("5 of 17");
        browser.click(".lane.device button");
        assertThat(browser.count(".row")).isEqualTo(all);
        browser.click("#word");
        browser.type("iotlbRights");
        assertThat(browser.count(".row")).isEqualTo(2);
        browser.type("nowhere");
        assertThat(browser.count(".row")).isEqualTo(1);
        assertThat(browser.text(".left > p")).isEqualTo("No step fits the filter.");
    }

    @Test
    void aPromiseHasItsTextAndItsFactsAtEachStep() throws IOException {
        open(STEPWISE);
        browser.click("#promise-no-foreign .text summary");
        assertThat(browser.text("#promise-no-foreign .text pre")).contains("(define-fun invariant () Bool");
        assertThat(browser.count("#promise-no-foreign .facts li.so")).isEqualTo(4);
        browser.press("Home");
        assertThat(browser.count("#promise-no-foreign .facts li.so")).isEqualTo(3);
        assertThat(browser.text("#promise-no-foreign .facts li.not")).contains("a cache of u0 may lead writes");
    }

    @Test
    void everyComponentIsShown() throws IOException {
        for (String name : List.of(
                "r1-unmap-no-invalidation",
                "viommu-no-lock",
                "swiotlb-no-lock",
                "dma-counter-read-early",
                "spaces-mastering-first",
                "dma-identity-no-isolation",
                "xen-restored-entry-unseen")) {
            open(name);
            assertThat(browser.count("#verdict.broken")).as(name).isEqualTo(1);
            assertThat(browser.count(".places td")).as(name).isPositive();
            assertThat(browser.complaints()).as(name).isEmpty();
            for (int[] size : List.of(new int[] {800, 600}, new int[] {1280, 800})) {
                browser.picture(Browsers.pictures(directory).resolve(name + "-" + size[0] + ".png"), size[0], size[1]);
                assertThat(browser.value("document.documentElement.scrollWidth <= window.innerWidth")
                                .getAsBoolean())
                        .as(name)
                        .isTrue();
            }
        }
    }

    @Test
    void aPlaceLeadsToItsStepAndNowhereElse() throws IOException {
        Path file = Path.of("counterexamples", STEPWISE + ".itf.json");
        open(file, "#step=5");
        assertThat(at()).isEqualTo("5 of 17");
        open(file, "#step=99999");
        assertThat(at()).isEqualTo("17 of 17");
        open(file, "#step=<img>");
        assertThat(at()).isEqualTo("17 of 17");
    }

    /** Where walks and caches are too many to be asked, that a device reaches nothing is not said. */
    @Test
    void whatIsNotShownIsNotDenied() throws IOException {
        Path page = directory.resolve("large.html");
        Files.writeString(page, TracePageTest.large("iommu-dma", Map.of("pages", "16", "frames", "2048")));
        browser.open(page.toUri().toString());
        assertThat(browser.text(".ways")).contains("entry at u0").doesNotContain("walks lead nowhere");
        assertThat(browser.text("#cut")).contains("mapR").contains("mayR");
        open(STEPWISE);
        assertThat(browser.count("#cut")).isZero();
    }

    /** Names are shown as they are, and nothing in them runs. */
    @Test
    void namesDoNothing() throws IOException {
        String bad = "</script><script>document.title='run'</script><img src=x onerror=\\\"document.title='run'\\\">";
        Path file = directory.resolve("bad.itf.json");
        Files.writeString(file, TracePageTest.renamed(bad));
        open(file, "");
        assertThat(browser.text("h1")).startsWith("</script><script>document.title='run'");
        assertThat(browser.value("document.title").getAsString()).startsWith("moat: </script>");
        assertThat(browser.value("document.images.length + document.scripts.length")
                        .getAsInt())
                .isEqualTo(2);
        assertThat(browser.complaints()).isEmpty();
    }

    /** Should a name ever get in as markup, the policy stands behind. */
    @Test
    void thePolicyRunsNothingElse() throws IOException {
        open(STEPWISE);
        browser.value("document.body.insertAdjacentHTML('beforeend',"
                + " '<img src=\"x\" onerror=\"document.title = 1\"><b onclick=\"document.title = 1\" id=bad>x</b>')");
        browser.value("document.getElementById('bad').click()");
        assertThat(browser.value("document.title").getAsString()).startsWith("moat: xen-step");
        assertThat(browser.complaints().toString()).contains("Content Security Policy");
    }
}
