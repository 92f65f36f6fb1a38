package dev.moat.xen.twin;

import dev.moat.state.Slots;
import dev.moat.xen.HostAddress;
import java.util.ArrayList;
import java.util.List;

/** Maps and unmaps. */
final class TwinMaps {
    private final TwinMachines t;
    private final Slots sides = TwinMachines.family("maptrack.sides");
    private int maps;

    TwinMaps(TwinMachines t) {
        this.t = t;
    }

    String map() {
        int mapper = t.roll(TwinMachines.DOMAINS);
        int granter =
                t.roll(12) == 0 ? TwinMachines.DOMAINS : (mapper + t.roll(TwinMachines.DOMAINS)) % TwinMachines.DOMAINS;
        int ref = t.roll(20) == 0 ? 5000 : t.ref();
        int[] granted = t.grantedTo(mapper);
        if (granted != null && t.roll(3) == 0) {
            granter = granted[0];
            ref = granted[1];
        }
        int flags = t.pick(2, 2, 6, 6, 1, 5, 3, 7, 0, 0x12, 0x16);
        boolean byEntry = (flags & 0x10) != 0;
        int slot = freeSlot(mapper);
        boolean bad = slot < 0 || t.roll(10) == 0;
        int address = bad ? HostAddress.BAD : byEntry ? HostAddress.ofEntry(slot) : HostAddress.of(slot);
        boolean[] before = active(mapper);
        int expected = t.slow.maps.map(mapper, granter, ref, flags, bad ? -1 : slot, byEntry, maps);
        int fast = t.call("map_grant_ref", mapper, granter, ref, flags, address);
        if (fast == 0 && expected == 0) {
            for (int h = 0; h < before.length; h++) {
                if (!before[h] && sides.get(t.s, mapper, h) != 0) {
                    t.names.get(mapper).put(maps, h);
                }
            }
        }
        maps++;
        return t.answers("map", fast, expected);
    }

    private int freeSlot(int mapper) {
        for (int i = 0; i < TwinMachines.SLOTS; i++) {
            if (!t.slow.slots.get(mapper).containsKey(i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean[] active(int mapper) {
        boolean[] active = new boolean[sides.size() / TwinMachines.DOMAINS];
        for (int h = 0; h < active.length; h++) {
            active[h] = sides.get(t.s, mapper, h) != 0;
        }
        return active;
    }

    String unmap() {
        int mapper = t.roll(TwinMachines.DOMAINS);
        List<Integer> known = new ArrayList<>(t.names.get(mapper).keySet());
        if (known.isEmpty()) {
            return t.answers(
                    "unmap", t.call("unmap_grant_ref", mapper, 5, HostAddress.of(0), 0), SlowGrants.BAD_HANDLE);
        }
        int name = known.get(t.roll(known.size()));
        SlowGrants.Mapping m = t.slow.mappings.get(mapper).get(name);
        if (m == null) {
            int handle = t.names.get(mapper).remove(name);
            return sides.get(t.s, mapper, handle) != 0
                    ? "" // the number has been handed out again
                    : t.answers(
                            "unmap",
                            t.call("unmap_grant_ref", mapper, handle, HostAddress.of(0), 0),
                            SlowGrants.BAD_HANDLE);
        }
        int slot = t.roll(6) == 0 ? t.roll(TwinMachines.SLOTS) : slotOf(mapper, m);
        boolean none = t.roll(6) == 0 || slot < 0;
        boolean byEntry = m.byEntry() != (t.roll(12) == 0);
        int bus = t.pick(-1, -1, m.frame(), m.frame(), m.frame(), TwinMachines.PAGES);
        int address = none ? HostAddress.NONE : byEntry ? HostAddress.ofEntry(slot) : HostAddress.of(slot);
        int expected = t.slow.maps.unmap(mapper, name, none ? SlowGrants.NO_ADDRESS : slot, byEntry, bus);
        return t.answers(
                "unmap", t.call("unmap_grant_ref", mapper, t.names.get(mapper).get(name), address, bus + 1), expected);
    }

    private int slotOf(int mapper, SlowGrants.Mapping m) {
        for (int i = 0; i < TwinMachines.SLOTS; i++) {
            if (new SlowGrants.Shown(m.frame(), m.readOnly())
                    .equals(t.slow.slots.get(mapper).get(i))) {
                return i;
            }
        }
        return -1;
    }
}
