package dev.moat.iommu.amdvi.family;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.amdvi.family.InvalidatedPages.Encoding;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Sort;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words of invalidations as drivers write them: never less than what changed. */
class CommandsOfDriversTest {
    private static final long[] NO_STATE = {};
    private static final int PAGES = 1 << 12;

    private static InvalidatedPages range(Encoding encoding, int indexBits, long firstPage) {
        Sort one = Sort.numbered("One", "x", 1);
        Sizes sizes = new Sizes(
                new Sizes.Requesters(one, List.of(8), one, List.of(0)),
                new Sizes.Spaces(one, one, List.of(0)),
                new Sizes.Addresses(Sort.numbered("Page", "p", PAGES), firstPage, one, 0, 0x100),
                new Sizes.Cpus(one, (s, cpu) -> true),
                Set.of(Sizes.Need.RANGES));
        return new InvalidatedPages(new ModelBuilder(new Edits()), sizes, encoding, indexBits);
    }

    private static boolean covers(long word, long page) {
        return CommandCoverage.ofPage(Commands.pages(5), word, 5, page);
    }

    @Property
    void aRangeIsCovered(
            @ForAll Encoding encoding,
            @ForAll @IntRange(min = 1, max = 9) int indexBits,
            @ForAll @IntRange(max = 1 << 20) int firstPage,
            @ForAll @IntRange(max = PAGES - 1) int a,
            @ForAll @IntRange(max = PAGES - 1) int b,
            @ForAll @IntRange(max = 2) int changed) {
        int first = Math.min(a, b);
        int last = Math.max(a, b);
        long word = range(encoding, indexBits, firstPage).word(NO_STATE, 5, first, last, changed);
        for (int page = first; page <= last; page++) {
            assertThat(covers(word, (long) firstPage + page))
                    .as("page %d", page)
                    .isTrue();
        }
        assertThat(Commands.Pages.PDE.isSet(word) || changed == Port.LEAVES).isTrue();
        assertThat(CommandCoverage.ofPage(Commands.pages(5), word, 6, (long) firstPage + first))
                .isFalse();
    }

    /** All of a DomainID, and what Xen and Linux make of one, two and 512 pages. */
    @ParameterizedTest
    @CsvSource({
        "TABLES, -1, -1, 7ffffffffffff003",
        "POWERS_OF_TWO, -1, -1, 7ffffffffffff003",
        "TABLES, 3, 3, 0000000000003000",
        "POWERS_OF_TWO, 3, 3, 0000000000003000",
        "TABLES, 2, 3, 00000000000ff003",
        "POWERS_OF_TWO, 2, 3, 0000000000002001",
        "TABLES, 511, 512, 000000001ffff003",
        "POWERS_OF_TWO, 511, 512, 00000000001ff001"
    })
    void asDriversWriteThem(Encoding encoding, int first, int last, String word) {
        assertThat(range(encoding, 9, 0).word(NO_STATE, 5, first, last, Port.LEAVES))
                .isEqualTo(Long.parseUnsignedLong(word, 16));
    }

    /** Two pages on either side of a boundary: Xen has no size above 1 GiB, Linux has some up to 2^52 bytes, which units read as all. */
    @ParameterizedTest
    @CsvSource({
        "TABLES, 9, 000000001ffff003",
        "TABLES, 18, 7ffffffffffff003",
        "POWERS_OF_TWO, 18, 000000003ffff001",
        "POWERS_OF_TWO, 39, 0007fffffffff001"
    })
    void theLargestRangesThatDriversWrite(Encoding encoding, int boundary, String word) {
        assertThat(range(encoding, 9, (1L << boundary) - 1).word(NO_STATE, 5, 0, 1, Port.LEAVES))
                .isEqualTo(Long.parseUnsignedLong(word, 16));
    }

    @Test
    void aTableTakesItsDirectoryEntryAlong() {
        for (Encoding encoding : Encoding.values()) {
            InvalidatedPages range = range(encoding, 9, 0);
            assertThat(range.word(NO_STATE, 5, 3, 3, Port.TABLES)).isEqualTo(0x3002);
            assertThat(range.word(NO_STATE, 5, 3, 3, Port.WHOLE_SPACE)).isEqualTo(Commands.everyPage(true));
        }
    }

    @Test
    void levelsAreChosenByTheHighestPage() {
        assertThat(TableLevels.forPages(0, 1, 9)).isEqualTo(1);
        assertThat(TableLevels.forPages(511, 1, 9)).isEqualTo(1);
        assertThat(TableLevels.forPages(512, 1, 9)).isEqualTo(2);
        assertThat(TableLevels.forPages(0, 3, 9)).isEqualTo(3);
        assertThat(TableLevels.forPages((1L << 52) - 1, 1, 9)).isEqualTo(6);
    }

    @Test
    void whatCommandsCover() {
        long all = Commands.opcode(Commands.INVALIDATE_IOMMU_ALL);
        assertThat(CommandCoverage.ofPage(all, 0, 3, 7)).isTrue();
        assertThat(CommandCoverage.ofDevice(all, 8)).isTrue();
        long device = Commands.device(Commands.INVALIDATE_DEVTAB_ENTRY, 8);
        assertThat(CommandCoverage.ofDevice(device, 8)).isTrue();
        assertThat(CommandCoverage.ofDevice(device, 9)).isFalse();
        assertThat(CommandCoverage.ofPage(device, 0, 8, 0)).isFalse();
        assertThat(CommandCoverage.isInvalidation(Commands.waitStore(0x1000))).isFalse();
    }
}
