package dev.moat.conform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.rows.RowTally;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Moat's grant table against a real Xen that runs now, under QEMU: {@code bench/live-xen.sh} has it answer random rows.
 * The seed is printed, and {@code -Dlive.seed}, {@code -Dlive.cases}, {@code -Dlive.steps} choose what is asked.
 */
@Tag("live")
class LiveXenTest {
    @TempDir
    Path work;

    @Test
    void answersAsARunningXenDoes() throws IOException, InterruptedException {
        compare("live");
    }

    @Test
    void answersAsARunningXenDoesWithoutTransitiveGrantsAndTransfers() throws IOException, InterruptedException {
        compare("cfg-no-transitive-no-transfer", "gnttab=no-transitive,no-transfer");
    }

    /** The recorded file itself: what the live domain 0 asks is what the recorder asked. */
    @Test
    void answersTheRecordedRowsAsRecorded() throws IOException, InterruptedException {
        String again = new LiveXen(work).ask(String.join("\n", XenFile.load().lines()) + "\n");
        RowTally found = XenRecords.run("live", new StringReader(again), LiveXen.RELEASE);
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.compared()).isEqualTo(1987);
    }

    private void compare(String suite, String... options) throws IOException, InterruptedException {
        int cases = Integer.getInteger("live.cases", 40);
        int steps = Integer.getInteger("live.steps", 150);
        long seed = Long.getLong("live.seed", 1);
        String answers = new LiveXen(work).ask(RandomRows.file(suite, seed, cases, steps), options);
        RowTally found = XenRecords.run("live", new StringReader(answers), LiveXen.RELEASE);
        System.out.println("live Xen, suite " + suite + ", seeds from " + seed + ": "
                + found.text(LiveXen.RELEASE.label()).get(0));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.cases()).isEqualTo(cases);
        assertThat(found.compared()).isGreaterThan(cases * steps / 2);
    }
}
