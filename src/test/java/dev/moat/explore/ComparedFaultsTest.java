package dev.moat.explore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.logic.Discipline;
import dev.moat.machine.Machine;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faults of interrupts and of PASIDs leave the discipline where they do harm; those that give nobody a right do not. */
class ComparedFaultsTest {
    private static final Discipline DISCIPLINE =
            Discipline.load(Path.of("specs/discipline.smt2"), Machines.LIBRARY.vocabulary());

    private static Conformance compared(String line) {
        Machine machine = Machines.machine(line);
        return new Explorer(
                        machine,
                        Machines.judge(machine, new String[0]),
                        Limits.none(1),
                        Comparison.with(DISCIPLINE, false))
                .run(Progress.silent())
                .conformance();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "amd-vi-interrupts step !table.shared | attach_device/write-entry",
                "amd-vi-interrupts step !table.forwards | attach_device/write-entry",
                "amd-vi-interrupts step !table.never-invalidated | detach_device/await-table",
                "amd-vi-interrupts step !table.first-device-invalidated | invalidate_table",
                "amd-vi-interrupts step !table.invalidation-not-awaited | detach_device/free",
                "amd-vi-interrupts step !table.entry-stays | detach_device/queue-table-invalidation",
                "amd-vi-interrupts step !table.not-valid-when-detached | detach_device/clear-entry",
                "amd-vi-interrupts step entry-bits=128 destinations=2 entry-update=disabled !half.changed-in-use | move_vector/write-high-half",
                "amd-vi-interrupts step entry-bits=128 guest-mode=true !guest.root-of-another | activate_guest_mode/write-guest-entry",
                "amd-vi-growth step !growth.unmap-reads-root-later | iommu_unmap_page/free",
                "amd-vi-growth step pages=3 !growth.map-reads-root-later | iommu_map_page/write-entry",
                "xen-viommu-interrupts operation vectors=1 !binding.destination-unchecked | guest_programs",
                "xen-viommu-interrupts operation vectors=1 !host.compatible-passes | detach_device/free-index",
                "xen-viommu-interrupts operation vectors=1 !entry.source-unverified | detach_device/clear-entry",
                "xen-viommu-interrupts operation vectors=1 !entry.cache-never-invalidated | detach_device/await",
                "xen-viommu-interrupts step vectors=1 !detach.index-freed-before-cache | detach_device/free-index",
                "xen-viommu-interrupts operation vectors=1 !detach.entry-stays | detach_device/free-index",
                "xen-viommu-interrupts step vectors=1 !entry.written-in-halves | invalidate_entry/refresh",
                "xen-viommu-interrupts operation guests=2 passed=false virtual=1 vectors=1 !binding.destination-unchecked | guest_programs",
                "xen-viommu-svm step gfns=1 !unbind.entry-stays | unbind_process/free",
                "xen-viommu-svm step gfns=1 !unbind.no-pasid-cache | unbind_process/free",
                "xen-viommu-svm step gfns=1 !unbind.no-iotlb | unbind_process/free",
                "xen-viommu-svm step gfns=1 !unbind.no-device-tlb | unbind_process/free",
                "xen-viommu-svm step gfns=1 !unbind.device-tlb-first | unbind_process/free",
                "xen-viommu-svm step gfns=1 !unbind.pasid-freed-first | unbind_process/free",
                "xen-viommu-svm step gfns=1 !invalidation.completed-first | invalidate_process/complete",
                "xen-viommu-svm step gfns=1 !invalidation.not-passed-on | invalidate_process/complete",
                "xen-viommu-svm operation gfns=1 !pasid.guest-number-used | bind_process/give",
                "xen-vtd operation refs=1 handles=1 device-tlb=true !unmap.no-device-tlb | unmap_grant_ref/settle-debt",
                "xen-vtd step refs=1 handles=1 device-tlb=true !unmap.device-tlb-first | unmap_grant_ref/settle-debt",
                "xen-vtd operation refs=1 handles=1 device-tlb=true !unmap.device-tlb-not-awaited | unmap_grant_ref/settle-debt",
                "xen-vtd operation refs=1 handles=1 device-tlb=true assign=true devices=1 iommu=all granters=none !deassign.ats-stays-on"
                        + " | assign_device/context-map",
                "xen-vtd operation refs=1 handles=1 device-tlb=true assign=true devices=2 !device-tlb.first-only"
                        + " | decrease_reservation/settle-owner-debt",
                "xen-vtd step refs=1 handles=1 device-tlb=true wait=timeout !device-tlb.timeout-is-success"
                        + " | decrease_reservation/settle-owner-debt"
            })
    void leavesTheDiscipline(String line, String step) {
        Conformance.Misclaim first = compared(line).first();
        assertThat(first).isNotNull();
        assertThat(first.who()).isEqualTo(step);
    }

    /** Page requests, records, and what stays within a guest: an older entry of its own leads to a vector of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "xen-viommu-interrupts operation vectors=1 !binding.never-refreshed",
                "xen-viommu-interrupts step vectors=1 delivery=posted hotplug=false !invalidation.completed-before-host-cache",
                "xen-viommu-svm operation !response.unchecked",
                "xen-viommu-svm operation !walk.refuses-writing",
                "xen-viommu-svm operation !unbind.requests-not-drained",
                "xen-viommu-interrupts operation guests=1 passed=false virtual=1 vectors=1 entries=2 !remap.first-page-only"
            })
    void followsTheDisciplineWhereNobodyGetsARight(String line) {
        assertThat(compared(line).first()).isNull();
    }
}
