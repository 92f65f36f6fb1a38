package dev.moat.dma.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.junit.LibraryJudges;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.BadSettingException;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import dev.moat.trace.Trace;
import dev.moat.trace.TraceRunner;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs of calls, each with the invariants that it breaks, and the neighbour that breaks none. */
class IommuApiTest {
    private static final List<String> ALL = List.of("no-foreign", "no-stale", "nothing-lingers");

    private static TraceRunner runner(Map<String, String> settings) {
        Machine machine =
                Catalog.load().machine(new MachineSpec(IommuApi.ID, settings, Granularity.OPERATION, true, List.of()));
        return new TraceRunner(machine, new LibraryJudges().judge(machine, ALL));
    }

    private static TraceRunner any() {
        return runner(Map.of("domains", "2", "pages", "16", "frames", "2"));
    }

    private static List<String> broken(TraceRunner runner, String... letters) {
        List<Integer> found = Arrays.stream(letters)
                .map(l -> runner.machine().find(l).orElseThrow())
                .toList();
        return runner.ids(runner.violated(runner.last(new Trace(found))));
    }

    private static List<String> broken(String... letters) {
        return broken(any(), letters);
    }

    private static String[] used(String... more) {
        List<String> all = new java.util.ArrayList<>(
                List.of("map_page(d0, p5, f0, rw)", "dma(dev0, p5, read)", "unmap_page(d0, p5)"));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void returnsOwe() {
        assertThat(broken(used())).isEmpty();
        assertThat(broken(used("unmap_returns(d0, p5)"))).containsExactly("nothing-lingers");
        assertThat(broken(used("unmap_returns(d0, p5)", "invalidate_domain(d0)")))
                .isEmpty();
        assertThat(broken("map_page(d0, p5, f0, rw)", "unmap_page(d0, p5)", "unmap_returns(d0, p5)"))
                .isEmpty();
    }

    @Test
    void addressesAndFlushes() {
        assertThat(broken(used("alloc_iova(d0, p5)"))).containsExactly("no-stale", "nothing-lingers");
        assertThat(broken(used("flush_returns(d0, p5)"))).containsExactly("no-stale", "nothing-lingers");
        assertThat(broken(used("invalidate_pages(d0, p4, am0)", "flush_returns(d0, p5)")))
                .containsExactly("no-stale", "nothing-lingers");
    }

    @Test
    void framesOfAnotherDomain() {
        assertThat(broken(used("map_page(d1, p0, f0, r)"))).containsExactly("no-foreign");
        assertThat(broken(used("map_page(d1, p0, f1, r)"))).isEmpty();
        assertThat(broken(used("invalidate_global()", "map_page(d1, p0, f0, r)")))
                .isEmpty();
        assertThat(broken(used("invalidate_domain(d1)", "map_page(d1, p0, f0, r)")))
                .containsExactly("no-foreign");
        String[] twice = {
            "map_page(d0, p5, f0, rw)",
            "map_page(d0, p6, f0, rw)",
            "dma(dev0, p5, read)",
            "unmap_page(d0, p5)",
            "map_page(d1, p0, f0, r)"
        };
        assertThat(broken(twice))
                .as("the domain still maps the frame elsewhere")
                .isEmpty();
    }

    /**
     * A kernel that waits hands a frame to another domain when it owes nothing for it: not before it was invalidated, and then whatever a
     * unit goes on serving, as of that it knows nothing. Once it did not as long as any unit had the frame cached, so that no invalidation
     * that forgets a unit ever let a domain reach another's frame.
     */
    @ParameterizedTest
    @CsvSource({
        "vtd, unmap.forgets-a-unit, lazy",
        "amd-vi, unmap.forgets-a-unit, strict",
        "calgary, blast.aborted, lazy",
        "calgary, blast.aborted, strict",
        "calgary, unmap.keeps-line, strict"
    })
    void whoWaitsKnowsOfWhatItOwes(String iommu, String fault, String kernel) {
        boolean lines = fault.equals("unmap.keeps-line");
        Map<String, String> settings = new HashMap<>(Map.of("iommu", iommu, "kernel", kernel, "pages", "1"));
        settings.putAll(Map.of("domains", "2", "devices", "2", "units", "2", "frames", "1"));
        if (lines) {
            settings.put("coherent", "false");
        }
        Machine machine = Catalog.load()
                .machine(new MachineSpec(IommuApi.ID, settings, Granularity.OPERATION, true, List.of(fault)));
        TraceRunner runner = new TraceRunner(machine, new LibraryJudges().judge(machine, ALL));
        // Behind the second unit where each domain has a device there; on Calgary each has a bus.
        String domain = iommu.equals("calgary") ? "d0" : "d1";
        String device = iommu.equals("calgary") ? "dev0" : "dev1";
        String other = domain.equals("d0") ? "d1" : "d0";
        String request = "dma(" + device + ", p0, read)";
        String handsOn = "map_page(" + other + ", p0, f0, r)";
        long[] s = machine.initial();
        perform(runner, s, "map_page(" + domain + ", p0, f0, r)");
        if (!lines) {
            perform(runner, s, request);
        }
        perform(runner, s, "unmap_page(" + domain + ", p0)");
        assertThat(runner.perform(machine.find(handsOn).orElseThrow(), s))
                .as("owed")
                .isNull();
        perform(runner, s, "invalidate_domain(" + domain + ")", handsOn);
        if (lines) {
            perform(runner, s, request);
        }
        assertThat(runner.ids(runner.violated(s))).contains("no-foreign");
    }

    /** What a page-selective invalidation covers is what the IOTLB drops, for every page and mask. */
    @Test
    void invalidationsPayWhatTheyDrop() {
        TraceRunner runner = any();
        Slots owed = slots(runner, "owed");
        Slots cached = slots(runner, "iotlbRights");
        for (int page = 0; page < 16; page++) {
            for (int mask = 0; mask <= 4; mask++) {
                String letter = "invalidate_pages(d0, p" + page + ", am" + mask + ")";
                long[] s = runner.machine().initial();
                for (int p = 0; p < 16; p++) {
                    perform(runner, s, "map_page(d0, p" + p + ", f0, rw)", "dma(dev0, p" + p + ", write)");
                    perform(runner, s, "unmap_page(d0, p" + p + ")");
                }
                boolean enabled = runner.perform(runner.machine().find(letter).orElseThrow(), s) != null;
                assertThat(enabled).as(letter).isEqualTo(page % (1 << mask) == 0);
                for (int p = 0; p < 16; p++) {
                    boolean dropped = enabled && p / (1 << mask) == page / (1 << mask);
                    assertThat(owed.get(s, 0, p)).as("%s, p%d", letter, p).isEqualTo(dropped ? 0 : 1);
                    assertThat(cached.get(s, 1, p) == 0)
                            .as("%s, p%d", letter, p)
                            .isEqualTo(dropped);
                }
            }
        }
    }

    /** What a family cannot isolate is refused before anything runs, in one line. */
    @Test
    void whatIsRefused() {
        assertRefused(
                Map.of("iommu", "gart", "domains", "2"), "domains must be 1 where there is one space for all devices");
        assertRefused(
                Map.of("iommu", "calgary", "domains", "2"),
                "the IOMMU cannot tell dev0 of d0 from dev1 of d1: units must be 2, so that each domain has its own, or groups"
                        + " ignored");
        assertRefused(
                Map.of("iommu", "calgary", "domains", "2", "devices", "2", "units", "1"), "the IOMMU cannot tell dev0");
        assertRefused(Map.of("write-buffer", "true"), "write buffers of the IOMMU are not flushed here");
        assertThat(runner(Map.of("iommu", "calgary", "domains", "2", "devices", "2", "units", "2"))
                        .machine()
                        .initial())
                .isNotNull();
    }

    private static void assertRefused(Map<String, String> settings, String says) {
        assertThatThrownBy(() -> runner(settings))
                .isInstanceOf(BadSettingException.class)
                .hasMessageStartingWith(says);
    }

    /** With caching mode a map has the absence of its entry forgotten before it returns. */
    @Test
    void mapsAreNoticed() {
        for (Map<String, String> noticing : List.of(
                Map.of("caching-mode", "true"),
                Map.of("coherent", "false"),
                Map.of("iommu", "calgary", "cached-absence", "true", "coherent", "false"),
                Map.of("iommu", "gart", "unmapped", "scratch"))) {
            Map<String, String> settings = new HashMap<>(noticing);
            settings.put("kernel", "strict");
            Machine machine = Catalog.load()
                    .machine(new MachineSpec(IommuApi.ID, settings, Granularity.OPERATION, true, List.of()));
            TraceRunner runner =
                    new TraceRunner(machine, new LibraryJudges().judge(machine, List.of("legitimate-dma-passes")));
            Random random = new Random(3);
            long[] s = machine.initial();
            for (int n = 0; n < 2000; n++) {
                runner.perform(random.nextInt(machine.instances()), s);
                assertThat(runner.ids(runner.violated(s))).as("%s", noticing).isEmpty();
            }
        }
    }

    private static void perform(TraceRunner runner, long[] s, String... letters) {
        for (String letter : letters) {
            assertThat(runner.perform(runner.machine().find(letter).orElseThrow(), s))
                    .as(letter)
                    .isNotNull();
        }
    }

    private static Slots slots(TraceRunner runner, String name) {
        return runner.machine().schema().families().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Whatever a kernel does that keeps a promise, the promise holds, with more pages than the scenarios search. */
    @Test
    void promisesHoldOnRandomRuns() {
        for (String kernel : List.of("lazy", "strict")) {
            TraceRunner runner = runner(Map.of("domains", "2", "pages", "5", "frames", "3", "kernel", kernel));
            Random random = new Random(7);
            long[] s = runner.machine().initial();
            int done = 0;
            for (int n = 0; n < 4000; n++) {
                done += runner.perform(random.nextInt(runner.machine().instances()), s) != null ? 1 : 0;
                assertThat(runner.ids(runner.violated(s)))
                        .isSubsetOf(kernel.equals("lazy") ? List.of("nothing-lingers") : List.of());
            }
            assertThat(done).isGreaterThan(1000);
        }
    }
}
