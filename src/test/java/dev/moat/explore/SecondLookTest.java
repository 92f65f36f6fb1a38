package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.trace.SecondLook;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is looked for in others' components is not found in Moat's: who did nothing wrong is not accused. */
class SecondLookTest {
    /** Where the granter takes back what is pinned, its frame was set back, and a copy that looked once more found another one. */
    private static final String COPIES =
            "xen-vtd step refs=1 handles=1 frames=3 version-2=true reserved-refs=0 copy=true granters=first iommu=none"
                    + " reallocation=false";

    /** An entry's domain is set back with its flags, and is there again with them where it is not: but nobody reads it. */
    private static final String CARELESS = "xen-vtd operation sides=host refs=1 handles=2 careless-granter=true";

    /** The first of each component, granularity and IOMMU. */
    static Stream<String> first() {
        Map<String, String> first = new LinkedHashMap<>();
        all().forEach(line -> first.putIfAbsent(line.replaceAll("^(\\S+ \\S+)(.*?( iommu=\\S+))?.*$", "$1$3"), line));
        return first.values().stream();
    }

    static Stream<String> all() {
        return Stream.concat(Stream.of(COPIES, CARELESS), SlotLivenessTest.machines().stream());
    }

    @ParameterizedTest
    @MethodSource("first")
    void findsNothingInMoatsOwn(String line) {
        look(line);
    }

    @Tag("deep")
    @ParameterizedTest
    @MethodSource("all")
    void findsNothingInAnyOfMoatsOwn(String line) {
        look(line);
    }

    private static void look(String line) {
        assertThat(new SecondLook(Machines.machine(line)).look(-1)).isEmpty();
    }
}
