package dev.moat.iommu.amdvi.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.Outcome;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.format.Translation;
import dev.moat.iommu.amdvi.semantics.Behaviour;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.amdvi.semantics.EventLog;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What a unit that keeps everything answers, and what each invalidation takes from it. */
class RequestCachesTest {
    private static final long PTE = 0x402008;

    private static Driven driven(Capabilities can) {
        return new Driven(can, new FullCaches(can)).on().mapped();
    }

    private static Driven driven() {
        return driven(Capabilities.usual());
    }

    private static void forgetPages(Driven d, int domain, long hi) {
        d.command(Commands.pages(domain), hi);
    }

    @Test
    void aPageStaysUntilItIsInvalidated() {
        Driven d = driven();
        assertThat(d.reaches(0x1000, false)).isEqualTo(0x1001000);
        d.store(PTE, 0);
        assertThat(d.reaches(0x1008, true)).isEqualTo(0x1001008);
        forgetPages(d, 6, Commands.everyPage(true));
        forgetPages(d, 5, Commands.range(2, 0, true));
        forgetPages(d, 5, Commands.range(2, 1, true));
        d.command(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 0x20), 0);
        d.command(Commands.waitInterrupt(), 0);
        d.command(0x4000000000000020L, 0x1000);
        assertThat(d.reaches(0x1000, true)).as("none of these names it").isEqualTo(0x1001000);
        forgetPages(d, 5, Commands.range(0, 1, false));
        assertThat(d.reaches(0x1000, true)).isEqualTo(-1);
    }

    @Test
    void eachWayToNameAPage() {
        long[] words = {
            Commands.range(1, 0, false),
            Commands.range(1, 1, false),
            Commands.range(0, 20, false),
            Commands.everyPage(false),
            Commands.everyPage(true)
        };
        for (long word : words) {
            Driven d = driven();
            d.request(0x1000, false);
            d.store(PTE, 0);
            forgetPages(d, 5, word);
            assertThat(d.reaches(0x1000, false)).isEqualTo(-1);
        }
        Driven d = driven();
        d.request(0x1000, false);
        d.store(PTE, 0);
        d.command(Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
        assertThat(d.reaches(0x1000, false)).isEqualTo(-1);
    }

    /** A table that is replaced: leaves go with the range, what led to the table only with PDE. */
    @Test
    void directoryEntriesGoWithPdeOnly() {
        Driven d = driven();
        d.request(0x1000, false);
        d.store(0x403008, PageTableEntry.page(0x1009, Driven.BOTH));
        d.store(0x401000, PageTableEntry.table(1, 0x403, Driven.BOTH));
        forgetPages(d, 5, Commands.everyPage(false));
        assertThat(d.reaches(0x1000, false)).as("through the old table").isEqualTo(0x1001000);
        forgetPages(d, 5, Commands.range(0x400, 0, true));
        forgetPages(d, 5, Commands.everyPage(false));
        assertThat(d.reaches(0x1000, false)).as("PDE of another part").isEqualTo(0x1001000);
        forgetPages(d, 5, Commands.range(1, 0, true));
        assertThat(d.reaches(0x1000, false)).isEqualTo(0x1009000);
    }

    @Test
    void aDeviceTableEntryStaysUntilItsDeviceIsInvalidated() {
        Driven d = driven();
        d.request(0x1000, false);
        d.entry(Driven.DEVICE, DeviceTableEntry.quad0(0, 0, 0), 5);
        assertThat(d.reaches(0x1000, false)).isEqualTo(0x1001000);
        d.command(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 0x28), 0);
        forgetPages(d, 5, Commands.everyPage(true));
        assertThat(d.reaches(0x1000, false)).isEqualTo(0x1001000);
        d.command(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 0x20), 0);
        assertThat(d.outcome(0x1000, false)).isEqualTo(Outcome.UNTRANSLATED_DENIED);
    }

    /** Pages are shared under the DomainID, so a device's own rights are no part of what is cached. */
    @Test
    void devicesOfOneDomainShareItsPages() {
        Driven d = driven();
        d.entry(0x28, DeviceTableEntry.quad0(3, Driven.ROOT, Translation.READ), 5);
        d.entry(0x30, DeviceTableEntry.quad0(3, Driven.ROOT, Driven.BOTH), 6);
        d.request(0x28, 0x1000, true);
        d.store(PTE, PageTableEntry.page(0x1009, Driven.BOTH));
        assertThat(d.reaches(0x1000, true)).as("cached for the other").isEqualTo(0x1001000);
        assertThat(Translation.outcome(d.request(0x28, 0x1000, true))).isEqualTo(Outcome.NO_PERMISSION);
        assertThat(Translation.address(d.request(0x30, 0x1000, true), 0x1000))
                .as("under another DomainID")
                .isEqualTo(0x1009000);
    }

    @Test
    void absenceIsCachedWithNpCacheOnly() {
        for (boolean np : new boolean[] {false, true}) {
            Driven d = driven(Capabilities.usual().withNpCache(np));
            assertThat(d.outcome(0x3000, false)).isEqualTo(Outcome.NOT_PRESENT);
            d.store(0x402018, PageTableEntry.page(0x1003, Driven.BOTH));
            assertThat(d.reaches(0x3000, false)).isEqualTo(np ? -1 : 0x1003000);
            forgetPages(d, 5, Commands.range(3, 0, false));
            assertThat(d.reaches(0x3000, false)).isEqualTo(0x1003000);
        }
    }

    @Test
    void aHitWithoutTheRightWalksAgainOrFaults() {
        for (boolean rewalks : new boolean[] {false, true}) {
            Driven d = driven(Capabilities.usual().withRewalks(rewalks));
            d.store(PTE, PageTableEntry.page(0x1001, Translation.READ));
            d.request(0x1000, false);
            d.store(PTE, PageTableEntry.page(0x1009, Driven.BOTH));
            assertThat(d.reaches(0x1000, false)).isEqualTo(0x1001000);
            assertThat(d.reaches(0x1000, true)).isEqualTo(rewalks ? 0x1009000 : -1);
        }
    }

    /** Once everything was invalidated, and as long as nothing changes, what is cached is what the tables say. */
    @Property(tries = 300)
    void afterAnInvalidationCachesAreNotSeen(@ForAll long seed) {
        Random random = new Random(seed);
        Capabilities can = Capabilities.usual().withNpCache(random.nextBoolean());
        Driven d = new Driven(can, new FullCaches(can)).on().mapped();
        SpecifiedRequests plain = new SpecifiedRequests(
                d.registers,
                d.memory,
                RequestCaches.none(),
                new EventLog(d.registers, d.memory, Behaviour.specified(can)),
                can);
        for (int n = 0; n < 30; n++) {
            change(d, random);
            d.request(iova(random), random.nextBoolean());
        }
        d.command(Commands.opcode(Commands.INVALIDATE_IOMMU_ALL), 0);
        for (int n = 0; n < 40; n++) {
            long iova = iova(random);
            boolean write = random.nextBoolean();
            long cached = d.request(iova, write);
            long answer = plain.request(d.s, Driven.DEVICE, iova, 4, write);
            assertThat(Translation.outcome(cached)).isEqualTo(Translation.outcome(answer));
            assertThat(Translation.address(cached, iova)).isEqualTo(Translation.address(answer, iova));
        }
    }

    private static long iova(Random random) {
        return random.nextInt(4) << 12 | random.nextInt(3) << 21 | 8L * random.nextInt(512);
    }

    private static void change(Driven d, Random random) {
        int rights = random.nextInt(4);
        switch (random.nextInt(5)) {
            case 0 -> d.store(0x402000 + 8L * random.nextInt(4), PageTableEntry.page(random.nextInt(64), rights));
            case 1 -> d.store(0x402000 + 8L * random.nextInt(4), 0);
            case 2 -> d.store(0x401000 + 8L * random.nextInt(3), PageTableEntry.table(1, 0x402, rights));
            case 3 -> d.store(0x401000 + 8L * random.nextInt(3), PageTableEntry.page(random.nextInt(4) << 9, rights));
            default ->
                d.entry(
                        Driven.DEVICE,
                        DeviceTableEntry.quad0(random.nextInt(8), Driven.ROOT, rights | random.nextInt(4)),
                        5);
        }
    }
}
