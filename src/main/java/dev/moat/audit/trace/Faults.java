package dev.moat.audit.trace;

import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The faults of a trace, each with what happened to its address before: when it was mapped, handed to the device, unmapped, freed and
 * invalidated last. The last 65,536 such events are at hand.
 */
public final class Faults {
    private static final int KEPT = 1 << 16;
    /** So many are told; the others are counted. */
    private static final int MOST_TOLD = 20;

    private static final double MILLISECOND = 1e6;

    /** What a fault's address was when it came. */
    public enum Kind {
        NEVER_MAPPED("at an address that this recording never maps"),
        UNKNOWN("at an address of which the last events tell nothing"),
        WITHOUT_RIGHT("mapped, but without that right"),
        MAPPED("mapped, and the trace shows no reason"),
        NOT_INVALIDATED("unmapped and not yet invalidated"),
        UNMAPPED("unmapped, and the trace shows no invalidation"),
        AFTER_INVALIDATION("after the invalidation"),
        AFTER_FREE("after the free");

        private final String says;

        Kind(String says) {
            this.says = says;
        }

        /** As a clause. */
        public String says() {
            return says;
        }
    }

    /**
     * A fault.
     *
     * @param line of the trace, from 1
     * @param says which request it was, and what happened to its address before, with lines and times
     */
    public record Fault(long line, Kind kind, String says) {}

    private enum Act {
        MAPPED("mapped"),
        HANDED("mapped for the device"),
        ALLOCATED("allocated"),
        UNMAPPED("unmapped"),
        RETURNED("unmapped by the driver"),
        FREED("freed"),
        INVALIDATED("invalidated");

        private final String says;

        Act(String says) {
            this.says = says;
        }

        private boolean gives() {
            return this == MAPPED || this == HANDED || this == ALLOCATED;
        }
    }

    private record Pages(long first, long end) {
        boolean have(long page) {
            return first <= page && page < end;
        }
    }

    /**
     * An act on a range.
     *
     * @param whose the device, null for any; of an invalidation what it covers
     */
    private record Seen(Act act, Pages pages, @Nullable String whose, int rights, TraceEvent.Moment when) {
        boolean isOf(@Nullable String device) {
            return act == Act.INVALIDATED || whose == null || device == null || whose.equals(device);
        }
    }

    private final @Nullable Seen[] seen = new Seen[KEPT];
    private final List<Fault> told = new ArrayList<>();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private int next;
    /** Whether events before those at hand are missing. */
    private boolean cut;

    /** Takes note of an event that a later fault may be about. */
    void on(TraceEvent e) {
        switch (e.kind()) {
            case MAP -> add(e, Act.MAPPED, e.get(Field.IOVA), e.get(Field.SIZE));
            case UNMAP -> add(e, Act.UNMAPPED, e.get(Field.IOVA), e.get(Field.SIZE));
            case DMA_MAPPED, RESOURCE_MAPPED -> add(e, Act.HANDED, e.get(Field.DMA_ADDR), e.get(Field.SIZE));
            case ALLOCATED, PAGES_ALLOCATED -> add(e, Act.ALLOCATED, e.get(Field.DMA_ADDR), e.get(Field.SIZE));
            case DMA_UNMAPPED, RESOURCE_UNMAPPED -> add(e, Act.RETURNED, e.get(Field.DMA_ADDR), e.get(Field.SIZE));
            case FREED, PAGES_FREED -> add(e, Act.FREED, e.get(Field.DMA_ADDR), e.get(Field.SIZE));
            case LIST_MAPPED -> {
                for (int i = 0; i < Math.min(e.length(Field.DMA_ADDRS), e.length(Field.SIZES)); i++) {
                    add(e, Act.HANDED, e.list(Field.DMA_ADDRS, i), e.list(Field.SIZES, i));
                }
            }
            case QI_SUBMIT -> {
                OpenInvalidation of = OpenInvalidation.of(e);
                if (of != null) {
                    String covers = of + ", DID 0x" + Long.toHexString(of.id());
                    keep(new Seen(Act.INVALIDATED, new Pages(of.first(), of.end()), covers, -1, e.moment()));
                }
            }
            default -> {}
        }
    }

    private void add(TraceEvent e, Act act, long address, long size) {
        if (TraceEvent.isRange(address, size) && size != 0) {
            long first = address >>> AddressSpace.PAGE_BITS;
            Pages pages = new Pages(first, ((address + size - 1) >>> AddressSpace.PAGE_BITS) + 1);
            keep(new Seen(act, pages, e.device(), rights(e), e.moment()));
        }
    }

    private void keep(Seen one) {
        cut |= seen[next] != null;
        seen[next] = one;
        next = (next + 1) % KEPT;
    }

    /** Bit 0 to read, bit 1 to write, by the direction; -1 if the line has none. */
    private static int rights(TraceEvent e) {
        if (!e.has(Field.DIR)) {
            return -1;
        }
        return switch ((int) e.get(Field.DIR)) {
            case 0 -> 3;
            case 1 -> 1;
            case 2 -> 2;
            default -> -1;
        };
    }

    /** What was before is known no more. */
    void forget() {
        Arrays.fill(seen, null);
        cut = true;
    }

    /** Another recording begins. */
    void startAfresh() {
        forget();
        cut = false;
    }

    /**
     * A fault.
     *
     * @param lingers whether the page was unmapped and its invalidation was not seen to complete
     * @param shown whether the recording has shown invalidations
     * @return the fault if it is to be told
     */
    @Nullable
    Fault fault(TraceEvent e, boolean lingers, boolean shown) {
        long page = e.get(Field.IOVA) >>> AddressSpace.PAGE_BITS;
        Map<Act, Seen> last = new EnumMap<>(Act.class);
        for (Seen one : seen) {
            if (one != null && one.pages.have(page) && one.isOf(e.device())) {
                last.merge(one.act, one, (a, b) -> b.when.isBefore(a.when) ? a : b);
            }
        }
        boolean writes = (e.get(Field.FLAGS) & 1) != 0;
        Kind kind = kind(last, e.has(Field.FLAGS) ? writes ? 2 : 1 : 0, lingers, shown);
        counts.merge(kind, 1L, Long::sum);
        if (told.size() == MOST_TOLD) {
            return null;
        }
        String request = Objects.requireNonNullElse(e.device(), "a device")
                + (e.has(Field.FLAGS) ? writes ? " writes" : " reads" : " uses") + " 0x"
                + Long.toHexString(e.get(Field.IOVA));
        StringBuilder before = new StringBuilder();
        last.values().stream()
                .sorted((a, b) -> Long.compare(b.when.place(), a.when.place()))
                .forEach(one -> before.append("; ")
                        .append(one.act.says)
                        .append(one.act == Act.INVALIDATED ? " (" + one.whose + ")" : "")
                        .append(" in line ")
                        .append(one.when.line())
                        .append(", ")
                        .append(ago(e, one)));
        Fault fault = new Fault(e.line(), kind, request + ", " + kind.says + before);
        told.add(fault);
        return fault;
    }

    private static String ago(TraceEvent e, Seen one) {
        long between = e.time() - one.when.time();
        return e.seconds()
                ? String.format(Locale.ROOT, "%.3f ms before", between / MILLISECOND)
                : between + " ticks before";
    }

    private Kind kind(Map<Act, Seen> last, int needed, boolean lingers, boolean shown) {
        Seen given = latest(last, true);
        Seen gone = latest(last, false);
        if (given == null && gone == null) {
            return cut ? Kind.UNKNOWN : Kind.NEVER_MAPPED;
        }
        if (gone == null || (given != null && gone.when.isBefore(given.when))) {
            Seen handed = last.get(Act.HANDED);
            return handed != null
                            && (gone == null || gone.when.isBefore(handed.when))
                            && handed.rights >= 0
                            && (needed & ~handed.rights) != 0
                    ? Kind.WITHOUT_RIGHT
                    : Kind.MAPPED;
        }
        Seen freed = last.get(Act.FREED);
        if (freed != null && (given == null || given.when.isBefore(freed.when))) {
            return Kind.AFTER_FREE;
        }
        Seen invalidated = last.get(Act.INVALIDATED);
        Seen unmapped = last.get(Act.UNMAPPED);
        boolean after = invalidated != null && (unmapped == null || unmapped.when.isBefore(invalidated.when));
        if (!lingers && after) {
            return Kind.AFTER_INVALIDATION;
        }
        return shown ? Kind.NOT_INVALIDATED : Kind.UNMAPPED;
    }

    private static @Nullable Seen latest(Map<Act, Seen> last, boolean gives) {
        return last.values().stream()
                .filter(one -> one.act.gives() == gives && one.act != Act.INVALIDATED)
                .max((a, b) -> Long.compare(a.when.place(), b.when.place()))
                .orElse(null);
    }

    /** The first faults. */
    public List<Fault> told() {
        return List.copyOf(told);
    }

    /** How many there were of each kind. */
    public Map<Kind, Long> counts() {
        return counts;
    }
}
