package dev.moat.page;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Where tests get their browser. */
public final class Browsers {
    private Browsers() {}

    /** Where pictures go: to be looked at where {@code -Dmoat.pictures=DIR} names a directory, else to be forgotten. */
    public static Path pictures(Path temporary) {
        return Path.of(System.getProperty("moat.pictures", temporary.toString()));
    }

    /** A browser; without one the test is skipped, and says so where nobody overlooks it. */
    public static Chromium start(Path directory) throws IOException {
        var browser = Chromium.start(directory);
        if (browser.isEmpty()) {
            System.err.println("*** SKIPPED: no Chromium on the PATH, the pages are NOT tested in a browser."
                    + " Debian: apt-get install -y chromium ***");
        }
        Assumptions.assumeTrue(browser.isPresent(), "no Chromium on the PATH");
        return browser.orElseThrow();
    }
}
