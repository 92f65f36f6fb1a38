package dev.moat.audit.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.Audit;
import dev.moat.audit.Audit.Outcome;
import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import dev.moat.audit.trace.DeviceFilter;
import dev.moat.logic.InvariantLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kernels of Debian, recorded in QEMU 11.1 by {@code bench/live-record.sh} with iommu.strict=1 and MOAT_BLOCKS=8; and Xen 4.20 with Linux 6.1 as
 * domain 0, dom0-iommu=strict and swiotlb=512.
 */
class GuestRecordingsTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/record");

    private static InputStream open(String name) throws IOException {
        return new GZIPInputStream(Files.newInputStream(DIRECTORY.resolve(name + ".events.gz")));
    }

    private static String text(String name) throws IOException {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static Audit audit(String name) throws IOException {
        try (InputStream in = open(name)) {
            return audit(name, in);
        }
    }

    private static Audit audit(String name, InputStream in) throws IOException {
        InvariantLibrary library = InvariantLibrary.load(Path.of("specs/vocabulary.smt2"), Path.of("invariants"));
        return Audit.of(name, in, library.get(Audit.INVARIANT), new DeviceFilter(List.of()));
    }

    private static RuleTally tally(Audit audit, AuditRule rule) {
        return audit.tallies().stream()
                .filter(t -> t.rule() == rule)
                .findFirst()
                .orElseThrow();
    }

    /** Linux changed entries of AMD-Vi's device table in parts until commit 8b3f78733814. */
    @ParameterizedTest
    @CsvSource({
        "linux-6.1-vtd-strict, 26, 126, 0",
        "linux-6.12-vtd-strict, 26, 126, 0",
        "linux-6.1-amdvi-strict, 26, 247, 5",
        "linux-7.2-amdvi-strict, 26, 250, 0",
        "xen-4.20-vtd-dom0, 1352, 2726, 0",
        "xen-4.20-amdvi-dom0, 1355, 2738, 0",
        "linux-7.2-smmuv3-strict, 24, 70, 0"
    })
    void strictKernelsAreHeld(String name, long unmaps, long commands, long torn) throws IOException {
        Audit audit = audit(name);
        assertThat(audit.warnings()).isEmpty();
        assertThat(audit.outcome(true)).isEqualTo(Outcome.HELD);
        assertThat(audit.outcome(false)).isEqualTo(Outcome.HELD);
        assertThat(audit.figures()).containsEntry("windowsOutliving", 0L);
        assertThat(audit.tables()).isEqualTo(torn == 0 ? Outcome.HELD : Outcome.VIOLATED);
        assertThat(tally(audit, AuditRule.CALL_RETURN).clean()).isEqualTo(unmaps);
        assertThat(tally(audit, AuditRule.COMMAND_FORM).clean()).isEqualTo(commands);
        for (RuleTally each : audit.tallies()) {
            assertThat(each.violated()).as(each.rule().id()).isEqualTo(each.rule() == AuditRule.TORN ? torn : 0);
            assertThat(each.unjudgedCount()).as(each.rule().id()).isZero();
        }
    }

    /** From its tenth call on {@code qi_flush_iotlb} returned at once: the first unmap behind it is named. */
    @Test
    void aFunctionThatDoesNothingIsFound() throws IOException {
        Audit audit = audit("linux-6.1-vtd-planted");
        RuleTally unmaps = tally(audit, AuditRule.CALL_RETURN);
        assertThat(unmaps.clean()).isEqualTo(9);
        assertThat(unmaps.examples().get(0).says())
                .startsWith("line 644: __iommu_dma_unmap(0xff1100000539a0d0, 0xfffbc000, 0x1000, ")
                .endsWith("0xfffbc000 to 0xfffbcfff of DID 3 may still lead to 0x5ee8000 in unit 0 (line 640)");
        assertThat(tally(audit, AuditRule.CALL_REUSE).violated()).isPositive();
        assertThat(tally(audit, AuditRule.FREED_LINGERING).violated()).isPositive();
        String text = text("linux-6.1-vtd-planted");
        assertThat(text.lines().toList().subList(0, 643).stream().filter(l -> l.startsWith("# planted")))
                .hasSize(1);
    }

    /** The domains of {@code snapshot/live.csv} under Xen, whose wait returned at once from its 105th call on. */
    @Test
    void aWaitThatDoesNothingIsFound() throws IOException {
        Audit audit = audit("xen-4.20-vtd-planted");
        RuleTally waits = tally(audit, AuditRule.WAIT_DONE);
        assertThat(waits.clean()).isEqualTo(104);
        assertThat(waits.examples().get(0).says())
                .startsWith("line 2524: queue_invalidate_wait(")
                .endsWith("the command of line 2521 (IOTLB of DID 0) is not done: no wait stands behind it");
        assertThat(tally(audit, AuditRule.CALL_RETURN).violated()).isEqualTo(5);
        assertThat(tally(audit, AuditRule.REQUESTER_FORGOTTEN).violated()).isEqualTo(5);
    }

    /** The unit's answer to the first wait is taken out of the recording: before it stands an invalidation of interrupt entries. */
    @Test
    void aWaitForInterruptEntriesIsOne() throws IOException {
        String text = text("xen-4.20-vtd-planted").split("# planted", 2)[0].replaceFirst("store unit0 .*\n", "");
        Audit audit = audit("given", new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
        assertThat(tally(audit, AuditRule.WAIT_DONE).examples().get(0).says())
                .contains("(no invalidation of translations) is not done: the wait behind it is not");
    }
}
