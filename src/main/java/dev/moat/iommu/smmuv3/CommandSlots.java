package dev.moat.iommu.smmuv3;

import dev.moat.iommu.smmuv3.format.Commands;
import dev.moat.iommu.smmuv3.semantics.RegisterBank;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * The command queue of a unit of a search as slots: what lies between CONS and PROD, and in front of CONS what was consumed and not
 * executed. It is rotated so that the oldest command is entry 0.
 */
public final class CommandSlots {
    /** First word of the command per queue entry; dead outside of what is queued or consumed. */
    public final Slots lo;
    /** Second word of the command per queue entry. */
    public final Slots hi;
    /** Commands that were consumed and not executed; they are in front of CONS. Without an element where there are none. */
    public final Slots fetched;

    private final RegisterBank registers;
    private final Shape shape;

    /**
     * How a queue is kept.
     *
     * @param ring entries, a power of two
     * @param fetches whether commands are consumed before they are executed
     * @param lo bits of first words that can be set
     * @param hi bits of second words that can be set
     */
    public record Shape(int ring, boolean fetches, long lo, long hi) {}

    /** @param prefix stands before the names of the slots */
    public CommandSlots(SchemaBuilder schema, String prefix, RegisterBank registers, Shape shape) {
        this.registers = registers;
        this.shape = shape;
        Sort entry = Sort.numbered("QueueEntry", "c", shape.ring());
        Sort[] one = shape.fetches() ? new Sort[0] : new Sort[] {Sort.numbered("None", "", 0)};
        fetched = slots(schema, prefix + "fetched", Writer.IOMMU, one).bits(SlotsBuilder.bitsFor(shape.ring()));
        Liveness queued = (s, n) -> n < count(s);
        lo = slots(schema, prefix + "commandLo", Writer.HYPERVISOR, entry)
                .live(queued)
                .decodedBy(Commands::fieldsLo)
                .word(List.of(Commands.OPCODE), shape.lo());
        hi = slots(schema, prefix + "commandHi", Writer.HYPERVISOR, entry)
                .live(queued)
                .decodedBy(lo, Commands::fieldsHi)
                .word(List.of(Commands.ADDRESS), shape.hi());
    }

    private static SlotsBuilder slots(SchemaBuilder schema, String name, Writer writer, Sort... index) {
        return schema.slots(name, Role.QUEUE, writer, index);
    }

    /** See {@link Shape}. */
    public Shape shape() {
        return shape;
    }

    /** Commands that were consumed and not executed. */
    public int fetched(long[] s) {
        return shape.fetches() ? (int) fetched.get(s) : 0;
    }

    /** Commands that the unit has not consumed. */
    public int pending(long[] s) {
        return registers.commands.pending(s);
    }

    /** Commands that are not executed. */
    public int count(long[] s) {
        return pending(s) + fetched(s);
    }

    /** Whether the unit consumes commands when there are any. */
    boolean isRunning(long[] s) {
        return !registers.isStopped(s);
    }

    /**
     * Takes a command out of the queue that was consumed: those behind it move up.
     *
     * @param place counted from the oldest one
     * @param consumed commands in front of CONS that stay
     */
    void remove(long[] s, int place, int consumed, int left) {
        for (int i = place; i < left; i++) {
            lo.set(s, i, lo.get(s, i + 1));
            hi.set(s, i, hi.get(s, i + 1));
        }
        lo.set(s, left, 0);
        hi.set(s, left, 0);
        if (shape.fetches()) {
            fetched.set(s, consumed);
        }
        registers.commands.move(s, consumed, left);
    }

    /** CONS goes on by one command, which stays in front of it. */
    void fetch(long[] s) {
        int consumed = fetched(s) + 1;
        int count = count(s);
        fetched.set(s, consumed);
        registers.commands.move(s, consumed, count);
    }
}
