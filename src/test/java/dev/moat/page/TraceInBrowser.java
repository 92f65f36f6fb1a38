package dev.moat.page;

import dev.moat.check.Engine;
import dev.moat.check.MoatEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The page of a trace, open in a browser that all tests of a class share, and one class at a time has. */
@ResourceLock("browser")
abstract class TraceInBrowser {
    static final String STEPWISE = "xen-step-grant-table-lock-dropped-before-wait";

    private static final Engine ENGINE = MoatEngine.open(Path.of(""));

    @TempDir
    static Path directory;

    @SuppressWarnings("NullAway.Init") // before all tests
    static Chromium browser;

    @BeforeAll
    static void start() throws IOException {
        browser = Browsers.start(directory);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    /** @param place what stands behind the page's address: a step or a promise to begin with; empty for none */
    static void open(Path counterexample, String place) throws IOException {
        Path page = directory.resolve("page.html");
        Files.writeString(page, ENGINE.page(counterexample));
        browser.open(page.toUri() + place);
    }

    /** A committed counterexample. */
    static void open(String name, String place) throws IOException {
        open(Path.of("counterexamples", name + ".itf.json"), place);
    }

    /** Which step is shown, as the page says. */
    static String at() {
        return browser.text("#count");
    }
}
