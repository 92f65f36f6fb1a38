package dev.moat.xen.iospace.state;

import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * What pciback and pcifront have written to each other about the devices of a group. Left out where nobody asks a frontend.
 * {@code @source} Linux include/xen/interface/io/xenbus.h, as far as devices that come and go use its states; xen-pciback/xenbus.c,
 * xen-pcifront.c: pcifront_detach_devices.
 */
public final class Frontends {
    /** Values of {@link #backend}: nothing is exported; the domain can see it; both sides are connected; it is asked back. */
    public static final int CLOSED = 0;

    public static final int INITIALISED = 1;
    public static final int CONNECTED = 2;
    public static final int CLOSING = 3;

    /** Values of {@link #frontend}: no driver has it; one works with it; it runs no more; it runs, and nobody waits for it. */
    public static final int RELEASED = 0;

    public static final int WORKING = 1;
    public static final int DEAD = 2;
    public static final int GIVEN_UP = 3;

    /** Per group. */
    public final Slots backend;

    public final Slots frontend;

    Frontends(SchemaBuilder schema, SpaceSetting setting, int groups) {
        Sort group = Sort.numbered("Group", "g", setting.frontend ? groups : 0);
        Sort states = new Sort("BackendState", List.of("closed", "initialised", "connected", "closing"));
        backend = slots(schema, "backend", group, states);
        List<String> labels = setting.givesUp
                ? List.of("released", "working", "dead", "given-up")
                : List.of("released", "working", "dead");
        frontend = slots(schema, "frontend", group, new Sort("FrontendState", labels));
    }

    private static Slots slots(SchemaBuilder schema, String name, Sort group, Sort states) {
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, group).of(states);
    }

    public boolean isBackend(long[] s, int group, int which) {
        return backend.size() > 0 && backend.get(s, group) == which;
    }

    public boolean isFrontend(long[] s, int group, int which) {
        return frontend.size() > 0 && frontend.get(s, group) == which;
    }

    /** Whether a driver maps for a device: one has it, and was not asked to give it back, or does not care. */
    public boolean mayMap(long[] s, int group) {
        boolean asked = isBackend(s, group, CLOSING) && !isFrontend(s, group, GIVEN_UP);
        return mayUnmap(s, group) && !asked;
    }

    /** Whether a driver has a device; where nobody asks a frontend, always. */
    public boolean mayUnmap(long[] s, int group) {
        return frontend.size() == 0 || isFrontend(s, group, WORKING) || isFrontend(s, group, GIVEN_UP);
    }

    /** The domain can see the group's devices, or cannot any more. */
    public void show(long[] s, int group, boolean seen) {
        if (backend.size() > 0) {
            backend.set(s, group, seen ? INITIALISED : CLOSED);
        }
    }

    /** Whether nothing is awaited of a frontend, and nothing may be left to it. */
    public boolean isLost(long[] s, int group) {
        return isFrontend(s, group, DEAD) || isFrontend(s, group, GIVEN_UP);
    }

    /** The frontend runs no more. */
    public void kill(long[] s, int group) {
        if (isFrontend(s, group, WORKING) || isFrontend(s, group, GIVEN_UP)) {
            frontend.set(s, group, DEAD);
        }
    }

    /** The group's devices are nobody's: whoever gets them next has a frontend that knows nothing of them. */
    public void forget(long[] s, int group) {
        if (isLost(s, group)) {
            frontend.set(s, group, RELEASED);
        }
    }
}
