package dev.moat.conform.qemu;

import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a log talks about, collected before it is judged: the sizes of the unit that it is put to. All are bounded. */
final class LogShape {
    static final int PAGE_SHIFT = SecondLevelEntry.ADDR.lo();
    private static final int MAX_CACHED = 1 << 21;
    private static final int MAX_FRAMES = 1 << 20;
    private static final int MAX_RING = 256;
    private static final int MAX_NAMES = 256;
    /** Instead of the names beyond so many. */
    static final String OTHERS = "vtd_* of yet another name";

    private static final int UNKNOWN = -1;

    private final Map<String, Long> events = new TreeMap<>();
    private final TreeSet<Integer> sourceIds = new TreeSet<>();
    private final Numbers trees = new Numbers();
    private final Numbers frames = new Numbers();
    private final Numbers tags = new Numbers();
    private final Numbers named = new Numbers();
    private long[] pages = {};
    private @Nullable LogLine highest;
    private long lastPage = UNKNOWN;
    private int addressWidth = UNKNOWN;
    private int ring = MAX_RING;
    private int head = UNKNOWN;
    private long status = UNKNOWN;
    private boolean deviceTlb;
    private long lines;

    /** Different numbers, each with its place in the order in which they came. A few bytes for each, whatever they are. */
    static final class Numbers {
        private static final int LEAST = 16;

        private long[] inOrder = new long[LEAST / 2];
        /** Places plus one, by hash; 0 is empty. At most half of them are taken. */
        private int[] table = new int[LEAST];

        private int size;

        int size() {
            return size;
        }

        /** The number at a place. */
        long at(int place) {
            return inOrder[place];
        }

        long[] inOrder() {
            return Arrays.copyOf(inOrder, size);
        }

        /** The place of a number, or -1. */
        int placeOf(long number) {
            return table[slot(number)] - 1;
        }

        private int slot(long number) {
            int mask = table.length - 1;
            int slot = (int) ((number * 0x9e3779b97f4a7c15L) >>> 32) & mask;
            while (table[slot] != 0 && inOrder[table[slot] - 1] != number) {
                slot = (slot + 1) & mask;
            }
            return slot;
        }

        void add(long number) {
            int slot = slot(number);
            if (table[slot] == 0) {
                if (size == inOrder.length) {
                    inOrder = Arrays.copyOf(inOrder, 2 * size);
                    table = new int[2 * table.length];
                    for (int place = 0; place < size; place++) {
                        table[slot(inOrder[place])] = place + 1;
                    }
                    slot = slot(number);
                }
                inOrder[size++] = number;
                table[slot] = size;
            }
        }
    }

    /**
     * Takes one line into account.
     *
     * @throws dev.moat.input.InputException when it is malformed, then when it goes beyond a bound
     */
    void add(LogLine l) {
        if (!l.name().startsWith("vtd_")) {
            return;
        }
        boolean own = events.size() < MAX_NAMES || events.containsKey(l.name());
        events.merge(own ? l.name() : OTHERS, 1L, Long::sum);
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
        named.add(page);
        if (page > lastPage) {
            lastPage = page;
            highest = l;
        }
        frames.add(SecondLevelEntry.ADDR.get(l.number("slpte")));
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
        trees.add(ContextEntry.SLPTPTR.get(lo));
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
        tags.add(did);
        bound(l);
    }

    private void bound(LogLine l) {
        int domains = Math.max(tags.size(), trees.size());
        if ((long) named.size() * domains > MAX_CACHED) {
            throw l.error(
                    0,
                    "so far " + named.size() + " pages and " + domains + " domains; their product is " + MAX_CACHED
                            + " at most");
        }
    }

    private void setRing(LogLine l, int size) {
        if (Integer.bitCount(size) != 1) {
            throw l.error(0, "an invalidation queue of " + size + " descriptors; their number is a power of 2");
        }
        if (size > MAX_RING) {
            throw l.error(0, "an invalidation queue of " + size + " descriptors; Moat's has at most " + MAX_RING);
        }
        ring = size;
    }

    private static void refuseScalable(LogLine l) {
        if (l.number("scalable") != 0) {
            throw l.error(0, "scalable mode is not modelled");
        }
    }

    /**
     * All lines were read.
     *
     * @throws dev.moat.input.InputException when a page is beyond the address width
     */
    void end(long count) {
        lines = count;
        pages = named.size() == 0 ? new long[] {0} : named.inOrder();
        Arrays.sort(pages);
        int bits = addressBits(addressWidth());
        if (highest != null && lastPage >>> (bits - PAGE_SHIFT) != 0) {
            String whose = addressWidth == UNKNOWN ? "QEMU's units translate" : "its context entries translate";
            throw highest.error(0, "an I/O address beyond the " + bits + " bits that " + whose);
        }
    }

    private static int addressBits(int width) {
        return width == 1 ? 39 : 48;
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

    /** Top tables of context entries. */
    Numbers trees() {
        return trees;
    }

    /** Frames that translations lead to. */
    Numbers frames() {
        return frames;
    }

    /** Page numbers that translations name, ascending; page 0 where they name none. */
    long[] pages() {
        return pages;
    }

    /** How many of these pages have a lower number than this one. */
    int pagesBelow(long number) {
        int at = Arrays.binarySearch(pages, number);
        return at < 0 ? -at - 1 : at;
    }

    /** DIDs. */
    Numbers tags() {
        return tags;
    }

    /** AW of the context entries; where the log has none, the least that will do. */
    int addressWidth() {
        boolean fits = lastPage >>> (addressBits(1) - PAGE_SHIFT) <= 0;
        return addressWidth == UNKNOWN ? (fits ? 1 : 2) : addressWidth;
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
