package dev.moat.dma.map;

import dev.moat.dma.iova.IovaCaches;
import dev.moat.dma.iova.IovaDomain;
import dev.moat.iommu.Capabilities.Aperture;
import dev.moat.iommu.Capabilities.Outside;
import dev.moat.iommu.Capabilities.Range;
import dev.moat.iommu.Rights;
import dev.moat.iommu.linux.DmaDevice;
import dev.moat.iommu.linux.DmaDirection;
import dev.moat.iommu.linux.PageDriver;
import dev.moat.iommu.linux.RangeDriver;
import dev.moat.iommu.linux.ScatterList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Random maps and unmaps of a domain, single and lists, small pages and large ones, and a device that asks for live addresses, dead
 * ones and their neighbours after each. The slow twin is a map from page to page that knows of no table and no cache; under a flush queue
 * it keeps, until a flush ends, what was unmapped, which a device may still get, and nobody may be handed.
 */
final class RealComparison {
    private static final long K = 4096;
    private static final long M = 1L << 21;
    private static final int CPUS = 2;

    private static final DmaDevice DEVICE = new DmaDevice((1L << 38) - 1, -1, 0, 0xffff_ffffL, 1 << 16);
    /** Kept small, so that addresses come back soon; its window of interrupts is a hole. */
    private static final Aperture APERTURE =
            new Aperture(0xFD000, 0xFFFFF, Outside.BLOCKED, List.of(new Range(0xFEE00, 0xFEEFF)));

    /** Not in the aperture, and not below a large page of it. */
    private static final long OWN = 0x4000_0000L;

    /** A buffer that is mapped, or a list. */
    private record Live(long iova, long size, ScatterList list, int elements) {}

    private record Page(long address, int rights) {}

    private final RealUnit unit;
    private final SplittableRandom random;
    private final DmaMapper mapper;
    private final long[] words;
    private final @Nullable FlushQueue queue;
    private final Map<Long, Page> twin = new HashMap<>();
    /** What was unmapped since the last flush. */
    private final Map<Long, Page> lingering = new HashMap<>();

    private String handedTooSoon = "";
    private final List<Live> live = new ArrayList<>();
    private final List<Live> owned = new ArrayList<>();
    private final List<Long> known = new ArrayList<>();
    int mapped;
    int failed;
    int reached;
    int refused;
    int lingered;

    /** Makes the queue of a domain that is deferred. */
    @FunctionalInterface
    interface Queues {
        FlushQueue of(int base, int cpus, PageDriver driver, RangeDriver ranges);
    }

    RealComparison(RealUnit unit, long seed) {
        this(unit, seed, null);
    }

    /** @param queues null for a strict domain */
    RealComparison(RealUnit unit, long seed, @Nullable Queues queues) {
        this.unit = unit;
        random = new SplittableRandom(seed);
        IovaDomain domain = new IovaDomain(0, K, TreeRanges.start(K, APERTURE), 1 << 12, warning -> {
            throw new IllegalStateException("" + warning);
        });
        IovaCaches caches = new IovaCaches(domain.end(), domain, CPUS, 4, 2);
        TreeRanges ranges = new TreeRanges(caches, K, APERTURE);
        queue = queues == null ? null : queues.of(caches.end(), CPUS, unit.pages(), ranges);
        words = new long[queue == null ? caches.end() : queue.end()];
        domain.initialise(words);
        caches.initialise(words);
        TreeRanges.reserve(words, domain, K, APERTURE);
        caches.turnOn(words);
        DomainType type = queue == null ? DomainType.DMA : DomainType.DMA_FQ;
        mapper = new DmaMapper(unit.domain(type), ranges, queue);
    }

    /** What differs first, or nothing. */
    Optional<String> run(int calls) {
        for (int i = 0; i < calls; i++) {
            if (random.nextInt(8) == 0) {
                own();
            } else if (live.isEmpty() || (live.size() < 40 && random.nextInt(100) < 55)) {
                map();
            } else {
                unmap(live.remove(random.nextInt(live.size())));
            }
            if (!handedTooSoon.isEmpty()) {
                return Optional.of("call " + i + ": " + handedTooSoon);
            }
            for (int touch = 0; touch < 6; touch++) {
                String wrong = touch();
                if (!wrong.isEmpty()) {
                    return Optional.of("call " + i + ": " + wrong);
                }
            }
            if (queue != null && i % 100 == 99) {
                queue.timeout(words, random.nextInt(CPUS));
                lingering.clear();
            }
            if (i % 100 == 99 && unit.tables() != unit.linked()) {
                return Optional.of("call " + i + ": " + unit.tables() + " tables, linked " + unit.linked());
            }
        }
        return Optional.empty();
    }

    private long size() {
        return switch (random.nextInt(12)) {
            case 0 -> M + random.nextLong(3 * M);
            case 1, 2 -> 64 * K;
            default -> 1 + random.nextLong(6 * K);
        };
    }

    /** Buffers are anywhere from 4 GiB on, where no unit takes them for interrupts; some begin with a large page. */
    private long address(long size) {
        long at = (1L << 32) + random.nextLong(1L << 36);
        return size >= M ? at & -M : size == 64 * K ? at & -(64 * K) : random.nextBoolean() ? at & -K : at;
    }

    private void map() {
        DmaDirection direction = DmaDirection.values()[random.nextInt(3)];
        int cpu = random.nextInt(CPUS);
        if (random.nextInt(4) == 0) {
            mapList(cpu, direction);
            return;
        }
        long size = size();
        long address = address(size);
        long iova = mapper.map(words, cpu, DEVICE, address, size, direction);
        if (iova == DmaMapper.ERROR) {
            failed++;
            return;
        }
        mapped++;
        note(iova & -K, address & -K, size + (address & K - 1), direction);
        live.add(new Live(iova, size, null, 0));
    }

    private void mapList(int cpu, DmaDirection direction) {
        int n = 1 + random.nextInt(5);
        long[] address = new long[n];
        long[] length = new long[n];
        for (int i = 0; i < n; i++) {
            length[i] = 1 + random.nextLong(3 * K);
            address[i] = address(0);
        }
        ScatterList list = new ScatterList(address, length, 0);
        int told = mapper.map(words, cpu, DEVICE, list, direction);
        if (told == 0) {
            failed++;
            return;
        }
        mapped++;
        // Pieces lie one behind the other, in whole pages.
        long at = list.dmaAddress(0) & -K;
        for (int i = 0; i < n; i++) {
            long bytes = length[i] + (address[i] & K - 1);
            note(at, address[i] & -K, bytes, direction);
            at += bytes + K - 1 & -K;
        }
        live.add(new Live(list.dmaAddress(0), at - (list.dmaAddress(0) & -K), list, told));
    }

    /** Pages that no allocator knows, as an owner maps and unmaps them: ranges that begin and end anywhere. */
    private void own() {
        if (!owned.isEmpty() && random.nextBoolean()) {
            Live one = owned.remove(random.nextInt(owned.size()));
            unit.domain().unmap(one.iova(), one.size());
            forget(one.iova(), one.size());
            return;
        }
        long first = OWN + random.nextLong(60) * K;
        long bytes = (1 + random.nextLong(20)) * K;
        long address = address(0) & -K;
        boolean free = true;
        for (long at = first; at < first + bytes; at += K) {
            free &= !twin.containsKey(at);
        }
        if (free && unit.domain().map(first, address, bytes, Rights.ALL)) {
            note(first, address, bytes, DmaDirection.BIDIRECTIONAL);
            owned.add(new Live(first, bytes, null, 0));
        }
    }

    private void forget(long iova, long bytes) {
        for (long done = 0; done < bytes; done += K) {
            twin.remove(iova + done);
        }
    }

    private void note(long iova, long address, long bytes, DmaDirection direction) {
        for (long done = 0; done < bytes; done += K) {
            if (lingering.containsKey(iova + done)) {
                handedTooSoon = Long.toHexString(iova + done) + " is handed out before it is flushed";
            }
            twin.put(iova + done, new Page(address + done, unit.granted(DmaMapper.rights(direction))));
            known.add(iova + done);
        }
        while (known.size() > 3000) {
            known.subList(0, 1000).clear();
        }
    }

    private void unmap(Live one) {
        int cpu = random.nextInt(CPUS);
        long flushes = queue == null ? 0 : queue.flushes(words);
        if (one.list() == null) {
            mapper.unmap(words, cpu, one.iova(), one.size());
            if (random.nextInt(4) == 0 && mapper.unmap(words, cpu, one.iova(), one.size())) {
                handedTooSoon = Long.toHexString(one.iova()) + " is unmapped twice";
            }
        } else {
            mapper.unmap(words, cpu, one.list(), one.elements());
        }
        long bytes = one.list() == null ? one.size() + (one.iova() & K - 1) : one.size();
        for (long done = 0; queue != null && done < bytes; done += K) {
            Page was = twin.get((one.iova() & -K) + done);
            if (was != null) {
                lingering.put((one.iova() & -K) + done, was);
            }
        }
        if (queue != null && queue.flushes(words) != flushes) {
            lingering.clear();
        }
        forget(one.iova() & -K, bytes);
    }

    /** One request; what it should have got, or nothing. */
    private String touch() {
        long page = known.isEmpty() ? APERTURE.first() * K : known.get(random.nextInt(known.size()));
        if (!live.isEmpty() && random.nextInt(3) == 0) {
            page = live.get(random.nextInt(live.size())).iova() & -K;
        }
        page += random.nextInt(8) == 0 ? (random.nextInt(3) - 1) * K : 0;
        if (page >= 0xFEE0_0000L && page < 0xFEF0_0000L) {
            return twin.containsKey(page) ? Long.toHexString(page) + " was handed out" : "";
        }
        long iova = page + random.nextLong(K);
        boolean write = random.nextBoolean();
        Page expected = twin.get(page);
        boolean allowed = expected != null && (expected.rights() & Rights.of(write)) != 0;
        long right = allowed ? expected.address() + (iova - page) : -1;
        long got = unit.reach(iova, write);
        Page late = expected == null ? lingering.get(page) : null;
        if (late != null && (late.rights() & Rights.of(write)) != 0 && got == late.address() + (iova - page)) {
            lingered++;
            return "";
        }
        reached += allowed ? 1 : 0;
        refused += allowed ? 0 : 1;
        return got == right
                ? ""
                : (write ? "write to " : "read of ")
                        + Long.toHexString(iova)
                        + " gets "
                        + Long.toHexString(got)
                        + " and not "
                        + Long.toHexString(right);
    }
}
