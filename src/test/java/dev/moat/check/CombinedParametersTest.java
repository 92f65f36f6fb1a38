package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.Scenario;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters that no scenario combines, each of which once raised a false alarm: all holds, and code and discipline agree. */
class CombinedParametersTest {
    private static final ScenarioChecker CHECKER = new ScenarioChecker(Catalog.load(), MoatEngine.open(Path.of("")));

    @ParameterizedTest
    @CsvSource({
        "xen-device-tlb, stalls=true, ''",
        "xen-op-device-tlb, stalls=true, ''",
        "xen-device-tlb-assign, stalls=true, ''",
        "p2m-range-one, caching-mode=true, ''",
        "p2m-status, cpus=2 reservation=true, ''",
        "p2m-grants, cpus=2 gfns=2 frames=1 populated=0 reservation=true, ''",
        "spaces-death, iommu=amd-vi np-cache=true, stopped-traffic-goes-on",
        "spaces-passthrough, iommu=vtd, stopped-traffic-goes-on"
    })
    void hold(String id, String settings, String unjudged) {
        Scenario scenario = Committed.described().stream()
                .filter(s -> s.id().equals(id))
                .findFirst()
                .orElseThrow();
        Map<String, String> given = Arrays.stream(settings.split(" "))
                .map(setting -> setting.split("="))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        Verdict v = CHECKER.check(new CheckRequest(scenario, given, null, Limits.none(1), true), Progress.silent());
        assertThat(v.kind()).as(v.unmet().toString()).isEqualTo(Verdict.Kind.HELD);
        assertThat(v.exit()).as(v.unmet().toString()).isEqualTo(ExitCode.OK);
        assertThat(scenario.hold())
                .filteredOn(property -> !v.judged().contains(property))
                .containsExactlyElementsOf(unjudged.isEmpty() ? List.of() : List.of(unjudged));
        assertThat(v.notes()).filteredOn(note -> note.contains("is not judged")).hasSize(unjudged.isEmpty() ? 0 : 1);
    }
}
