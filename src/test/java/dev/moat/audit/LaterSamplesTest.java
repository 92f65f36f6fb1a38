package dev.moat.audit;

import static dev.moat.audit.RecordedTrace.audit;
import static dev.moat.audit.RecordedTrace.counts;
import static dev.moat.audit.RecordedTrace.tally;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures of what was recorded from Linux 6.12 with Moat's own recipes, counted without Moat. */
class LaterSamplesTest {
    private static List<String> lines(String name) throws IOException {
        return RecordedTrace.lines("linux-6.12-" + name);
    }

    /** Three CPUs, four devices at work at once: NVMe, AHCI, a USB disk, e1000e. */
    @Test
    void strictDevices() throws IOException {
        Audit a = audit(lines("vtd-strict-devices.trace"));
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("378 0 0");
        assertThat(counts(a, AuditRule.RETURN_SG)).isEqualTo("34 0 0");
        assertThat(counts(a, AuditRule.RETURN_FREE)).isEqualTo("2 0 0");
        assertThat(counts(a, AuditRule.IOVA_REUSE)).isEqualTo("560 0 0");
        assertThat(counts(a, AuditRule.OVERLAP)).isEqualTo("560 0 0");
        assertThat(counts(a, AuditRule.COVERS)).isEqualTo("414 0 0");
        assertThat(counts(a, AuditRule.EXACT)).isEqualTo("414 0 0");
        assertThat(counts(a, AuditRule.LEADS)).isEqualTo("414 0 0");
        assertThat(counts(a, AuditRule.ONCE)).isEqualTo("414 0 0");
        assertThat(a.windows().count()).isEqualTo(414);
        assertThat(a.windows().pages()).isEqualTo(1611);
        assertThat(a.windows().max()).isEqualTo(10_509_000);
        assertThat(a.figures())
                .containsEntry("domains", 4L)
                .containsEntry("domainIds", 4L)
                .containsEntry("otherDescriptors", 9L);
        assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.warnings()).isEmpty();
    }

    /** Whatever of its invalidations is missing, late, or for another domain, is found at its unmap. */
    @ParameterizedTest
    @CsvSource({"missing", "late", "of another domain", "beside", "too small"})
    void faultsPutIntoIt(String fault) throws IOException {
        List<String> all = lines("vtd-strict-devices.trace");
        int tried = 0;
        for (int i = 0; i < all.size(); i++) {
            String line = all.get(i);
            // Only where nothing of another CPU comes between the descriptor and the return.
            boolean plain = line.contains("qi_submit: iotlb_inv")
                    && all.get(i + 2).matches(".* (unmap_page|unmap_sg|free)_ret: .*");
            if (!plain || (fault.equals("too small") && line.contains("40 0x0 0x0")) || tried++ % 40 != 0) {
                continue;
            }
            Audit a = audit(with(all, i, fault));
            String what = fault + " at line " + (i + 1);
            assertThat(a.outcome(true)).as(what).isEqualTo(Audit.Outcome.VIOLATED);
            assertThat(counts(a, AuditRule.COVERS)).as(what).isEqualTo("413 1 0");
        }
        assertThat(tried).isGreaterThan(50);
    }

    private static List<String> with(List<String> all, int at, String fault) {
        List<String> changed = new ArrayList<>(all);
        String line = all.get(at);
        String[] words = line.replaceAll(".*dmar0: ", "").split(" ");
        long first = Long.decode(words[0]);
        long second = Long.decode(words[1]);
        String put = fault.equals("of another domain")
                ? descriptor(line, first + 0x10000, second)
                : fault.equals("beside")
                        ? descriptor(line, first, second + (0x1000L << (second & 63)))
                        : descriptor(line, first, second - 1);
        changed.set(at, put);
        if (fault.equals("missing") || fault.equals("late")) {
            changed.set(at, line.replaceAll(": iotlb_inv.*", ": iec_inv dmar0: 0x14 0x0 0x0 0x0"));
        }
        if (fault.equals("late")) {
            String time = all.get(at + 2).replaceAll("^.* ([0-9]+\\.[0-9]+): .*$", "$1");
            changed.add(at + 3, line.replaceAll(" [0-9]+\\.[0-9]+: qi_submit", " " + time + ": qi_submit"));
        }
        return changed;
    }

    private static String descriptor(String line, long first, long second) {
        return line.replaceAll("dmar0: .*", String.format("dmar0: 0x%x 0x%x 0x0 0x0", first, second));
    }

    @Test
    void lazyNvme() throws IOException {
        Audit a = audit(lines("vtd-lazy-nvme.trace"));
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("0 96 0");
        assertThat(counts(a, AuditRule.RETURN_SG)).isEqualTo("0 13 0");
        assertThat(counts(a, AuditRule.IOVA_REUSE)).isEqualTo("290 0 0");
        assertThat(tally(a, AuditRule.RETURN_SG).examples().get(0).line()).isEqualTo(55);
        assertThat(a.windows().count()).isEqualTo(103);
        assertThat(a.windows().pages()).isEqualTo(1148);
        assertThat(a.windows().max()).isEqualTo(20_651_000);
        assertThat(a.figures()).containsEntry("domainInvalidations", 7L).containsEntry("windowsOpen", 6L);
        assertThat(a.outcome(false)).isEqualTo(Audit.Outcome.HELD);
    }

    /** The device goes, its domain is freed, another with the same id is attached when it comes back. */
    @Test
    void remove() throws IOException {
        Audit a = audit(lines("vtd-strict-remove.trace"));
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("14 0 0");
        assertThat(counts(a, AuditRule.RETURN_SG)).isEqualTo("3 0 0");
        assertThat(counts(a, AuditRule.RETURN_FREE)).isEqualTo("0 0 10");
        assertThat(counts(a, AuditRule.IOVA_REUSE)).isEqualTo("62 0 0");
        assertThat(a.figures()).containsEntry("unseenUnmaps", 10L).containsEntry("unseenPages", 64L);
        assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.HELD);
    }

    /** An interrupt came while the probe on __iommu_map was handled: its five probes are missing, its tracepoints are not. */
    @Test
    void interruptUponAProbe() throws IOException {
        Audit a = audit(lines("vtd-strict-unbind.trace"));
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo("15 0 1");
        assertThat(counts(a, AuditRule.EXACT)).isEqualTo("26 0 1");
        assertThat(counts(a, AuditRule.OVERLAP)).isEqualTo("34 0 0");
        assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.warnings()).singleElement().asString().startsWith("1 unmap tells no domain");
    }

    /** Three CPUs; the first event of the system dma is not that of the first map. */
    @Test
    void amd() throws IOException {
        Audit a = audit(lines("amd-strict-nvme.trace"));
        assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.NOT_JUDGED);
        assertThat(a.tables()).isEqualTo(Audit.Outcome.HELD);
        assertThat(counts(a, AuditRule.OVERLAP)).isEqualTo("146 0 0");
        assertThat(counts(a, AuditRule.EXACT)).isEqualTo("109 0 0");
        assertThat(counts(a, AuditRule.RIGHTS)).isEqualTo("109 0 0");
        assertThat(counts(a, AuditRule.LEADS)).isEqualTo("109 0 0");
        assertThat(counts(a, AuditRule.ONCE)).isEqualTo("109 0 0");
        assertThat(String.join("\n", AuditText.of(a))).contains("nothing here is of VT-d");
    }

    /** Without an IOMMU each buffer bounces, because it is told to. */
    @Test
    void swiotlbForce() throws IOException {
        Audit a = audit(lines("swiotlb-force-nvme.trace"));
        assertThat(counts(a, AuditRule.BOUNCE_FORCE)).isEqualTo("165 0 0");
        assertThat(counts(a, AuditRule.BOUNCE_SIZE)).isEqualTo("165 0 0");
        assertThat(counts(a, AuditRule.BOUNCE_REACH)).isEqualTo("90 0 0");
        assertThat(a.tables()).isEqualTo(Audit.Outcome.HELD);
    }

    /** What the programs themselves have printed: trace-cmd 3.1.6, perf 6.1 and 7.2, bpftrace 0.17. All but the last print lists as bytes. */
    @ParameterizedTest
    @CsvSource({
        "trace-cmd-3.1.6.txt, trace-cmd report, 71 0 1, 37 0 0, 1036 0 1, 108 0 0, 109 0 0",
        "perf-6.1.txt, perf script, 87 0 2, 14 0 0, 320 0 78, 101 0 0, 109 0 0",
        "perf-7.2.txt, perf script, 5 0 0, 9 0 0, 181 0 0, 14 0 0, 17 0 0",
        "bpftrace-0.17.txt, the bpftrace script, 80 0 0, 44 0 0, 987 0 33, 134 0 0, 92 0 0",
    })
    void otherForms(String name, String form, String page, String list, String overlap, String covers, String leads)
            throws IOException {
        Audit a = audit(lines(name));
        assertThat(a.form()).startsWith(form);
        assertThat(counts(a, AuditRule.RETURN_PAGE)).isEqualTo(page);
        assertThat(counts(a, AuditRule.RETURN_SG)).isEqualTo(list);
        assertThat(counts(a, AuditRule.OVERLAP)).isEqualTo(overlap);
        assertThat(counts(a, AuditRule.COVERS)).isEqualTo(covers);
        assertThat(a.outcome(true)).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.tables()).isEqualTo(Audit.Outcome.HELD);
        assertThat(a.events()).containsEntry("other", 0L);
        String says = String.join("\n", a.warnings());
        assertThat(counts(a, AuditRule.LEADS)).isEqualTo(leads);
        assertThat(says).doesNotContain("lines are no events", "malformed", "not printed");
    }
}
