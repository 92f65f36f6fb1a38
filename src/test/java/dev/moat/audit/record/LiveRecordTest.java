package dev.moat.audit.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.moat.conform.xen.LiveScript;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest that runs now; {@code MOAT_LIVE} names a directory with a kernel of Linux, as the head of the script says, and {@code MOAT_XEN} an image of
 * Xen.
 */
@Tag("live")
class LiveRecordTest {
    private static final LiveScript SCRIPT = new LiveScript("bench/live-record.sh", "guest");

    @TempDir
    private Path work;

    private void isHeld(String... more) throws IOException, InterruptedException {
        Path said = work.resolve("said");
        List<String> arguments = new ArrayList<>();
        arguments.add(Objects.requireNonNullElse(System.getenv("MOAT_LIVE"), "target/live"));
        arguments.addAll(List.of(more));
        SCRIPT.answer(said, arguments);
        assertThat(Files.readString(said))
                .contains("no difference", "strict promise (nothing lingers when unmap returns)      HELD")
                .doesNotContain("VIOLATED");
    }

    @Test
    void aStrictKernelIsHeld() throws IOException, InterruptedException {
        isHeld("--strict", "--", "iommu.strict=1");
    }

    @Test
    void xenWithADomain0IsHeld() throws IOException, InterruptedException {
        String xen = Objects.requireNonNullElse(System.getenv("MOAT_XEN"), "target/live/boot/xen-4.17-amd64.gz");
        boolean there = Files.exists(Path.of(xen));
        if (!there) {
            System.out.println("*** SKIPPED: no live Xen: " + xen + " is missing ***");
        }
        assumeTrue(there);
        isHeld("--xen", xen, "--strict", "--", "dom0-iommu=strict");
    }
}
