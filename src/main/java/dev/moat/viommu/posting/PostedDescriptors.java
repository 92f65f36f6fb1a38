package dev.moat.viommu.posting;

import dev.moat.iommu.Interrupts;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * A posted-interrupt descriptor for each virtual CPU, in memory: requests, ON, SN, NV and NDST; and the notifications that the physical unit
 * has sent to CPUs. It posts by setting the vector's bit; where ON is clear, and SN is, or the entry is urgent, it sets ON and sends
 * vector NV to NDST. {@code @source} VT-d specification 2.x, chapter 5.2.
 */
public final class PostedDescriptors {
    /** For a virtual CPU that runs: its CPU takes what is posted. */
    public static final int NOTIFICATION = 0xf2;

    /** For one that does not: Xen looks for who is to be woken. */
    public static final int WAKE_UP = 0xf1;

    private final Interrupts format;
    private final Sort vectors;
    private final int urgentVectors;
    /** Per virtual CPU and vector: posted; raised by a device and not seen by the virtual CPU yet. */
    private final Slots requests;

    private final Slots raised;
    /** Per virtual CPU: the word with ON, SN, NV and NDST. */
    private final Slots control;
    /** Per CPU: a notification has arrived that it has not looked at; and one with the wake-up vector. */
    private final Slots notified;

    private final Slots wakes;
    /** Per virtual CPU: a notification was sent under SN for what is not urgent; without wake-ups nothing is said of that. */
    private final Slots disturbed;
    /** {@code posting.notifies}: (virtual CPU, SN, URG of the entry) to 1 when a notification is sent where none is outstanding. */
    private final Decision notifies;

    /**
     * What there is.
     *
     * @param vectors the vectors of each virtual CPU
     * @param wakeUps whom wake-up notifications are for
     */
    public record Shape(Interrupts format, Sort vcpus, Sort vectors, int cpus, WakeUps wakeUps) {}

    /** Whom wake-up notifications are for. */
    public enum WakeUps {
        /** There are none. */
        NONE,
        /** Virtual CPUs that wait. */
        WAITING,
        /** And stopped ones, where an interrupt is urgent: entries of the last vector are. */
        URGENT
    }

    public PostedDescriptors(Shape shape, ModelBuilder model) {
        format = shape.format;
        vectors = shape.vectors;
        urgentVectors = shape.wakeUps == WakeUps.URGENT ? 1 : 0;
        SchemaBuilder schema = model.schema();
        requests = schema.slots("pi.requests", Role.ARCHITECTURAL, Writer.IOMMU, shape.vcpus, vectors)
                .bits(1);
        raised = schema.slots("raised", Role.GHOST, Writer.GHOST, shape.vcpus, vectors)
                .bits(1);
        long bits = 0;
        for (int cpu = 0; cpu < shape.cpus; cpu++) {
            bits |= format.descriptor(true, true, NOTIFICATION | (wakes(shape) ? WAKE_UP : 0), cpu + 1);
        }
        control = schema.slots("pi.control", Role.ARCHITECTURAL, Writer.HYPERVISOR, shape.vcpus)
                .word(format.descriptorFormat(), bits);
        // Not what an operation of the CPU has, so not by the same sort.
        Sort hosts = Sort.numbered("HostCpu", "host-cpu", shape.cpus);
        notified = schema.slots("notified", Role.ARCHITECTURAL, Writer.IOMMU, hosts)
                .bits(1);
        wakes = schema.slots("wake-up", Role.ARCHITECTURAL, Writer.IOMMU, hosts).bits(wakes(shape) ? 1 : 0);
        disturbed =
                schema.slots("disturbed", Role.GHOST, Writer.GHOST, shape.vcpus).bits(wakes(shape) ? 1 : 0);
        notifies = model.decision(
                "posting.notifies", (s, vcpu, suppressed, urgent) -> suppressed == 0 || urgent == 1 ? 1 : 0);
    }

    private static boolean wakes(Shape shape) {
        return shape.wakeUps != WakeUps.NONE;
    }

    /** Whether entries of a vector have URG set. */
    public boolean isUrgent(int vector) {
        return vector >= vectors.size() - urgentVectors;
    }

    public void write(long[] s, int vcpu, boolean outstanding, boolean suppressed, int cpu) {
        control.set(s, vcpu, format.descriptor(outstanding, suppressed, vector(s, vcpu), cpu));
    }

    /** The whole word as at a virtual CPU's creation, in which nothing is outstanding and notifications are suppressed. */
    public void create(long[] s, int vcpu, int vector, int cpu) {
        control.set(s, vcpu, format.descriptor(false, true, vector, cpu));
    }

    /** NV alone. */
    public void setVector(long[] s, int vcpu, int vector) {
        long word = format.descriptor(isOutstanding(s, vcpu), isSuppressed(s, vcpu), vector, cpu(s, vcpu));
        control.set(s, vcpu, word);
    }

    public boolean isOutstanding(long[] s, int vcpu) {
        return format.isOutstanding(control.get(s, vcpu));
    }

    public boolean isSuppressed(long[] s, int vcpu) {
        return format.isSuppressed(control.get(s, vcpu));
    }

    /** NDST: numbers of CPUs plus 1. */
    public int cpu(long[] s, int vcpu) {
        return format.notified(control.get(s, vcpu));
    }

    private int vector(long[] s, int vcpu) {
        return format.notification(control.get(s, vcpu));
    }

    /** The physical unit posts. One that is posted already is notified again where nothing is outstanding: after suppression. */
    public boolean post(long[] s, int vcpu, int vector) {
        boolean suppressed = isSuppressed(s, vcpu);
        boolean sends =
                !isOutstanding(s, vcpu) && notifies.decide(s, vcpu, suppressed ? 1 : 0, isUrgent(vector) ? 1 : 0) == 1;
        if (requests.get(s, vcpu, vector) != 0 && !sends) {
            return false;
        }
        requests.set(s, vcpu, vector, 1);
        raised.set(s, vcpu, vector, 1);
        if (sends) {
            // A vector that is neither is nobody's: what it is to tell is lost.
            if (vector(s, vcpu) == NOTIFICATION) {
                notified.set(s, cpu(s, vcpu) - 1, 1);
            } else if (vector(s, vcpu) == WAKE_UP) {
                wakes.set(s, cpu(s, vcpu) - 1, 1);
            }
            write(s, vcpu, true, suppressed, cpu(s, vcpu));
            if (suppressed && !isUrgent(vector) && disturbed.width() > 0) {
                disturbed.set(s, vcpu, 1);
            }
        }
        return true;
    }

    public boolean isPosted(long[] s, int vcpu, int vector) {
        return requests.get(s, vcpu, vector) != 0;
    }

    /** Whether anything is posted, or anything urgent. */
    public boolean isAnyPosted(long[] s, int vcpu, boolean urgent) {
        boolean any = false;
        for (int x = 0; x < vectors.size(); x++) {
            any |= isPosted(s, vcpu, x) && (!urgent || isUrgent(x));
        }
        return any;
    }

    /** Takes a posted bit away. */
    public void unpost(long[] s, int vcpu, int vector) {
        requests.set(s, vcpu, vector, 0);
    }

    public boolean isRaised(long[] s, int vcpu, int vector) {
        return raised.get(s, vcpu, vector) != 0;
    }

    /** The virtual CPU has seen the interrupt; one that is posted again is raised. */
    public void seen(long[] s, int vcpu, int vector) {
        raised.set(s, vcpu, vector, requests.get(s, vcpu, vector));
    }

    /** Whether a CPU has a notification to look at. */
    public boolean isNotified(long[] s, int cpu) {
        return notified.get(s, cpu) != 0;
    }

    public void lookAt(long[] s, int cpu) {
        notified.set(s, cpu, 0);
    }

    /** Whether it has one with the wake-up vector. */
    public boolean isWoken(long[] s, int cpu) {
        return wakes.get(s, cpu) != 0;
    }

    public void lookAtWakeUp(long[] s, int cpu) {
        wakes.set(s, cpu, 0);
    }

    public boolean isDisturbed(long[] s, int vcpu) {
        return disturbed.get(s, vcpu) != 0;
    }

    /** Adds what is looked at here. */
    public void read(Footprint footprint) {
        footprint
                .all(control)
                .all(requests)
                .all(notified)
                .all(raised)
                .all(wakes)
                .all(disturbed);
    }
}
