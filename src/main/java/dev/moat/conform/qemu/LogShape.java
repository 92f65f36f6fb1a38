package dev.moat.conform.qemu;

import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a log talks about, collected before it is judged: the sizes of the unit that it is put to. All are bounded. */
final class LogShape {
    static final int PAGE_SHIFT = SecondLevelEntry.ADDR.lo();
    private static final int MAX_PAGES = 1 << 16;
    private static final int MAX_CACHED = 1 << 22;
    private static final int MAX_FRAMES = 1 << 20;
    private static final int MAX_RING = 256;
    private static final int MAX_NAMES = 256;
    private static final int UNKNOWN = -1;

    private final Map<String, Long> events = new TreeMap<>();
    private final TreeSet<Integer> sourceIds = new TreeSet<>();
    private final Map<Long, Integer> trees = new LinkedHashMap<>();
    private final Map<Long, Integer> frames = new LinkedHashMap<>();
    private long firstPage = UNKNOWN;
    private long lastPage = UNKNOWN;
    private final Map<Integer, Integer> tags = new LinkedHashMap<>();
    private int addressWidth = UNKNOWN;
    private int ring = MAX_RING;
    private int head = UNKNOWN;
    private long status = UNKNOWN;
    private boolean deviceTlb;
    private long lines;

    /**
     * Takes one line into account.
     *
     * @throws dev.moat.input.InputException when it is malformed, then when it goes beyond a bound
     */
    void add(LogLine l) {
        if (!l.name().startsWith("vtd_")) {
            return;
        }
        if (events.size() < MAX_NAMES || events.containsKey(l.name())) {
            events.merge(l.name(), 1L, Long::sum);
        }
        switch (l.name()) {
            case "vtd_iotlb_page_hit", "vtd_iotlb_page_update" -> addTranslation(l);
            case "vtd_iotlb_cc_hit", "vtd_iotlb_cc_update" -> addContext(l);
            case "vtd_dmar_translate" -> addResult(l);
            case "vtd_reg_write_gcmd" -> status = status == UNKNOWN ? l.number("status", -1) & 0xffffffffL : status;
            case "vtd_inv_qi_setup" -> setRing(l, l.number("size", Integer.MAX_VALUE));
            case "vtd_inv_qi_head" -> head = head == UNKNOWN ? l.number("head", Short.MAX_VALUE) : head;
            case "vtd_inv_desc" -> addDescriptor(l);
            case "vtd_reg_dmar_root" -> refuseScalable(l);
            default -> {}
        }
    }

    private void addDescriptor(LogLine l) {
        long low = l.number("low");
        deviceTlb |= Descriptors.TYPE.get(low) == Descriptors.DEVICE_TLB;
        if (hasDid(low)) {
            addDid(l, (int) Descriptors.DID.get(low));
        }
    }

    /** Whether a descriptor, by its first word, is of a kind that names a domain. */
    static boolean hasDid(long low) {
        long type = Descriptors.TYPE.get(low);
        return type == Descriptors.CONTEXT_CACHE || type == Descriptors.IOTLB;
    }

    private void addResult(LogLine l) {
        addSourceId(l, l.sourceId("dev"));
        l.number("iova");
        l.number("gpa");
        l.number("mask");
    }

    private void addTranslation(LogLine l) {
        addSourceId(l, l.number("sid", 0xffff));
        addDid(l, l.number("domain", 0xffff));
        long page = l.number("iova") >>> PAGE_SHIFT;
        firstPage = firstPage == UNKNOWN ? page : Math.min(firstPage, page);
        lastPage = Math.max(lastPage, page);
        if (lastPage - firstPage >= MAX_PAGES) {
            throw l.error(0, "the I/O addresses so far span more than " + MAX_PAGES + " pages");
        }
        long frame = SecondLevelEntry.ADDR.get(l.number("slpte"));
        frames.putIfAbsent(frame, frames.size());
        if (frames.size() > MAX_FRAMES) {
            throw l.error(0, "translations lead to more than " + MAX_FRAMES + " different frames");
        }
        bound(l);
    }

    private void addContext(LogLine l) {
        addSourceId(l, l.number("bus", 0xff) << 8 | l.number("devfn", 0xff));
        long hi = l.number("high");
        addDid(l, (int) ContextEntry.DID.get(hi));
        long lo = l.number("low");
        deviceTlb |= ContextEntry.TT.get(lo) == ContextEntry.TT_DEVICE_TLB;
        trees.putIfAbsent(ContextEntry.SLPTPTR.get(lo), trees.size());
        int width = (int) ContextEntry.AW.get(hi);
        if (width != 1 && width != 2) {
            throw l.error(0, "context entry of address width " + width + "; QEMU's are 1 (39 bits) and 2 (48 bits)");
        }
        if (addressWidth != UNKNOWN && addressWidth != width) {
            throw l.error(0, "a second address width; Moat's unit has one");
        }
        addressWidth = width;
        bound(l);
    }

    private void addSourceId(LogLine l, int sid) {
        sourceIds.add(sid);
        if (sourceIds.size() > MAX_NAMES) {
            throw l.error(0, "more than " + MAX_NAMES + " devices");
        }
    }

    private void addDid(LogLine l, int did) {
        tags.putIfAbsent(did, tags.size());
        bound(l);
    }

    private void bound(LogLine l) {
        if ((long) pages() * Math.max(tags.size(), trees.size()) > MAX_CACHED) {
            throw l.error(0, "too many domains for so many pages: " + tags.size() + " and " + pages());
        }
    }

    private void setRing(LogLine l, int size) {
        if (Integer.bitCount(size) != 1 || size > MAX_RING) {
            throw l.error(0, "an invalidation queue of " + size + " descriptors; Moat's has at most " + MAX_RING);
        }
        ring = size;
    }

    private static void refuseScalable(LogLine l) {
        if (l.number("scalable") != 0) {
            throw l.error(0, "scalable mode is not modelled");
        }
    }

    void lines(long count) {
        lines = count;
    }

    long lines() {
        return lines;
    }

    /** How often each event occurs. */
    Map<String, Long> events() {
        return events;
    }

    boolean has(String event) {
        return events.containsKey(event);
    }

    Set<Integer> sourceIds() {
        return sourceIds;
    }

    /** Top tables of context entries, numbered. */
    Map<Long, Integer> trees() {
        return trees;
    }

    /** Frames that translations lead to, numbered. */
    Map<Long, Integer> frames() {
        return frames;
    }

    long firstPage() {
        return Math.max(firstPage, 0);
    }

    int pages() {
        return firstPage == UNKNOWN ? 1 : (int) (lastPage - firstPage + 1);
    }

    /** DIDs, numbered: hardware has 2^16 of them, and a log few. */
    Map<Integer, Integer> tags() {
        return tags;
    }

    /** AW of the context entries. */
    int addressWidth() {
        return addressWidth == UNKNOWN ? 1 : addressWidth;
    }

    int ring() {
        return ring;
    }

    /** Queue head when the log begins. */
    int head() {
        return Math.max(head, 0) & (ring - 1);
    }

    boolean hasDeviceTlb() {
        return deviceTlb;
    }

    /** GSTS when the log begins: what the first command found, and a running system's where there is none. */
    long status() {
        return status != UNKNOWN
                ? status
                : Registers.Gsts.TES.mask() | Registers.Gsts.QIES.mask() | Registers.Gsts.RTPS.mask();
    }
}
