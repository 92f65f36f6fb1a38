package dev.moat.viommu.state;

import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;

/**
 * Requests under nested translation that have read the first level, or both, and are not cached yet; one for each device. An invalidation
 * ends those that it covers. {@code @source} VT-d specification 3.x, chapter 6.5.2.6: draining of requests.
 */
final class NestedFlights {
    /** Per device: the page that its request is about, or none; the gfn that it found, and the frame, or none yet. */
    private final Slots page;

    private final Slots gfn;
    private final Slots frame;
    private final Slots write;
    /** {@code nested.drains}: (device) to 1 when forgetting ends the request in flight, too. */
    private final Decision drains;

    NestedFlights(ViommuSetting setting, ModelBuilder model) {
        SchemaBuilder schema = model.schema();
        Sort devices = setting.devices;
        page = schema.slots("nested.flight", Role.CACHE, Writer.IOMMU, devices).optional(setting.pages);
        Liveness flies = (s, q) -> page.get(s, q) != 0;
        gfn = schema.slots("nested.flight.gfn", Role.CACHE, Writer.IOMMU, devices)
                .live(flies)
                .of(setting.pages);
        frame = schema.slots("nested.flight.frame", Role.CACHE, Writer.IOMMU, devices)
                .live(flies)
                .optional(setting.frames);
        write = schema.slots("nested.flight.write", Role.CACHE, Writer.IOMMU, devices)
                .live(flies)
                .bits(1);
        drains = model.decision("nested.drains", (s, device, b, c) -> 1);
    }

    boolean flies(long[] s, int device) {
        return page.get(s, device) != 0;
    }

    /** A request has read the first level; false where one of the device's is in flight. */
    boolean begin(long[] s, int device, int of, int found, boolean writes) {
        if (flies(s, device)) {
            return false;
        }
        page.set(s, device, of + 1L);
        gfn.set(s, device, found);
        frame.set(s, device, 0);
        write.set(s, device, writes ? 1 : 0);
        return true;
    }

    /** It has read the second level; below 0 it is blocked, and ends. */
    void found(long[] s, int device, int at) {
        if (at < 0) {
            end(s, device);
        } else {
            frame.set(s, device, at + 1L);
        }
    }

    void end(long[] s, int device) {
        page.set(s, device, 0);
    }

    /** What is forgotten is not found again by one that has begun before. */
    void drain(long[] s, int device) {
        if (drains.decide(s, device, 0, 0) != 0) {
            end(s, device);
        }
    }

    int page(long[] s, int device) {
        return (int) page.get(s, device) - 1;
    }

    int gfn(long[] s, int device) {
        return (int) gfn.get(s, device);
    }

    /** The frame, or -1 while the second level is still to be read. */
    int frame(long[] s, int device) {
        return (int) frame.get(s, device) - 1;
    }

    boolean isWrite(long[] s, int device) {
        return write.get(s, device) != 0;
    }
}
