package dev.moat.iommu.riscv.family;

import dev.moat.iommu.PageRange;
import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.queue.CommandPort;
import dev.moat.iommu.queue.CommandPort.Change;
import dev.moat.iommu.riscv.RiscvGeometry;
import dev.moat.iommu.riscv.RiscvGeometry.Stage;
import dev.moat.iommu.riscv.format.Commands;
import dev.moat.iommu.riscv.format.Commands.Directory;
import dev.moat.iommu.riscv.format.Commands.Fence;
import dev.moat.iommu.riscv.format.Commands.Translations;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import java.util.List;

/**
 * The pages that an IOTINVAL names. It may cover more than the change, never less. {@code @source} Linux
 * riscv_iommu_iotlb_inval: a command per page, or one without an address when a table changed; since 2026 ranges (S)
 * and non-leaf entries (NL) where the unit has them.
 */
final class InvalidatedPages implements CommandPort.Driver {
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

    private final RiscvGeometry g;
    private final Stage stage;
    private final boolean orders;
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

    /** @param orders whether fences have PR and PW */
    public InvalidatedPages(
            ModelBuilder model, Sizes sizes, RiscvGeometry geometry, Encoding encoding, boolean orders) {
        g = geometry;
        stage = geometry.shape().stage();
        this.orders = orders;
        this.encoding = encoding;
        firstPage = sizes.addresses().firstPage();
        room = Math.max(1, geometry.ring() - 2);
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

    @Override
    public List<String> decisions() {
        return DECISIONS;
    }

    @Override
    public int count(long[] s, Change c) {
        boolean one = encoding == Encoding.RANGES || wholeDomain.decide(s, c.tag(), c.first(), c.what()) != 0;
        int named = last.decide(s, c.first(), c.last(), 0) - c.first() + 1;
        return one || c.last() - c.first() + 1 > room ? 1 : Math.max(1, named);
    }

    @Override
    public long lo(long[] s, Change c) {
        long lo = Commands.KIND.set(0, opcode.decide(s, c.tag(), 0, 0));
        int named = tag.decide(s, c.tag(), 0, 0);
        lo = stage == Stage.FIRST
                ? Translations.PSCID.set(lo | Translations.PSCV.mask(), named)
                : Translations.GSCID.set(lo | Translations.GV.mask(), named);
        if (isWithoutAddress(s, c)) {
            return lo;
        }
        boolean tables = encoding == Encoding.RANGES && leafOnly.decide(s, c.what(), 0, 0) == 0;
        return lo | Translations.AV.mask() | (tables ? Translations.NL.mask() : 0);
    }

    private boolean isWithoutAddress(long[] s, Change c) {
        boolean table =
                encoding == Encoding.PAGES && c.what() != Port.LEAVES && leafOnly.decide(s, c.what(), 0, 0) != 0;
        boolean many = encoding == Encoding.PAGES && c.last() - c.first() + 1 > room;
        boolean whole = wholeDomain.decide(s, c.tag(), c.first(), c.what()) != 0 && !table;
        return c.first() == Port.ALL_PAGES || many || whole || order(s, c) == ALL;
    }

    private int order(long[] s, Change c) {
        int needed = encoding == Encoding.PAGES ? 0 : PageRange.order(firstPage + c.first(), firstPage + c.last());
        return needed == 0 ? 0 : mask.decide(s, needed, 0, 0);
    }

    @Override
    public long hi(long[] s, Change c, long lo, int n) {
        if (!Translations.AV.isSet(lo)) {
            return 0;
        }
        long number = firstPage + page.decide(s, c.first() + n, 0, 0);
        int order = order(s, c);
        return order == 0
                ? Translations.ADDR.set(0, number)
                : Translations.ADDR.set(Translations.S.mask(), Commands.ofRange(number, order));
    }

    /** A command for everything of all spaces of this stage. */
    @Override
    public long everything() {
        return stage == Stage.FIRST ? Commands.IOTINVAL_VMA : Commands.IOTINVAL_GVMA;
    }

    @Override
    public long entryLo(int requester) {
        long lo = Commands.KIND.set(0, Commands.IODIR_INVAL_DDT) | Directory.DV.mask();
        return Directory.DID.set(lo, g.users().deviceIds().get(requester));
    }

    @Override
    public long entryHi() {
        return 0;
    }

    /** {@code @source} RISCV-IOMMU, software guidelines: PR and PW before memory is given back. */
    @Override
    public long fence() {
        return Commands.IOFENCE_C | (orders ? Fence.PR.mask() | Fence.PW.mask() : 0);
    }
}
