package dev.moat.iommu.vtd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.Rights;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.ContextEntry;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.Registers;
import dev.moat.iommu.vtd.format.SecondLevelEntry;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;

/** Random lives of a unit and its slow twin, compared after every act. */
class UnitTwinTest {
    private static final Capabilities PLAIN = Capabilities.usual();
    private static final List<Units> UNITS = List.of(
            new Units(Units.tiny()),
            new Units(Units.tiny(2, new VtdGeometry.Options(true, true, true, true))),
            new Units(Units.tiny(8, new VtdGeometry.Options(true, true, true, true))),
            new Units(Units.geometry(
                    3, 1, 2, 6, new Capabilities(noDrain(PLAIN.cap()), PLAIN.ecap(), PLAIN.hostAddressBits(), false))),
            new Units(Units.geometry(2, 2, 5, 6, new Capabilities(smallMask(PLAIN.cap()), 0, 39, true))),
            new Units(Units.geometry(2, 1, 0, 4, caching(true))),
            new Units(Units.geometry(3, 1, 2, 6, caching(false))),
            new Units(Units.geometry(2, 1, 0, 2, caching(true))),
            new Units(Units.with(Units.geometry(3, 1, 2, 6, PLAIN), VtdGeometry.Part.PAGING_CACHES)),
            new Units(Units.with(Units.geometry(4, 1, 5, 4, caching(false)), VtdGeometry.Part.PAGING_CACHES)));

    private static Capabilities caching(boolean rewalks) {
        return new Capabilities(Registers.Cap.CM.set(PLAIN.cap(), 1), PLAIN.ecap(), PLAIN.hostAddressBits(), rewalks);
    }

    private static long noDrain(long cap) {
        return Registers.Cap.DWD.set(Registers.Cap.PSI.set(cap, 0), 0);
    }

    private static long smallMask(long cap) {
        return Registers.Cap.MAMV.set(cap, 1);
    }

    /** An act with four small numbers, which each kind of act reads in its own way. */
    record Act(String kind, int a, int b, int c, int d) {}

    private static final List<String> KINDS = List.of(
            "leaf",
            "leaf",
            "directory",
            "pscFill",
            "pscFill",
            "pscEvict",
            "context",
            "fill",
            "fill",
            "walkStart",
            "walkFinish",
            "evict",
            "contextFill",
            "contextFill",
            "contextEvict",
            "page",
            "page",
            "domain",
            "global",
            "contexts",
            "wait",
            "odd",
            "consume",
            "consume",
            "consume",
            "clearError");

    @Provide
    Arbitrary<List<Act>> lives() {
        Arbitrary<Integer> number = Arbitraries.integers().between(0, 7);
        return Combinators.combine(Arbitraries.of(KINDS), number, number, number, number)
                .as(Act::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 1_500, edgeCases = EdgeCasesMode.NONE, seed = "5")
    void unitAgreesWithItsSlowTwin(@ForAll("lives") List<Act> life, @ForAll int which) {
        Units m = UNITS.get(Math.floorMod(which, UNITS.size()));
        SlowUnit slow = new SlowUnit(m.g);
        long[] s = m.running();
        for (int page = 0; page < m.g.pages().size(); page++) {
            m.unit.setLeaf(s, 0, page, m.unit.leafTo(page % 4, Rights.READ));
            m.unit.setLeaf(s, 1, page, m.unit.leafTo(page % 4, Rights.READ | Rights.WRITE));
        }
        for (Act act : life) {
            boolean expected = twin(m, slow, s, act);
            long[] before = s.clone();
            boolean done = perform(m, s, act);
            assertThat(done).as(act.toString()).isEqualTo(expected);
            if (!done) {
                assertThat(s).as("guards leave the state alone").isEqualTo(before);
            }
            compare(m, slow, s, act);
            Statistics.label("acts").collect(act.kind(), done);
            for (String family : act.kind().equals("consume") ? changed(m, before, s) : List.<String>of()) {
                Statistics.label("removed").collect(family);
            }
        }
        Statistics.label("acts").coverage(coverage -> {
            for (String kind : KINDS) {
                coverage.check(kind, true).count(n -> n > 0);
            }
        });
        Statistics.label("removed").coverage(coverage -> {
            for (String family : List.of(
                    "iotlbRights",
                    "walkRights",
                    "cachedLo",
                    "queueError",
                    "status",
                    "iotlbDenied",
                    "cachedFailure",
                    "walkDenied",
                    "tableRights")) {
                coverage.check(family).count(n -> n > 0);
            }
        });
    }

    /** What a consumed descriptor changed. */
    private static List<String> changed(Units m, long[] before, long[] after) {
        return m.schema.diff(before, after).stream()
                .map(change -> change.slots().name())
                .distinct()
                .toList();
    }

    private static long[] descriptor(Units m, Act x) {
        int did = x.a() % 4;
        long page = m.g.firstPage() + x.b() % m.g.pages().size();
        return switch (x.kind()) {
            case "page" ->
                new long[] {
                    Descriptors.iotlbPage(did) & (x.d() < 5 ? -1L : -1L ^ (64L << (x.d() % 2))),
                    Descriptors.iotlbPageHi(page, x.c() % 4, x.d() > 3)
                };
            case "domain" -> new long[] {Descriptors.iotlbDomain(did), 0};
            case "global" -> new long[] {Descriptors.iotlbGlobal(), 0};
            case "contexts" ->
                switch (x.b() % 4) {
                    case 0 -> new long[] {Descriptors.contextGlobal(), 0};
                    case 1 -> new long[] {Descriptors.contextDomain(did), 0};
                    default ->
                        new long[] {
                            Descriptors.contextDevice(
                                    did, m.g.sourceIds().get(x.c() % 3) ^ (x.d() == 7 ? 4 : 0), x.d() % 4),
                            0
                        };
                };
            case "wait" ->
                new long[] {
                    Descriptors.waitStatus(x.b() % 2) | (x.c() == 7 ? 16 : 0) | (x.c() == 6 ? 64 : 0),
                    Descriptors.waitAddress(m.unit.map().statusAddress(x.a() % 2))
                };
            // One flipped bit in a good descriptor, or a type without further bits.
            default ->
                x.a() == 0
                        ? new long[] {x.b() * 2L + x.c() % 2, 0}
                        : x.a() == 1
                                ? new long[] {0x1000000014L, 0}
                                : new long[] {
                                    Descriptors.iotlbPage(did) ^ 1L << (x.b() * 8 + x.c()),
                                    Descriptors.iotlbPageHi(page, 0, false) ^ (x.d() > 3 ? 1L << (5 + x.d()) : 0)
                                };
        };
    }

    private static int node(Units m, Act x) {
        int count = m.unit.paging.nodes.size();
        return count == 0 ? -1 : (x.b() * 8 + x.c()) % count;
    }

    private static int level(Units m, Act x) {
        return m.unit.paging.level(node(m, x));
    }

    private static boolean perform(Units m, long[] s, Act x) {
        int requester = x.a() % 3;
        int page = x.b() % m.g.pages().size();
        boolean write = x.c() % 2 == 1;
        return switch (x.kind()) {
            case "leaf", "directory", "context" -> true;
            case "pscFill" -> node(m, x) >= 0 && m.caches.pscFill(s, requester, node(m, x));
            case "pscEvict" -> node(m, x) >= 0 && m.caches.pscEvict(s, x.a() % 4, node(m, x));
            case "fill" -> m.caches.fill(s, requester, page, write);
            case "walkStart" -> m.caches.walkStart(s, requester, page, write);
            case "walkFinish" -> m.caches.walkFinish(s, requester);
            case "evict" -> m.caches.evict(s, x.a() % 4, page);
            case "contextFill" -> m.caches.contextFill(s, requester);
            case "contextEvict" -> m.caches.contextEvict(s, requester);
            case "consume" -> m.queue.consume(s);
            case "clearError" -> m.queue.clearError(s);
            default -> {
                long[] d = descriptor(m, x);
                yield m.queue.enqueue(s, d[0], d[1]);
            }
        };
    }

    private static boolean twin(Units m, SlowUnit slow, long[] s, Act x) {
        int requester = x.a() % 3;
        int page = x.b() % m.g.pages().size();
        boolean write = x.c() % 2 == 1;
        if (x.kind().equals("leaf")) {
            long wrong = x.d() == 7 ? SecondLevelEntry.SNP.mask() : 0;
            m.unit.setLeaf(s, x.a() % 2, page, m.unit.leafTo(x.c() % 4, x.d() % 4) | wrong);
            return true;
        }
        if (x.kind().equals("directory")) {
            int table = x.b() * 8 + x.c();
            int i = table % m.unit.directory.size();
            long pointer =
                    m.unit.map().secondLevel((x.a() + x.d()) % m.unit.map().tables());
            m.unit.directory.set(
                    s,
                    i,
                    x.d() < 4
                            ? SecondLevelEntry.withRights(m.unit.directory.get(s, i), x.a() % 4)
                            : SecondLevelEntry.of(pointer, x.a() % 4) | (x.d() == 7 ? 0x80 : 0));
            return true;
        }
        if (x.kind().equals("context")) {
            boolean present = x.d() != 0;
            long flags = (x.d() == 6 ? ContextEntry.TT_RESERVED << 2 : 0) | (x.d() % 2 == 1 ? 2 : 0);
            m.unit.contextLo.set(s, requester, present ? m.unit.contextLoFor(x.b() % 2) | flags : flags);
            m.unit.contextHi.set(s, requester, present ? m.unit.contextHiFor(x.c() % 4) : 0);
            return true;
        }
        SlowWalk.Memory memory = PhysicalMemory.of(m, s);
        long root = m.unit.rtAddr.get(s);
        int sid = m.g.sourceIds().get(requester);
        long number = m.g.pageNumber(page);
        return switch (x.kind()) {
            case "fill" -> slow.fill(memory, root, sid, number, write);
            case "walkStart" -> slow.walkStart(memory, root, sid, number, write);
            case "walkFinish" -> slow.walkFinish(sid);
            case "pscFill" ->
                node(m, x) >= 0 && slow.pscFill(memory, root, sid, m.unit.paging.pageBelow(node(m, x)), level(m, x));
            case "pscEvict" ->
                node(m, x) >= 0 && slow.pscEvict(x.a() % 4, m.unit.paging.pageBelow(node(m, x)), level(m, x));
            case "evict" -> slow.evict(new SlowUnit.Tagged(x.a() % 4, number));
            case "contextFill" -> slow.contextFill(memory, root, sid);
            case "contextEvict" -> slow.contextEvict(sid);
            case "consume" -> slow.consume();
            case "clearError" -> {
                boolean was = slow.stopped;
                slow.stopped = false;
                yield was;
            }
            default -> {
                long[] d = descriptor(m, x);
                yield slow.enqueue(d[0], d[1]);
            }
        };
    }

    private static void compare(Units m, SlowUnit slow, long[] s, Act act) {
        TreeMap<SlowUnit.Tagged, SlowUnit.Cached> iotlb = new TreeMap<>();
        TreeMap<Integer, SlowUnit.Walk> walks = new TreeMap<>();
        TreeMap<Integer, SlowWalk.Context> contexts = new TreeMap<>();
        TreeMap<Long, Long> statuses = new TreeMap<>(slow.statuses);
        TreeMap<SlowUnit.Tagged, String> denied = new TreeMap<>();
        TreeMap<Integer, String> failures = new TreeMap<>();
        boolean caching = m.g.capabilities().cachesFailures();
        for (int tag = 0; tag < m.g.tags().size(); tag++) {
            for (int page = 0; page < m.g.pages().size(); page++) {
                int rights = m.unit.cachedRights(s, tag, page);
                if (rights != 0) {
                    iotlb.put(
                            new SlowUnit.Tagged(tag, m.g.pageNumber(page)),
                            cached(rights, m.unit.cachedFrame(s, tag, page)));
                }
                if (caching && m.unit.iotlbDenied.get(s, tag, page) != 0) {
                    denied.put(
                            new SlowUnit.Tagged(tag, m.g.pageNumber(page)), no(m.unit.iotlbDenied.get(s, tag, page)));
                }
            }
        }
        for (int r = 0; r < 3; r++) {
            int sid = m.g.sourceIds().get(r);
            int rights = (int) m.unit.walkRights.get(s, r);
            if (m.unit.isWalking(s, r)) {
                long number = m.g.pageNumber((int) m.unit.walkPage.get(s, r));
                walks.put(
                        sid,
                        new SlowUnit.Walk(
                                new SlowUnit.Tagged((int) m.unit.walkTag.get(s, r), number),
                                cached(rights, m.unit.walkFrame.get(s, r) - 1),
                                caching ? no(m.unit.walkDenied.get(s, r)) : ""));
            }
            if (caching && m.unit.cachedFailure.get(s, r) != 0) {
                long failure = m.unit.cachedFailure.get(s, r);
                failures.put(sid, (failure & 15) + (failure > 15 ? "f" : ""));
            }
            if (m.unit.cachedLo.get(s, r) != 0) {
                contexts.put(
                        sid,
                        new SlowWalk.Context(
                                SlowWalk.word(m.unit.cachedLo.get(s, r)), SlowWalk.word(m.unit.cachedHi.get(s, r))));
            }
        }
        for (int cpu = 0; cpu < 2; cpu++) {
            long address = m.unit.map().statusAddress(cpu);
            assertThat(m.unit.status.get(s, cpu)).isEqualTo(statuses.getOrDefault(address, 0L));
        }
        assertThat(iotlb).as("%s", act).isEqualTo(slow.iotlb);
        assertThat(walks).as("%s", act).isEqualTo(slow.walks);
        assertThat(contexts).as("%s", act).isEqualTo(slow.contexts);
        assertThat(denied).as("%s", act).isEqualTo(slow.denied);
        assertThat(failures).as("%s", act).isEqualTo(slow.failures);
        compareTables(m, slow, s, act);
        compareAnswers(m, slow, s);
        assertThat(m.unit.queueError.get(s) == 1).as("%s", act).isEqualTo(slow.stopped);
        assertThat(m.unit.waitComplete.get(s) == 1).as("%s", act).isEqualTo(slow.interrupted);
        compareQueue(m, slow, s);
    }

    private static String no(long denied) {
        return ((denied & 1) != 0 ? "r" : "") + ((denied & 2) != 0 ? "w" : "") + ((denied & 4) != 0 ? "c" : "");
    }

    private static void compareTables(Units m, SlowUnit slow, long[] s, Act act) {
        TreeMap<SlowUnit.Node, SlowWalk.Start> tables = new TreeMap<>();
        PagingCaches p = m.unit.paging;
        for (int tag = 0; tag < 4; tag++) {
            for (int node = 0; node < p.nodes.size(); node++) {
                int rights = (int) p.rights.get(s, tag, node);
                if (rights != 0) {
                    long frame = m.unit.map().secondLevel((int) p.table.get(s, tag, node));
                    int level = p.level(node);
                    tables.put(
                            new SlowUnit.Node(tag, level, p.pageBelow(node) >>> (m.g.indexBits() * level)),
                            new SlowWalk.Start(level, frame, (rights & 1) != 0, (rights & 2) != 0));
                }
            }
        }
        assertThat(tables).as("%s", act).isEqualTo(slow.tables);
    }

    private static void compareAnswers(Units m, SlowUnit slow, long[] s) {
        SlowWalk.Memory memory = PhysicalMemory.of(m, s);
        int page = 1;
        for (int r = 0; r < 3; r++) {
            for (boolean write : new boolean[] {false, true}) {
                String expected = slow.answer(
                        memory, m.unit.rtAddr.get(s), m.g.sourceIds().get(r), m.g.pageNumber(page), write);
                assertThat(PhysicalMemory.text(m.caches.answer(s, r, page, write)))
                        .isEqualTo(expected);
            }
        }
    }

    private static SlowUnit.Cached cached(int rights, long frame) {
        return new SlowUnit.Cached((rights & 1) != 0, (rights & 2) != 0, frame);
    }

    private static void compareQueue(Units m, SlowUnit slow, long[] s) {
        int head = m.g.options().keepRingPosition() ? slow.consumed % m.g.ring() : 0;
        assertThat(m.queue.headRegister(s)).isEqualTo(head * 16L);
        assertThat(m.queue.tailRegister(s)).isEqualTo((head + slow.queue.size()) % m.g.ring() * 16L);
        assertThat(m.queue.free(s)).isEqualTo(m.g.ring() - 1 - slow.queue.size());
        int slot = head;
        for (SlowUnit.Descriptor d : slow.queue) {
            assertThat(SlowWalk.word(m.unit.queueLo.get(s, slot))).isEqualTo(d.lo());
            assertThat(SlowWalk.word(m.unit.queueHi.get(s, slot))).isEqualTo(d.hi());
            slot = (slot + 1) % m.g.ring();
        }
        for (int i = slow.queue.size(); i < m.g.ring(); i++) {
            assertThat(m.unit.queueLo.get(s, slot))
                    .as("consumed slots are zero")
                    .isZero();
            assertThat(m.unit.queueHi.get(s, slot))
                    .as("consumed slots are zero")
                    .isZero();
            slot = (slot + 1) % m.g.ring();
        }
        long[] normal = s.clone();
        m.schema.normalise(normal);
        assertThat(normal).as("acts leave states normalised").isEqualTo(s);
    }
}
