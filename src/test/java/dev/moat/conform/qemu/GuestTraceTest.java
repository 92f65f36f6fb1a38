package dev.moat.conform.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The guest's trace in other forms, and changed so that it contradicts the log. */
class GuestTraceTest {
    private static QemuReport judge(RecordedLog trace) throws IOException {
        return RecordedLog.load(RecordedLog.LOG).judge(trace);
    }

    private static RecordedLog trace() throws IOException {
        return RecordedLog.load(RecordedLog.TRACE);
    }

    /** perf prints the system before the name of a tracepoint. */
    @Test
    void namesWithTheirSystem() throws IOException {
        QemuReport found = judge(new RecordedLog(trace().lines().stream()
                .filter(l -> !l.contains(": ("))
                .map(l -> l.replaceFirst(": ((?:un)?map): IOMMU", ": iommu:$1: IOMMU")
                        .replace(": qi_submit:", ": intel_iommu:qi_submit:"))
                .toList()));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained()).containsEntry("fill agrees with a mapping of the trace", 1111L);
        assertThat(found.unjudged()).containsEntry("rights of a fill: the trace has no iommu_map probe", 1111L);
    }

    /** {@code trace-cmd report} has lines of its own above the events, and what they say below each other. */
    @Test
    void asTraceCmdReportsIt() throws IOException {
        List<String> lines = new ArrayList<>(List.of("trace-nvme.dat:", "version = 7", "CPU 1 is empty", "cpus=2"));
        for (String line : trace().lines()) {
            if (!line.startsWith("#")) {
                lines.add(line.replaceFirst("^(.*?\\]) \\S{4,5} (.*?\\d: \\w+:) ", "$1 $2                 "));
            }
        }
        QemuReport found = judge(new RecordedLog(lines));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained()).containsEntry("fill agrees with a mapping of the trace", 1111L);
        assertThat(found.unjudged()).doesNotContainKey("events lost by the recorder of the trace");
        int middle = lines.indexOf(lines.stream()
                .filter(l -> l.contains("iotlb_inv"))
                .skip(50)
                .findFirst()
                .orElseThrow());
        lines.add(middle, "CPU:0 [3 EVENTS DROPPED]");
        assertThat(judge(new RecordedLog(lines)).unjudged())
                .containsEntry("events lost by the recorder of the trace", 1L);
    }

    /** A hit of a page that was unmapped before the last descriptor, and whose invalidation log and trace both lack. */
    @Test
    void aStaleHitIsNamedWithBothLines() throws IOException {
        RecordedLog log = RecordedLog.load(RecordedLog.LOG);
        int descriptor = log.find(1, "desc type iotlb high 0xffffd000");
        int fill = log.find(1, "page_update IOTLB page update sid 0x8 iova 0xffffd000");
        List<String> lines = new ArrayList<>(log.replace(descriptor, "0xffffd000", "0x1000")
                .replace(descriptor + 1, "0xffffd000", "0x1000")
                .lines());
        int hit = log.find(descriptor, "desc_wait_sw") + 1;
        lines.add(hit - 1, log.line(fill).replace("page_update IOTLB page update", "page_hit IOTLB page hit"));
        lines.add(hit, log.line(fill + 1));
        RecordedLog guest = trace();
        int submitted = guest.find(1, "iotlb_inv dmar0: 0x300f2 0xffffd000");
        int unmapped = guest.find(submitted - 8, "unmap: IOMMU: iova=0x00000000ffffd000");
        RecordedLog forgotten = guest.replace(submitted, "0xffffd000", "0x1000");
        assertThat(new RecordedLog(lines).judge(forgotten).disagreements())
                .singleElement()
                .asString()
                .contains("q.log:" + hit, "stale, mapped: nothing; unmapped in g.trace:" + unmapped);
        // In the same stretch as the unmap, either may be first; with the invalidation behind it, none is suspected.
        QemuReport before = log.judge(guest.replace(submitted, "0xffffd000", "0xffffc000"));
        assertThat(log.judge(guest).suspects()).isEmpty();
        assertThat(before.suspects()).allMatch(line -> line.contains("0xffffd000 is unmapped in g.trace:" + unmapped));
    }

    /** Descriptors of another IOMMU are not in the log of this one. */
    @Test
    void otherUnits() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : trace().lines()) {
            lines.add(line);
            if (line.contains("qi_submit: iotlb_inv")) {
                lines.add(line.replace("dmar0", "dmar1"));
            }
        }
        QemuReport found = judge(new RecordedLog(lines));
        assertThat(found.disagreements()).isEmpty();
        assertThat(found.explained()).containsEntry("fill agrees with a mapping of the trace", 1111L);
    }

    /** One descriptor that differs is one disagreement; what follows is judged as before. */
    @Test
    void oneDescriptorDiffers() throws IOException {
        RecordedLog trace = trace();
        int line = trace.find(2500, "qi_submit: iotlb_inv dmar0: 0x300f2");
        QemuReport found = judge(trace.replace(line, " 0x300f2 ", " 0x400f2 "));
        assertThat(found.disagreed()).isEqualTo(1);
        assertThat(found.disagreements().get(0).column()).isEqualTo("descriptor");
        assertThat(found.unjudged().keySet()).noneMatch(why -> why.startsWith("fill outside"));
    }

    /** Entries that do not let the device read what the guest mapped for both: nine of the fills are of such pages. */
    @Test
    void entriesWithTooFewRights() throws IOException {
        List<String> lines = RecordedLog.load(RecordedLog.LOG).lines().stream()
                .map(l -> l.replaceFirst("( slpte 0x[0-9a-f]+)3( |$)", "$12$2"))
                .toList();
        QemuReport found = new RecordedLog(lines).judge(trace());
        assertThat(found.disagreed()).isEqualTo(9);
        assertThat(found.disagreements()).allMatch(d -> d.column().equals("slpte"));
        assertThat(new RecordedLog(lines).judge(null).disagreements()).isEmpty();
    }

    /** Bits of an address above the width of QEMU's machine (39 bits here) are reserved. */
    @Test
    void addressesAboveTheMachine() throws IOException {
        RecordedLog log = RecordedLog.load(RecordedLog.LOG);
        int line = log.find(1, "vtd_iotlb_page_update");
        String slpte = log.line(line).replaceFirst(".* slpte 0x([0-9a-f]+) .*", "$1");
        String high = Long.toHexString(Long.parseLong(slpte, 16) | 1L << 40);
        QemuReport found =
                log.replace(line, "slpte 0x" + slpte, "slpte 0x" + high).judge(null);
        assertThat(found.disagreements())
                .anyMatch(d -> d.line() == line && d.column().equals("translation"));
    }
}
