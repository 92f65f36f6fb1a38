package dev.moat.conform.qemu;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.InvalidationQueue;
import dev.moat.iommu.vtd.Translation;
import dev.moat.iommu.vtd.VtdCaches;
import dev.moat.iommu.vtd.VtdGeometry;
import dev.moat.iommu.vtd.VtdUnit;
import dev.moat.iommu.vtd.VtdWalk;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.FaultReason;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Sort;
import java.util.ArrayList;
import java.util.List;

/**
 * Moat's unit with the sizes of a log and real formats: 9 bits per level, page numbers and descriptors as logged. Memory
 * is what the log has shown of it. Frames of pages, top tables and DIDs have numbers of their own here, one for one, and only
 * the pages that the log names are there.
 */
final class LoggedUnit {
    /** CAP of QEMU 7.2 with {@code aw-bits=39}. */
    private static final long CAP_39 = 0x00d2008c22260206L;
    /** CAP of QEMU 7.2 with {@code aw-bits=48}. */
    private static final long CAP_48 = 0x00d2008c222f0606L;

    private static final long ECAP = 0xf00f5aL;

    final VtdGeometry g;
    final VtdUnit unit;
    final VtdWalk walk;
    final VtdCaches caches;
    final InvalidationQueue queue;
    final long[] s;
    private final LogShape shape;
    private final int hostAddressBits;
    private final boolean late;

    LoggedUnit(LogShape shape) {
        this.shape = shape;
        boolean narrow = shape.addressWidth() == 1;
        hostAddressBits = narrow ? 39 : 48;
        long ecap = Registers.Ecap.DT.set(ECAP, shape.hasDeviceTlb() ? 1 : 0);
        g = geometry(shape, new Capabilities(narrow ? CAP_39 : CAP_48, ecap, hostAddressBits, true));
        SchemaBuilder schema = new SchemaBuilder();
        unit = new VtdUnit(schema, g);
        walk = new VtdWalk(unit);
        caches = new VtdCaches(unit, walk);
        queue = new InvalidationQueue(unit, caches);
        s = schema.build().blank();
        unit.connect(s);
        unit.gsts.set(s, shape.status());
        unit.queueHead.set(s, shape.head());
        late = Registers.Gsts.TES.isSet(shape.status());
        if (late) {
            mayHoldAnything();
        }
    }

    private static VtdGeometry geometry(LogShape shape, Capabilities can) {
        List<Integer> sids = new ArrayList<>(shape.sourceIds());
        return new VtdGeometry(
                Sort.numbered("Device", "dev", sids.size()),
                sids,
                Sort.numbered("Tree", "tree", Math.max(1, shape.trees().size())),
                Sort.numbered("Tag", "tag", Math.max(1, shape.tags().size())),
                Sort.numbered("Page", "p", shape.pages().length),
                VtdGeometry.PageNumbers.of(shape.pages()),
                Sort.numbered("Frame", "f", shape.frames().size()),
                0,
                Sort.numbered("Cpu", "cpu", 1),
                shape.addressWidth() + 2,
                9,
                shape.ring(),
                0,
                new VtdGeometry.Options(true, false, true, false),
                can);
    }

    /** A log that begins while translation is on: what the IOTLB held before is unknown until it is invalidated. */
    private void mayHoldAnything() {
        for (int i = 0; i < unit.iotlbRights.size(); i++) {
            unit.iotlbRights.set(s, i, Rights.READ | Rights.WRITE);
        }
    }

    /** Whether the log begins while translation is on. */
    boolean late() {
        return late;
    }

    /** Drops what is cached, as the unit may at any time. */
    void forgetAll() {
        for (int r = 0; r < g.requesters().size(); r++) {
            caches.contextEvict(s, r);
        }
        for (int tag = 0; tag < g.tags().size(); tag++) {
            for (int page = 0; page < g.pages().size(); page++) {
                caches.evict(s, tag, page);
            }
        }
    }

    /** Whether the log tells of descriptors, so that {@link #head} moves on. */
    boolean showsDescriptors() {
        return shape.has("vtd_inv_desc");
    }

    /** Index of the oldest descriptor. */
    int head() {
        return (int) Registers.QueueOffset.INDEX.get(queue.headRegister(s));
    }

    int requester(int sid) {
        return g.sourceIds().indexOf(sid);
    }

    int page(long iova) {
        return shape.pagesBelow(iova >>> LogShape.PAGE_SHIFT);
    }

    /** The tag under which a requester's translations are found now, or -1 when no context entry leads it. */
    int tag(int requester) {
        int cached = walk.cachedDid(s, requester);
        return cached >= 0 ? cached : walk.memoryDid(s, requester);
    }

    /** The DID of a tag, as logged. */
    int did(int tag) {
        return (int) shape.tags().at(tag);
    }

    private int tagOf(long did) {
        int tag = shape.tags().placeOf(did);
        if (tag < 0) {
            throw new IllegalStateException("no tag for a DID of the log");
        }
        return tag;
    }

    /** The second word of a context entry with the DID as this unit numbers them; other bits stay. */
    long contextHi(long hi) {
        return ContextEntry.DID.set(hi, tagOf(ContextEntry.DID.get(hi)));
    }

    /** The first word of a descriptor, likewise, if its kind has a DID. */
    long descriptorLo(long lo) {
        return LogShape.hasDid(lo) ? Descriptors.DID.set(lo, tagOf(Descriptors.DID.get(lo))) : lo;
    }

    /** The first word of a context entry with the table pointer as this unit numbers tables; other bits stay. */
    long contextLo(long lo) {
        int tree = shape.trees().placeOf(ContextEntry.SLPTPTR.get(lo));
        if (tree < 0) {
            throw new IllegalStateException("no tree for a context entry of the log");
        }
        return ContextEntry.SLPTPTR.set(lo, unit.map().secondLevel(unit.map().top(tree)));
    }

    /** Memory holds this context entry now. */
    void learnContext(int requester, long hi, long lo) {
        unit.contextLo.set(s, requester, contextLo(lo));
        unit.contextHi.set(s, requester, contextHi(hi));
    }

    /** The requester's tables lead a page to this entry now. Nothing happens without a context entry. */
    void learnLeaf(int requester, int page, long slpte) {
        boolean cached = walk.cachedDid(s, requester) >= 0;
        long lo = (cached ? unit.cachedLo : unit.contextLo).get(s, requester);
        int table = unit.map().tableAt(ContextEntry.SLPTPTR.get(lo));
        for (int tree = 0; tree < g.trees().size(); tree++) {
            if (unit.map().top(tree) == table) {
                unit.setLeaf(s, tree, page, leaf(slpte));
            }
        }
    }

    /** The entry with its frame as this unit numbers frames; one that is too high for the host stays as it is. */
    private long leaf(long slpte) {
        long frame = SecondLevelEntry.ADDR.get(slpte);
        int number = shape.frames().placeOf(frame);
        if (number < 0 || frame >>> (hostAddressBits - LogShape.PAGE_SHIFT) != 0) {
            return slpte;
        }
        return SecondLevelEntry.ADDR.set(slpte, g.frameNumber(number));
    }

    /** The frame that the IOTLB leads a page to, as logged, or -1 when it is unknown. */
    long cachedFrame(int tag, int page) {
        int frame = unit.cachedFrame(s, tag, page);
        return frame == VtdUnit.ELSEWHERE ? -1 : shape.frames().at(frame);
    }

    /** Why a request of a page would not be answered by the tables, or what they answer. */
    String answer(int requester, int page, boolean write) {
        long iova = g.pageNumber(page) << LogShape.PAGE_SHIFT;
        long answer = walk.translate(s, requester, iova, write);
        if (Translation.reachesMemory(answer)) {
            return "an answer that is not cached";
        }
        return Translation.OUTCOME.get(answer) == Translation.INTERRUPT_RANGE
                ? "an interrupt"
                : "fault " + FaultReason.ofCode((int) Translation.OUTCOME.get(answer));
    }
}
