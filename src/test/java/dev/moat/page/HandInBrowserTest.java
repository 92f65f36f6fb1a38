package dev.moat.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.check.MoatEngine;
import dev.moat.logic.InvariantLibrary;
import dev.moat.output.OutputFile;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine walked by hand, as a person does it. */
class HandInBrowserTest {
    @TempDir
    Path directory;

    private HandServer serve(String id, Path file) throws IOException {
        InvariantLibrary library = InvariantLibrary.ofHome(Path.of(""));
        ScenarioReader reader = new ScenarioReader(Catalog.load(), library.ids());
        Scenario scenario = new ScenarioLibrary(Path.of("specs/scenarios"), reader).find(id);
        return HandServer.start(new HandWalk(scenario, Catalog.load(), library), 0, text -> {
            OutputFile.write(file, text);
            return file.toString();
        });
    }

    private static void act(Chromium browser, String name, int steps) {
        browser.click("[data-name='" + name + "']");
        browser.await("document.getElementById('count').textContent.startsWith('" + steps + " of " + steps + "')");
    }

    @Test
    void aFaultIsFoundByHand() throws IOException {
        Path file = directory.resolve("explored.itf.json");
        try (Chromium browser = Browsers.start(directory);
                HandServer server = serve("r1-unmap-no-invalidation", file)) {
            browser.open(server.address().toString());
            assertThat(browser.text("#verdict")).isEqualTo("Every promise holds in every state shown here.");
            assertThat(browser.value("document.getElementById('save').disabled").getAsBoolean())
                    .isTrue();
            act(browser, "grant(d1, r1, d2, f1, rw)", 1);
            act(browser, "free(d2, f2)", 2);
            browser.click("#undo");
            browser.await("document.getElementById('count').textContent === '1 of 1'");
            act(browser, "map(d2, h1, d1, r1, rw)", 2);
            act(browser, "dma(d2, f1, write)", 3);
            browser.click("#action-word");
            browser.type("unmap");
            assertThat(browser.count(".offer")).isEqualTo(1);
            act(browser, "unmap(d2, h1)", 4);
            assertThat(browser.text("#verdict")).contains("broken by step 4");
            browser.click("#save");
            browser.await("document.getElementById('said').textContent.startsWith('Saved.')");
            browser.click("#first");
            browser.click("#from-here");
            browser.await("document.getElementById('count').textContent === '0 of 0'");
            browser.click("#finish");
            browser.await("document.getElementById('said').textContent === 'moat explore has ended.'");
            assertThat(browser.complaints()).isEmpty();
        }
        assertThat(MoatEngine.open(Path.of("")).replay(file).lines().get(0)).startsWith("reproduced: ");
    }

    /** Steps are taken back by a key or all at once, and who looks back comes to the end again. */
    @Test
    void aWalkIsTakenBackAndLookedAt() throws IOException {
        try (Chromium browser = Browsers.start(directory);
                HandServer server = serve("r1-unmap-no-invalidation", directory.resolve("explored.itf.json"))) {
            browser.open(server.address().toString());
            String offered = browser.text("#offered");
            assertThat(offered)
                    .matches("(\\d+) of \\1 possible; calls that would come back and change nothing are left out\\.");
            assertThat(browser.value("document.querySelector(\".offer[data-name='grant(d1, r1, d2, f1, rw)']\").title")
                            .getAsString())
                    .isEqualTo("d1 grants f1 to d2 (rw) by its entry r1");
            act(browser, "grant(d1, r1, d2, f1, rw)", 1);
            browser.press("u");
            browser.await("document.getElementById('count').textContent === '0 of 0'");
            assertThat(browser.text("#offered")).isEqualTo(offered);
            act(browser, "grant(d1, r1, d2, f1, rw)", 1);
            act(browser, "free(d2, f2)", 2);
            browser.press("ArrowLeft");
            assertThat(browser.text("#offers p")).isEqualTo("You look at an earlier state.");
            browser.click("#offers button:last-child");
            assertThat(browser.text("#count")).isEqualTo("2 of 2");
            assertThat(browser.count(".offer")).isPositive();
            browser.click("#again");
            browser.await("document.getElementById('count').textContent === '0 of 0'");
            assertThat(browser.value("document.getElementById('undo').disabled").getAsBoolean())
                    .isTrue();
        }
    }

    /** An address that is none of the page's says so, and the walk is as it was. */
    @Test
    void anUnknownFileIsSaidToBeNone() throws IOException {
        try (Chromium browser = Browsers.start(directory);
                HandServer server = serve("r1-unmap-no-invalidation", directory.resolve("explored.itf.json"))) {
            browser.open(server.address().toString());
            act(browser, "grant(d1, r1, d2, f1, rw)", 1);
            browser.open(server.address().resolve("none.itf.json").toString(), "location.protocol === 'http:'");
            assertThat(browser.text("body").strip()).isEqualTo("There is nothing here.");
            assertThat(browser.complaints().toString()).contains("404");
            browser.open(server.address().toString());
            assertThat(browser.text("#count")).isEqualTo("1 of 1");
        }
    }

    /** A machine with CPUs that run step by step, at both sizes of a window. */
    @Test
    void everythingFits() throws IOException {
        try (Chromium browser = Browsers.start(directory);
                HandServer server = serve("xen-step", directory.resolve("explored.itf.json"))) {
            browser.open(server.address().toString());
            for (int k = 1; k <= 6; k++) {
                browser.value("document.querySelectorAll('.offer')[3].click()");
                browser.await("document.getElementById('count').textContent === '" + k + " of " + k + "'");
            }
            for (int[] size : List.of(new int[] {1280, 800}, new int[] {800, 600})) {
                browser.picture(Browsers.pictures(directory).resolve("hand-" + size[0] + ".png"), size[0], size[1]);
                assertThat(browser.value("document.documentElement.scrollWidth <= window.innerWidth")
                                .getAsBoolean())
                        .isTrue();
                browser.click("#undo");
            }
        }
    }
}
