package dev.moat.trace.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which of a call's steps a story tells, and how. */
class StepsTest {
    private static final StepWords WORDS =
            new StepWords(Catalog.load().model(new MachineSpec("r1", Map.of(), Granularity.STEP, false, List.of())));

    private static List<String> told(List<String> steps, List<String> entries, Set<String> noticed) {
        return StepWords.told(WORDS.doings(steps, Optional.of(entries), false), noticed, true);
    }

    @Test
    void whatBecameOfAnEntryIsToldInPlaceOfTheStepThatWroteIt() {
        assertThat(told(
                        List.of("unmap_grant_ref/lock", "unmap_grant_ref/upkeep", "unmap_grant_ref/queue-invalidation"),
                        List.of("cleared p0's entry"),
                        Set.of()))
                .containsExactly("cleared p0's entry", "asked for the invalidation");
    }

    @Test
    void aStepThatWroteNoEntryIsNotSaidToHaveWrittenOne() {
        assertThat(told(
                        List.of("decrease_reservation/give-up", "decrease_reservation/clear-owner"),
                        List.of(),
                        Set.of()))
                .containsExactly("given the frame up");
    }

    @Test
    void whereItIsNotKnownWhatBecameOfEntriesTheStepIsTold() {
        assertThat(WORDS.doings(List.of("decrease_reservation/clear-owner"), Optional.empty(), false))
                .containsExactly("cleared the owner's entry");
    }

    @Test
    void whoHasWaitedHasAsked() {
        assertThat(told(
                        List.of("dma_unmap_page/ask", "dma_unmap_page/announce", "dma_unmap_page/await"),
                        List.of(),
                        Set.of()))
                .containsExactly("waited for the invalidation");
    }

    @Test
    void whoHadNothingToAskForIsNotSaidToHaveAsked() {
        assertThat(WORDS.doings(List.of("unmap_grant_ref/queue-invalidation"), Optional.of(List.of()), true))
                .containsExactly("found nothing to invalidate");
    }

    @Test
    void whatIsNoticedIsNotToldTwice() {
        assertThat(told(List.of("destroy/release"), List.of(), Set.of("f1 is in the heap now")))
                .isEmpty();
        assertThat(told(List.of("destroy/release"), List.of(), Set.of()))
                .containsExactly("given the frame back to the heap");
    }

    @Test
    void aLockIsToldOnlyWhereNothingElseWasDone() {
        assertThat(told(List.of("destroy/check-frames", "destroy/lock"), List.of(), Set.of()))
                .containsExactly("taken the lock");
        assertThat(told(List.of("destroy/lock", "destroy/context-clear"), List.of(), Set.of()))
                .containsExactly("cleared the device entry");
    }

    /** The same step's name means something else where another component calls it. */
    @Test
    void wordsAreThoseOfTheOperation() {
        assertThat(WORDS.todo("invalidate_page/complete")).isEqualTo("tell the guest that it is done");
        assertThat(WORDS.todo("unmap_grant_ref/complete")).isEqualTo("drop pins and references");
        assertThat(WORDS.todo("virtual_message/remap")).isEqualTo("look up the entry for the message");
        assertThat(WORDS.todo("alloc_coherent/remap")).startsWith("lead the pages");
        assertThat(WORDS.todo("claim_group/move")).startsWith("note ");
        assertThat(WORDS.todo("copy/move")).isEqualTo("copy the bytes");
    }

    /** A driver's call has a hypercall's steps within it. */
    @Test
    void wordsOfACallWithinACallAreItsOwn() {
        assertThat(WORDS.todo("dma_map/map-store-entry")).isEqualTo(WORDS.todo("iommu_map/store-entry"));
        assertThat(WORDS.todo("dma_unmap/unmap-await-sync")).isEqualTo("wait for the invalidation");
        assertThat(WORDS.isWaiting("dma_unmap/unmap-await-sync")).isTrue();
        assertThat(WORDS.isAsking("dma_unmap/unmap-ask-sync")).isTrue();
        assertThat(WORDS.todo("pci_detach/unmap-unity")).isEqualTo("unmap the firmware's region");
    }

    /** An unmap that finds nothing to clear is told as that, and a store that no walk comes to as that. */
    @Test
    void whatAStepDidNotComeToIsTold() {
        assertThat(told(
                        List.of("iommu_unmap_page/read-top-table", "iommu_unmap_page/clear-entry"),
                        List.of(),
                        Set.of()))
                .containsExactly("found no entry to clear");
        assertThat(told(List.of("iommu_map_page/write-entry"), List.of(StepWords.UNFOUND), Set.of()))
                .containsExactly(StepWords.UNFOUND);
        assertThat(told(List.of("map_grant_ref/fill-table"), List.of(StepWords.UNFOUND), Set.of()))
                .containsExactly("filled the new table");
    }

    /** Of many doings those are told that change how a device is led; a call that is over says so. */
    @Test
    void whatLeadsDevicesIsToldBeforeTheRest() {
        List<String> steps = List.of(
                "deassign_device/context-clear",
                "deassign_device/disable-mastering",
                "deassign_device/forget-entry",
                "deassign_device/drain");
        assertThat(told(steps, List.of(), Set.of()))
                .containsExactly("cleared the device entry", "had the unit forget the device entry");
        assertThat(StepWords.told(WORDS.doings(steps, Optional.of(List.of()), false), Set.of(), false))
                .endsWith("returned");
    }

    /** Who only leads a page somewhere has nothing to invalidate, and that is no news. */
    @Test
    void whoTakesNothingAwayIsNotSaidToFindNothingToInvalidate() {
        List<String> steps = List.of("map_grant_ref/upkeep", "map_grant_ref/queue-invalidation");
        assertThat(StepWords.told(WORDS.doings(steps, Optional.of(List.of("led p0 to f0")), true), Set.of(), true))
                .containsExactly("led p0 to f0");
        assertThat(StepWords.told(
                        WORDS.doings(steps, Optional.of(List.of("cleared p0's entry")), true), Set.of(), true))
                .containsExactly("cleared p0's entry", StepWords.NOTHING);
    }

    /** What was given back and is taken again is not told as if it lay there beside what took its place. */
    @Test
    void whatIsUndoneMeanwhileIsNotToldAsSo() {
        assertThat(StepWords.told(
                        List.of(
                                "taken f3 out of pfn0",
                                "put f3 under pfn0",
                                "taken f3 out of pfn0",
                                "put f1 under pfn0"),
                        Set.of(),
                        true))
                .containsExactly("taken f3 out of pfn0", "put f1 under pfn0");
        assertThat(StepWords.told(List.of("led p0 to f0", "cleared p0's entry", "led p0 to f0"), Set.of(), true))
                .containsExactly("cleared p0's entry", "led p0 to f0");
    }
}
