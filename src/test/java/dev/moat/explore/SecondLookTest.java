package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.trace.walk.SecondLook;
import java.util.stream.Stream;
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

    static Stream<String> machines() {
        return Stream.concat(SlotLivenessTest.machines().stream(), Stream.of(COPIES, CARELESS));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void findsNothingInMoatsOwn(String line) {
        assertThat(new SecondLook(Machines.machine(line)).look(-1)).isEmpty();
    }
}
