package dev.moat.dma.arm;

import dev.moat.iommu.Meaning;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.model.program.Actor;
import dev.moat.model.program.Argument;
import dev.moat.model.program.Decision;
import dev.moat.state.Footprint;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Of each buffer one cache line and the memory behind it: who wrote what they hold. A CPU may fetch a line at any time and write it
 * back at any time; a device that does not snoop reads and writes the memory. {@code @source} Linux 6.1 arch/arm/mm/dma-mapping.c:
 * __dma_page_cpu_to_dev, __dma_page_dev_to_cpu; cache-v7.S: v7_dma_map_area, v7_dma_unmap_area.
 */
final class BufferLines {
    /** Contents: what was there before the CPU wrote for the next mapping, or before that mapping. */
    private static final int OLD = 0;

    private static final int CPUS = 1;
    private static final int DEVICES = 2;

    /** Values of {@link #line}: none; or {@link #CLEAN} plus contents; or what the CPU wrote and memory does not have. */
    private static final int ABSENT = 0;

    private static final int CLEAN = 1;
    private static final int DIRTY = 4;

    /** What maintenance does with a line. */
    static final int NOTHING = 0;
    /** Writes it back and keeps it. */
    static final int WRITE_BACK = 1;
    /** Drops it. */
    static final int DROP = 2;

    private final ArmState state;
    private final boolean used;
    private final Slots memory;
    private final Slots line;
    /** The CPU has written the buffer since it was mapped last, so that it may be given to a device that reads. */
    private final Slots filled;
    /** The device has written since the buffer was mapped. */
    private final Slots wrote;
    /** The CPU counts on finding what the device wrote: unmapped, and not written by the CPU since. */
    private final Slots awaited;
    /** {@code map.maintains}: (direction, whether the device snoops) to what is done with the line for the device. */
    private final Decision forDevice;
    /** {@code unmap.maintains}: the same for the CPU. */
    private final Decision forCpu;

    BufferLines(ArmState state, ModelBuilder model) {
        this.state = state;
        used = state.setting.lines;
        SchemaBuilder schema = model.schema();
        Sort buffers = state.setting.frames.onlyIf(used);
        memory = schema.slots("buffer.memory", Role.ARCHITECTURAL, Writer.HYPERVISOR, buffers)
                .of(new Sort("Contents", List.of("old", "cpu's", "device's")));
        line = schema.slots("buffer.line", Role.CACHE, Writer.HYPERVISOR, buffers)
                .of(new Sort("Line", List.of("absent", "old", "cpu's", "device's", "dirty")));
        filled =
                schema.slots("buffer.filled", Role.GHOST, Writer.GHOST, buffers).bits(1);
        wrote = schema.slots("buffer.device-wrote", Role.GHOST, Writer.GHOST, buffers)
                .bits(1);
        awaited = schema.slots("buffer.awaited", Role.GHOST, Writer.GHOST, buffers)
                .bits(1);
        forDevice = maintains(model, "map.maintains", ArmState.FROM, DROP, WRITE_BACK);
        forCpu = maintains(model, "unmap.maintains", ArmState.TO, NOTHING, DROP);
    }

    /** What is done in one direction, and otherwise; nothing for a device that snoops. */
    private Decision maintains(ModelBuilder model, String name, int direction, int then, int otherwise) {
        Decision normal = (s, d, snoops, c) -> {
            int done = d == direction ? then : otherwise;
            return snoops != 0 ? NOTHING : done;
        };
        return used ? model.decision(name, normal) : normal;
    }

    List<String> asked(boolean mapping) {
        return used ? List.of(mapping ? "map.maintains" : "unmap.maintains") : List.of();
    }

    // --- what the client's calls do

    /** A buffer goes to a device. */
    void toDevice(long[] s, int buffer, int direction, int q) {
        if (!used) {
            return;
        }
        wrote.set(s, buffer, 0);
        awaited.set(s, buffer, 0);
        filled.set(s, buffer, direction == ArmState.FROM ? 0 : filled.get(s, buffer));
        forgetDevices(s, buffer);
        maintain(s, buffer, forDevice.decide(s, direction, state.snoops(q) ? 1 : 0, 0));
    }

    /** It comes back. */
    void toCpu(long[] s, int buffer, int direction, int q) {
        if (used) {
            maintain(s, buffer, forCpu.decide(s, direction, state.snoops(q) ? 1 : 0, 0));
        }
    }

    /** Its unmap has returned. */
    void returned(long[] s, int buffer, int direction) {
        if (used) {
            boolean byDevice = direction != ArmState.TO && wrote.get(s, buffer) != 0;
            awaited.set(s, buffer, byDevice ? 1 : 0);
            filled.set(s, buffer, byDevice ? 0 : filled.get(s, buffer));
        }
    }

    /** What a device wrote for an earlier mapping is nothing that anybody waits for. */
    private void forgetDevices(long[] s, int buffer) {
        if (memory.get(s, buffer) == DEVICES) {
            memory.set(s, buffer, OLD);
        }
        if (line.get(s, buffer) == CLEAN + DEVICES) {
            line.set(s, buffer, CLEAN + OLD);
        }
    }

    private void maintain(long[] s, int buffer, int what) {
        if (what == DROP) {
            line.set(s, buffer, ABSENT);
        } else if (what == WRITE_BACK && line.get(s, buffer) == DIRTY) {
            memory.set(s, buffer, CPUS);
            line.set(s, buffer, CLEAN + CPUS);
        }
    }

    /** Whether a driver may give a buffer to a device: one that reads is to find what the CPU wrote. */
    boolean isReady(long[] s, int buffer, int direction) {
        return !used || direction == ArmState.FROM || filled.get(s, buffer) != 0;
    }

    // --- what CPUs and devices do of their own accord

    void declare(ModelBuilder model) {
        if (!used) {
            return;
        }
        Argument buffer = new Argument("frame", state.setting.frames);
        model.action("cpu_writes", Actor.HYPERVISOR, List.of(buffer), (s, f, b, c, d, e) -> cpuWrites(s, f));
        model.action("cpu_fetches_line", Actor.HYPERVISOR, List.of(buffer), (s, f, b, c, d, e) -> fetch(s, f));
        model.action("cpu_evicts_line", Actor.HYPERVISOR, List.of(buffer), (s, f, b, c, d, e) -> evict(s, f));
        model.action(
                "device_writes",
                Actor.DEVICE,
                List.of(new Argument("page", state.setting.pages)),
                Guarded.of((s, page, none) -> deviceWrites(s, page)));
    }

    private boolean cpuWrites(long[] s, int buffer) {
        if (state.used.get(s, buffer) != 0) {
            return false;
        }
        memory.set(s, buffer, OLD);
        line.set(s, buffer, DIRTY);
        filled.set(s, buffer, 1);
        awaited.set(s, buffer, 0);
        return true;
    }

    private boolean fetch(long[] s, int buffer) {
        if (line.get(s, buffer) != ABSENT) {
            return false;
        }
        line.set(s, buffer, CLEAN + memory.get(s, buffer));
        return true;
    }

    private boolean evict(long[] s, int buffer) {
        if (line.get(s, buffer) == ABSENT) {
            return false;
        }
        if (line.get(s, buffer) == DIRTY) {
            memory.set(s, buffer, CPUS);
        }
        line.set(s, buffer, ABSENT);
        return true;
    }

    /** The device of a live mapping writes, to wherever the unit leads it. */
    private boolean deviceWrites(long[] s, int page) {
        if (state.phase.get(s, page) != ArmState.LIVE || state.direction.get(s, page) == ArmState.TO) {
            return false;
        }
        int q = (int) state.device.get(s, page);
        int frame = state.iommu.meaning().gets(s, q, page, true);
        if (frame < 0 || frame >= memory.size()) {
            return false;
        }
        memory.set(s, frame, DEVICES);
        if (state.snoops(q)) {
            line.set(s, frame, ABSENT);
        }
        wrote.set(s, (int) state.frame.get(s, page), 1);
        return true;
    }

    // --- what it means

    boolean isAwaited(long[] s, int buffer) {
        return awaited.get(s, buffer) != 0;
    }

    boolean hasDeviceWritten(long[] s, int buffer) {
        return wrote.get(s, buffer) != 0;
    }

    boolean cpuFinds(long[] s, int buffer, boolean devices) {
        return cached(s, buffer) == (devices ? DEVICES : CPUS);
    }

    private int cached(long[] s, int buffer) {
        int there = (int) line.get(s, buffer);
        if (there == ABSENT) {
            return (int) memory.get(s, buffer);
        }
        return there == DIRTY ? CPUS : there - CLEAN;
    }

    /** Whether the device of a live mapping would read what the CPU wrote, or the device itself. */
    boolean deviceFinds(long[] s, int page, boolean devices) {
        int q = (int) state.device.get(s, page);
        int frame = willGet(s, q, page);
        if (frame < 0 || frame >= memory.size()) {
            return false;
        }
        int found = state.snoops(q) ? cached(s, frame) : (int) memory.get(s, frame);
        return found == (devices ? DEVICES : CPUS);
    }

    /** What a request that reads gets; one that waits while the traffic of its bus is stopped, what it will get. */
    private int willGet(long[] s, int device, int page) {
        int got = state.iommu.meaning().gets(s, device, page, false);
        Meaning.Traffic traffic = state.iommu.meaning().traffic();
        boolean waits = got == Meaning.BLOCKED
                && traffic != null
                && traffic.isStopped(s, state.iommu.unitOf(device))
                && state.iommu.entries().leadsTo(s, device, ArmState.SPACE);
        return waits ? state.iommu.tables().walk(s, ArmState.SPACE, page, false) : got;
    }

    /** Adds what these read of buffers. */
    void read(Footprint footprint) {
        footprint.all(memory).all(line).all(wrote).all(awaited);
        state.iommu.tables().read(footprint);
        Meaning.Traffic traffic = state.iommu.meaning().traffic();
        for (int unit = 0; traffic != null && unit < state.iommu.units().size(); unit++) {
            traffic.read(footprint, unit);
        }
    }
}
