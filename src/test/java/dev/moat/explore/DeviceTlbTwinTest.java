package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Devices that keep translations, and Xen's flushes for them, are written twice: as parts of the machine, and as {@link SlowAts} and {@link
 * SlowFlushes}. Both take every step together, through all states of small machines and by chance through larger ones; after each they have the
 * same cached, kept and asked for, and let devices reach the same, and what they do comes in the same order.
 */
class DeviceTlbTwinTest {
    private static final String ATS = "xen-vtd step unmerged device-tlb=true handles=1 refs=1 ";

    @ParameterizedTest
    @ValueSource(
            strings = {
                ATS + "frames=1",
                ATS + "assign=true context-cache=true devices=1 iommu=all granters=none",
            })
    void sameInEveryState(String line) {
        Map<String, Integer> met = new AtsTwins(line).everywhere();
        assertThat(met).containsKeys("ask_translation", "consume", "dma", "evict", "step returned");
        assertThat(met.keySet()).anyMatch(what -> what.startsWith("queued 3"));
    }

    /** So many steps of each seed; a difference names its seed. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "refs=1 handles=1 assign=true devices=2 context-cache=true; 30; 3000; assign_device",
                "refs=2 handles=2 iommu=all; 30; 3000; map_grant_ref",
                "refs=1 handles=1 iommu=all assign=true context-cache=true devices=2; 30; 3000; deassign_device",
                "refs=1 handles=2 cpus=2; 30; 3000; unmap_grant_ref",
                "refs=1 handles=1 frames=3 domain-death=true iommu=all; 200; 300; destroy",
                "refs=1 handles=1 wait=timeout; 30; 3000; stalls",
                "refs=2 handles=2 batch=2 reallocation=false; 30; 3000; unmap_grant_ref",
                "domains=3 frames=3 iommu-mask=1 granters=all mappers=first refs=1 handles=2 batch=2 flush=batch-range reallocation=false sides=host; 30; 3000; several pages"
            })
    void sameByChance(String settings, int seeds, int steps, String meets) {
        AtsTwins twins = new AtsTwins("xen-vtd step unmerged device-tlb=true " + settings);
        for (int seed = 0; seed < seeds && twins.differences.isEmpty(); seed++) {
            twins.byChance(seed, steps);
        }
        assertThat(twins.differences).isEmpty();
        assertThat(twins.met).containsKeys(meets, "step returned", "queued 3");
    }

    /** A test that cannot fail is none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "refs=1 handles=1 !unmap.no-device-tlb; stale and not owed",
                "refs=1 handles=1 !unmap.device-tlb-first; due",
                "refs=1 handles=1 !unmap.device-tlb-not-awaited; waiting",
                "refs=1 handles=1 assign=true devices=2 !device-tlb.first-only; due",
                "refs=1 handles=1 assign=true devices=1 iommu=all granters=none !deassign.ats-stays-on; due",
                "domains=3 frames=3 iommu-mask=1 granters=all mappers=first refs=1 handles=2 batch=2 flush=batch-range reallocation=false sides=host"
                        + " !invalidation.device-range-not-encoded; due",
                "refs=1 handles=1 wait=timeout !device-tlb.timeout-is-success; released"
            })
    void aDefectIsNoticed(String settings, String how) {
        AtsTwins twins = new AtsTwins("xen-vtd step unmerged device-tlb=true " + settings);
        for (int seed = 0; seed < 20 && twins.differences.isEmpty(); seed++) {
            twins.byChance(seed, 2000);
        }
        assertThat(twins.differences).isNotEmpty();
        assertThat(twins.differences.get(0)).contains(how);
    }
}
