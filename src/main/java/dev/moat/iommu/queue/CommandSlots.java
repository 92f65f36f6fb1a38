package dev.moat.iommu.queue;

import dev.moat.bits.BitField;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.function.LongFunction;

/**
 * The command queue of a unit of a search as slots: the commands between head and tail, and the fetched commands in
 * front of the head.
 */
public final class CommandSlots {
    /** First word of the command per queue entry; dead outside of what is queued or fetched. */
    public final Slots lo;
    /** Second word of the command per queue entry. */
    public final Slots hi;
    /** Commands that were fetched and not executed; they are in front of the head. Without an element where none are. */
    public final Slots fetched;

    private final QueuePointers pointers;
    private final Shape shape;

    /**
     * How a queue is kept.
     *
     * @param ring entries, a power of two
     * @param most commands that it holds at once: all entries, or one less
     * @param fetches whether commands are fetched before they are executed
     * @param keepsPosition whether the head keeps its place; otherwise the queue is rotated so that the oldest command is entry 0
     * @param lo bits of first words that can be set
     * @param hi bits of second words that can be set
     */
    public record Shape(int ring, int most, boolean fetches, boolean keepsPosition, long lo, long hi) {}

    /** How a family's commands are read: fields that every first and every second word has, and those of a command by its first word. */
    public record Format(
            List<BitField> lo,
            List<BitField> hi,
            LongFunction<List<BitField>> fieldsLo,
            LongFunction<List<BitField>> fieldsHi) {}

    /** @param prefix stands before the names of the slots */
    public CommandSlots(SchemaBuilder schema, String prefix, QueuePointers pointers, Shape shape, Format format) {
        this.pointers = pointers;
        this.shape = shape;
        Sort entry = Sort.numbered("QueueEntry", "c", shape.ring());
        Sort[] one = shape.fetches() ? new Sort[0] : new Sort[] {Sort.numbered("None", "", 0)};
        fetched = slots(schema, prefix + "fetched", Writer.IOMMU, one).bits(SlotsBuilder.bitsFor(shape.most()));
        Liveness queued = this::isQueued;
        lo = slots(schema, prefix + "commandLo", Writer.HYPERVISOR, entry)
                .live(queued)
                .decodedBy(format.fieldsLo()::apply)
                .word(format.lo(), shape.lo());
        hi = slots(schema, prefix + "commandHi", Writer.HYPERVISOR, entry)
                .live(queued)
                .decodedBy(lo, format.fieldsHi()::apply)
                .word(format.hi(), shape.hi());
    }

    private static SlotsBuilder slots(SchemaBuilder schema, String name, Writer writer, Sort... index) {
        return schema.slots(name, Role.QUEUE, writer, index);
    }

    /** See {@link Shape}. */
    public Shape shape() {
        return shape;
    }

    /** Whether an entry of the queue is fetched, or lies between head and tail. */
    private boolean isQueued(long[] s, int entry) {
        return (entry - first(s) & shape.ring() - 1) < count(s);
    }

    /** Commands that were fetched and not executed. */
    public int fetched(long[] s) {
        return shape.fetches() ? (int) fetched.get(s) : 0;
    }

    /** Commands that the unit has not fetched. */
    public int pending(long[] s) {
        return pointers.pending(s);
    }

    /** Commands that are not executed. */
    public int count(long[] s) {
        return pending(s) + fetched(s);
    }

    /** The entry of the oldest command that was not executed. */
    int first(long[] s) {
        return pointers.head(s) - fetched(s) & shape.ring() - 1;
    }

    /** The head goes on by one entry. */
    void advance(long[] s) {
        pointers.advance(s);
    }

    /** The oldest command becomes entry 0, unless the head keeps its place. */
    void rotate(long[] s) {
        int fetchedBefore = fetched(s);
        if (shape.keepsPosition() || pointers.head(s) == fetchedBefore) {
            return;
        }
        int first = first(s);
        int count = count(s);
        for (int i = 0; first != 0 && i < shape.ring(); i++) {
            int from = first + i & shape.ring() - 1;
            lo.set(s, i, i < count ? lo.get(s, from) : 0);
            hi.set(s, i, i < count ? hi.get(s, from) : 0);
        }
        pointers.move(s, fetchedBefore, count);
    }

    /** Adds all that says what is queued. */
    void read(Footprint footprint) {
        footprint.all(lo).all(hi).all(fetched);
        pointers.read(footprint);
    }
}
