package dev.moat.iommu.vtd.register;

import static dev.moat.iommu.vtd.register.UnitBench.*;

import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Capabilities;
import dev.moat.iommu.vtd.format.Deviation;
import dev.moat.iommu.vtd.format.Deviations;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.PageAnswer;
import dev.moat.iommu.vtd.format.Registers.Cap;
import dev.moat.iommu.vtd.format.Registers.Ecap;
import dev.moat.iommu.vtd.format.Request;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.interrupt.RemapEntry;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * A unit and a memory of 16 pages, in which most pointers are small and most entries nearly right: root, contexts, a PASID
 * directory and table, tables of both formats, interrupt entries and descriptors, one page each or a few. Page 3 cannot be
 * written. Tables, queue and descriptors overlap as soon as software writes, and some pointers leave memory.
 */
final class HostileMachine {
    static final int PAGES = 16;

    private static final int READ_ONLY = 3;
    private static final long[] STRAY = {READ_ONLY, READ_ONLY, PAGES, PAGES + 1, 0xfee00, 0x1_0000_0000L};

    private static final int[] OFFSETS = {
        GCMD,
        GCMD,
        GCMD,
        RTADDR,
        RTADDR + 4,
        CCMD,
        CCMD + 4,
        FSTS,
        FECTL,
        FEDATA,
        FEADDR,
        IQT,
        IQT,
        IQA,
        ICS,
        IECTL,
        IRTA,
        IVA,
        IOTLB,
        IOTLB + 4,
        FRCD,
        FRCD + 8,
        FRCD + 12,
        PQH,
        PQT,
        PQA,
        PRS,
        PECTL
    };

    /** Slots of the largest queue, each read, checked and written to a status. */
    static final long MOST_PER_WRITE = 32768L * 16 + 1000;
    /** Nested tables of five levels, marks included, and the tables of the device, looked at twice. */
    static final long MOST_PER_REQUEST = 600;

    /** What software or a device does: 0 to 3 registers, 4 memory, 5 to 7 DMA or a page request, 8 an interrupt, 9 looking. */
    record Op(int kind, long where, long what) {}

    final SparseMemory memory = new SparseMemory(PAGES << 12);
    final Unit unit;
    final Schema schema;
    final long[] s;
    /** What came of the requests so far. */
    final Set<String> outcomes = new TreeSet<>();

    private final boolean scalable;

    HostileMachine(Random random) {
        memory.setReadOnly(READ_ONLY);
        SchemaBuilder builder = new SchemaBuilder();
        unit = new Unit(builder, "", anyOptions(random), memory, (state, address, data) -> outcomes.add("message"));
        schema = builder.build();
        s = schema.blank();
        unit.reset(s);
        scalable = random.nextInt(3) > 0;
        for (int page = 0; page < PAGES; page++) {
            for (int word = 0; word < 512; word++) {
                long wild = random.nextInt(60) == 0 ? 1L << random.nextInt(64) : 0;
                memory.put((long) page << 12 | (long) word << 3, entry(page, word, random) ^ wild);
            }
        }
        start(0);
    }

    /** Any capabilities, or those of a whole unit, with any of its departures. */
    private static UnitOptions anyOptions(Random random) {
        boolean whole = random.nextBoolean();
        long cap = whole ? CAP : Cap.FRO.set(Cap.MGAW.set(Cap.NFR.set(random.nextLong(), 3), random.nextInt(63)), 0x22);
        long ecap = whole
                ? Ecap.PSS.set(ECAP, 5)
                : Ecap.IRO.set(random.nextLong() | Ecap.SMTS.mask() * random.nextInt(2), 0xf);
        int width = whole ? 52 : new int[] {13, 39, 46, 52}[random.nextInt(4)];
        CachePolicy policy = switch (random.nextInt(3)) {
            case 0 -> CachePolicy.specified();
            case 1 -> CachePolicy.recorded();
            default -> CachePolicy.recorded().ordered(CachePolicy.Order.TRANSLATIONS_FIRST);
        };
        // Numbers of their own: another deviation leaves what else is drawn as it was.
        Random own = new Random(random.nextLong());
        Deviation[] some = Arrays.stream(Deviation.values())
                .filter(d -> own.nextInt(whole ? 12 : 3) == 0)
                .toArray(Deviation[]::new);
        int[] n = random.ints(5, 0, 5).toArray();
        UnitOptions.Sizes sizes = new UnitOptions.Sizes(n[0], n[1], n[2], n[3], n[4]);
        return new UnitOptions(
                new Capabilities(cap, ecap, width, random.nextBoolean()),
                policy,
                Deviations.of(some),
                sizes,
                List.of(0, SID));
    }

    /** Points the unit at its tables, again after software has pointed it elsewhere. */
    private void start(long choice) {
        unit.write(s, IQT, 8, unit.read(s, IQH, 8));
        unit.write(s, FSTS, 4, 0x71);
        unit.write(s, GCMD, 4, 0);
        unit.write(s, RTADDR, 8, scalable ? 1 << 10 : 0);
        unit.write(s, IQA, 8, 0xf000 | (choice & 1) << 11);
        unit.write(s, IRTA, 8, 0xe000 | (choice & 2) << 10 | 8);
        unit.write(s, GCMD, 4, TE | SRTP | SIRTP | IRE | QIE);
    }

    private long entry(int page, int word, Random random) {
        long low = random.nextInt(1 << 12);
        boolean present = random.nextInt(12) > 0;
        return switch (page) {
            case 0 -> scalable || word % 2 == 0 ? pointer(1, 2, random) | (present ? 1 : 0) : 0;
            case 1, 2 -> scalable ? scalableContext(word, random) : legacyContext(word, random);
            case 4 -> pointer(5, 1, random) | (present ? 1 : 0) | low & 2;
            case 5 -> pasidEntry(word % 8, present, random);
            case 14 -> interruptEntry(word, present, random);
            case 15 -> word % 2 == 0 ? low & 0x3f | (low & 3) << 16 : low & 1;
            default -> table(page < 10 ? 6 : 10, random);
        };
    }

    /** An entry of second-level tables on pages 6 to 9, of first-level ones on pages 10 to 13. */
    private static long table(int first, Random random) {
        long rights = random.nextInt(4) == 0 ? random.nextInt(8) : 7;
        long large = random.nextInt(8) == 0 ? 0x80 : 0;
        long executeDisable = first == 10 && random.nextInt(8) == 0 ? Long.MIN_VALUE : 0;
        return (large == 0 ? pointer(first, 4, random) : (long) random.nextInt(4) << 30)
                | rights
                | large
                | executeDisable;
    }

    private static long pointer(int first, int pages, Random random) {
        boolean stray = random.nextInt(20) == 0;
        return (stray ? STRAY[random.nextInt(STRAY.length)] : first + random.nextInt(pages)) << 12;
    }

    private static long legacyContext(int word, Random random) {
        return word % 2 == 0
                ? pointer(6, 4, random) | 1 | random.nextInt(8) << 1
                : 1 + random.nextInt(3) | random.nextInt(4) << 8;
    }

    private static long scalableContext(int word, Random random) {
        return switch (word % 4) {
            case 0 -> pointer(4, 1, random) | 1 | random.nextInt(16) << 1 | random.nextInt(2) * 8;
            case 1 -> random.nextInt(4);
            default -> 0;
        };
    }

    private static long pasidEntry(int word, boolean present, Random random) {
        long type = 1 + random.nextInt(random.nextInt(8) == 0 ? 7 : 4);
        return switch (word) {
            case 0 ->
                pointer(6, 4, random)
                        | type << 6
                        | (1 + random.nextInt(3)) << 2
                        | random.nextInt(2) << 9
                        | (present ? 1 : 0);
            case 1 -> random.nextInt(4);
            case 2 -> pointer(10, 4, random) | random.nextInt(64) & ~8;
            default -> 0;
        };
    }

    /** Remapped or posted, most of them for any requester. */
    private static long interruptEntry(int word, boolean present, Random random) {
        if (word % 2 == 1) {
            return random.nextInt(3) == 0 ? random.nextInt(1 << 20) : 0;
        }
        long descriptor = (long) random.nextInt((PAGES + 1) << 6) << 38;
        long format = random.nextInt(3) == 0 ? RemapEntry.IM.mask() | descriptor : random.nextInt(1 << 12);
        return format & ~1L | (present ? 1 : 0) | random.nextInt(256) << 16;
    }

    /** @return the most that the operation may ask of memory */
    long run(Op op) {
        switch (op.kind()) {
            case 0, 1 -> {
                int offset = OFFSETS[(int) Long.remainderUnsigned(op.where(), OFFSETS.length)];
                long before = unit.read(s, IQH, 8);
                unit.write(s, offset, offset % 8 == 0 && (op.what() & 1) == 0 ? 8 : 4, value(offset, op.what()));
                if (unit.read(s, IQH, 8) != before) {
                    outcomes.add("descriptor");
                }
                return MOST_PER_WRITE;
            }
            case 2 -> {
                unit.write(s, GCMD, 4, op.what() << 16 | TE | SRTP);
                return MOST_PER_WRITE;
            }
            case 3 -> {
                start(op.what());
                return 4 * MOST_PER_WRITE;
            }
            case 4 -> memory.put(op.where() & (PAGES << 12) - 1, op.what());
            case 5, 6 -> dma(op);
            case 7 -> {
                if ((op.what() & 0x300) == 0) {
                    askPage(op);
                } else {
                    dma(op);
                }
            }
            case 8 -> interrupt(op);
            default -> {
                unit.read(s, (int) op.where(), (int) op.what() & 15);
                unit.inspectContext(s, (int) op.what() & 0xffff, new long[UnitState.CONTEXT_WORDS]);
            }
        }
        return MOST_PER_REQUEST;
    }

    /** Most tails are within the queue; places of page requests are near each other, so that theirs is full at times. */
    private static long value(int offset, long what) {
        return switch (offset) {
            case IQT -> (what & 14) == 0 ? what : what & 0x1f1;
            case PQH, PQT -> what & 0x7f;
            default -> what;
        };
    }

    private void dma(Op op) {
        long pasid =
                (op.what() & 1) == 0 ? Access.NO_PASID : op.what() >>> 7 & ((op.what() & 64) == 0 ? 0x7f : 0xfffff);
        int access = (int) op.what() >>> 1 & ((op.what() & 32) == 0 ? 7 : 31);
        long answer = unit.dma(s, (int) op.what() >>> 8 & 0xff, pasid, op.where(), access);
        outcomes.add(
                DmaAnswer.isFault(answer)
                        ? DmaAnswer.condition(answer).name()
                        : "dma " + DmaAnswer.OUTCOME.get(answer) + " level " + DmaAnswer.LEVEL.get(answer));
    }

    private void askPage(Op op) {
        long pasid = (op.what() & 1) == 0 ? Access.NO_PASID : op.what() >>> 10 & 0xfffff;
        long request = Request.of((int) op.what() >>> 30 & 1, pasid, (int) op.what() >>> 1 & 7);
        long page = Request.asking(request, op.what() >>> 5 & 3, (int) op.where() & 511, (op.what() & 16) == 0);
        int answer = unit.askPage(s, page, op.where());
        outcomes.add(
                answer < PageAnswer.FIRST_CONDITION
                        ? "page " + answer
                        : PageAnswer.condition(answer).name());
    }

    private void interrupt(Op op) {
        long address = InterruptRequest.FIRST_ADDRESS | op.where() & 0xfffff;
        long answer = unit.interrupt(s, (int) op.what() & 0xffff, address, op.what() >>> 16 & 0xffffffffL);
        outcomes.add("interrupt " + Long.toHexString(InterruptAnswer.OUTCOME.get(answer)));
        int entry = unit.fetchedEntry(s, address, 0, 0);
        if (entry >= 0) {
            unit.byFetchedEntry(s, entry, 0);
        }
    }
}
