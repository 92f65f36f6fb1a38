package dev.moat.iommu.smmuv3.semantics;

import dev.moat.bits.BitField;
import dev.moat.iommu.queue.QueuePointers;
import dev.moat.iommu.smmuv3.format.Registers;
import dev.moat.iommu.smmuv3.format.Registers.Enable;
import dev.moat.iommu.smmuv3.format.Registers.Errors;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Writer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The registers of one unit that hold something, as slots of a state, each a whole word. */
public final class RegisterBank {
    private static final List<BitField> WHOLE = List.of(new BitField("value", 63, 0));

    final Slots cr0;
    final Slots cr2;
    /** GBPA. */
    final Slots bypass;

    final Slots gerror;
    final Slots gerrorn;
    final Slots streamTable;
    final Slots streamTableConfig;
    /** The command queue. */
    public final Queue commands;

    final Queue events;

    private final Map<Integer, Slots> byOffset = new TreeMap<>();

    /** The registers of a queue; most is log2 of the entries that it can have. */
    public record Queue(Slots base, Slots prod, Slots cons, int most) implements QueuePointers {
        /** Where software or the unit writes next, with its wrap bit. */
        long produced(long[] s) {
            return Registers.Queue.index(base.get(s), most, prod.get(s));
        }

        @Override
        public int pending(long[] s) {
            return (int) Registers.Queue.index(base.get(s), most, produced(s) - consumed(s));
        }

        @Override
        public int head(long[] s) {
            return (int) consumed(s);
        }

        @Override
        public void advance(long[] s) {
            cons.set(s, after(s, cons.get(s)));
        }

        @Override
        public void read(Footprint footprint) {
            footprint.all(prod).all(cons);
        }

        @Override
        public void move(long[] s, int consumed, int produced) {
            prod.set(s, prod.get(s) - produced(s) + produced);
            cons.set(s, cons.get(s) - consumed(s) + consumed);
        }

        /** Where software or the unit reads next. */
        public long consumed(long[] s) {
            return Registers.Queue.index(base.get(s), most, cons.get(s));
        }

        long address(long[] s, long index, int bytes) {
            return Registers.Queue.address(base.get(s), most, index, bytes);
        }

        /** An index one entry on; the bits above it are kept. */
        long after(long[] s, long register) {
            long base = this.base.get(s);
            long kept = register - Registers.Queue.index(base, most, register);
            return kept + Registers.Queue.index(base, most, register + 1);
        }
    }

    /**
     * What a register is at the start, and which of its bits can be otherwise in a state of the search.
     *
     * @param varying see {@link Slots#varying}
     */
    public record Start(long value, long varying) {}

    private final String prefix;
    private final Map<Integer, Start> starts;
    private final Start other;

    /** Declares the registers of a unit that is used outside of a search; they are 0 at the start. */
    public RegisterBank(SchemaBuilder schema, Capabilities can) {
        this(schema, "", Map.of(), new Start(0, -1L), can);
    }

    /**
     * Declares the registers of a unit.
     *
     * @param prefix stands before their names
     * @param starts by offset; the others start as {@code other} says
     */
    public RegisterBank(
            SchemaBuilder schema, String prefix, Map<Integer, Start> starts, Start other, Capabilities can) {
        this.prefix = prefix;
        this.starts = Map.copyOf(starts);
        this.other = other;
        cr0 = declare(schema, "cr0", Registers.CR0);
        declare(schema, "cr1", Registers.CR1);
        cr2 = declare(schema, "cr2", Registers.CR2);
        bypass = declare(schema, "gbpa", Registers.GBPA);
        declare(schema, "irq_ctrl", Registers.IRQ_CTRL);
        gerror = declare(schema, "gerror", Registers.GERROR);
        gerrorn = declare(schema, "gerrorn", Registers.GERRORN);
        streamTable = declare(schema, "strtab_base", Registers.STRTAB_BASE);
        streamTableConfig = declare(schema, "strtab_base_cfg", Registers.STRTAB_BASE_CFG);
        commands = new Queue(
                declare(schema, "cmdq_base", Registers.CMDQ_BASE),
                declare(schema, "cmdq_prod", Registers.CMDQ_PROD),
                declare(schema, "cmdq_cons", Registers.CMDQ_CONS),
                can.commandQueueBits());
        events = new Queue(
                declare(schema, "eventq_base", Registers.EVENTQ_BASE),
                declare(schema, "eventq_prod", Registers.EVENTQ_PROD),
                declare(schema, "eventq_cons", Registers.EVENTQ_CONS),
                can.eventQueueBits());
        for (int offset : Registers.MESSAGES) {
            declare(schema, "irq_cfg_" + Integer.toHexString(offset), offset);
        }
    }

    private Slots declare(SchemaBuilder schema, String name, int offset) {
        Start start = starts.getOrDefault(offset, other);
        Slots slots = schema.slots(prefix + name, Role.ARCHITECTURAL, Writer.HYPERVISOR)
                .fixed(start.value())
                .word(WHOLE, start.varying());
        byOffset.put(offset, slots);
        return slots;
    }

    /** The register at an offset, or null. */
    @Nullable
    Slots at(int offset) {
        return byOffset.get(offset);
    }

    /** Whether the unit translates. */
    public boolean isOn(long[] s) {
        return Enable.SMMUEN.isSet(cr0.get(s));
    }

    /** Whether an error waits for software. */
    boolean isActive(long[] s, BitField error) {
        return error.isSet(gerror.get(s) ^ gerrorn.get(s));
    }

    /** Tells software of an error, unless it was told of one before. */
    void raise(long[] s, BitField error) {
        if (!isActive(s, error)) {
            gerror.set(s, gerror.get(s) ^ error.mask());
        }
    }

    /** Whether commands stand still because of an error. */
    public boolean isStopped(long[] s) {
        return isActive(s, Errors.CMDQ_ERR);
    }

    /** Sets PROD of the event queue, and whether EVENTQ_ABT is active. */
    public void setEventQueue(long[] s, long prod, boolean aborted) {
        events.prod().set(s, prod);
        if (isActive(s, Errors.EVENTQ_ABT) != aborted) {
            gerror.set(s, gerror.get(s) ^ Errors.EVENTQ_ABT.mask());
        }
    }
}
