package dev.moat.iommu.amdvi.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.twin.Campaign;
import dev.moat.twin.Finding;
import dev.moat.twin.amdvi.AmdViComparison;
import dev.moat.twin.amdvi.AmdViOperation;
import dev.moat.twin.amdvi.AmdViScripts;
import dev.moat.twin.amdvi.AmdViUnderTest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Random scripts on the unit and on the slow twin, which was written without it: what they show of themselves is the same. */
class SlowTwinTest {
    private static final int MANY = 10_000;
    private static final int VERY_MANY = 2_000_000;

    /** A unit behind its registers, as the twin's comparison drives it. */
    private static final class Compared implements AmdViUnderTest {
        private final Driven driven;
        private final boolean caches;

        Compared(Capabilities can, RequestCaches kept) {
            driven = new Driven(can, kept);
            caches = kept != RequestCaches.none();
        }

        @Override
        public boolean caches() {
            return caches;
        }

        @Override
        public void write(int offset, long value) {
            driven.write(offset, value);
        }

        @Override
        public long read(int offset) {
            return driven.read(offset);
        }

        @Override
        public void store(List<AmdViOperation.Word> words) {
            words.forEach(word -> driven.store(word.address(), word.value()));
        }

        @Override
        public long load(long address) {
            return driven.load(address);
        }

        @Override
        public OptionalLong request(int deviceId, long iova, boolean write) {
            long answer = driven.request(deviceId, iova, write);
            return Translation.reachesMemory(answer)
                    ? OptionalLong.of(Translation.address(answer, iova))
                    : OptionalLong.empty();
        }
    }

    static Stream<Arguments> units() {
        Capabilities usual = Capabilities.usual();
        Function<Capabilities, RequestCaches> none = can -> RequestCaches.none();
        Function<Capabilities, RequestCaches> full = FullCaches::new;
        return Stream.of(
                Arguments.of("without caches", usual, none),
                Arguments.of("keeps everything", usual, full),
                Arguments.of("keeps everything, faults on a cached right", usual.withRewalks(false), full),
                Arguments.of(
                        "keeps what is not present too", usual.withNpCache(true).withRewalks(false), full),
                Arguments.of("keeps by chance", usual.withNpCache(true), (Function<Capabilities, RequestCaches>)
                        ForgetfulCaches::new));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("units")
    void agreesWithTheTwin(String name, Capabilities can, Function<Capabilities, RequestCaches> caches) {
        compare(can, caches, MANY);
    }

    @Tag("deep")
    @ParameterizedTest(name = "{0}")
    @MethodSource("units")
    void agreesWithTheTwinForLong(String name, Capabilities can, Function<Capabilities, RequestCaches> caches) {
        compare(can, caches, VERY_MANY);
    }

    private static void compare(Capabilities can, Function<Capabilities, RequestCaches> caches, int operations) {
        AmdViComparison comparison = new AmdViComparison(() -> new Compared(can, caches.apply(can)));
        Optional<Finding<AmdViOperation>> finding =
                new Campaign<>(AmdViScripts::script, comparison::run, AmdViOperation::simpler).run(1, operations);
        assertThat(finding).isEmpty();
        assertThat(comparison.requests()).isGreaterThan(operations / 4);
    }
}
