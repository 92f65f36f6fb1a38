package dev.moat.prove.code;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.Component;
import dev.moat.prove.Z3Required;
import dev.moat.scenario.Catalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The code of each component is lifted, at sizes that have all of its pieces, and does what execution does; what cannot be lifted is refused by
 * name, and stands here.
 */
class EveryComponentTest {
    private static final int STATES = 100;

    /** Component, settings, pieces that are refused: lifted in a second. */
    private static final List<String> QUICK = List.of(
            "r1 | domains=3 frames=3 refs=2 handles=2 | ",
            "xen-vtd | cpus=2 refs=3 | ",
            "amd-vi-interrupts | entries=4 vectors=4 | ",
            "amd-vi-interrupts | entry-bits=128 destinations=2 entry-update=disabled | ",
            "amd-vi-interrupts | entry-bits=128 guest-mode=true | ",
            "dma-iommu-mapping | pages=4 frames=2 | ",
            "iommu-dma | pages=4 cpus=2 | ",
            // An object of a request is made.
            "xen-swiotlb | | map_page",
            "xen-p2m | range=1 cpus=2 grants=true | ",
            "xen-p2m | tables=separate status-frames=true moves=true types=true | ",
            "pkvm-iommu | | ",
            "xen-viommu-interrupts | indices=3 | ",
            "xen-viommu-svm | pages=2 | ",
            "smmuv3-streams | | ",
            "smmuv3-streams | asids=2 ats=true late-stores=true moves=true guest=nested | ",
            "smmuv3-cmdq | | ",
            // What the unit may cache is looked for by its walks.
            "riscv-nested | | consume create_guest/take-gscid evict fill map_guest_page move_guest_page"
                    + " move_guest_page/queue-second-stage-invalidation unmap_guest_page"
                    + " unmap_guest_page/queue-second-stage-invalidation");

    /** The same, in minutes. */
    private static final List<String> SLOW = List.of(
            "amd-vi-growth | | ",
            // What a cache forgets is looked for among all it has.
            "iommu-api | | invalidate_domain invalidate_global invalidate_pages",
            "xen-viommu | | invalidate_page/complete",
            // Areas of addresses are looked for, a queue is read to its end.
            "xen-io-spaces | | iommu_map/find-address",
            "xen-viommu-registers | | go_on guest_writes_register");

    /** Formulas are interpreted there, and nothing is lifted. */
    private static final String INTERPRETED = "discipline";

    static Stream<String> quick() {
        return QUICK.stream();
    }

    static Stream<String> slow() {
        return SLOW.stream();
    }

    @BeforeEach
    void z3() {
        Z3Required.orSkipped("loops are followed as far as it says, and lifting is");
    }

    @ParameterizedTest
    @MethodSource("quick")
    void isLiftedAndDoesTheSame(String line) {
        String[] cells = line.split("\\|", 3);
        Map<String, String> settings = new TreeMap<>();
        words(cells[1]).forEach(s -> settings.put(s.split("=")[0], s.split("=")[1]));
        try (LiftedMachine lifted = LiftAgreesTest.lifted(cells[0].strip(), settings)) {
            assertThat(new ArrayList<>(new TreeSet<>(lifted.refused().keySet())))
                    .isEqualTo(words(cells[2]));
            Agreement agreement = Agreement.of(lifted, STATES);
            assertThat(agreement.differences()).isEmpty();
            assertThat(agreement.compared()).isEqualTo(STATES * lifted.pieces().size());
            assertThat(agreement.changes()).isGreaterThan(lifted.pieces().size());
        }
    }

    @ParameterizedTest
    @Tag("deep")
    @MethodSource("slow")
    void isLiftedInMinutes(String line) {
        isLiftedAndDoesTheSame(line);
    }

    @Test
    void noComponentIsMissing() {
        TreeSet<String> here = new TreeSet<>(List.of(INTERPRETED));
        Stream.concat(quick(), slow()).forEach(line -> here.add(line.split(" ")[0]));
        List<String> all = Catalog.load().components().stream()
                .filter(c -> c.getClass().getName().startsWith("dev.moat."))
                .map(Component::id)
                .toList();
        assertThat(here).containsExactlyInAnyOrderElementsOf(all);
    }

    private static List<String> words(String text) {
        return text.isBlank() ? List.of() : List.of(text.strip().split(" "));
    }
}
