package dev.moat.iommu.riscv.semantics;

import dev.moat.bits.BitField;
import dev.moat.iommu.queue.QueuePointers;
import dev.moat.iommu.riscv.format.Registers;
import dev.moat.iommu.riscv.format.Registers.DebugRequest;
import dev.moat.iommu.riscv.format.Registers.DebugResponse;
import dev.moat.iommu.riscv.format.Registers.DirectoryPointer;
import dev.moat.iommu.riscv.format.Registers.Features;
import dev.moat.iommu.riscv.format.Registers.Interrupts;
import dev.moat.iommu.riscv.format.Registers.Qos;
import dev.moat.iommu.riscv.format.Registers.QueueBase;
import dev.moat.iommu.riscv.format.Registers.QueueControl;
import dev.moat.iommu.riscv.format.Registers.QueueIndex;
import dev.moat.iommu.riscv.format.Registers.Vectors;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;
import java.util.Map;

/**
 * The registers of one unit as slots of a state, each a whole word in its format. What a search never changes is declared as
 * fixed and takes no room in a stored state.
 */
public final class RegisterBank {
    /** {@link Features}. */
    public final Slots fctl;
    /** {@link DirectoryPointer}. */
    public final Slots ddtp;
    /** The command queue. */
    public final Queue commands;
    /** The fault queue. */
    public final Queue faults;
    /** The page-request queue. */
    public final Queue pageRequests;
    /** {@link Interrupts}. */
    public final Slots ipsr;

    /** {@link Vectors}; without elements in a search, as all that follows. */
    final Slots icvec;
    /** The address of a vector's message. */
    final Slots messageAddress;
    /** Its data. */
    final Slots messageData;
    /** Its control. */
    final Slots messageControl;
    /** 1 where the message of a vector is held back. */
    final Slots messageHeld;

    final Slots debugAddress;
    /** {@link DebugRequest}. */
    final Slots debugRequest;
    /** {@link DebugResponse}. */
    final Slots debugResponse;
    /** {@link Qos}. */
    final Slots qos;
    /** ATS invalidations that were sent, ever. */
    final Slots atsSent;
    /** Those that no device has answered, a bit for each of the last 64. */
    final Slots atsOpen;
    /** 1 when one timed out that no fence has told of. */
    final Slots atsLate;

    /**
     * The registers of a queue.
     *
     * @param base {@link QueueBase}
     * @param head {@link QueueIndex}
     * @param tail {@link QueueIndex}
     * @param control {@link QueueControl}
     */
    public record Queue(Slots base, Slots head, Slots tail, Slots control) implements QueuePointers {
        /** Whether the unit uses it. */
        public boolean isOn(long[] s) {
            return QueueControl.ON.isSet(control.get(s));
        }

        @Override
        public int pending(long[] s) {
            return (int) (tail.get(s) - head.get(s) & QueueBase.indexMask(base.get(s)));
        }

        @Override
        public int head(long[] s) {
            return (int) head.get(s);
        }

        @Override
        public void advance(long[] s) {
            head.set(s, after(s, head.get(s)));
        }

        @Override
        public void move(long[] s, int newHead, int newTail) {
            head.set(s, newHead);
            tail.set(s, newTail);
        }

        @Override
        public void read(Footprint footprint) {
            footprint.all(head).all(tail);
        }

        /** An index one entry on, around the end. */
        long after(long[] s, long index) {
            return index + 1 & QueueBase.indexMask(base.get(s));
        }
    }

    /**
     * What a register is at the start, and which of its bits can be otherwise in a state of the search.
     *
     * @param varying see {@link Slots#varying}
     */
    public record Start(long value, long varying) {
        /** Any value. */
        static final Start ANY = new Start(0, -1L);
    }

    /** Registers that are 0 at the start and can hold anything: of a unit that is used outside of a search. */
    public RegisterBank(SchemaBuilder schema) {
        this(schema, "", Map.of(), Start.ANY);
    }

    /**
     * Declares the registers.
     *
     * @param prefix stands before their names
     * @param starts by name; the others start as {@code other} says
     */
    public RegisterBank(SchemaBuilder schema, String prefix, Map<String, Start> starts, Start other) {
        Declaring d = (name, writer, fields) -> {
            Start start = starts.getOrDefault(name, other);
            return schema.slots(prefix + name, Role.ARCHITECTURAL, writer)
                    .fixed(start.value())
                    .word(fields, start.varying());
        };
        fctl = d.slot("fctl", Writer.HYPERVISOR, Features.FIELDS);
        ddtp = d.slot("ddtp", Writer.HYPERVISOR, DirectoryPointer.FIELDS);
        commands = queue(d, "cq", Writer.HYPERVISOR, QueueControl.COMMANDS);
        faults = queue(d, "fq", Writer.IOMMU, QueueControl.RECORDS);
        pageRequests = queue(d, "pq", Writer.IOMMU, QueueControl.RECORDS);
        ipsr = d.slot("ipsr", Writer.IOMMU, Interrupts.FIELDS);

        boolean driven = other.equals(Start.ANY);
        Sort vectors = Sort.numbered("Vector", "v", driven ? Registers.MSI_ENTRIES : 0);
        Sort[] one = driven ? new Sort[0] : new Sort[] {vectors};
        icvec = word(schema, prefix + "icvec", Vectors.FIELDS, one);
        messageAddress = word(schema, prefix + "msi_addr", ALL, vectors);
        messageData = word(schema, prefix + "msi_data", ALL, vectors);
        messageControl = word(schema, prefix + "msi_vec_ctl", ALL, vectors);
        messageHeld = word(schema, prefix + "msi_held", ALL, vectors);
        debugAddress = word(schema, prefix + "tr_req_iova", ALL, one);
        debugRequest = word(schema, prefix + "tr_req_ctl", DebugRequest.FIELDS, one);
        debugResponse = word(schema, prefix + "tr_response", DebugResponse.FIELDS, one);
        qos = word(schema, prefix + "iommu_qosid", Qos.FIELDS, one);
        atsSent = word(schema, prefix + "ats_sent", ALL, one);
        atsOpen = word(schema, prefix + "ats_open", ALL, one);
        atsLate = word(schema, prefix + "ats_late", ALL, one);
    }

    private static final List<BitField> ALL = List.of(new BitField("value", 63, 0));

    @FunctionalInterface
    private interface Declaring {
        Slots slot(String name, Writer writer, List<BitField> fields);
    }

    /** @param tailBy who moves the tail; the other one moves the head */
    private static Queue queue(Declaring d, String name, Writer tailBy, List<BitField> control) {
        Writer headBy = tailBy == Writer.IOMMU ? Writer.HYPERVISOR : Writer.IOMMU;
        return new Queue(
                d.slot(name + "b", Writer.HYPERVISOR, QueueBase.FIELDS),
                d.slot(name + "h", headBy, QueueIndex.FIELDS),
                d.slot(name + "t", tailBy, QueueIndex.FIELDS),
                d.slot(name + "csr", Writer.IOMMU, control));
    }

    private static Slots word(SchemaBuilder schema, String name, List<BitField> fields, Sort... index) {
        return schema.slots(name, Role.ARCHITECTURAL, Writer.HYPERVISOR, index).word(fields, -1L);
    }

    /** Whether what the unit reads and writes is big-endian. */
    boolean isBigEndian(long[] s) {
        return Features.BE.isSet(fctl.get(s));
    }
}
