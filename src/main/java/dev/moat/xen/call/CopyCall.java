package dev.moat.xen.call;

import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.xen.setting.XenSetting;

/**
 * Arguments of the copy that runs on each CPU, what it has taken, and where answers are compared what the last one reached;
 * absent where there are no copies.
 */
public final class CopyCall {
    /** Bits of {@link #taken}: pin and reference of the source; of the destination; the destination's use for writing. */
    public static final int SOURCE = 1;

    public static final int DESTINATION = 2;
    public static final int TYPE = 4;

    /** As {@code CopySide} says. */
    public final Slots source;

    public final Slots destination;
    /** Offset of the source in bits 15:0, of the destination in 31:16; bytes. */
    public final Slots offsets;
    /** Bytes. */
    public final Slots length;
    /** What has been taken and has to be returned. */
    public final Slots taken;
    /** The frame that will be read, or none; and the one that will be written. */
    private final Slots from;

    private final Slots to;
    /** The frames that the sides refer to, or none; where granters store to entries in use, else those above. */
    private final Slots sourcePage;

    private final Slots destinationPage;
    /** Ghost: whose they were when they were taken. */
    private final Slots lender;

    private final Slots borrower;
    /** Ghost: the frames between which the last successful copy moved bytes; only where answers are compared. */
    private final Slots copiedFrom;

    private final Slots copiedTo;

    public CopyCall(SchemaBuilder schema, Slots pc, Sort domains, Sort frames, XenSetting setting) {
        boolean recorded = setting.recorded();
        boolean on = recorded || setting.grantTables().copy();
        int bits = setting.grantTables().partial() ? Short.SIZE : 0;
        Sort none = Sort.numbered("Cpu", "", 0);
        Sort cpus = on ? pc.index().get(0) : none;
        Sort noted = on && recorded ? cpus : none;
        source = argument(schema, pc, cpus, "cpu.copy-source", Integer.SIZE);
        destination = argument(schema, pc, cpus, "cpu.copy-destination", Integer.SIZE);
        offsets = argument(schema, pc, cpus, "cpu.copy-offsets", recorded ? Integer.SIZE : 0);
        length = argument(schema, pc, cpus, "cpu.copy-length", recorded ? Short.SIZE : bits);
        taken = argument(schema, pc, cpus, "cpu.copy-taken", 3);
        from = schema.slots("cpu.copy-from", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .optional(frames);
        to = schema.slots("cpu.copy-to", Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .optional(frames);
        Sort named = setting.guests().careless() && !recorded ? cpus : none;
        sourcePage = page(schema, named, "cpu.copy-source-page", SOURCE, frames);
        destinationPage = page(schema, named, "cpu.copy-destination-page", DESTINATION, frames);
        lender = schema.slots("copy.lender", Role.GHOST, Writer.GHOST, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0 && from.get(s, cpu) != 0)
                .optional(domains);
        borrower = schema.slots("copy.borrower", Role.GHOST, Writer.GHOST, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0 && to.get(s, cpu) != 0)
                .optional(domains);
        copiedFrom =
                schema.slots("copied.from", Role.GHOST, Writer.GHOST, noted).of(frames);
        copiedTo = schema.slots("copied.to", Role.GHOST, Writer.GHOST, noted).of(frames);
    }

    private static Slots argument(SchemaBuilder schema, Slots pc, Sort cpus, String name, int bits) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> pc.get(s, cpu) != 0)
                .bits(bits);
    }

    private Slots page(SchemaBuilder schema, Sort cpus, String name, int bit, Sort frames) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, cpus)
                .live((s, cpu) -> has(s, cpu, bit))
                .optional(frames);
    }

    /** Where the bytes to read begin in their page, in bytes. */
    public int fromOffset(long[] s, int cpu) {
        return (int) offsets.get(s, cpu) & 0xffff;
    }

    /** Where the bytes to write begin in their page, in bytes. */
    public int toOffset(long[] s, int cpu) {
        return (int) (offsets.get(s, cpu) >>> Short.SIZE);
    }

    /** Whether some of {@link #taken} is. */
    public boolean has(long[] s, int cpu, int bit) {
        return taken.size() > 0 && (taken.get(s, cpu) & bit) != 0;
    }

    /** Notes that a side is taken, and whose frame it is. */
    public void take(long[] s, int cpu, int bit, int frame, int owner) {
        add(s, cpu, bit);
        (bit == SOURCE ? from : to).set(s, cpu, frame + 1);
        (bit == SOURCE ? lender : borrower).set(s, cpu, owner + 1);
    }

    /** Notes one of {@link #taken}. */
    public void add(long[] s, int cpu, int bit) {
        taken.set(s, cpu, taken.get(s, cpu) | bit);
    }

    /** Notes that one of {@link #taken} has been returned. */
    public void drop(long[] s, int cpu, int bit) {
        if (bit != TYPE) {
            refer(s, cpu, bit, -1);
        }
        taken.set(s, cpu, taken.get(s, cpu) & ~bit);
    }

    /** Whether the frame that a side refers to is noted: where it may be another one than is touched. */
    public boolean notesReferred() {
        return sourcePage.size() > 0;
    }

    /** Notes the frame that a side refers to, or -1; nothing where it is not noted. */
    public void refer(long[] s, int cpu, int bit, int frame) {
        if (notesReferred()) {
            page(bit).set(s, cpu, frame + 1);
        }
    }

    /** The frame that a side refers to, where that is noted, else the one given. */
    public int referred(long[] s, int cpu, int bit, int touched) {
        return notesReferred() ? (int) page(bit).get(s, cpu) - 1 : touched;
    }

    private Slots page(int bit) {
        return bit == SOURCE ? sourcePage : destinationPage;
    }

    /** The bytes have been moved, or will not be: from here on no frame is touched. */
    public void finish(long[] s, int cpu, boolean moved) {
        if (moved && copiedFrom.size() > 0) {
            copiedFrom.set(s, cpu, from.get(s, cpu) - 1);
            copiedTo.set(s, cpu, to.get(s, cpu) - 1);
        }
        from.set(s, cpu, 0);
        to.set(s, cpu, 0);
        lender.set(s, cpu, 0);
        borrower.set(s, cpu, 0);
    }

    /** The frame that a side will be read from or written to, -1 when it will not. */
    public int touched(long[] s, int cpu, int bit) {
        return (int) (bit == SOURCE ? from : to).get(s, cpu) - 1;
    }

    /** Whose that frame was when it was taken. */
    public int lender(long[] s, int cpu, int bit) {
        return (int) (bit == SOURCE ? lender : borrower).get(s, cpu) - 1;
    }

    /** Adds all of a CPU's copy to a footprint. */
    public void read(Footprint p, int cpu) {
        p.one(source, cpu).one(destination, cpu).one(taken, cpu);
        p.one(from, cpu).one(to, cpu).one(lender, cpu).one(borrower, cpu);
    }
}
