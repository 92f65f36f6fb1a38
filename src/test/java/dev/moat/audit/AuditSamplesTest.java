package dev.moat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import dev.moat.audit.result.Window;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures of the recorded samples that were counted without Moat. */
class AuditSamplesTest {
    private static final Path SAMPLES = Path.of("src/test/resources/traces");

    private static byte[] sample(String mode) throws IOException {
        return Files.readAllBytes(SAMPLES.resolve("linux-6.1-vtd-" + mode + "-nvme.trace.gz"));
    }

    static String text(String mode) throws IOException {
        return RecordedTrace.text("linux-6.1-vtd-" + mode + "-nvme.trace");
    }

    private static RuleTally of(Audit audit, AuditRule rule) {
        return audit.tallies().stream()
                .filter(t -> t.rule() == rule)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void strict() throws IOException {
        Audit a = TraceText.audit(sample("strict"));
        assertThat(of(a, AuditRule.RETURN_PAGE))
                .extracting(RuleTally::clean, RuleTally::violated, RuleTally::unjudgedCount)
                .containsExactly(78L, 0L, 0L);
        assertThat(of(a, AuditRule.RETURN_SG))
                .extracting(RuleTally::clean, RuleTally::violated, RuleTally::unjudgedCount)
                .containsExactly(64L, 0L, 0L);
        assertThat(of(a, AuditRule.IOVA_REUSE).clean()).isEqualTo(1055);
        assertThat(of(a, AuditRule.COVERS).clean()).isEqualTo(142);
        assertThat(of(a, AuditRule.EXACT).clean()).isEqualTo(142);
        assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.outcome(false)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.tables()).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.windows().count()).isEqualTo(142);
        assertThat(a.windows().pages()).isEqualTo(1102);
        assertThat(a.windows().quantile(50)).isEqualTo(18_000);
        assertThat(a.windows().max()).isEqualTo(361_000);
        assertThat(a.figures())
                .containsEntry("pagesInvalidations", 142L)
                .containsEntry("otherDescriptors", 11L)
                .containsEntry("windowsOutliving", 0L)
                .containsEntry("windowsEndedBySubmission", 0L)
                .containsEntry("unseenUnmaps", 0L);
        assertThat(a.warnings()).isEmpty();
    }

    @Test
    void lazy() throws IOException {
        Audit a = TraceText.audit(sample("lazy"));
        assertThat(of(a, AuditRule.RETURN_PAGE))
                .extracting(RuleTally::clean, RuleTally::violated, RuleTally::unjudgedCount)
                .containsExactly(0L, 78L, 0L);
        assertThat(of(a, AuditRule.RETURN_SG))
                .extracting(RuleTally::clean, RuleTally::violated, RuleTally::unjudgedCount)
                .containsExactly(0L, 64L, 0L);
        assertThat(of(a, AuditRule.IOVA_REUSE).clean()).isEqualTo(1119);
        assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.VIOLATED);
        assertThat(a.outcome(false)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.tables()).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.figures())
                .containsEntry("domainInvalidations", 10L)
                .containsEntry("domainInvalidatedPages", 1102L)
                .containsEntry("windowsOutliving", 142L)
                .containsEntry("bytesAsked", 308_232L)
                .containsEntry("bytesExposed", 319_488L);
        assertThat(a.windows().max()).isEqualTo(19_670_000);
        assertThat(a.windows().worst().get(0)).isEqualTo(new Window(19_670_000, 1, 0xffffa, 73, 127));
        assertThat(of(a, AuditRule.RETURN_PAGE).examples().get(0).line()).isEqualTo(31);
        assertThat(of(a, AuditRule.RETURN_PAGE).examples().get(0).reason()).anyMatch(l -> l.contains("false: dirty("));
    }

    /** What tracepoints alone tell: reuse is judged, returns are not, and the report says what is missing. */
    @Test
    void tracepointsOnly() throws IOException {
        for (String mode : List.of("strict", "lazy")) {
            String basic = text(mode).replaceAll("(?m)^.*: \\(.*\\n", "");
            Audit a = TraceText.audit(basic.getBytes(StandardCharsets.UTF_8));
            assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.NOT_JUDGED);
            assertThat(a.outcome(false)).isEqualTo(Audit.Outcome.HELD);
            assertThat(a.windows().pages()).isEqualTo(1102);
            assertThat(AuditText.of(a))
                    .anyMatch(l ->
                            l.contains("strict-return of page unmaps: the trace shows none; needs dma_unmap_page and"))
                    .anyMatch(l -> l.contains("one domain is assumed"));
        }
    }

    /** Without any one of its flushes the lazy run maps addresses again too early, or leaves windows open. */
    @Test
    void anyMissingFlushIsNoticed() throws IOException {
        List<String> lines = text("lazy").lines().toList();
        int found = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("qi_submit: iotlb_inv")) {
                List<String> without = new java.util.ArrayList<>(lines);
                without.remove(i);
                Audit a = TraceText.audit((String.join("\n", without) + "\n").getBytes(StandardCharsets.UTF_8));
                assertThat(of(a, AuditRule.IOVA_REUSE).violated()
                                + a.figures().get("windowsOpen")
                                + (a.windows().max() > 19_670_000 ? 1 : 0))
                        .as("line %d", i + 1)
                        .isPositive();
                found++;
            }
        }
        assertThat(found).isEqualTo(10);
    }

    /** Each page-selective invalidation of the strict run is needed. */
    @Test
    void anyMissingInvalidationIsFoundAtItsUnmap() throws IOException {
        List<String> lines = text("strict").lines().toList();
        int tried = 0;
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("qi_submit: iotlb_inv") && tried++ % 20 == 0) {
                List<String> without = new java.util.ArrayList<>(lines);
                without.set(i, lines.get(i).replaceAll(": iotlb_inv.*", ": iec_inv dmar0: 0x14 0x0 0x0 0x0"));
                Audit a = TraceText.audit((String.join("\n", without) + "\n").getBytes(StandardCharsets.UTF_8));
                long line = i + 3; // the flush returns on the next line, the unmap on the one after
                assertThat(a.tallies().stream().flatMap(t -> t.examples().stream()))
                        .as("line %d", i + 1)
                        .anyMatch(v -> v.line() == line && v.rule().strictOnly())
                        .anyMatch(v -> v.line() == line - 1 && v.rule() == AuditRule.COVERS);
            }
        }
        assertThat(tried).isEqualTo(142);
    }
}
