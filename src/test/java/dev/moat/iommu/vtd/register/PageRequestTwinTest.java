package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.PageAnswer;
import dev.moat.iommu.vtd.format.Request;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The page-request queue against a slow twin, while hostile software writes anything to its six registers, has it lie outside of memory or in
 * memory that may only be read, and devices ask for pages.
 */
class PageRequestTwinTest {
    private static final long CONTEXT_ENTRY = CONTEXT + 32L * SID;
    private static final long READ_ONLY = 0x900000;

    private static final int[] OFFSETS = {PQH, PQT, PQT + 4, PQA, PQA + 4, PRS, PRS, PECTL, PEDATA, PEADDR, PEADDR + 4};

    /** What a step was, to see that all of them are there. */
    private enum Met {
        QUEUED,
        LOST,
        ANSWERED,
        /** A stop marker that found no room. */
        MARKER_LOST,
        NOWHERE,
        MESSAGE,
        WRAPPED
    }

    /** What a unit could do wrong. The twin does, and is to be found out, as such a unit would be. */
    private enum Defect {
        NONE,
        /** What finds room is queued though PRO is set. */
        OVERFLOW_IGNORED,
        /** Two slots stay free. */
        FULL_TOO_EARLY,
        /** Bits of the tail beyond the queue count. */
        TAIL_BEYOND_THE_QUEUE,
        /** Each request raises the event. */
        EVENT_EACH_TIME,
        /** What is to be written is not to be read. */
        ONE_RIGHT_ONLY,
        /** A stop marker is answered. */
        MARKER_ANSWERED
    }

    /** The registers by name and in units of their own: slots, booleans; nothing is packed. */
    private static final class Twin {
        private final Defect defect;
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

        Twin(Defect defect) {
            this.defect = defect;
        }

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
            BigInteger free = defect == Defect.FULL_TOO_EARLY ? BigInteger.TWO : BigInteger.ONE;
            boolean full = tail.add(free).mod(slots).equals(head.mod(slots));
            if ((overflown && defect != Defect.OVERFLOW_IGNORED) || full) {
                if (!overflown && !pending) {
                    event();
                }
                overflown = true;
                return -1;
            }
            // Addresses of the bench have 46 bits.
            BigInteger slot = defect == Defect.TAIL_BEYOND_THE_QUEUE ? tail : tail.mod(slots);
            BigInteger at = base.mod(BigInteger.TWO.pow(46)).add(slot.multiply(BigInteger.valueOf(32)));
            return at.longValueExact();
        }

        void queued() {
            tail = tail.add(BigInteger.ONE).mod(BigInteger.valueOf(pages * 128L));
            if (defect == Defect.EVENT_EACH_TIME || (!overflown && !pending)) {
                event();
            }
            pending = true;
        }

        /** The low bits of a descriptor's second word: to execute is to read. */
        long rights(boolean read, boolean write, boolean execute) {
            boolean reads = defect == Defect.ONE_RIGHT_ONLY ? !write : read || execute;
            return (reads ? 1 : 0) + (write ? 2 : 0);
        }

        /** Whether the unit itself answers what finds no room; a stop marker, for which nothing is wanted, expects no answer. */
        boolean answers(boolean last, boolean wants) {
            return last && (wants || defect == Defect.MARKER_ANSWERED);
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
        Map<Met, Integer> met = compared(Defect.NONE, 200);
        for (Met one : Met.values()) {
            assertThat(met.getOrDefault(one, 0)).as(one.name()).isGreaterThan(100);
        }
    }

    /** A test that cannot fail is none. */
    @ParameterizedTest
    @EnumSource(value = Defect.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void everyDefectIsFound(Defect defect) {
        assertThatThrownBy(() -> compared(defect, 20)).isInstanceOf(AssertionError.class);
    }

    private static Map<Met, Integer> compared(Defect defect, int seeds) {
        Map<Met, Integer> met = new EnumMap<>(Met.class);
        for (int seed = 0; seed < seeds; seed++) {
            Random random = new Random(seed);
            UnitBench bench = UnitBench.full();
            bench.scalable(1);
            bench.memory.put(CONTEXT_ENTRY, bench.memory.get(CONTEXT_ENTRY) | 1 << 4 | 1 << 2 | 6 << 9);
            for (int pasid = 1; pasid < 64; pasid++) {
                bench.pasid(pasid, 1, UnitBench.DID);
            }
            for (int table = 1; table < 1 << 13; table++) {
                bench.memory.put(UnitBench.DIRECTORY + 8 * table, UnitBench.PASIDS | 1);
            }
            bench.memory.setReadOnly(READ_ONLY >>> 12);
            Twin twin = new Twin(defect);
            for (int i = 0; i < 500; i++) {
                if (random.nextInt(3) == 0) {
                    int offset = OFFSETS[random.nextInt(OFFSETS.length)];
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
        return met;
    }

    private static void ask(UnitBench bench, Twin twin, Random random, Map<Met, Integer> met) {
        boolean last = random.nextBoolean();
        boolean named = random.nextBoolean();
        boolean[] wants = {random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), random.nextBoolean()};
        int group = random.nextInt(512);
        int pasid = 1 + random.nextInt((1 << 19) - 1);
        long page = random.nextLong();
        long before = bench.read64(PQT);
        int access = (wants[2] ? Access.EXECUTE : 0) | (wants[3] ? Access.PRIVILEGED : 0);
        long rights = (wants[0] ? 1 : 0) | (wants[1] ? 2 : 0);
        long request = Request.asking(Request.of(SID, named ? pasid : Access.NO_PASID, access), rights, group, last);
        int answer = bench.unit.askPage(bench.s, request, page);
        long at = twin.place();
        boolean writable = at >= 0 && at + 32 <= END && at >>> 12 != READ_ONLY >>> 12;
        boolean answers = twin.answers(last, wants[0] || wants[1] || wants[2]);
        int expected = at < 0 ? answers ? PageAnswer.SUCCESS : PageAnswer.DISCARDED : PageAnswer.UNWRITABLE;
        assertThat(answer).isEqualTo(writable ? PageAnswer.QUEUED : expected);
        if (writable) {
            twin.queued();
            long with = 256 + (1L << 32) * pasid + (wants[2] ? 1L << 52 : 0) + (wants[3] ? 1L << 53 : 0);
            assertThat(bench.memory.get(at)).isEqualTo(1 + 65536 * SID + (named ? with : 0));
            long low = twin.rights(wants[0], wants[1], wants[2]) + (last ? 4 : 0) + 8 * group;
            assertThat(bench.memory.get(at + 8)).isEqualTo(page & ~0xfffL | low);
        }
        Met one = writable ? Met.QUEUED : at >= 0 ? Met.NOWHERE : answers ? Met.ANSWERED : Met.LOST;
        if (at < 0 && last && !answers) {
            met.merge(Met.MARKER_LOST, 1, Integer::sum);
        }
        met.merge(one, 1, Integer::sum);
        if (writable && bench.read64(PQT) < before) {
            met.merge(Met.WRAPPED, 1, Integer::sum);
        }
    }
}
