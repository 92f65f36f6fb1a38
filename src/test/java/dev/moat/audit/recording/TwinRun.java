package dev.moat.audit.recording;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.audit.recording.SlowCaches.Command.Kind;
import dev.moat.iommu.Command;
import dev.moat.iommu.Entry;
import dev.moat.iommu.Families;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One history of both. */
final class TwinRun {
    private static final long ROOT = 0x10;
    private static final long CONTEXTS = 0x11;
    private static final long TOPS = 0x20;
    private static final long LEAVES = 0x30;
    private static final long QUEUE = 0x40;
    private static final long FRAMES = 0x100;
    private static final int FRAME_COUNT = 3;
    private static final int PAGES = 4;

    private final Random random;
    private final boolean smmu;
    final SlowCaches slow;
    final RecordedTables tables = new RecordedTables("twin", new Silent());
    final UnitTables unit;
    private final Deque<List<Given>> batches = new ArrayDeque<>();
    final List<String> story = new ArrayList<>();
    long number;
    private long tail;
    private long total;
    private static final List<Kind> OF_VTD = List.of(
            Kind.CONTEXTS,
            Kind.CONTEXTS_OF_DID,
            Kind.CONTEXT_OF_DEVICE,
            Kind.PAGES,
            Kind.PAGES_OF_DID,
            Kind.PAGES_OF_RANGE);
    private static final List<Kind> OF_SMMU =
            List.of(Kind.CONTEXTS, Kind.CONTEXTS_OF_DEVICE, Kind.PAGES, Kind.PAGES_OF_DID, Kind.PAGES_OF_RANGE);

    TwinRun(Random random, boolean smmu) {
        this.random = random;
        this.smmu = smmu;
        slow = new SlowCaches(!smmu);
        Map<String, Long> settings = smmu
                ? Map.of("idr0", 0x944340aL, "idr1", 0x2730010L, "idr3", 0x400L, "idr5", 0x74L)
                : Map.of("cap", 0xd2008c222f0786L, "ecap", 0xf00f5aL);
        unit = tables.unit(
                "unit",
                memory -> Families.get(smmu ? "smmuv3" : "vtd")
                        .recorded(memory, settings)
                        .orElseThrow());
    }

    private Moment now() {
        return new Moment(++number, number, 0, "", RecordedCall.NONE);
    }

    private void store(long address, long... words) {
        byte[] bytes = new byte[words.length * Long.BYTES];
        for (int b = 0; b < bytes.length; b++) {
            bytes[b] = (byte) (words[b / Long.BYTES] >>> (b % Long.BYTES * Byte.SIZE));
        }
        tables.store(address, bytes, bytes.length, now());
    }

    private void write(int offset, int bytes, long value) {
        unit.unit().wrote(offset, bytes, value);
        unit.follow(now());
    }

    void start() {
        for (long frame = ROOT; frame < FRAMES; frame++) {
            tables.show(frame, new long[512], now());
        }
        if (smmu) {
            for (int device = 0; device < 2; device++) {
                store((ROOT << 12) + 64L * device, context(device) | 0xb);
            }
            write(0x80, 8, ROOT << 12);
            write(0x88, 4, 1);
            write(0x90, 8, QUEUE << 12 | 8);
            write(0x20, 4, 13);
            return;
        }
        store(ROOT << 12, CONTEXTS << 12 | 1, 0);
        write(0x20, 8, ROOT << 12);
        write(0x18, 4, 1 << 30);
        write(0x90, 8, QUEUE << 12);
        write(0x18, 4, 1 << 26);
        write(0x18, 4, 1L << 31 | 1 << 26);
    }

    /** Where the entry of a device is: an SMMUv3's descriptors are in a page each. */
    private long context(int device) {
        return smmu ? CONTEXTS + device << 12 : (CONTEXTS << 12) + 16L * device;
    }

    private int any(int bound) {
        return random.nextInt(bound);
    }

    void step() {
        switch (any(8)) {
            case 0, 1, 2 -> {
                int table = any(slow.leaves.length);
                int index = any(2);
                int frame = any(3) == 0 ? -1 : any(FRAME_COUNT);
                slow.leaves[table][index] = frame;
                say("leaf " + table + " " + index + " " + frame);
                store((LEAVES + table << 12) + 8L * index, frame < 0 ? 0 : FRAMES + frame << 12 | (smmu ? 0xc43 : 3));
            }
            case 3, 4 -> {
                int table = any(slow.tops.length);
                int index = any(2);
                int leaves = any(3) == 0 ? -1 : any(slow.leaves.length);
                slow.tops[table][index] = leaves;
                say("top " + table + " " + index + " " + leaves);
                store((TOPS + table << 12) + 8L * index, leaves < 0 ? 0 : LEAVES + leaves << 12 | 3);
            }
            case 5 -> {
                int device = any(2);
                boolean none = any(4) == 0;
                int did = 1 + any(2);
                int top = any(slow.tops.length);
                slow.entries[device] = none ? null : new SlowCaches.Context(device, did, top);
                say("context " + slow.entries[device]);
                if (smmu) {
                    store(context(device), none ? 0 : (long) did << 48 | 0x6204c0000022L, TOPS + top << 12);
                } else {
                    store(context(device), none ? 0 : TOPS + top << 12 | 1, (long) did << 8);
                }
            }
            case 6 -> give();
            default -> done();
        }
        slow.changed();
    }

    private void say(String what) {
        story.add(what);
    }

    private void give() {
        List<SlowCaches.Command> commands = new ArrayList<>();
        for (int n = 1 + any(3); n > 0; n--) {
            List<Kind> kinds = smmu ? OF_SMMU : OF_VTD;
            Kind kind = kinds.get(any(kinds.size()));
            commands.add(new SlowCaches.Command(kind, any(2), 1 + any(2), any(PAGES), any(3), any(2) == 0));
        }
        say("give " + commands);
        for (SlowCaches.Command c : commands) {
            store((QUEUE << 12) + tail, smmu ? smmuWords(c) : words(c));
            tail = (tail + 16) % 4096;
        }
        total += commands.size();
        if (smmu) {
            write(0x98, 4, total % 512);
        } else {
            write(0x88, 8, tail);
        }
        List<Given> given = new ArrayList<>();
        for (Command c = unit.unit().next(); c != null; c = unit.unit().next()) {
            assertThat(c.what()).isEqualTo(Command.What.INVALIDATION);
            Given one = new Given(c, now());
            unit.take(one);
            given.add(one);
        }
        assertThat(given).hasSameSizeAs(commands);
        unit.waits();
        batches.add(given);
        slow.give(commands);
    }

    private static long[] words(SlowCaches.Command c) {
        long did = (long) c.did() << 16;
        return switch (c.kind()) {
            case CONTEXTS -> new long[] {0x11, 0};
            case CONTEXTS_OF_DID -> new long[] {0x21 | did, 0};
            case CONTEXT_OF_DEVICE -> new long[] {0x31 | did | (long) c.device() << 32, 0};
            case CONTEXTS_OF_DEVICE -> throw new AssertionError(c);
            case PAGES -> new long[] {0x12, 0};
            case PAGES_OF_DID -> new long[] {0x22 | did, 0};
            case PAGES_OF_RANGE ->
                new long[] {
                    0x32 | did, real(c.page()) << 12 | (c.leavesOnly() ? 0x40 : 0) | (c.order() == 2 ? 10 : c.order())
                };
        };
    }

    private static long[] smmuWords(SlowCaches.Command c) {
        long asid = (long) c.did() << 48;
        return switch (c.kind()) {
            case CONTEXTS -> new long[] {4, 31};
            case CONTEXTS_OF_DEVICE -> new long[] {5 | (long) c.device() << 32, 1};
            case PAGES -> new long[] {0x30, 0};
            case PAGES_OF_DID -> new long[] {asid | 0x11, 0};
            case PAGES_OF_RANGE -> {
                int order = c.order() == 2 ? 10 : c.order();
                long page = real(c.page()) & -(1L << order);
                long range = order == 0 ? 0 : 1 << 10;
                yield new long[] {asid | (long) order << 20 | 0x12, page << 12 | range | (c.leavesOnly() ? 1 : 0)};
            }
            default -> throw new AssertionError(c);
        };
    }

    /** The number of a page: the twin's tables have two entries, real ones 512. */
    private static long real(int page) {
        return page / 2 * 512L + page % 2;
    }

    private void done() {
        if (!batches.isEmpty()) {
            List<Given> batch = batches.remove();
            say("done " + batch.size());
            slow.done(batch.size());
            batch.forEach(given -> unit.finish(given, false));
        }
    }

    Set<String> reached() {
        Set<String> all = new HashSet<>();
        for (int device = 0; device < 2; device++) {
            List<Long> tags = unit.tagsOf(device, -1);
            for (int frame = 0; frame < FRAME_COUNT; frame++) {
                for (Reach r : tables.leadingTo(FRAMES + frame, 1)) {
                    if (tags.contains(r.tag())) {
                        all.add(device + " " + ((r.page() >>> 9) * 2 + (r.page() & 511)) + " " + frame);
                    }
                }
            }
        }
        return all;
    }

    /** Hears nothing. */
    private static final class Silent implements Listener {
        @Override
        public void mapped(Moment when, UnitTables unit, long tag, long page, Entry entry) {}

        @Override
        public void usedAgain(Moment when, UnitTables unit, long frame, Lingering through) {}

        @Override
        public void led(Moment when, UnitTables unit, long requester, Entry entry) {}

        @Override
        public void changed(Moment when, UnitTables unit, Place place, Entry old, Entry now, boolean whole) {}

        @Override
        public void mixed(Moment when, UnitTables unit, Place place, @Nullable Entry mixture) {}

        @Override
        public void unknown(String why) {}

        @Override
        public void ended(Lingering lingering, Given by) {}

        @Override
        public void deviceTlbUntold(Moment when) {}
    }
}
