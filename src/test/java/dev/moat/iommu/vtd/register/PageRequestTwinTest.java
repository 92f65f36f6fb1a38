package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.iommu.vtd.register.format.Access;
import dev.moat.iommu.vtd.register.format.PageAnswer;
import dev.moat.iommu.vtd.register.format.Request;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The page-request queue against a slow twin, while hostile software writes anything to its six registers, has it lie outside of memory or in
 * memory that may only be read, and devices ask for pages.
 */
class PageRequestTwinTest {
    private static final long CONTEXT_ENTRY = CONTEXT + 32L * SID;
    private static final long READ_ONLY = 0x900000;

    /** What a step was, to see that all of them are there. */
    private enum Met {
        QUEUED,
        LOST,
        ANSWERED,
        NOWHERE,
        MESSAGE,
        WRAPPED
    }

    /** The registers by name and in units of their own: slots, booleans; nothing is packed. */
    private static final class Twin {
        private BigInteger head = BigInteger.ZERO;
        private BigInteger tail = BigInteger.ZERO;
        private BigInteger base = BigInteger.ZERO;
        private int pages = 1;
        private boolean pending;
        private boolean overflown;
        private boolean masked = true;
        private boolean waiting;
        private long data;
        private long address;
        private int messages;

        private void event() {
            if (masked) {
                waiting = true;
            } else {
                messages++;
            }
        }

        /** Of 32 bits, as the low or the high half of what stands at the offset. */
        void write(int offset, long value) {
            boolean[] bit = new boolean[32];
            for (int i = 0; i < 32; i++) {
                bit[i] = (value >>> i) % 2 == 1;
            }
            switch (offset) {
                case PQH -> head = BigInteger.valueOf(value % (1 << 19) / 32);
                case PQT -> tail = BigInteger.valueOf(value % (1 << 19) / 32);
                case PQA -> {
                    base = base.shiftRight(32).shiftLeft(32).add(BigInteger.valueOf(value / 4096 * 4096));
                    pages = 1;
                    for (int i = 0; i < value % 8; i++) {
                        pages *= 2;
                    }
                }
                case PQA + 4 ->
                    base = base.mod(BigInteger.TWO.pow(32))
                            .add(BigInteger.valueOf(value).shiftLeft(32));
                case PRS -> {
                    pending &= !bit[0];
                    overflown &= !bit[1];
                    waiting &= pending || overflown;
                }
                case PECTL -> {
                    masked = bit[31];
                    if (waiting && !masked) {
                        waiting = false;
                        messages++;
                    }
                }
                case PEDATA -> data = value;
                case PEADDR -> address = address >>> 32 << 32 | value / 4 * 4;
                case PEADDR + 4 -> address = address << 32 >>> 32 | value << 32;
                default -> {
                    // The upper halves of PQH and PQT.
                }
            }
        }

        /** Where the next request goes, or -1 where there is no room. */
        long place() {
            BigInteger slots = BigInteger.valueOf(pages * 128L);
            boolean full = tail.add(BigInteger.ONE).mod(slots).equals(head.mod(slots));
            if (overflown || full) {
                if (!overflown && !pending) {
                    event();
                }
                overflown = true;
                return -1;
            }
            // Addresses of the bench have 46 bits.
            BigInteger at = base.mod(BigInteger.TWO.pow(46)).add(tail.mod(slots).multiply(BigInteger.valueOf(32)));
            return at.longValueExact();
        }

        void queued() {
            tail = tail.add(BigInteger.ONE).mod(BigInteger.valueOf(pages * 128L));
            if (!overflown && !pending) {
                event();
            }
            pending = true;
        }

        String registers() {
            long status = (pending ? 1 : 0) + (overflown ? 2 : 0);
            long control = (masked ? 1L << 31 : 0) + (waiting ? 1L << 30 : 0);
            int size = Integer.numberOfTrailingZeros(pages);
            return String.join(
                    " ",
                    Long.toHexString(head.longValue() * 32),
                    Long.toHexString(tail.longValue() * 32),
                    base.add(BigInteger.valueOf(size)).toString(16),
                    Long.toHexString(status),
                    Long.toHexString(control),
                    Long.toHexString(data),
                    Long.toHexString(address),
                    messages + " sent");
        }
    }

    private static String registers(UnitBench bench) {
        return String.join(
                " ",
                Long.toHexString(bench.read64(PQH)),
                Long.toHexString(bench.read64(PQT)),
                Long.toHexString(bench.read64(PQA)),
                Long.toHexString(bench.read32(PRS)),
                Long.toHexString(bench.read32(PECTL)),
                Long.toHexString(bench.read32(PEDATA)),
                Long.toHexString(bench.read64(PEADDR)),
                bench.sent.size() + " sent");
    }

    private static long anyValue(int offset, Random random) {
        long wild = random.nextInt() & 0xffffffffL;
        return switch (offset) {
            // Near each other, so that the queue is full again and again; one in four anything.
            case PQH, PQT -> random.nextInt(4) == 0 ? wild : random.nextInt(4) * 32 | random.nextInt(32);
            case PQA ->
                switch (random.nextInt(6)) {
                    case 0 -> wild;
                    case 1 -> READ_ONLY;
                    case 2 -> END;
                    default -> QUEUE | random.nextInt(3);
                };
            case PQA + 4 -> random.nextInt(6) == 0 ? wild : 0;
            default -> wild;
        };
    }

    @Test
    void hostileSoftwareAtItsRegisters() {
        Map<Met, Integer> met = new EnumMap<>(Met.class);
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            UnitBench bench = UnitBench.full();
            bench.scalable(1);
            bench.memory.put(CONTEXT_ENTRY, bench.memory.get(CONTEXT_ENTRY) | 1 << 4);
            bench.memory.setReadOnly(READ_ONLY >>> 12);
            Twin twin = new Twin();
            for (int i = 0; i < 500; i++) {
                if (random.nextInt(3) == 0) {
                    int offset = new int[] {PQH, PQT, PQT + 4, PQA, PQA + 4, PRS, PRS, PECTL, PEDATA, PEADDR, PEADDR + 4
                            }
                            [random.nextInt(11)];
                    long value = anyValue(offset, random);
                    bench.write32(offset, value);
                    twin.write(offset, value);
                } else {
                    ask(bench, twin, random, met);
                }
                assertThat(registers(bench)).as("seed %d, step %d", seed, i).isEqualTo(twin.registers());
            }
            met.merge(Met.MESSAGE, bench.sent.size(), Integer::sum);
        }
        for (Met one : Met.values()) {
            assertThat(met.getOrDefault(one, 0)).as(one.name()).isGreaterThan(100);
        }
    }

    private static void ask(UnitBench bench, Twin twin, Random random, Map<Met, Integer> met) {
        boolean last = random.nextBoolean();
        int group = random.nextInt(512);
        long page = random.nextLong();
        long before = bench.read64(PQT);
        long request = Request.asking(Request.of(SID, random.nextInt(1 << 20), Access.READ), group, last);
        int answer = bench.unit.askPage(bench.s, request, page);
        long at = twin.place();
        boolean writable = at >= 0 && at + 32 <= END && at >>> 12 != READ_ONLY >>> 12;
        int expected = at < 0 ? last ? PageAnswer.SUCCESS : PageAnswer.DISCARDED : PageAnswer.UNWRITABLE;
        assertThat(answer).isEqualTo(writable ? PageAnswer.QUEUED : expected);
        if (writable) {
            twin.queued();
            assertThat(bench.memory.get(at) >>> 16 & 0xffff).isEqualTo(SID);
            assertThat(bench.memory.get(at + 8)).isEqualTo(page & ~0xfffL | group << 3 | (last ? 4 : 0) | 1);
        }
        Met one = writable ? Met.QUEUED : at >= 0 ? Met.NOWHERE : last ? Met.ANSWERED : Met.LOST;
        met.merge(one, 1, Integer::sum);
        if (writable && bench.read64(PQT) < before) {
            met.merge(Met.WRAPPED, 1, Integer::sum);
        }
    }
}
