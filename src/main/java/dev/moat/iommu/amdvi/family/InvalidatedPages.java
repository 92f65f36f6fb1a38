package dev.moat.iommu.amdvi.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.amdvi.format.Commands;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import java.util.List;

/**
 * Which pages an INVALIDATE_IOMMU_PAGES names, and whether cached directory entries go too. The range that it names may be larger
 * than what changed, never smaller. {@code @source} Xen 4.17 iommu_map.c amd_iommu_flush_iotlb_pages, iommu_cmd.c
 * invalidate_iommu_pages.
 */
final class InvalidatedPages {
    /** Which sizes of ranges a driver uses beside one page and all pages. */
    public enum Encoding {
        /** Those of whole tables, with PDE set (Xen: 2 MiB and 1 GiB). */
        TABLES,
        /** Any power of two, and PDE only when a table changed (Linux 7.3; 6.1 and 6.12 set it always). */
        POWERS_OF_TWO
    }

    /** The decisions below. */
    static final List<String> DECISIONS = List.of(
            "invalidation.whole-domain",
            "invalidation.page",
            "invalidation.mask",
            "invalidation.leaf-only",
            "invalidation.sized",
            "invalidation.opcode");

    /** Log2 of the pages of the largest range that Linux gives a size; beyond, all pages are named. */
    private static final int LARGEST = 40;
    /** Levels of tables of which Xen names a whole one; beyond, all pages are named. */
    private static final int LARGEST_TABLES = 2;
    /** In place of the order of a range. */
    private static final int ALL = -1;

    private final Encoding encoding;
    private final int indexBits;
    private final long firstPage;
    /** {@code invalidation.whole-domain}: (DomainID, first page or -1 for all, what changed) to 1 for all pages. */
    private final Decision wholeDomain;
    /** {@code invalidation.page}: (page) to the page that is named. */
    private final Decision page;
    /** {@code invalidation.mask}: (log2 of the range, its largest value, pages in it) to the one used, or -1 for all. */
    private final Decision mask;
    /** {@code invalidation.leaf-only}: (what changed, order or -1 for all) to 1 when PDE is clear. */
    private final Decision leafOnly;
    /** {@code invalidation.sized}: (order or -1 for all) to 1 when S is set. */
    private final Decision sized;
    /** {@code invalidation.opcode}: (DomainID) to the opcode of the command. */
    private final Decision opcode;

    public InvalidatedPages(ModelBuilder model, Sizes sizes, Encoding encoding, int indexBits) {
        this.encoding = encoding;
        this.indexBits = indexBits;
        firstPage = sizes.addresses().firstPage();
        wholeDomain = model.decision(
                "invalidation.whole-domain",
                (s, id, first, changed) -> first == Port.ALL_PAGES || changed == Port.WHOLE_SPACE ? 1 : 0);
        page = model.decision("invalidation.page", (s, first, b, c) -> first);
        Decision fitting = (s, order, largest, count) -> order <= largest ? order : ALL;
        mask = sizes.needs(Sizes.Need.RANGES) ? model.decision("invalidation.mask", fitting) : fitting;
        leafOnly = model.decision("invalidation.leaf-only", this::leavesDirectories);
        sized = model.decision("invalidation.sized", (s, order, b, c) -> order == 0 ? 0 : 1);
        opcode = model.decision("invalidation.opcode", (s, id, b, c) -> Commands.INVALIDATE_IOMMU_PAGES);
    }

    /** Xen sets PDE whenever it names more than one page. */
    private int leavesDirectories(long[] s, int changed, int order, int c) {
        boolean ranged = order != 0 && (encoding == Encoding.TABLES || order == ALL);
        return changed == Port.LEAVES && !ranged ? 1 : 0;
    }

    /** The first word of the command for pages under a DomainID. */
    long firstWord(long[] s, int domainId) {
        return Commands.OPCODE.set(Commands.pages(domainId), opcode.decide(s, domainId, 0, 0));
    }

    /** The second word of the command for pages from the first to the last, or {@link Port#ALL_PAGES}, under a DomainID. */
    long word(long[] s, int domainId, int first, int last, int changed) {
        int order = order(s, domainId, first, last, changed);
        boolean directories = leafOnly.decide(s, changed, order, 0) == 0;
        long word;
        if (order == ALL) {
            word = Commands.everyPage(directories);
        } else {
            word = Commands.range(firstPage + page.decide(s, Math.max(first, 0), 0, 0), order, directories);
        }
        return Commands.Pages.S.set(word, sized.decide(s, order, 0, 0) != 0 ? 1 : 0);
    }

    /** Log2 of the pages that are named, or {@link #ALL}. */
    private int order(long[] s, int domainId, int first, int last, int changed) {
        if (wholeDomain.decide(s, domainId, first, changed) != 0) {
            return ALL;
        }
        if (first == last) {
            return 0;
        }
        int bits = Commands.order(firstPage + first, firstPage + last);
        boolean tables = encoding == Encoding.TABLES;
        int order = tables ? Commands.ofTables(bits, indexBits) : bits;
        return mask.decide(s, order, tables ? LARGEST_TABLES * indexBits : LARGEST, last - first + 1);
    }
}
