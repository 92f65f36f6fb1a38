package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Exploration.End;
import dev.moat.machine.Machine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A frame that is given up may stay in its owner's tables where a wait was given up, or a superpage could not be split; and only there:
 * that a machine has time-outs, or superpages, excuses nobody who forgets to give a frame back.
 */
class LeftFramesTest {
    private static final String FORGETS = " !unmap.last-reference-keeps-frame";
    private static final String TIME_OUTS = "handles=1 frames=1 iommu=all wait=timeout";
    private static final String SUPERPAGES =
            "handles=1 frames=4 index-bits=1 table-frames=true iommu=all superpages=true granters=first";

    private static Exploration search(String line) {
        Machine machine = Machines.machine("xen-vtd operation refs=1 " + line);
        return Machines.exploreSmall(machine, Machines.judge(machine, "given-up-goes-back"));
    }

    @ParameterizedTest
    @ValueSource(strings = {TIME_OUTS, SUPERPAGES})
    void whoForgetsAFrameHasNotLeftIt(String settings) {
        Exploration found = search(settings + FORGETS);
        assertThat(found.end()).isEqualTo(End.VIOLATION);
        assertThat(search(settings).end()).isEqualTo(End.COMPLETE);
    }
}
