package dev.moat.audit.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.conform.xen.LiveScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Linux guest that runs now; {@code MOAT_LIVE} names a directory with its kernel, as the head of the script says. */
@Tag("live")
class LiveRecordTest {
    private static final LiveScript SCRIPT = new LiveScript("bench/live-record.sh", "guest");

    @TempDir
    private Path work;

    @Test
    void aStrictKernelIsHeld() throws IOException, InterruptedException {
        Path said = work.resolve("said");
        String kernel = Objects.requireNonNullElse(System.getenv("MOAT_LIVE"), "target/live");
        SCRIPT.answer(said, List.of(kernel, "--strict", "--", "iommu.strict=1"));
        assertThat(Files.readString(said))
                .contains("no difference", "strict promise (nothing lingers when unmap returns)      HELD")
                .doesNotContain("VIOLATED");
    }
}
