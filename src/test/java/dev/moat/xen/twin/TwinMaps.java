package dev.moat.xen.twin;

import dev.moat.state.Slots;
import dev.moat.xen.host.HostAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Maps and unmaps. */
final class TwinMaps {
    private final TwinMachines t;
    private final Slots sides = TwinMachines.family("maptrack.sides");

    TwinMaps(TwinMachines t) {
        this.t = t;
    }

    String map() {
        int mapper = t.alive();
        int granter =
                t.roll(12) == 0 ? TwinMachines.DOMAINS : (mapper + t.roll(TwinMachines.DOMAINS)) % TwinMachines.DOMAINS;
        int ref = t.roll(20) == 0 ? 5000 : t.ref();
        int[] granted = t.grantedTo(mapper);
        if (granted != null && t.roll(3) > 0) {
            granter = granted[0];
            ref = granted[1];
        }
        int flags = t.pick(2, 2, 6, 6, 1, 5, 3, 7, 0, 0xa, 0x12, 0x16, 0x50002, 0x2006);
        return map(mapper, granter, ref, flags, t.roll(4) == 0 ? t.roll(TwinMachines.SLOTS) : freeSlot(mapper));
    }

    private String map(int mapper, int granter, int ref, int flags, int slot) {
        boolean byEntry = (flags & 0x10) != 0;
        int kind = t.roll(10);
        boolean bad = slot < 0 || kind < 2;
        if (!bad && t.isLeftByTheDead(mapper, slot)) {
            return "";
        }
        int address = slot < 0 || kind == 0
                ? HostAddress.BAD
                : byEntry == (kind > 1) ? HostAddress.ofEntry(slot) : HostAddress.of(slot);
        int expected = t.slow.maps.map(mapper, granter, ref, flags, bad ? -1 : slot);
        int fast = t.call("map_grant_ref", mapper, granter, ref, flags, address);
        if (fast == 0 && expected == 0 && sides.get(t.s, mapper, t.slow.maps.handle) == 0) {
            return "map: not with handle " + t.slow.maps.handle;
        }
        if (expected == SlowGrants.NO_SPACE && !t.slow.mappings.get(mapper).isEmpty()) {
            t.coverage.outcomes.add("all handles taken");
        }
        return t.answers("map", fast, expected);
    }

    /** As many mappings of an entry as one counter takes, then as many as another: pins and handles run out. */
    String mapMany() {
        int mapper = t.alive();
        int[] granted = t.grantedTo(mapper);
        int[] flags = {t.pick(1, 2, 3), t.pick(5, 6)};
        int slot = t.roll(TwinMachines.SLOTS);
        String differing = "";
        for (int i = 0; granted != null && i < 2 * 129 && differing.isEmpty(); i++) {
            differing = map(mapper, granted[0], granted[1], flags[i / 129], slot);
        }
        return differing;
    }

    private int freeSlot(int mapper) {
        for (int i = 0; i < TwinMachines.SLOTS; i++) {
            if (!t.slow.slots.get(mapper).containsKey(i)) {
                return i;
            }
        }
        return -1;
    }

    private int handle(int mapper) {
        List<Integer> live = new ArrayList<>(t.slow.mappings.get(mapper).keySet());
        return live.isEmpty() || t.roll(15) == 0 ? t.roll(300) : live.get(t.roll(live.size()));
    }

    /** The address at which an unmap is told to look: mostly the right one. */
    private int slot(int mapper, SlowGrants.@Nullable Mapping m) {
        int slot = m == null || t.roll(6) == 0 ? t.roll(TwinMachines.SLOTS) : slotOf(mapper, m);
        return t.roll(6) == 0 || slot < 0 ? SlowGrants.NO_ADDRESS : slot;
    }

    private static int address(int slot, boolean byEntry) {
        return slot == SlowGrants.NO_ADDRESS
                ? HostAddress.NONE
                : byEntry ? HostAddress.ofEntry(slot) : HostAddress.of(slot);
    }

    String unmap() {
        int mapper = t.alive();
        int handle = handle(mapper);
        SlowGrants.Mapping m = t.slow.mappings.get(mapper).get(handle);
        int slot = slot(mapper, m);
        boolean byEntry = (m != null && m.byEntry()) != (t.roll(12) == 0);
        int frame = m == null ? 1 : m.frame();
        int bus = t.pick(-1, -1, frame, frame, frame, TwinMachines.PAGES);
        int expected = t.slow.maps.unmap(mapper, handle, slot, byEntry, bus);
        return t.answers("unmap", t.call("unmap_grant_ref", mapper, handle, address(slot, byEntry), bus + 1), expected);
    }

    String unmapAndReplace() {
        int mapper = t.alive();
        int handle = handle(mapper);
        SlowGrants.Mapping m = t.slow.mappings.get(mapper).get(handle);
        int slot = slot(mapper, m);
        boolean byEntry = (m != null && m.byEntry()) != (t.roll(12) == 0);
        int replacement = t.pick(SlowGrants.NO_ADDRESS, -1, 0, 1, 2, 3, 4, 5, 6, 7);
        if (replacement >= 0 && t.isLeftByTheDead(mapper, replacement)) {
            return "";
        }
        int expected = t.slow.maps.unmapAndReplace(mapper, handle, slot, byEntry, replacement);
        int other = replacement == -1 ? HostAddress.BAD : address(replacement, false);
        int fast = t.call("unmap_and_replace", mapper, handle, address(slot, byEntry), other);
        return t.answers("unmap_and_replace", fast, expected);
    }

    private int slotOf(int mapper, SlowGrants.Mapping m) {
        for (int i = 0; i < TwinMachines.SLOTS; i++) {
            SlowGrants.Shown at = t.slow.slots.get(mapper).get(i);
            if (at != null && at.maps(m)) {
                return i;
            }
        }
        return -1;
    }
}
