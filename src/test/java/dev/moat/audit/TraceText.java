package dev.moat.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.result.AuditRule;
import dev.moat.audit.result.RuleTally;
import dev.moat.audit.trace.DeviceFilter;
import dev.moat.input.PackedText;
import dev.moat.logic.Invariant;
import dev.moat.logic.InvariantLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes ftrace text event by event. Each event takes a microsecond. */
final class TraceText {
    static final long A = 0xff00_0000_0000_a000L;
    static final long B = 0xff00_0000_0000_b000L;

    private static final Invariant NO_STALE = InvariantLibrary.load(
                    Path.of("specs/vocabulary.smt2"), Path.of("invariants"))
            .get(Audit.INVARIANT);

    private final StringBuilder text = new StringBuilder();
    private long micros = 1_000_000;
    private int pid = 1;
    private int cpu;
    private String flags = "d..1.";
    /** Of what is written so far; nothing where more was written since. */
    private @Nullable Audit audited;

    /** The task and CPU of the events that follow. */
    TraceText on(int pid, int cpu) {
        this.pid = pid;
        this.cpu = cpu;
        return this;
    }

    /** In what the events that follow are: {@code .....} in a task, {@code ..s1.} and {@code d.h1.} in interrupts upon it; empty for a
     * form without flags. */
    TraceText in(String flags) {
        this.flags = flags;
        return this;
    }

    private String who() {
        return String.format(Locale.ROOT, "          task-%-6d [%03d] %s ", pid, cpu, flags);
    }

    TraceText later(long more) {
        micros += more;
        return this;
    }

    /** One event, values as for String.format. */
    TraceText event(String format, Object... values) {
        audited = null;
        text.append(who())
                .append(String.format(Locale.ROOT, "%4d.%06d: ", micros / 1_000_000, micros % 1_000_000))
                .append(String.format(Locale.ROOT, format, values))
                .append('\n');
        micros++;
        return this;
    }

    TraceText line(String line) {
        audited = null;
        text.append(line).append('\n');
        return this;
    }

    TraceText map(long dom, long page, long pages, long frame) {
        return enterMap(dom, page, pages, frame).mapPoint(page, pages, frame).mapReturns();
    }

    TraceText enterMap(long dom, long page, long pages, long frame) {
        return event(
                "iommu_map: (__iommu_map+0x0/0x2a0) dom=0x%x iova=0x%x paddr=0x%x size=0x%x prot=0x7",
                dom, page << 12, frame << 12, pages << 12);
    }

    TraceText mapReturns() {
        return event("map_ret: (iommu_map_atomic+0x25/0x60 <- __iommu_map) ret=0");
    }

    /** The tracepoint alone. */
    TraceText mapPoint(long page, long pages, long frame) {
        return event(
                "map: IOMMU: iova=0x%016x - 0x%016x paddr=0x%016x size=%d",
                page << 12, page + pages << 12, frame << 12, pages << 12);
    }

    TraceText unmap(long dom, long page, long pages) {
        return enterUnmap(dom, page, pages).unmapPoint(page, pages, pages);
    }

    TraceText enterUnmap(long dom, long page, long pages) {
        return event(
                "iommu_unmap: (__iommu_unmap+0x0/0x1f0) dom=0x%x iova=0x%x size=0x%x", dom, page << 12, pages << 12);
    }

    TraceText unmapPoint(long page, long pages, long unmapped) {
        return event(
                "unmap: IOMMU: iova=0x%016x - 0x%016x size=%d unmapped_size=%d",
                page << 12, page + pages << 12, pages << 12, unmapped << 12);
    }

    TraceText begin() {
        return event("dma_unmap_page: (iommu_dma_unmap_page+0x0/0x90) iova=0x1000 size=0x1000");
    }

    TraceText end() {
        return event("unmap_page_ret: (driver+0x1/0x2 [nvme] <- iommu_dma_unmap_page)");
    }

    TraceText flushAll(long dom, int did) {
        event("flush_all: (intel_flush_iotlb_all+0x0/0x110) dom=0x%x", dom);
        return event("qi_submit: iotlb_inv dmar0: 0x%x 0x0 0x0 0x0", (long) did << 16 | 0xe2);
    }

    /** A page-selective invalidation of 2^mask pages. */
    TraceText pages(int did, long page, int mask) {
        return event("qi_submit: iotlb_inv dmar0: 0x%x 0x%x 0x0 0x0", (long) did << 16 | 0xf2, page << 12 | mask);
    }

    TraceText sync(long dom, long page, long pages) {
        return event(
                "tlb_sync: (intel_iommu_tlb_sync+0x0/0xf0) dom=0x%x start=0x%x end=0x%x",
                dom, page << 12, (page + pages << 12) - 1);
    }

    TraceText synced() {
        return event("tlb_sync_ret: (__iommu_dma_unmap+0x23f/0x2d0 <- intel_iommu_tlb_sync)");
    }

    /** Anything that shows its CPU to go on. */
    TraceText tick() {
        return event("sched_wakeup: comm=x pid=1");
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** What was said of a rule. */
    RuleTally tally(AuditRule rule) {
        return audit().tallies().stream()
                .filter(t -> t.rule() == rule)
                .findFirst()
                .orElseThrow();
    }

    /** How often a rule is kept, violated and not judged. */
    static void counts(TraceText trace, AuditRule rule, long clean, long violated, long unjudged) {
        assertThat(trace.tally(rule))
                .as("%s of%n%s", rule, trace)
                .extracting(RuleTally::clean, RuleTally::violated, RuleTally::unjudgedCount)
                .containsExactly(clean, violated, unjudged);
    }

    Audit audit() {
        Audit known = audited;
        if (known == null) {
            known = audit(bytes());
            audited = known;
        }
        return known;
    }

    /** What is said while it is read. */
    List<String> live() {
        List<String> said = new ArrayList<>();
        try {
            Audit.live("t", new ByteArrayInputStream(bytes()), NO_STALE, new DeviceFilter(List.of()), said::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return said;
    }

    private byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Judged for some devices only. */
    Audit of(String... devices) {
        return audit("t", bytes(), devices);
    }

    static Audit audit(String name, String text) {
        return audit(name, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Audit audit(byte[] bytes) {
        return audit("t", bytes);
    }

    private static Audit audit(String name, byte[] bytes, String... devices) {
        try {
            InputStream text = PackedText.open(name, new ByteArrayInputStream(bytes), null);
            return Audit.of(name, text, NO_STALE, new DeviceFilter(List.of(devices)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
