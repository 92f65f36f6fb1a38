package dev.moat.iommu.riscv.family;

import dev.moat.iommu.PageRange;
import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.riscv.RiscvGeometry.Stage;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.Commands.Translations;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import java.util.List;

/**
 * The pages that an IOTINVAL names. It may cover more than the change, never less. {@code @source} Linux
 * riscv_iommu_iotlb_inval: a command per page, or one without an address when a table changed; since 2026 ranges (S)
 * and non-leaf entries (NL) where the unit has them.
 */
final class InvalidatedPages {
    /** Which commands a driver uses for several pages, and for tables. */
    public enum Encoding {
        /** One command for each page, and one without an address when a table changed. */
        PAGES,
        /** One command for an aligned range that has them all (S), which names tables, too, when one changed (NL). */
        RANGES
    }

    /** The decisions below, except that of ranges. */
    static final List<String> DECISIONS = List.of(
            "invalidation.whole-domain",
            "invalidation.page",
            "invalidation.last",
            "invalidation.leaf-only",
            "invalidation.tag",
            "invalidation.opcode");

    /** In place of the order of a range: no address is named. */
    static final int ALL = -1;

    private final Stage stage;
    private final Encoding encoding;
    private final long firstPage;
    private final int room;
    /** {@code invalidation.whole-domain}: (tag, first page or -1 for all, what changed) to 1 for a command without an address. */
    private final Decision wholeDomain;
    /** {@code invalidation.page}: (page) to the page that is named. */
    private final Decision page;
    /** {@code invalidation.last}: (first page, last page) to the last one that is named. */
    private final Decision last;
    /** {@code invalidation.mask}: (log2 of the range) to the one used, or -1 for no address. */
    private final Decision mask;
    /** {@code invalidation.leaf-only}: (what changed) to 1 when a command with an address has NL clear, so that tables stay. */
    private final Decision leafOnly;
    /** {@code invalidation.tag}: (tag) to the PSCID or GSCID that is named. */
    private final Decision tag;
    /** {@code invalidation.opcode}: (tag) to opcode and func3. */
    private final Decision opcode;

    /** @param ring entries of the command queue */
    public InvalidatedPages(ModelBuilder model, Sizes sizes, Stage stage, Encoding encoding, int ring) {
        this.stage = stage;
        this.encoding = encoding;
        firstPage = sizes.addresses().firstPage();
        room = Math.max(1, ring - 2);
        wholeDomain = model.decision("invalidation.whole-domain", this::needsNoAddress);
        page = model.decision("invalidation.page", (s, first, b, c) -> first);
        last = model.decision("invalidation.last", (s, first, end, c) -> end);
        Decision own = (s, order, b, c) -> order;
        mask = sizes.needs(Sizes.Need.RANGES) && encoding == Encoding.RANGES
                ? model.decision("invalidation.mask", own)
                : own;
        leafOnly = model.decision("invalidation.leaf-only", (s, changed, b, c) -> changed == Port.LEAVES ? 1 : 0);
        tag = model.decision("invalidation.tag", (s, t, b, c) -> t);
        int kind = stage == Stage.FIRST ? Commands.IOTINVAL_VMA : Commands.IOTINVAL_GVMA;
        opcode = model.decision("invalidation.opcode", (s, t, b, c) -> kind);
    }

    private int needsNoAddress(long[] s, int of, int first, int changed) {
        boolean tables = changed != Port.LEAVES && encoding == Encoding.PAGES;
        return first == Port.ALL_PAGES || changed == Port.WHOLE_SPACE || tables ? 1 : 0;
    }

    /** The names of all decisions that are asked. */
    List<String> decisions() {
        return DECISIONS;
    }

    /** Commands that pages from the first to the last take; as many as the queue can hold, or one without an address. */
    int count(long[] s, int of, int first, int end, int changed) {
        boolean one = encoding == Encoding.RANGES || wholeDomain.decide(s, of, first, changed) != 0;
        int named = last.decide(s, first, end, 0) - first + 1;
        return one || end - first + 1 > room ? 1 : Math.max(1, named);
    }

    /** The first word of a command. */
    long lo(long[] s, int of, int first, int end, int changed) {
        long lo = Commands.KIND.set(0, opcode.decide(s, of, 0, 0));
        int named = tag.decide(s, of, 0, 0);
        lo = stage == Stage.FIRST
                ? Translations.PSCID.set(lo | Translations.PSCV.mask(), named)
                : Translations.GSCID.set(lo | Translations.GV.mask(), named);
        if (isWithoutAddress(s, of, first, end, changed)) {
            return lo;
        }
        boolean tables = encoding == Encoding.RANGES && leafOnly.decide(s, changed, 0, 0) == 0;
        return lo | Translations.AV.mask() | (tables ? Translations.NL.mask() : 0);
    }

    private boolean isWithoutAddress(long[] s, int of, int first, int end, int changed) {
        boolean table = encoding == Encoding.PAGES && changed != Port.LEAVES && leafOnly.decide(s, changed, 0, 0) != 0;
        boolean many = encoding == Encoding.PAGES && end - first + 1 > room;
        boolean whole = wholeDomain.decide(s, of, first, changed) != 0 && !table;
        return first == Port.ALL_PAGES || many || whole || order(s, first, end) == ALL;
    }

    private int order(long[] s, int first, int end) {
        int needed = encoding == Encoding.PAGES ? 0 : PageRange.order(firstPage + first, firstPage + end);
        return needed == 0 ? 0 : mask.decide(s, needed, 0, 0);
    }

    /**
     * The second word.
     *
     * @param n which command, from 0
     */
    long hi(long[] s, long lo, int first, int end, int n) {
        if (!Translations.AV.isSet(lo)) {
            return 0;
        }
        long number = firstPage + page.decide(s, first + n, 0, 0);
        int order = order(s, first, end);
        return order == 0
                ? Translations.ADDR.set(0, number)
                : Translations.ADDR.set(Translations.S.mask(), Commands.ofRange(number, order));
    }

    /** A command for everything of all spaces of this stage. */
    long everything() {
        return stage == Stage.FIRST ? Commands.IOTINVAL_VMA : Commands.IOTINVAL_GVMA;
    }
}
