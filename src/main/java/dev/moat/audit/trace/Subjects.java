package dev.moat.audit.trace;

import dev.moat.audit.read.Field;
import dev.moat.audit.read.TraceEvent;
import dev.moat.audit.result.Ledger.Subject;
import org.jspecify.annotations.Nullable;

/** Of whom events are, where only some devices are asked about. */
final class Subjects {
    private final DeviceFilter devices;
    private final FollowedSpaces tables;

    Subjects(DeviceFilter devices, FollowedSpaces tables) {
        this.devices = devices;
        this.tables = tables;
    }

    /** Of whom an event is, counted: of the device that it names, or of the domain that its task is at work in. */
    Subject of(TraceEvent e, Task t) {
        String device = e.device();
        Subject found = device != null ? devices.of(device) : devices.of(space(e, t));
        devices.count(found);
        return found;
    }

    private @Nullable AddressSpace space(TraceEvent e, Task t) {
        return switch (e.kind()) {
            case MAP_ENTRY, UNMAP_ENTRY, SYNC_ENTRY, FLUSH_ALL_ENTRY -> tables.space(e.get(Field.DOM));
            case MAP -> space(t.maps.of(e.get(Field.IOVA)));
            case MAP_RETURN -> space(t.maps.returning(TaskCalls.done(e)));
            case UNMAP -> space(t.unmaps.of(e.get(Field.IOVA)));
            case DMA_UNMAP_PAGE_RETURN, DMA_UNMAP_SG_RETURN, DMA_FREE_RETURN, IOVA_DESTROY_RETURN, IOVA_UNLINK_RETURN ->
                Syncs.unmapped(t);
            case SYNC_RETURN -> Syncs.flushed(t);
            default -> null;
        };
    }

    private @Nullable AddressSpace space(Task.@Nullable Call call) {
        return call == null ? null : tables.space(call.domain);
    }
}
