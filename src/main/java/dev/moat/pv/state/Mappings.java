package dev.moat.pv.state;

import dev.moat.iommu.linux.DmaDirection;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Streaming mappings: which buffer, which way, and the bus address, which is all that a driver has in hand. What the device wrote and who
 * may touch a part is ghost.
 *
 * <p>{@code @unit} bus addresses and places in the guest are counted in halves of a page.
 */
public final class Mappings {
    /** Values of {@link #phase}: not there; being made; the device's; being ended; ended, and the driver looks at its buffer. */
    public static final int NONE = 0;

    public static final int MAPPING = 1;
    public static final int LIVE = 2;
    public static final int UNMAPPING = 3;
    public static final int DONE = 4;

    /** Copies, as decisions name them: in at map and at sync, out at unmap and at sync. */
    public static final int MAP_IN = 0;

    public static final int SYNC_IN = 1;
    public static final int UNMAP_OUT = 2;
    public static final int SYNC_OUT = 3;

    private static final List<DmaDirection> DIRECTIONS =
            List.of(DmaDirection.BIDIRECTIONAL, DmaDirection.TO_DEVICE, DmaDirection.FROM_DEVICE);

    public final Slots phase;
    public final Slots buffer;
    public final Slots direction;
    /** Bus address of the first half. */
    public final Slots bus;
    /** Ghost: the first slot, or none when the device uses the buffer itself. */
    public final Slots slot;
    /** Ghost, per part: what was written last was written by the device. */
    public final Slots wrote;
    /** Ghost, per part: it was synchronised for the CPU. */
    public final Slots synced;
    /** Ghost, per part: the device wrote it since. */
    private final Slots wroteSince;

    private final LayerSetting setting;
    private final Sort parts;

    public Mappings(LayerState layer, SchemaBuilder schema) {
        setting = layer.setting;
        parts = layer.parts;
        Sort m = setting.streaming ? setting.mappings : Sort.numbered(setting.mappings.name(), "", 0);
        phase = schema.slots("mapping", Role.HYPERVISOR, Writer.GUEST, m)
                .of(new Sort("Phase", List.of("none", "mapping", "live", "unmapping", "done")));
        buffer = kernel(schema, "mapping.buffer", m).of(setting.buffers);
        direction = kernel(schema, "mapping.direction", m).of(directions());
        bus = kernel(schema, "mapping.bus", m)
                .bits(SlotsBuilder.bitsFor(Contents.HALVES * (setting.frames.size() + 2)));
        slot = ghost(schema, "mapping.slot", m).optional(layer.slots);
        wrote = ghost(schema, "mapping.device-wrote", m, parts).bits(1);
        Sort synchronised = setting.syncs ? m : Sort.numbered(m.name(), "", 0);
        synced = ghost(schema, "mapping.synced", synchronised, parts).bits(1);
        wroteSince = ghost(schema, "mapping.wrote-since", synchronised.onlyIf(setting.pools.polled), parts)
                .bits(1);
    }

    private SlotsBuilder kernel(SchemaBuilder schema, String name, Sort index) {
        return schema.slots(name, Role.HYPERVISOR, Writer.GUEST, index).live((s, m) -> phase.get(s, m) != NONE);
    }

    private SlotsBuilder ghost(SchemaBuilder schema, String name, Sort... index) {
        int each = index.length > 1 ? parts.size() : 1;
        return schema.slots(name, Role.GHOST, Writer.GHOST, index).live((s, i) -> phase.get(s, i / each) != NONE);
    }

    /** The directions, in Linux's order. */
    public static Sort directions() {
        return new Sort("Direction", List.of("both", "to", "from"));
    }

    /** A driver begins a mapping: the buffer is still the CPU's. */
    public void begin(long[] s, int mapping, int which, int dir) {
        phase.set(s, mapping, MAPPING);
        buffer.set(s, mapping, which);
        direction.set(s, mapping, dir);
        bus.set(s, mapping, 0);
        slot.set(s, mapping, 0);
        for (int part = 0; part < parts.size(); part++) {
            wrote.set(s, mapping, part, 0);
            if (synced.size() > 0) {
                synced.set(s, mapping, part, 0);
            }
            setWroteSince(s, mapping, part, 0);
        }
    }

    /** Whether the scenario has a direction. */
    public boolean isUsed(int dir) {
        return setting.directions.equals("any")
                || setting.directions.equals(directions().label(dir));
    }

    public static DmaDirection direction(int dir) {
        return DIRECTIONS.get(dir);
    }

    public int directionOf(long[] s, int mapping) {
        return (int) direction.get(s, mapping);
    }

    public boolean isToDevice(long[] s, int mapping) {
        return direction(directionOf(s, mapping)).isToDevice();
    }

    public boolean isFromDevice(long[] s, int mapping) {
        return direction(directionOf(s, mapping)).isFromDevice();
    }

    public int count() {
        return phase.size();
    }

    public boolean is(long[] s, int mapping, int what) {
        return phase.get(s, mapping) == what;
    }

    /** The first half of its buffer. */
    public int firstHalf(long[] s, int mapping) {
        return shape(s, mapping).first();
    }

    /** Halves of its buffer. */
    public int size(long[] s, int mapping) {
        return shape(s, mapping).size();
    }

    /** Its buffer. */
    public LayerSetting.Shape shape(long[] s, int mapping) {
        return setting.shapes.get(Math.min((int) buffer.get(s, mapping), setting.shapes.size() - 1));
    }

    public boolean isBounced(long[] s, int mapping) {
        return slot.get(s, mapping) != 0;
    }

    /** The mapping whose buffer a half is in, or -1. */
    public int at(long[] s, int half) {
        for (int m = 0; m < count(); m++) {
            int from = half - firstHalf(s, m);
            if (!is(s, m, NONE) && from >= 0 && from < size(s, m)) {
                return m;
            }
        }
        return -1;
    }

    /** Whether a buffer has a part in some mapping's. */
    public boolean overlaps(long[] s, LayerSetting.Shape shape) {
        for (int i = 0; i < shape.size(); i++) {
            if (at(s, shape.first() + i) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether a page has a part in some mapping's buffer. */
    public boolean isMapped(long[] s, int gfn) {
        return overlaps(s, new LayerSetting.Shape(gfn * Contents.HALVES, Contents.HALVES));
    }

    /** Which copy is being made. */
    public int copyAt(long[] s, int mapping, boolean in) {
        return switch ((int) phase.get(s, mapping)) {
            case MAPPING -> MAP_IN;
            case UNMAPPING -> UNMAP_OUT;
            default -> in ? SYNC_IN : SYNC_OUT;
        };
    }

    public boolean isSynced(long[] s, int mapping, int part) {
        return synced.size() > 0 && synced.get(s, mapping, part) != 0;
    }

    /** A part goes to the CPU, or back to the device: what the device wrote meanwhile counts from then on. */
    public void setSynced(long[] s, int mapping, int part, boolean forCpu) {
        synced.set(s, mapping, part, forCpu ? 1 : 0);
        if (!forCpu && wroteSince.size() > 0 && wroteSince.get(s, mapping, part) != 0) {
            wrote.set(s, mapping, part, 1);
            wroteSince.set(s, mapping, part, 0);
        }
    }

    /** The device writes a part. */
    public void writes(long[] s, int mapping, int part) {
        if (isSynced(s, mapping, part)) {
            setWroteSince(s, mapping, part, 1);
        } else {
            wrote.set(s, mapping, part, 1);
        }
    }

    private void setWroteSince(long[] s, int mapping, int part, int value) {
        if (wroteSince.size() > 0) {
            wroteSince.set(s, mapping, part, value);
        }
    }

    /** Whether it is no buffer of a driver's that was mapped, but memory of the pool's that the device has for its own. */
    public boolean isOwnMemory(long[] s, int mapping) {
        return firstHalf(s, mapping) < Contents.HALVES * setting.poolPages;
    }

    /** All of it is the device's. */
    public boolean isDevices(long[] s, int mapping) {
        boolean all = true;
        for (int part = 0; part < size(s, mapping); part++) {
            all &= !isSynced(s, mapping, part);
        }
        return all;
    }

    /** Frame and half that the device is told for a part, as one number; beyond the last frame it is nobody's. */
    public int busOf(long[] s, int mapping, int part) {
        return (int) bus.get(s, mapping) + part;
    }
}
