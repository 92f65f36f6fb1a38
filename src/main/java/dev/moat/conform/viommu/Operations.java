package dev.moat.conform.viommu;

import dev.moat.conform.rows.Row;
import dev.moat.iommu.vtd.format.Access;
import dev.moat.iommu.vtd.format.Descriptors;
import dev.moat.iommu.vtd.format.DmaAnswer;
import dev.moat.iommu.vtd.format.PasidDescriptors;
import dev.moat.iommu.vtd.interrupt.InterruptAnswer;
import dev.moat.iommu.vtd.interrupt.InterruptFault;
import dev.moat.iommu.vtd.interrupt.InterruptRequest;
import dev.moat.iommu.vtd.interrupt.RedirectionEntry;
import dev.moat.iommu.vtd.interrupt.RemapEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What each recorded operation does to the machine, and how the recorder prints what came of it. */
final class Operations {
    private static final long TABLE_A = 0x200000;
    private static final long TABLE_B = 0x300000;
    /** Bytes that a recorded DMA request moves. */
    private static final int BYTES = 8;

    private static final int MOST_WORDS = 1 << 16;

    private final RecordedMachine machine;
    private final IoApic ioApic = new IoApic();
    private SortedSet<String> older = new TreeSet<>();

    public Operations(RecordedMachine machine) {
        this.machine = machine;
    }

    /** A case begins. */
    public void restart() {
        machine.restart();
        ioApic.reset();
    }

    /** What hardware might have done instead in the last operation, by entries fetched before. */
    public SortedSet<String> older() {
        return older;
    }

    /**
     * Runs a row.
     *
     * @return the words of what came of it, without FSTS and the record; a register's value for {@code rd}
     * @throws dev.moat.input.InputException for an unknown operation, then for its arguments from left to right
     */
    public List<String> run(Row row) {
        older = new TreeSet<>();
        Arguments args = new Arguments(row.cell("op"), row.cell("args"));
        List<String> words = new ArrayList<>(perform(args));
        words.addAll(machine.takeMessages());
        return words;
    }

    private List<String> perform(Arguments args) {
        return switch (args.operation()) {
            case "st" -> stores(args);
            case "rtaddr" -> set(args, RecordedMachine.RTADDR, Long.BYTES, "");
            case "gcmd" -> {
                command(args.only());
                yield List.of("gsts=" + RecordedMachine.hex(machine.status()));
            }
            case "irta" -> set(args, RecordedMachine.IRTA, Long.BYTES, "irta=");
            case "fectl" -> set(args, RecordedMachine.FECTL, Integer.BYTES, "fectl=");
            case "fe" -> {
                long[] values = args.numbers(2, 2, 32);
                machine.write(RecordedMachine.FEDATA, Integer.BYTES, values[0]);
                machine.write(RecordedMachine.FEADDR, Integer.BYTES, values[1]);
                yield List.of();
            }
            case "fclear" -> {
                machine.clearFault(args.only());
                yield List.of();
            }
            case "rd" -> {
                int offset = (int) args.numbers(1, 1, 12)[0];
                yield List.of(RecordedMachine.hex(machine.read(offset, offset % 8 == 0 ? 8 : 4)));
            }
            case "qi" -> done(machine.submit(args.numbers(1, 4, 64)));
            case "iec" -> done(machine.submit(entryCache(args.numbers(3, 3, 16))));
            case "flush" -> flush(args);
            case "irte", "irtelo", "irtehi" -> entry(args);
            case "rte" -> {
                long[] values = args.numbers(2, 2, 64);
                ioApic.write(values[0], values[1]);
                yield List.of();
            }
            case "pin" -> pin(args.only());
            case "msi" -> {
                args.count(3, 3);
                Device device = args.device(0);
                long address = args.number(1, 64);
                long data = args.number(2, 32);
                if (InterruptRequest.isInterrupt(address)) {
                    yield List.of(interrupt(device.sid(), address, data));
                }
                // Anywhere else it is a write like any other: translated, so that it may be a fault.
                machine.unit().dma(machine.state(), device.sid(), Access.NO_PASID, address, Access.WRITE);
                yield List.of("int=none");
            }
            case "dma", "dmac" -> dma(args);
            default -> throw args.unknown();
        };
    }

    /** Writes GCMD. */
    public void command(long value) {
        machine.write(RecordedMachine.GCMD, Integer.BYTES, value);
    }

    private List<String> stores(Arguments args) {
        long[] values = args.numbers(2, MOST_WORDS, 64);
        if (values.length % 2 != 0) {
            throw args.wrong("a value for every address");
        }
        for (int i = 0; i < values.length; i += 2) {
            machine.memory().store(values[i], values[i + 1]);
        }
        return List.of();
    }

    private List<String> set(Arguments args, int offset, int size, String shown) {
        machine.write(offset, size, args.only());
        return shown.isEmpty() ? List.of() : List.of(shown + RecordedMachine.hex(machine.read(offset, size)));
    }

    private static List<String> done(boolean done) {
        return List.of(done ? "done" : "IQE");
    }

    private static long entryCache(long[] values) {
        long lo = Descriptors.INTERRUPT_ENTRY_CACHE | (values[0] & 1) << 4;
        lo = Descriptors.InterruptEntryCache.IM.set(lo, values[2] & Descriptors.InterruptEntryCache.IM.max());
        return Descriptors.InterruptEntryCache.IIDX.set(lo, values[1]);
    }

    private List<String> flush(Arguments args) {
        args.count(0, 0);
        boolean done = machine.submit(Descriptors.contextGlobal());
        if (machine.isWide()) {
            long all = Descriptors.G.set(PasidDescriptors.PASID_CACHE, PasidDescriptors.CACHE_GLOBAL);
            done &= machine.submit(all);
        }
        done &= machine.submit(Descriptors.G.set(Descriptors.IOTLB, Descriptors.GLOBAL));
        return done(done);
    }

    private List<String> entry(Arguments args) {
        boolean whole = args.operation().equals("irte");
        args.count(whole ? 4 : 3, whole ? 4 : 3);
        long table = args.choice(0, "A", "B") == 0 ? TABLE_A : TABLE_B;
        long at = table + RemapEntry.BYTES * args.number(1, 16);
        if (whole) {
            machine.memory().store(at + Long.BYTES, args.number(3, 64));
        }
        long half = args.operation().equals("irtehi") ? Long.BYTES : 0;
        machine.memory().store(at + half, args.number(2, 64));
        return List.of();
    }

    private List<String> pin(long pin) {
        OptionalLong sent = ioApic.pulse(pin);
        if (sent.isEmpty()) {
            return List.of("int=none");
        }
        long entry = sent.getAsLong();
        // The recorder's IOAPIC gives no requester id.
        return List.of(
                interrupt(InterruptRequest.NO_SOURCE, RedirectionEntry.address(entry), RedirectionEntry.data(entry)));
    }

    private String interrupt(int sid, long address, long data) {
        long[] s = machine.state();
        TreeSet<String> others = new TreeSet<>();
        int element = machine.unit().fetchedEntry(s, address, data, 0);
        while (element >= 0) {
            others.add(older(machine.unit().byFetchedEntry(s, element, sid)));
            element = machine.unit().fetchedEntry(s, address, data, element + 1);
        }
        long answer = machine.unit().interrupt(s, sid, address, data);
        others.remove(older(answer));
        older = others;
        return InterruptAnswer.isDelivered(answer) ? delivered(answer) : "int=none";
    }

    private static String delivered(long answer) {
        return "int=" + RecordedMachine.hex(InterruptAnswer.VECTOR.get(answer))
                + "/d=" + RecordedMachine.hex(InterruptAnswer.DEST.get(answer))
                + "/dm=" + InterruptAnswer.DM.get(answer)
                + "/dlm=" + InterruptAnswer.DLM.get(answer)
                + "/tm=" + InterruptAnswer.TM.get(answer)
                + "/rh=" + InterruptAnswer.RH.get(answer)
                + (InterruptAnswer.REMAPPED.isSet(answer) ? "/remap" : "/compat");
    }

    /** As the column of older entries prints it. */
    private static String older(long answer) {
        if (InterruptAnswer.isDelivered(answer)) {
            return delivered(answer);
        }
        long reason = InterruptAnswer.OUTCOME.get(answer);
        boolean silent = InterruptFault.qualified((int) reason) && InterruptAnswer.UNRECORDED.isSet(answer);
        return "F" + Long.toHexString(reason) + (silent ? "(FPD)" : "");
    }

    private List<String> dma(Arguments args) {
        args.count(3, 3);
        Device device = args.device(0);
        long address = args.number(1, 64);
        int access = args.choice(2, "r", "w") == 1 ? Access.WRITE : Access.READ;
        // What descriptors stored when a command switched the queue on.
        machine.memory().takeWritten();
        long answer = machine.unit().dma(machine.state(), device.sid(), Access.NO_PASID, address, access);
        List<String> words = new ArrayList<>(outcome(answer, address));
        SortedMap<Long, Long> written = machine.memory().takeWritten();
        if (!written.isEmpty()) {
            words.add("wrote="
                    + written.entrySet().stream()
                            .map(e -> RecordedMachine.hex(e.getKey()) + ":" + RecordedMachine.hex(e.getValue()))
                            .collect(Collectors.joining(";")));
        }
        return words;
    }

    private static List<String> outcome(long answer, long address) {
        long outcome = DmaAnswer.OUTCOME.get(answer);
        boolean found = outcome == DmaAnswer.TRANSLATED || outcome == DmaAnswer.SHORT_OF_RIGHTS;
        if (!found) {
            return List.of("blocked");
        }
        long reached = DmaAnswer.address(answer, address);
        // The recorder looks for a mark that it has put there, which it cannot in memory that is read only.
        boolean marked = GuestMemory.exists(reached, BYTES) && !GuestMemory.isRom(reached);
        boolean moves = outcome == DmaAnswer.TRANSLATED && marked;
        return List.of(moves ? "ok" : "nodata", "pa=" + RecordedMachine.hex(reached));
    }
}
