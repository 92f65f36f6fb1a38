package dev.moat.audit;

import static dev.moat.audit.TraceText.A;
import static dev.moat.audit.TraceText.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.junit.LibraryJudges;
import dev.moat.junit.ReplayCounterexamples;
import dev.moat.scenario.Catalog;
import dev.moat.trace.file.Counterexample;
import dev.moat.trace.file.CounterexampleReader;
import dev.moat.trace.file.Replay;
import dev.moat.trace.file.Replayer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every violation that the monitor finds in a trace is one that the executable VT-d shows, too. */
class ReenactmentTest {
    private static final Catalog CATALOG = Catalog.load();
    private static final LibraryJudges JUDGES = new LibraryJudges();

    @TempDir
    Path dir;

    private static List<Reenactment> of(Audit audit) {
        return Reenactment.of(audit, CATALOG, JUDGES);
    }

    private static Counterexample only(TraceText trace) {
        List<Reenactment> all = of(trace.audit());
        assertThat(all).as(trace.toString()).hasSize(1);
        return all.get(0).counterexample();
    }

    private static TraceText mapped(long pages) {
        return new TraceText().map(A, 5, pages, 100).flushAll(A, 3).tick();
    }

    /** As 'moat audit --save' wrote it from the lazy sample, whose lines are named in it. */
    @ReplayCounterexamples("src/test/resources/traces/lazy-line-31.itf.json")
    void committedFileReplays(Replay replay) {
        assertThat(replay.violated()).containsExactly("nothing-lingers");
        assertThat(replay.counterexample().sources()).element(2).asString().contains("nvme.trace.gz:30: unmapped");
    }

    @Test
    void filesOfTheLazySampleReplay() throws IOException {
        Audit audit = TraceText.audit(AuditSamplesTest.text("lazy").getBytes(StandardCharsets.UTF_8));
        List<Reenactment> all = of(audit);
        assertThat(all).hasSize(10);
        for (Reenactment one : all) {
            Path file = dir.resolve(one.fileName());
            Files.writeString(file, one.text());
            Counterexample read = new CounterexampleReader(CATALOG).read(file);
            assertThat(read).isEqualTo(one.counterexample());
            assertThat(Replayer.replay(read, CATALOG, JUDGES).outcome()).isEqualTo(Replay.Outcome.REPRODUCED);
        }
        assertThat(all).extracting(Reenactment::fileName).contains("t-strict-return-31.itf.json");
    }

    @Test
    void returnBeforeTheInvalidation() {
        Counterexample c = only(mapped(2).begin().unmap(A, 5, 2).end());
        assertThat(c.violates()).containsExactly("nothing-lingers");
        assertThat(c.actions())
                .containsExactly(
                        "map_page(d0, p0, f0, rw)",
                        "dma(dev0, p0, write)",
                        "unmap_page(d0, p0)",
                        "unmap_returns(d0, p0)");
        assertThat(c.sources())
                .containsExactly(
                        "t:2: 0x5000 is mapped to 0x64000, domain 0xff0000000000a000",
                        "not in the trace: the device may use the page while it is mapped",
                        "t:9: unmapped",
                        "t:10: unmap returns, nothing was invalidated");
    }

    @Test
    void rightsAreThoseOfTheMapping() {
        TraceText t = new TraceText();
        t.event("iommu_map: (__iommu_map+0x0/0x2a0) dom=0x%x iova=0x5000 paddr=0x64000 size=0x1000 prot=0x5", A);
        t.mapPoint(5, 1, 100).flushAll(A, 3).tick().begin().unmap(A, 5, 1).end();
        assertThat(only(t).actions()).startsWith("map_page(d0, p0, f0, r)", "dma(dev0, p0, read)");
    }

    @Test
    void addressReuse() {
        Counterexample c = only(mapped(1).unmap(A, 5, 1).map(A, 4, 3, 100));
        assertThat(c.violates()).containsExactly("no-stale");
        assertThat(c.actions()).endsWith("unmap_page(d0, p0)", "alloc_iova(d0, p0)");
        assertThat(c.sources()).endsWith("t:8: unmapped", "t:10: the address is mapped again");
    }

    @Test
    void frameReuse() {
        Counterexample c = only(mapped(3).flushAll(B, 4).tick().unmap(A, 5, 3).map(B, 9, 1, 101));
        assertThat(c.violates()).containsExactly("no-foreign");
        assertThat(c.actions()).endsWith("unmap_page(d0, p0)", "map_page(d1, p0, f0, rw)");
        assertThat(c.sources())
                .startsWith("t:2: 0x6000 is mapped to 0x65000, domain 0xff0000000000a000")
                .endsWith("t:13: the frame is mapped at 0x9000 for domain 0xff0000000000b000");
    }

    /** The flush of pages 5 to 8 is sent for pages 4 to 7 only: pages keep their places in the block of 16. */
    @Test
    void invalidationThatCoversTooLittle() {
        Counterexample c =
                only(mapped(4).unmap(A, 5, 4).sync(A, 5, 4).pages(3, 4, 2).synced());
        assertThat(c.violates()).containsExactly("no-stale");
        assertThat(c.machine().settings()).containsEntry("pages", "16");
        assertThat(c.actions())
                .containsExactly(
                        "map_page(d0, p8, f0, rw)",
                        "dma(dev0, p8, write)",
                        "unmap_page(d0, p8)",
                        "invalidate_pages(d0, p4, am2)",
                        "flush_returns(d0, p8)");
        assertThat(c.sources())
                .endsWith(
                        "t:10: submitted for domain id 3: 2^2 pages from 0x4000",
                        "t:11: the flush of [0x5000, 0x9000) returns");
    }

    @Test
    void invalidationFarAway() {
        Counterexample c =
                only(mapped(1).unmap(A, 5, 1).sync(A, 5, 1).pages(3, 1 << 20, 6).synced());
        assertThat(c.actions()).endsWith("invalidate_pages(d0, p1, am0)", "flush_returns(d0, p0)");
        Counterexample below = only(new TraceText()
                .map(A, 5000, 1, 9)
                .flushAll(A, 3)
                .tick()
                .unmap(A, 5000, 1)
                .sync(A, 5000, 1)
                .pages(3, 8, 0)
                .synced());
        assertThat(below.actions()).endsWith("invalidate_pages(d0, p0, am0)", "flush_returns(d0, p1)");
    }

    @Test
    void invalidationForAnotherDomainId() {
        TraceText t = mapped(1).unmap(A, 5, 1).sync(A, 5, 1);
        assertThat(only(t.pages(4, 5, 0).synced()).actions())
                .endsWith("invalidate_pages(d1, p0, am0)", "flush_returns(d0, p0)");
        TraceText large = mapped(1).unmap(A, 5, 1).sync(A, 5, 1);
        assertThat(only(large.pages(4, 0, 9).synced()).actions())
                .endsWith("invalidate_pages(d1, p0, am0)", "flush_returns(d0, p0)");
        TraceText domain = mapped(1).unmap(A, 5, 1).sync(A, 5, 1);
        domain.event("qi_submit: iotlb_inv dmar0: 0x400e2 0x0 0x0 0x0").synced();
        assertThat(only(domain).actions()).endsWith("invalidate_domain(d1)", "flush_returns(d0, p0)");
    }

    /** Of several descriptors in a flush the last one is shown. */
    @Test
    void severalDescriptors() {
        TraceText t = mapped(1)
                .unmap(A, 5, 1)
                .sync(A, 5, 1)
                .pages(3, 6, 0)
                .pages(3, 8, 1)
                .synced();
        assertThat(only(t).actions()).endsWith("invalidate_pages(d0, p8, am1)", "flush_returns(d0, p5)");
    }

    @Test
    void flushThatSubmitsNothing() {
        Counterexample c = only(mapped(1).unmap(A, 5, 1).sync(A, 5, 1).synced());
        assertThat(c.actions()).endsWith("unmap_page(d0, p0)", "flush_returns(d0, p0)");
        assertThat(c.sources()).last().asString().endsWith("returns, nothing was submitted");
    }

    /** What was unmapped twice without an invalidation: the mapping that the last unmap took is the one that is run. */
    @Test
    void laterUnmapsOfLingeringPages() {
        TraceText t = mapped(1)
                .unmap(A, 5, 1)
                .map(A, 5, 1, 200)
                .begin()
                .unmap(A, 5, 1)
                .end();
        List<Reenactment> all = of(t.audit());
        assertThat(all)
                .extracting(r -> r.counterexample().violates().get(0))
                .containsExactly("nothing-lingers", "no-stale");
        assertThat(all.get(0).counterexample().sources())
                .startsWith("t:10: 0x5000 is mapped to 0xc8000, domain 0xff0000000000a000")
                .contains("t:14: unmapped");
    }

    /** Rules that speak of the tables alone have nothing to run. */
    @Test
    void rulesWithoutAStory() {
        TraceText t = mapped(1).map(A, 5, 1, 300);
        Audit audit = t.audit();
        assertThat(audit.tables()).isEqualTo(Audit.Outcome.VIOLATED);
        assertThat(of(audit)).isEmpty();
    }

    /** Whatever the monitor says of a random trace, the unit agrees; all kinds of stories occur. */
    @Test
    void randomTraces() {
        TreeSet<String> kinds = new TreeSet<>();
        for (int seed = 0; seed < 60; seed++) {
            for (Reenactment one : of(MonitorTwinTest.random(new Random(seed)).audit())) {
                kinds.add(one.counterexample().violates() + " "
                        + one.counterexample().actions().size());
            }
        }
        assertThat(kinds).contains("[no-stale] 4", "[nothing-lingers] 4");
    }

    @Test
    void fileNamesHoldNothingThatLeavesTheDirectory() {
        Audit audit = TraceText.audit(
                "/x/..;a b/\u00e9 $(x)", mapped(1).begin().unmap(A, 5, 1).end().toString());
        assertThat(of(audit).get(0).fileName()).isEqualTo("____x_-strict-return-10.itf.json");
        for (String name : List.of("-", "-x", ".x")) {
            Audit piped =
                    TraceText.audit(name, mapped(1).begin().unmap(A, 5, 1).end().toString());
            assertThat(of(piped).get(0).fileName())
                    .isEqualTo((name.equals("-") ? "stdin" : "_x") + "-strict-return-10.itf.json");
        }
        Audit longName = TraceText.audit(
                "n".repeat(250), mapped(1).begin().unmap(A, 5, 1).end().toString());
        assertThat(of(longName).get(0).fileName()).hasSizeLessThan(140);
    }
}
