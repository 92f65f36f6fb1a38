package dev.moat.iommu.amdvi.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.Rights;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.iommu.amdvi.format.DeviceTableEntry;
import dev.moat.iommu.amdvi.format.PageTableEntry;
import dev.moat.iommu.amdvi.semantics.Capabilities;
import dev.moat.iommu.linux.TableFrames;
import dev.moat.iommu.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls of the AMD-Vi driver at real size that no layer makes, or that a layer makes at the ends of what tables can have. */
class AmdViPagesTest {
    private static final long K = 4096;
    private static final long M = 1L << 21;
    private static final long G = 1L << 30;

    private static final long DEVICES = 0x100L << 12;

    /** Behind what starts the unit and attaches the device: three commands, each with its wait. */
    private static final long NEXT_COMMAND = (0x101L << 12) + 6 * Commands.BYTES;

    private static final class Kept extends RealAmdVi.Parts {
        private @Nullable AmdViPages pages;
        private @Nullable Memory memory;
        private @Nullable AmdViDomain tag;

        @Override
        AmdViPages pages(Memory memory, long[] s, TableFrames frames, AmdViDomain domain) {
            this.memory = memory;
            tag = domain;
            AmdViPages made = super.pages(memory, s, frames, domain);
            pages = made;
            return made;
        }
    }

    private final Kept kept = new Kept();
    private final RealAmdVi unit = new RealAmdVi(false, 40, kept);
    private final Memory memory = Objects.requireNonNull(kept.memory);
    private final AmdViPages pages = Objects.requireNonNull(kept.pages);

    private boolean map(long iova, long address, long size) {
        return unit.domain().map(iova, address, size, Rights.ALL);
    }

    /** Linux: AMD_IOMMU_PGSIZES, (~0xFFFUL) & ~(2ULL << 38): pages of 512 GiB do not work. Of 2^53 and more, none has an entry. */
    @ParameterizedTest
    @CsvSource({"1, 20, 9", "2, 29, 18", "3, 38, 27", "4, 47, 35", "5, 52, 40", "6, 52, 40"})
    void sizesAreThePowersOfTwoThatEntriesHaveBut512Gib(int levels, int largest, int count) {
        long bitmap = AmdViPages.sizes(levels).bitmap();
        assertThat(Long.numberOfTrailingZeros(bitmap)).isEqualTo(12);
        assertThat(63 - Long.numberOfLeadingZeros(bitmap)).isEqualTo(largest);
        assertThat(Long.bitCount(bitmap)).isEqualTo(count);
        assertThat(bitmap & 512 * G).isZero();
    }

    /** iommu_v1_iova_to_phys: 0 for what is not mapped, and for the first byte of memory; an entry of a page of some has the size in it. */
    @Test
    void anAddressLeadsToMemoryButNotToItsFirstByte() {
        assertThat(pages.leads(0)).isFalse();
        assertThat(map(0, 0, 4 * K)).isTrue();
        assertThat(pages.leads(0)).isFalse();
        assertThat(pages.leads(1)).isTrue();
        assertThat(pages.leads(3 * K)).isTrue();
        assertThat(pages.leads(4 * K)).isFalse();
        assertThat(map(M, 0x5000, K)).isTrue();
        assertThat(pages.leads(M)).isTrue();
        assertThat(pages.leads(1L << 62)).isFalse();
    }

    /** The unmap of a page that begins within a larger one goes on behind that one. */
    @Test
    void anUnmapFromWithinALargerPageGoesOnBehindIt() {
        assertThat(map(0, 0x10_0000, 2 * K)).isTrue();
        for (long at = 2 * K; at < 5 * K; at += K) {
            assertThat(map(at, 0x20_0000 + at, K)).isTrue();
        }
        assertThat(unit.reach(2 * K, false)).isEqualTo(0x20_0000 + 2 * K);
        assertThat(pages.unmapPages(K, K, 4)).isEqualTo(4 * K);
        pages.sync(0, 5 * K - 1);
        for (long at = 0; at < 4 * K; at += K) {
            assertThat(unit.reach(at, false)).as("" + at).isEqualTo(-1);
        }
        assertThat(unit.reach(4 * K, false)).isEqualTo(0x20_0000 + 4 * K);
    }

    /** Linux, alloc_pte: a new table takes the place of the larger page, and everything is forgotten. */
    @Test
    void aSmallPageInALargerOneHasATableOfItsOwn() {
        assertThat(map(0, M, M)).isTrue();
        assertThat(unit.reach(K, false)).isEqualTo(M + K);
        assertThat(pages.mapPages(K, 0x5000, K, 1, Rights.ALL)).isEqualTo(K);
        assertThat(memory.read(unit.state(), M + Long.BYTES))
                .as("the page's memory")
                .isZero();
        assertThat(unit.reach(K, false)).isEqualTo(0x5000);
        assertThat(unit.reach(0, false)).isEqualTo(-1);
        assertThat(unit.linked()).isEqualTo(unit.tables());
    }

    /** The same in a page of equal entries in a row, all of which go. */
    @Test
    void aSmallPageInAPageOfSomeEntriesTearsAllOfThemDown() {
        assertThat(map(0, 4 * M, 4 * M)).isTrue();
        assertThat(unit.reach(3 * M, false)).isEqualTo(7 * M);
        assertThat(pages.mapPages(M + K, 0x5000, K, 1, Rights.ALL)).isEqualTo(K);
        assertThat(unit.reach(M + K, false)).isEqualTo(0x5000);
        assertThat(unit.reach(3 * M, false)).isEqualTo(-1);
        assertThat(unit.reach(0, false)).isEqualTo(-1);
        assertThat(unit.linked()).isEqualTo(unit.tables());
    }

    /** Linux, increase_address_space: the entry of the device, which the unit has cached, has to follow. */
    @Test
    void anAddressBeyondTheTablesHasThemGrow() {
        assertThat(map(0, 0x6000, K)).isTrue();
        assertThat(unit.reach(0, false)).isEqualTo(0x6000);
        assertThat(map((1L << 48) - K, 0x7000, K)).isTrue();
        assertThat(pages.levels()).isEqualTo(4);
        assertThat(map(1L << 48, 0x5000, K)).isTrue();
        assertThat(pages.levels()).isEqualTo(5);
        assertThat(unit.reach(1L << 48, true)).isEqualTo(0x5000);
        assertThat(unit.reach((1L << 48) - K, false)).isEqualTo(0x7000);
        assertThat(unit.linked()).isEqualTo(unit.tables());
        assertThat(unit.domain().unmap(1L << 48, K)).isEqualTo(K);
        assertThat(unit.reach(1L << 48, false)).isEqualTo(-1);
        assertThat(map(-K, 0x8000, K)).as("the last page of all").isTrue();
        assertThat(pages.levels()).isEqualTo(6);
        assertThat(unit.reach(-K, false)).isEqualTo(0x8000);
        assertThat(unit.reach(0, false)).isEqualTo(0x6000);
    }

    /** Both entries are cached when the tables grow. */
    @Test
    void allDevicesOfADomainFollowItsTables() {
        Objects.requireNonNull(kept.tag).attach(unit.state(), 0x20, pages);
        assertThat(map(0, 0x6000, K)).isTrue();
        for (int device : new int[] {0x18, 0x20}) {
            assertThat(unit.reach(device, 0, false)).isEqualTo(0x6000);
        }
        assertThat(map(1L << 48, 0x5000, K)).isTrue();
        for (int device : new int[] {0x18, 0x20}) {
            assertThat(unit.reach(device, 1L << 48, false)).as("" + device).isEqualTo(0x5000);
        }
    }

    @Test
    void anAttachIsAboutTheEntryOfThatDeviceOnly() {
        long other = memory.read(unit.state(), DEVICES + 0x18 * DeviceTableEntry.BYTES);
        assertThat(DeviceTableEntry.V.isSet(other)).isTrue();
        AmdViPages elsewhere = new AmdViPages(
                memory, unit.state(), new TableFrames(memory, 0x8000, 1), Objects.requireNonNull(kept.tag), 4);
        Objects.requireNonNull(kept.tag).attach(unit.state(), 0x20, elsewhere);
        assertThat(memory.read(unit.state(), DEVICES + 0x18 * DeviceTableEntry.BYTES))
                .isEqualTo(other);
        assertThat(memory.read(unit.state(), NEXT_COMMAND))
                .isEqualTo(Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 0x20));
        assertThat(memory.read(unit.state(), NEXT_COMMAND + 2 * Commands.BYTES)).isEqualTo(Commands.pages(7));
    }

    /** Linux 6.1 looks at the address only, and puts the entries of a larger page into the top table. */
    @Test
    void aPageOfALevelThatTablesDoNotHaveHasThemGrow() {
        RealAmdVi three = new RealAmdVi(false, 40, new RealAmdVi.Parts() {
            @Override
            AmdViPages pages(Memory memory, long[] s, TableFrames frames, AmdViDomain domain) {
                return new AmdViPages(memory, s, frames, domain, 3);
            }
        });
        assertThat(three.domain().map(0, 1L << 40, 1L << 40, Rights.ALL)).isTrue();
        assertThat(three.reach(0, false)).isEqualTo(1L << 40);
        assertThat(three.reach((1L << 40) - K, false)).isEqualTo((1L << 41) - K);
        assertThat(three.reach(1L << 40, false)).isEqualTo(-1);
        assertThat(three.linked())
                .isEqualTo(three.tables())
                .as("not the table that was the top one")
                .isEqualTo(1);
    }

    @Test
    void withoutTheInvalidationOfTheEntryANewAddressIsRefused() {
        RealAmdVi stale = new RealAmdVi(false, 40, new RealAmdVi.Parts() {
            @Override
            AmdViDomain domain(UnitCommands commands, Memory memory, Capabilities can) {
                return new AmdViDomain(commands, memory, can, 7) {
                    @Override
                    void forgetEntry(long[] s, int deviceId) {}
                };
            }
        });
        assertThat(stale.domain().map(0, 0x6000, K, Rights.ALL)).isTrue();
        assertThat(stale.reach(0, false)).isEqualTo(0x6000);
        assertThat(stale.domain().map(1L << 48, 0x5000, K, Rights.ALL)).isTrue();
        assertThat(stale.reach(1L << 48, false)).isEqualTo(-1);
    }

    /** With as many levels as the unit has (HATS), or without a frame for one more. */
    @Test
    void addressesBeyondWhatCanGrowAreRefused() {
        RealAmdVi four = new RealAmdVi(false, 40, new RealAmdVi.Parts() {
            @Override
            AmdViDomain domain(UnitCommands commands, Memory memory, Capabilities can) {
                return super.domain(commands, memory, can.withLevels(4));
            }
        });
        for (RealAmdVi some : List.of(four, new RealAmdVi(false, 4, new RealAmdVi.Parts()))) {
            assertThat(some.domain().map(0, 0x6000, K, Rights.ALL)).isTrue();
            assertThat(some.domain().map(1L << 48, 0x5000, K, Rights.ALL)).isFalse();
            assertThat(some.domain().unmap(1L << 48, K)).isZero();
            assertThat(some.reach(0, false)).isEqualTo(0x6000);
        }
    }

    /** Linux: -EINVAL. */
    @Test
    void aPageWithoutRightsIsRefused() {
        assertThat(pages.mapPages(0, 0x5000, K, 1, Rights.NONE)).isZero();
        assertThat(unit.tables()).isEqualTo(1);
    }

    /** Linux: IOMMU_PTE_FC in every page. */
    @Test
    void pagesForceCoherence() {
        assertThat(map(0, 1L << 47, 1L << 40)).isTrue();
        long entry = memory.read(unit.state(), (pages.root() << 12));
        assertThat(PageTableEntry.FC.isSet(entry)).isTrue();
    }

    /** Linux, build_inv_address: everything only where first and last address differ in a bit above 51, that is in order 41. */
    @ParameterizedTest
    @CsvSource({"38, 0x0001fffffffff003", "39, 0x0003fffffffff003", "40, 0x0007fffffffff003", "41, 0x7ffffffffffff003"})
    void aRangeHasASizeUpToOrder40(int order, long word) {
        Objects.requireNonNull(kept.tag).forget(unit.state(), 0, 1L << order);
        assertThat(memory.read(unit.state(), NEXT_COMMAND)).isEqualTo(Commands.pages(7));
        assertThat(memory.read(unit.state(), NEXT_COMMAND + Long.BYTES)).isEqualTo(word);
    }

    private static List<Long> ranges(Memory memory, long[] s) {
        List<Long> found = new ArrayList<>();
        for (long at = NEXT_COMMAND; memory.read(s, at) != 0; at += 2 * Commands.BYTES) {
            assertThat(memory.read(s, at)).isEqualTo(Commands.pages(7));
            found.add(memory.read(s, at + Long.BYTES));
        }
        return found;
    }

    /** amd_iommu_iotlb_gather_add_page: small pages and a large one, one command. */
    @Test
    void allThatAnUnmapClearsIsForgottenByOneCommand() {
        assertThat(map(M - K, 4 * M - K, K + M)).isTrue();
        assertThat(ranges(memory, unit.state())).isEmpty();
        assertThat(unit.domain().unmap(M - K, K + M)).isEqualTo(K + M);
        assertThat(ranges(memory, unit.state())).containsExactly(Commands.range(0, 10, true));
    }

    /** domain_flush_pages: with NpCache no command names a page that is not meant, and a map is told once it is whole. */
    @Test
    void underAHypervisorRangesAreForgottenInAlignedParts() {
        Kept parts = new Kept();
        RealAmdVi guests = new RealAmdVi(true, 40, parts);
        Memory words = Objects.requireNonNull(parts.memory);
        assertThat(guests.domain().map(K, 0x5000, 6 * K, Rights.ALL)).isTrue();
        assertThat(ranges(words, guests.state()))
                .containsExactly(
                        Commands.range(1, 0, true),
                        Commands.range(2, 1, true),
                        Commands.range(4, 1, true),
                        Commands.range(6, 0, true));
    }

    @Test
    void aDeviceThatHasADomainIsNotAttachedAgain() {
        assertThatThrownBy(() -> Objects.requireNonNull(kept.tag).attach(unit.state(), 0x18, pages))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("device 18 has a domain");
    }
}
