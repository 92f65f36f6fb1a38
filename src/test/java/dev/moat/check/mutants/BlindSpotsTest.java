package dev.moat.check.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.model.Action;
import dev.moat.model.Guarded;
import dev.moat.model.Model;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Slots;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Edits of meanings and of hardware that once changed no verdict of any default scenario: each is noticed, and not by a count. */
class BlindSpotsTest {
    private static final long SECONDS = 600;

    @ParameterizedTest
    @CsvSource({
        // Device entries that the walker still sees in memory.
        "xen-vtd/vtd cent without contextLoSeen, xen-deassign-entry-not-written-back",
        "xen-vtd/vtd cent without storeStage, xen-deassign-entry-not-written-back",
        "xen-vtd/vtd cent never, xen-deassign-entry-not-written-back",
        "xen-vtd/vtd blockedR never, xen-map-read-only-not-invalidated",
        "xen-vtd/vtd blockedW never, xen-promotion-not-invalidated",
        "xen-vtd cpuR never, xen-pair-death-tlb",
        "xen-vtd cpuW never, xen-pair-death-tlb",
        // A deassignment that was given up: the clause that says that the invalidation stays owed.
        "xen-vtd dirtyQ without assigned, xen-op-wait-timeout-assign",
        "xen-vtd lentBy always, xen-copy",
        "xen-vtd lentBy never, xen-copy",
        "xen-vtd copyR never, xen-copy",
        "xen-vtd copyR always, xen-copy-op",
        "xen-vtd revoked never, xen-agreed-promise",
        "xen-vtd revoked always, xen-limbo-frame-freed",
        "xen-vtd via never, xen-copy",
        "xen-vtd via always, xen-copy",
        "xen-vtd uses never, xen-types-counts",
        "xen-vtd uses always, xen-types-counts",
        "xen-vtd ownUse never, xen-types-counts",
        "xen-vtd useUnit never, xen-types-counts",
        // The DMA layer's machine, and I/O spaces.
        "xen-swiotlb mayW never, swiotlb-small-exchange-vtd",
        "xen-swiotlb mayW without cachedTce, swiotlb-small-exchange-calgary",
        "xen-swiotlb mayW without pageRights, swiotlb-small-exchange-amdvi",
        "xen-swiotlb getsR without cachedTce, swiotlb-small-exchange-calgary",
        "xen-swiotlb dirty always, swiotlb-flushed-late",
        "xen-swiotlb dirtyQ always, swiotlb-absence-kept",
        "xen-swiotlb dirtyQ never, swiotlb-small-pcifront-vtd",
        "xen-swiotlb ent without contextHi, swiotlb-small-pcifront-vtd",
        "xen-swiotlb owing always, swiotlb-absence-kept",
        "xen-swiotlb kernelReaches without tlb, swiotlb-tlb-kept",
        "xen-swiotlb names always, swiotlb-small-exchange-vtd",
        "xen-swiotlb nextFrame always, swiotlb-fits-by-first-page",
        "xen-swiotlb busy without mapping.buffer, swiotlb-slots-one-too-few",
        "xen-swiotlb forCpu without mapping.buffer, swiotlb-sync-first-part-out",
        "xen-swiotlb forCpu without mapping.synced, swiotlb-sync-first-part-out",
        "xen-swiotlb forDevice without mapping.buffer, swiotlb-sync-first-part-in",
        "xen-swiotlb leads without mapping.buffer, swiotlb-contiguous-by-page",
        "xen-swiotlb foreignAt always, swiotlb-exchange",
        "xen-swiotlb cpuFindsOwn always, swiotlb-syncs",
        "xen-io-spaces blockedR without tceLate, spaces-small-lines",
        "xen-io-spaces forCpu without transfer.coherent, spaces-dma-coherent-elsewhere",
        "xen-io-spaces forCpu without transfer.two, spaces-dma-list-first-out",
        "xen-io-spaces forDevice without transfer.two, spaces-dma-first-page-copied",
        "xen-io-spaces leads without tce, spaces-dma-list-first-address",
        "xen-io-spaces dead never, spaces-death",
        // Direct regions: who is led where is what they rest on.
        "iommu-dma hold without contextLo, dma-direct-mapped-late-vtd",
        "iommu-dma holdW without contextLo, dma-direct-mapped-late-vtd",
        "iommu-dma holdW without deviceQuad0, dma-direct-mapped-late",
        "iommu-dma live without tar, dma-direct-mapped-late-calgary",
        "iommu-dma names without tar, dma-direct-mapped-late-calgary",
        "iommu-dma walked without directory, dma-vtd-tables",
        "iommu-dma at always, dma-calgary-untrusted",
        "iommu-dma at without unit u1, dma-calgary-untrusted",
        "iommu-dma live without frame, dma-vtd-bounced",
        "iommu-dma bufferKept always, dma-bounce-frame-lost",
        "xen-viommu holdW always, viommu-read-only-grant-written",
        "xen-viommu recordedDmaAt without guest.fault.index, viommu-records-several",
        "xen-viommu recordedDmaAt without guest.fault.reads, viommu-records-several",
        "xen-viommu moving always, viommu-detach-entry-cached",
        "xen-viommu unsettled always, viommu-exchange-frame-kept",
        "xen-viommu-interrupts passesIndex without irteLo, interrupts-entry-stays",
        "amd-vi-interrupts passesIndex without irte, amdvi-interrupts-entry-stays",
        "amd-vi-interrupts passesIndex without irte.cached, amdvi-interrupts-index-in-cache",
        "xen-viommu-svm requestPending never, svm-sent-not-drained",
        "xen-viommu-svm requestPending without request, svm-sent-not-drained"
    })
    void aMeaning(String mutant, String judge) {
        isNoticed("relation " + mutant, judge);
    }

    @ParameterizedTest
    @CsvSource({
        // A free frame that was chosen, and is anybody's until it is taken.
        "xen-swiotlb alloc_coherent/allocate holder, swiotlb-small-exchange",
        "xen-swiotlb free_coherent/allocate holder, swiotlb-small-exchange",
        "xen-swiotlb swiotlb_init/allocate holder, swiotlb-set-up",
        "xen-io-spaces exchange/lock-spaces frame.state, spaces-exchange-2cpu",
        "xen-swiotlb alloc_coherent/zap p2m, swiotlb-exchange",
        // A call that is never done, a transfer that is never over.
        "xen-io-spaces destroy_domain/lead-nowhere cpu.part, spaces-death",
        "xen-io-spaces destroy_domain/mark-dying dead, spaces-death",
        "xen-io-spaces dma_unmap/released transfer.kind, spaces-dma",
        // A frame that nobody gives back, by the last unmap, its owner's or of a dying domain; one that keeps its
        // owner.
        "xen-vtd unmap_grant_ref/release frame.state, amdvi-event-log-none",
        "xen-vtd own_unmap/release frame.state, xen-types-host",
        "xen-vtd destroy/tear-down cpu.frame, xen-pair-death-tlb",
        "xen-vtd destroy/release owner, xen-pair-death-tlb",
        // Two calls make the vIOMMU; a request for reading is served by what one for writing has found.
        "xen-viommu create_viommu/lock lock.viommu, viommu-calls-te-step",
        "xen-viommu nested_request nested.flight.write, viommu-nested-walks-rights",
        // Operations that turn round for ever: at the first device, at the first store of an entry, at the first piece
        // of a list.
        "iommu-dma attach_default_domain/store-entries cpu.device, dma-amdvi-owner-op",
        "iommu-dma attach_owners_domain/store-entries cpu.part, dma-calgary-owner-op",
        "iommu-dma detach_owners_domain/clear-entries cpu.device, dma-amdvi-owner-op",
        "iommu-dma claim_group/clear-entries cpu.part, dma-calgary-owner-op",
        "iommu-dma dma_unmap_sg/clear-entry cpu.element, dma-vtd-list-op",
        // The second bus, the lock of a flush that two CPUs begin, frames of a pool.
        "iommu-dma take_tar u1.blast, dma-calgary-buses-op",
        "iommu-dma dma_map_page/lock-flush lock.iova, dma-gart-full-flush-2cpu",
        "iommu-dma dma_map_page/give-back heap.used, dma-vtd-bounced",
        "iommu-dma dma_unmap_page/free-bounced heap.used, dma-vtd-bounced",
        // A bus that stays stopped, or is not stopped at all.
        "iommu-dma dma_unmap_page/announce aer, dma-calgary-strict",
        "xen-io-spaces iommu_unmap/stop-traffic-sync stopControl, spaces-calioc2",
        // Faults that are recorded where nobody reads, or lost while a record is free.
        "xen-vtd/vtd fault faultIndex, xen-op-fault-registers",
        "xen-vtd/vtd fault faultNext, xen-op-fault-registers",
        "xen-vtd/vtd fault faultOverflow, xen-op-fault-registers",
        "xen-viommu pass_on_fault guest.fault.next, viommu-records-several",
        // A virtual CPU that runs and counts as one to be woken.
        "xen-viommu-interrupts run_vcpu/name-vector vcpu.hurried, interrupts-urgent",
        "xen-viommu-interrupts run_vcpu/name-vector vcpu.listed, interrupts-urgent",
        // A flush that never comes.
        "iommu-dma dma_unmap_sg/arm-timer queue.timer, dma-vtd-queue-lists",
        // Frames that are lost.
        "xen-viommu memory_exchange/release owner, viommu-exchange",
        "xen-viommu memory_exchange/replace cpu.leaving, viommu-exchange",
        "xen-viommu populate_physmap/enter p2m, viommu-op"
    })
    void aWriteThatIsNotMade(String mutant, String judge) {
        isNoticed("drop " + mutant, judge);
    }

    private static void isNoticed(String mutant, String judge) {
        Trial trial = Judges.trial(judge);
        ComponentMutant found = trial.survey().mutants().get(mutant);
        assertThat(found).as(mutant).isNotNull();
        assertThat(trial.judge(Objects.requireNonNull(found), SECONDS).death())
                .as(mutant)
                .isNotNull();
    }

    private record Edit(String id, UnaryOperator<Model> change) implements ComponentMutant {
        @Override
        public Model apply(Model model) {
            return change.apply(model);
        }
    }

    private static Death judged(String judge, UnaryOperator<Model> change) {
        Trial trial = Judges.trial(judge);
        assertThat(trial.judge(new Edit("as it is", UnaryOperator.identity()), SECONDS)
                        .death())
                .isNull();
        return trial.judge(new Edit("edit", change), SECONDS).death();
    }

    private static Slots slots(Model model, String name) {
        return model.schema().family(name).orElseThrow();
    }

    /** With other code around every action of hardware of this name. */
    private static Model around(Model model, String action, UnaryOperator<Guarded> code) {
        List<Action> actions = model.actions().stream()
                .map(a -> a.name().equals(action) ? a.with(code.apply(a.code())) : a)
                .toList();
        return model.running(actions, model.operations());
    }

    /** The unit takes AM for one less than it is. */
    @Test
    void addressMasksOffByOne() {
        assertThat(judged("xen-op-batch-range-masks-host", model -> {
                    Slots lo = slots(model, "queueLo");
                    Slots hi = slots(model, "queueHi");
                    return around(model, "consume", code -> (s, a, b, c, d, e) -> {
                        long mask = Descriptors.Iotlb.AM.get(hi.get(s, 0));
                        if (Descriptors.TYPE.get(lo.get(s, 0)) == Descriptors.IOTLB && mask > 0) {
                            hi.set(s, 0, Descriptors.Iotlb.AM.set(hi.get(s, 0), mask - 1));
                        }
                        return code.apply(s, a, b, c, d, e);
                    });
                }))
                .isNotNull();
    }

    /** An invalidation of one DID ends the walks in flight under all of them. */
    @Test
    void drainsThatIgnoreTheDid() {
        assertThat(judged("xen-deassign-other-did-drained", model -> {
                    Slots lo = slots(model, "queueLo");
                    Slots rights = slots(model, "walkRights");
                    return around(model, "consume", code -> (s, a, b, c, d, e) -> {
                        boolean drains = Descriptors.TYPE.get(lo.get(s, 0)) == Descriptors.IOTLB;
                        boolean done = code.apply(s, a, b, c, d, e);
                        for (int q = 0; done && drains && q < rights.size(); q++) {
                            rights.set(s, q, 0);
                        }
                        return done;
                    });
                }))
                .isEqualTo(new Death(
                        Death.How.CONTROL,
                        "xen-deassign-other-did-drained",
                        "does not break flight-follows-assignment"));
    }

    /** A walk takes the rights of the last level alone, whoever asks for it. */
    @Test
    void rightsOfUpperLevelsLost() {
        assertThat(judged("xen-tables-upper-level-read-only", model -> {
                    Slots directory = slots(model, "directory");
                    Abstraction read = new Abstraction();
                    model.abstraction().sorts().forEach(read::sort);
                    for (Relation r : model.abstraction().relations()) {
                        read.relation(
                                r.name(),
                                r.places(),
                                (s, a, b, c, d, e) -> r.code().holds(allowing(s, directory), a, b, c, d, e),
                                r.reads());
                    }
                    return around(model, "dma", code -> (s, a, b, c, d, e) -> {
                                long[] seen = allowing(s, directory);
                                boolean done = code.apply(seen, a, b, c, d, e);
                                for (int i = 0; i < directory.size(); i++) {
                                    directory.set(seen, i, directory.get(s, i));
                                }
                                System.arraycopy(seen, 0, s, 0, s.length);
                                return done;
                            })
                            .reading(read);
                }))
                .isNotNull();
    }

    private static long[] allowing(long[] s, Slots directory) {
        long[] seen = s.clone();
        for (int i = 0; i < directory.size(); i++) {
            if (SecondLevelEntry.rights(directory.get(s, i)) != 0) {
                directory.set(seen, i, SecondLevelEntry.withRights(directory.get(s, i), 3));
            }
        }
        return seen;
    }
}
