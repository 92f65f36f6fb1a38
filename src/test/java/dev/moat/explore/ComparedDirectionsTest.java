package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Discipline;
import dev.moat.machine.Machine;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two mappings of one frame, for different directions, on two CPUs: who ends the one that lets devices write does not wait for the
 * invalidation of the other.
 */
class ComparedDirectionsTest {
    private static final String MACHINE = "iommu-dma step pages=2 cpus=2 ";
    private static final Discipline DISCIPLINE =
            Discipline.load(Path.of("specs/discipline.smt2"), Machines.LIBRARY.vocabulary());

    private static Conformance compared(String line) {
        Machine machine = Machines.machine(MACHINE + line);
        Comparison comparison = Comparison.with(DISCIPLINE, false);
        Explorer explorer = new Explorer(machine, Machines.judge(machine, new String[0]), Limits.none(1), comparison);
        return explorer.run(Progress.silent()).conformance();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "iommu=vtd frames=1 to-device=true flush=strict",
                "iommu=vtd frames=1 to-device=true flush=queue",
                "iommu=vtd frames=1 to-device=true flush=strict walks=true",
                "iommu=vtd frames=1 to-device=true flush=strict coherent=false",
                "iommu=vtd frames=1 from-device=write-only flush=strict",
                "iommu=vtd frames=1 from-device=write-only flush=queue",
                "iommu=amd-vi frames=1 from-device=write-only flush=strict",
                "iommu=amd-vi frames=1 to-device=true flush=queue",
                "iommu=calgary frames=1 to-device=true flush=strict",
                "iommu=calgary frames=1 from-device=readable flush=queue"
            })
    void followsTheDiscipline(String line) {
        assertThat(compared(line).first()).isNull();
    }

    /**
     * Where addresses wrap each mapping counts as one for writing, whatever its direction: the last line's entries are writable for
     * devices that only read, and nobody says so.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "iommu=vtd frames=1 to-device=true flush=wrap-calgary",
                "iommu=calgary frames=1 to-device=true flush=wrap",
                "iommu=calgary frames=1 to-device=true flush=wrap !map.ignores-direction"
            })
    void directionsAreNotToldApartWhereAddressesWrap(String line) {
        assertThat(compared(line).first()).isNull();
    }

    /** An entry that is cleared before its successor is seen: a unit has one frame cached and reads another at one page. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "iommu=vtd frames=2 coherent=false flush=wrap-calgary",
                "iommu=calgary frames=2 coherent=false flush=wrap-calgary"
            })
    void followsTheDisciplineWhereTwoFramesLinger(String line) {
        assertThat(compared(line).first()).isNull();
    }

    /** A direction that hardware has no bit for, or that nobody asks for, is a right too many. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "iommu=gart frames=1 to-device=true flush=strict | dma_map_page/store-entry",
                "iommu=vtd frames=1 to-device=true flush=strict !map.ignores-direction | dma_map_page/store-entry"
            })
    void leavesTheDiscipline(String line, String step) {
        Conformance.Misclaim first = compared(line).first();
        assertThat(first).isNotNull();
        assertThat(first.who()).isEqualTo(step);
    }
}
