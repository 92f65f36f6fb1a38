package dev.moat.dma.map;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.linux.RealAmdVi;
import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.RangeDriver;
import dev.moat.iommu.vtd.linux.RealVtd;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The layer over Linux's drivers of VT-d and AMD-Vi at real size: each request of a device gets what the slow twin says, and no table is lost. */
class RealDriversTest {
    private static final int TABLES = 400;
    /** So few that maps fail half-way. */
    private static final int FEW = 9;

    private static Map<String, Supplier<RealUnit>> machines() {
        Map<String, Supplier<RealUnit>> all = new LinkedHashMap<>();
        all.put("VT-d", () -> new RealVtd(false, TABLES, 2048, new RealVtd.Parts()));
        all.put("VT-d, caching mode", () -> new RealVtd(true, TABLES, 2048, new RealVtd.Parts()));
        all.put("VT-d, small caches", () -> new RealVtd(false, TABLES, 8, new RealVtd.Parts()));
        all.put("VT-d, few tables", () -> new RealVtd(false, FEW, 2048, new RealVtd.Parts()));
        all.put("AMD-Vi", () -> new RealAmdVi(false, TABLES, new RealAmdVi.Parts()));
        all.put("AMD-Vi, NpCache", () -> new RealAmdVi(true, TABLES, new RealAmdVi.Parts()));
        all.put("AMD-Vi, few tables", () -> new RealAmdVi(false, FEW, new RealAmdVi.Parts()));
        return all;
    }

    static Stream<Arguments> right() {
        return machines().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("right")
    void requestsGetWhatTheTwinSays(String name, Supplier<RealUnit> unit) {
        boolean few = name.contains("few");
        for (int seed = 1; seed <= 6; seed++) {
            RealComparison comparison = new RealComparison(unit.get(), seed);
            assertThat(comparison.run(1_500)).as(name + ", seed " + seed).isEmpty();
            assertThat(comparison.mapped).isGreaterThan(few ? 100 : 500);
            assertThat(comparison.failed > 20).as("maps that fail").isEqualTo(few);
            assertThat(comparison.reached).isGreaterThan(1_000);
            assertThat(comparison.refused).isGreaterThan(1_000);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("right")
    void underAFlushQueueADeviceGetsWhatIsMappedOrWasUntilTheFlush(String name, Supplier<RealUnit> unit) {
        int lingered = 0;
        for (int seed = 1; seed <= 4; seed++) {
            RealComparison comparison = new RealComparison(unit.get(), seed, RealDriversTest::queue);
            assertThat(comparison.run(1_500)).as(name + ", seed " + seed).isEmpty();
            assertThat(comparison.reached).isGreaterThan(1_000);
            assertThat(comparison.refused).isGreaterThan(1_000);
            lingered += comparison.lingered;
        }
        assertThat(lingered).as("requests served by what is unmapped").isGreaterThan(name.contains("small") ? 10 : 30);
    }

    private static FlushQueue queue(int base, int cpus, PageDriver driver, RangeDriver ranges) {
        return new FlushQueue(base, cpus, 8, driver, ranges);
    }

    static Stream<Arguments> brokenQueues() {
        Map<String, RealComparison.Queues> all = new LinkedHashMap<>();
        all.put(
                "an address is free at its unmap",
                (base, cpus, driver, ranges) -> new FlushQueue(base, cpus, 8, driver, ranges) {
                    @Override
                    boolean isFlushed(long begun, long ended) {
                        return true;
                    }
                });
        all.put(
                "a flush that had begun will do",
                (base, cpus, driver, ranges) -> new FlushQueue(base, cpus, 8, driver, ranges) {
                    @Override
                    boolean isFlushed(long begun, long ended) {
                        return begun <= ended;
                    }
                });
        all.put(
                "the unit is not asked",
                (base, cpus, driver, ranges) -> new FlushQueue(base, cpus, 8, new Unasked(driver), ranges));
        return Stream.of("VT-d", "AMD-Vi")
                .flatMap(unit -> all.entrySet().stream()
                        .map(e -> Arguments.of(
                                unit + ": " + e.getKey(), machines().get(unit), e.getValue())));
    }

    /** A driver whose units go on serving what is flushed. */
    private record Unasked(PageDriver driver) implements PageDriver {
        @Override
        public long mapPages(long iova, long address, long page, long count, int rights) {
            return driver.mapPages(iova, address, page, count, rights);
        }

        @Override
        public long unmapPages(long iova, long page, long count) {
            return driver.unmapPages(iova, page, count);
        }

        @Override
        public void sync(long first, long last) {
            // the unit is not asked
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenQueues")
    void aQueueThatIsBrokenIsSeen(String name, Supplier<RealUnit> unit, RealComparison.Queues queues) {
        Optional<String> found = Optional.empty();
        for (int seed = 1; seed <= 10 && found.isEmpty(); seed++) {
            found = new RealComparison(unit.get(), seed, queues).run(1_500);
        }
        assertThat(found).as(name).isPresent();
    }

    @Tag("deep")
    @ParameterizedTest(name = "{0}")
    @MethodSource("right")
    void requestsGetWhatTheTwinSaysForLong(String name, Supplier<RealUnit> unit) {
        assertThat(new RealComparison(unit.get(), 99).run(200_000)).as(name).isEmpty();
    }

    static Stream<Arguments> broken() {
        Map<String, Supplier<RealUnit>> all = new LinkedHashMap<>();
        RealVtd.broken().forEach((n, p) -> all.put("VT-d: " + n, () -> new RealVtd(false, TABLES, 2048, p)));
        RealAmdVi.broken().forEach((n, p) -> all.put("AMD-Vi: " + n, () -> new RealAmdVi(false, TABLES, p)));
        return all.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    /** One step of a driver is broken, and some request gets what it must not, or does not get what it may. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void aStepThatIsBrokenIsSeen(String name, Supplier<RealUnit> unit) {
        Optional<String> found = Optional.empty();
        for (int seed = 1; seed <= 40 && found.isEmpty(); seed++) {
            found = new RealComparison(unit.get(), seed).run(1_500);
        }
        assertThat(found).as(name).isPresent();
    }
}
