package dev.moat.snapshot;

import dev.moat.conform.xen.LiveScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recorded snapshot, taken anew of a Xen that runs now. */
@Tag("live")
class LiveSnapshotTest {
    private static final LiveScript SCRIPT = new LiveScript("bench/live-xen.sh", "Xen");

    @TempDir
    private Path work;

    @Test
    void aLiveXenIsConsistentUntilItsGuestForgetsAGrant() throws IOException, InterruptedException {
        Path log = work.resolve("log");
        SCRIPT.answer(log, List.of("--log", "src/test/resources/snapshot/live.csv"));
        SnapshotTest.judgeLive(Files.readString(log));
    }
}
