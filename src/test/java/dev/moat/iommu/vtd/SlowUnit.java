package dev.moat.iommu.vtd;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Caches and invalidation queue written a second time, with plain collections and bit positions of its own. It is told
 * what memory holds before each act.
 */
final class SlowUnit {
    record Descriptor(BigInteger lo, BigInteger hi) {}

    record Tagged(int did, long page) implements Comparable<Tagged> {
        @Override
        public int compareTo(Tagged o) {
            return did != o.did ? Integer.compare(did, o.did) : Long.compare(page, o.page);
        }
    }

    /** Frame -1 is memory outside the model. */
    record Cached(boolean read, boolean write, long frame) {}

    /** A walk in flight; denied as in {@link #denied}. */
    record Walk(Tagged key, Cached result, String denied) {}

    final TreeMap<Integer, SlowWalk.Context> contexts = new TreeMap<>();
    final TreeMap<Tagged, Cached> iotlb = new TreeMap<>();
    /** Failures in the context cache: fault code, followed by an f where FPD is set. */
    final TreeMap<Integer, String> failures = new TreeMap<>();
    /** Failures in the IOTLB: the letters r and w for what is denied, c for a wrong entry. */
    final TreeMap<Tagged, String> denied = new TreeMap<>();

    final TreeMap<Integer, Walk> walks = new TreeMap<>();
    final ArrayDeque<Descriptor> queue = new ArrayDeque<>();
    final TreeMap<Long, Long> statuses = new TreeMap<>();
    boolean stopped;
    boolean interrupted;
    int consumed;

    private final SlowWalk walk;
    private final int ring;
    private final int frames;
    private final boolean rewalks;
    private final boolean cachingMode;
    private final int maxMask;
    private final boolean pageSelective;
    private final boolean drainsReads;
    private final boolean drainsWrites;
    private final boolean interruptRemapping;

    SlowUnit(VtdGeometry g) {
        walk = new SlowWalk(g.indexBits(), g.capabilities());
        ring = g.ring();
        frames = g.frames().size();
        rewalks = g.capabilities().rewalks();
        BigInteger cap = SlowWalk.word(g.capabilities().cap());
        cachingMode = cap.testBit(7);
        pageSelective = cap.testBit(39);
        maxMask = (int) SlowWalk.bits(cap, 53, 48);
        drainsWrites = cap.testBit(54);
        drainsReads = cap.testBit(55);
        interruptRemapping = SlowWalk.word(g.capabilities().ecap()).testBit(3);
    }

    boolean contextFill(SlowWalk.Memory memory, long root, int sid) {
        if (contexts.containsKey(sid) || failures.containsKey(sid)) {
            return false;
        }
        SlowWalk.Lookup found = walk.context(memory, root, sid);
        found.context().ifPresent(context -> contexts.put(sid, context));
        if (cachingMode && found.fault() != 0 && found.fault() != 8 && found.fault() != 9) {
            failures.put(sid, found.fault() + (walk.fpd(memory, root, sid) ? "f" : ""));
            return true;
        }
        return found.context().isPresent();
    }

    boolean contextEvict(int sid) {
        return contexts.remove(sid) != null | failures.remove(sid) != null;
    }

    boolean evict(Tagged key) {
        return iotlb.remove(key) != null | denied.remove(key) != null;
    }

    private void enter(Walk w) {
        evict(w.key());
        if (w.denied().isEmpty()) {
            iotlb.put(w.key(), w.result());
        } else {
            denied.put(w.key(), w.denied());
        }
    }

    /** What one request answers now, as {@link SlowWalk} prints it; hits always print as 4K. */
    String answer(SlowWalk.Memory memory, long root, int sid, long page, boolean write) {
        if (failures.containsKey(sid) && !contexts.containsKey(sid)) {
            return "fault "
                    + Integer.toHexString(Integer.parseInt(failures.get(sid).replace("f", "")));
        }
        SlowWalk.Lookup found = contexts.containsKey(sid)
                ? new SlowWalk.Lookup(0, Optional.of(contexts.get(sid)))
                : walk.context(memory, root, sid);
        if (found.context().isEmpty()) {
            return "fault " + Integer.toHexString(found.fault());
        }
        SlowWalk.Context context = found.context().get();
        Tagged key = new Tagged((int) SlowWalk.bits(context.hi(), 23, 8), page);
        Cached hit = iotlb.get(key);
        String no = denied.getOrDefault(key, "");
        if (hit != null && (write ? hit.write() : hit.read())) {
            return SlowWalk.text(key.did(), hit.frame() & (1L << 40) - 1, hit.read(), hit.write(), "4K");
        }
        if (no.contains(write ? "w" : "r") && no.contains("c")) {
            return "fault c";
        }
        if (no.contains(write ? "w" : "r") || (hit != null && !rewalks)) {
            return write ? "fault 5" : "fault 6";
        }
        return tables(memory, context, page, write);
    }

    record Node(int did, int level, long prefix) implements Comparable<Node> {
        @Override
        public int compareTo(Node o) {
            return Comparator.comparingInt(Node::did)
                    .thenComparingInt(Node::level)
                    .thenComparingLong(Node::prefix)
                    .compare(this, o);
        }
    }

    final TreeMap<Node, SlowWalk.Start> tables = new TreeMap<>();

    private Node node(int did, int level, long page) {
        return new Node(did, level, page >>> (walk.indexBits * level));
    }

    /** The tables' answer, from the lowest cached table on. */
    private String tables(SlowWalk.Memory memory, SlowWalk.Context context, long page, boolean write) {
        int did = (int) SlowWalk.bits(context.hi(), 23, 8);
        int top = (int) SlowWalk.bits(context.hi(), 2, 0) + 2;
        for (int level = 1; level < top; level++) {
            SlowWalk.Start start = tables.get(node(did, level, page));
            if (start != null && (write ? start.written() : start.read())) {
                return walk.descend(memory, did, start, page, write);
            }
            if (start != null) {
                return !rewalks
                        ? (write ? "fault 5" : "fault 6")
                        : walk.translate(memory, context, page << 12, write, 0);
            }
        }
        return walk.translate(memory, context, page << 12, write, 0);
    }

    boolean pscFill(SlowWalk.Memory memory, long root, int sid, long page, int level) {
        Optional<SlowWalk.Context> context = context(memory, root, sid);
        if (context.isEmpty()) {
            return false;
        }
        int did = (int) SlowWalk.bits(context.get().hi(), 23, 8);
        int top = (int) SlowWalk.bits(context.get().hi(), 2, 0) + 2;
        if (tables.containsKey(node(did, level, page)) || level >= top) {
            return false;
        }
        Optional<SlowWalk.Start> at =
                Optional.of(new SlowWalk.Start(top, SlowWalk.bits(context.get().lo(), 63, 12), true, true));
        for (int above = level + 1; above < top; above++) {
            if (tables.containsKey(node(did, above, page))) {
                at = Optional.of(tables.get(node(did, above, page)));
                break;
            }
        }
        while (at.isPresent() && at.get().level() > level) {
            at = walk.next(memory, at.get(), page);
        }
        at.ifPresent(start -> tables.put(node(did, level, page), start));
        return at.isPresent();
    }

    boolean pscEvict(int did, long page, int level) {
        return tables.remove(node(did, level, page)) != null;
    }

    private Optional<SlowWalk.Context> context(SlowWalk.Memory memory, long root, int sid) {
        return contexts.containsKey(sid)
                ? Optional.of(contexts.get(sid))
                : failures.containsKey(sid)
                        ? Optional.empty()
                        : walk.context(memory, root, sid).context();
    }

    private Optional<Walk> miss(SlowWalk.Memory memory, long root, int sid, long page, boolean write) {
        Optional<SlowWalk.Context> context = context(memory, root, sid);
        if (context.isEmpty()) {
            return Optional.empty();
        }
        String[] answer = tables(memory, context.get(), page, write).split(" ");
        Tagged key = new Tagged((int) SlowWalk.bits(context.get().hi(), 23, 8), page);
        Cached old = iotlb.get(key);
        if (old != null && ((write ? old.write() : old.read()) || !rewalks)) {
            return Optional.empty();
        }
        if (denied.getOrDefault(key, "").contains(write ? "w" : "r")) {
            return Optional.empty();
        }
        if (cachingMode && "56c".contains(answer[1]) && answer[0].equals("fault")) {
            String other = tables(memory, context.get(), page, !write);
            boolean wrong = answer[1].equals("c");
            boolean both = wrong ? other.equals("fault c") : other.equals("fault 5") || other.equals("fault 6");
            String no = (both ? "rw" : write ? "w" : "r") + (wrong ? "c" : "");
            return Optional.of(new Walk(key, new Cached(false, false, -1), no));
        }
        if (!answer[0].equals("ok") || answer[3].equals("all")) {
            return Optional.empty();
        }
        long frame = Long.decode(answer[1].substring(6));
        Cached result = new Cached(answer[2].contains("r"), answer[2].contains("w"), frame < frames ? frame : -1);
        return Optional.of(new Walk(key, result, ""));
    }

    boolean fill(SlowWalk.Memory memory, long root, int sid, long page, boolean write) {
        Optional<Walk> found = miss(memory, root, sid, page, write);
        found.ifPresent(this::enter);
        return found.isPresent();
    }

    boolean walkStart(SlowWalk.Memory memory, long root, int sid, long page, boolean write) {
        if (walks.containsKey(sid)) {
            return false;
        }
        Optional<Walk> found = miss(memory, root, sid, page, write);
        found.ifPresent(w -> walks.put(sid, w));
        return found.isPresent();
    }

    boolean walkFinish(int sid) {
        Walk done = walks.remove(sid);
        if (done != null) {
            enter(done);
        }
        return done != null;
    }

    boolean enqueue(long lo, long hi) {
        if (queue.size() >= ring - 1) {
            return false;
        }
        queue.add(new Descriptor(SlowWalk.word(lo), SlowWalk.word(hi)));
        return true;
    }

    boolean consume() {
        if (stopped || queue.isEmpty()) {
            return false;
        }
        Descriptor d = queue.peek();
        boolean good = switch ((int) SlowWalk.bits(d.lo(), 3, 0)) {
            case 1 -> contextCache(d);
            case 2 -> iotlb(d);
            case 4 ->
                interruptRemapping
                        && !SlowWalk.any(d.lo(), 26, 5)
                        && !SlowWalk.any(d.lo(), 63, 48)
                        && d.hi().signum() == 0;
            case 5 -> waitFor(d);
            default -> false;
        };
        if (good) {
            queue.remove();
            consumed++;
        }
        stopped = !good;
        return true;
    }

    private boolean contextCache(Descriptor d) {
        int did = (int) SlowWalk.bits(d.lo(), 31, 16);
        int sid = (int) SlowWalk.bits(d.lo(), 47, 32);
        int fm = (int) SlowWalk.bits(d.lo(), 49, 48);
        int granularity = (int) SlowWalk.bits(d.lo(), 5, 4);
        if (SlowWalk.any(d.lo(), 63, 50) || SlowWalk.any(d.lo(), 15, 6) || d.hi().signum() != 0 || granularity == 0) {
            return false;
        }
        int[] compared = {0xffff, 0xfffb, 0xfff9, 0xfff8};
        contexts.entrySet().removeIf(e -> {
            boolean sameDid = SlowWalk.bits(e.getValue().hi(), 23, 8) == did;
            boolean sameDevice = (e.getKey() & compared[fm]) == (sid & compared[fm]);
            return granularity == 1 || (granularity == 2 && sameDid) || (granularity == 3 && sameDid && sameDevice);
        });
        failures.keySet()
                .removeIf(cached -> granularity == 1
                        || (did == 0 && (granularity == 2 || (cached & compared[fm]) == (sid & compared[fm]))));
        return true;
    }

    private boolean iotlb(Descriptor d) {
        int did = (int) SlowWalk.bits(d.lo(), 31, 16);
        int granularity = (int) SlowWalk.bits(d.lo(), 5, 4);
        int am = (int) SlowWalk.bits(d.hi(), 5, 0);
        if (SlowWalk.any(d.lo(), 63, 32) || SlowWalk.any(d.lo(), 15, 8) || SlowWalk.any(d.hi(), 11, 7)) {
            return false;
        }
        if (granularity == 0 || (granularity == 3 && (!pageSelective || am > maxMask))) {
            return false;
        }
        long page = SlowWalk.bits(d.hi(), 63, 12);
        Predicate<Tagged> hit =
                key -> granularity == 1 || (key.did() == did && (granularity == 2 || key.page() >>> am == page >>> am));
        iotlb.keySet().removeIf(hit);
        denied.keySet().removeIf(hit);
        boolean keepTables = granularity == 3 && d.hi().testBit(6);
        tables.keySet()
                .removeIf(n -> !keepTables
                        && (granularity == 1
                                || (n.did() == did && (granularity == 2 || overlaps(n, page >>> am << am, 1L << am)))));
        boolean reads = drainsReads && d.lo().testBit(7);
        boolean writes = drainsWrites && d.lo().testBit(6);
        for (Map.Entry<Integer, Walk> e : walks.entrySet()) {
            Walk w = e.getValue();
            if (hit.test(w.key())) {
                Cached left = new Cached(
                        w.result().read() && !reads,
                        w.result().write() && !writes,
                        w.result().frame());
                String no = w.denied();
                no = reads ? no.replace("r", "") : no;
                no = writes ? no.replace("w", "") : no;
                e.setValue(new Walk(w.key(), left, no.equals("c") ? "" : no));
            }
        }
        walks.values()
                .removeIf(w ->
                        !w.result().read() && !w.result().write() && w.denied().isEmpty());
        return true;
    }

    private boolean overlaps(Node n, long first, long count) {
        for (long page = first; page < first + count; page++) {
            if (page >>> (walk.indexBits * n.level()) == n.prefix()) {
                return true;
            }
        }
        return false;
    }

    private boolean waitFor(Descriptor d) {
        if (SlowWalk.any(d.lo(), 31, 7) || SlowWalk.any(d.hi(), 1, 0)) {
            return false;
        }
        if (d.lo().testBit(5)) {
            statuses.put(d.hi().longValue(), SlowWalk.bits(d.lo(), 63, 32));
        }
        interrupted |= d.lo().testBit(4);
        return true;
    }
}
