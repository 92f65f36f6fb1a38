package dev.moat.conform;

import dev.moat.grant.SharedEntry;
import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.model.Action;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Granularity;
import dev.moat.scenario.Machine;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Stepper;
import dev.moat.state.Slots;
import dev.moat.xen.HostPte;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The executable Xen with real sizes, and the view of it that the recorded rows have: it makes the
 * same calls, stores what guests store, and reads what the recorder could see.
 */
final class XenBench {
    /** Entries of a table of one grant frame, which every domain starts with. */
    static final int REFS = 512;

    static final int HANDLES_PER_FRAME = 256;
    /** Maptrack frames that a domain may have here. */
    static final int MAX_MAPTRACK_FRAMES = 16;

    private final Machine machine;
    private final Stepper stepper;
    private final long[] s;
    private final int domains;
    private final int frames;
    private final int slots;
    private final Action endAccess;
    private final Slots shared;
    private final Slots activeFrame;
    private final Slots sides;
    private final Slots frameLimit;
    private final Slots pte;
    private final Slots dying;

    private XenBench(Machine machine, int domains, int frames, int slots) {
        stepper = machine.stepper();
        s = machine.initial();
        this.domains = domains;
        this.frames = frames;
        this.slots = slots;
        this.machine = machine;
        endAccess = machine.model().actions().stream()
                .filter(a -> a.name().equals("end_access"))
                .findFirst()
                .orElseThrow();
        shared = slots(machine, "shared");
        activeFrame = slots(machine, "active.frame");
        sides = slots(machine, "maptrack.sides");
        frameLimit = slots(machine, "maptrack.frame-limit");
        pte = slots(machine, "host.pte");
        dying = slots(machine, "domain.dying");
    }

    /** A family of the machine's state. */
    static Slots slots(Machine machine, String name) {
        return machine.schema().family(name).orElseThrow();
    }

    /** Makes the machines of a run; those of the same size share what never changes. */
    static final class Maker {
        private final Catalog catalog = Catalog.load();
        private final Map<MachineSpec, Machine> machines = new LinkedHashMap<>();

        /** A fresh machine without an IOMMU, for a case with domains 0 to {@code domains - 1}. */
        XenBench make(int domains, int maptrackFrames, Symbols symbols) {
            Map<String, String> settings = Map.of("iommu", "none", "host-slots", "" + Addresses.SLOTS);
            XenBench bench = make(domains, maptrackFrames, symbols, Addresses.SLOTS, settings);
            bench.distribute(symbols);
            return bench;
        }

        /**
         * A fresh machine in which no frame has an owner.
         *
         * @param slots slots that rows name, at most as many as the settings give
         * @param more settings beside the common ones
         */
        XenBench make(int domains, int maptrackFrames, Symbols symbols, int slots, Map<String, String> more) {
            int frames = (symbols.frames().size() + 1 + 15) / 16 * 16;
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("domains", "" + domains);
            settings.put("frames", "" + frames);
            settings.put("refs", "" + REFS);
            settings.put("handles", "" + HANDLES_PER_FRAME * Math.max(1, maptrackFrames));
            settings.put("pin-bits", "8");
            settings.put("index-bits", "9");
            settings.put("granters", "none");
            settings.put("reallocation", "false");
            settings.putAll(more);
            MachineSpec spec = new MachineSpec("xen-vtd", settings, Granularity.OPERATION, true, List.of());
            Machine machine = machines.computeIfAbsent(spec, catalog::machine);
            return new XenBench(machine, domains, frames, slots);
        }
    }

    /** Gives each named frame to its owner; all others, frame 0 too, are nobody's. */
    private void distribute(Symbols symbols) {
        Slots owner = slots(machine, "owner");
        Slots state = slots(machine, "frame.state");
        Slots type = slots(machine, "frame.type");
        Slots uses = slots(machine, "frame.type-count");
        for (int f = 0; f < frames; f++) {
            boolean named = f > 0 && f <= symbols.frames().size();
            owner.set(s, f, named ? symbols.frames().get(f - 1).owner() + 1 : 0);
            state.set(s, f, named ? Frames.ALLOCATED : Frames.FREE);
            if (named && symbols.frames().get(f - 1).pageTable()) {
                type.set(s, f, PageTypes.PAGE_TABLE);
                uses.set(s, f, 1);
            }
        }
    }

    /** The machine. */
    Machine machine() {
        return machine;
    }

    /** The state. */
    long[] state() {
        return s;
    }

    /** Runs the machine. */
    Stepper stepper() {
        return stepper;
    }

    /** Slots of each domain that rows can name. */
    int slots() {
        return slots;
    }

    /** Domains of the machine. */
    int domains() {
        return domains;
    }

    /** The bus address argument of an unmap that is no frame's. */
    int noFrame() {
        return frames + 1;
    }

    /** Whether an entry exists that can be read: not those of a domain that is being destroyed. */
    boolean hasEntry(long domain, long ref) {
        return domain < domains && ref < REFS && dying.get(s, (int) domain) == 0;
    }

    /** Whether an entry's table is still there. */
    boolean isReadable(int entry) {
        return dying.get(s, entry / REFS) == 0;
    }

    /** Number of an existing entry, by which the other methods know it. */
    int entry(int domain, int ref) {
        return domain * REFS + ref;
    }

    /** The shared entry, all 64 bits. */
    long shared(int entry) {
        return shared.get(s, entry);
    }

    /** A guest's store to its own entry. */
    void store(int entry, long value) {
        shared.set(s, entry, value);
    }

    /** A guest's attempt to end access; whether the flags are 0 then. */
    boolean endAccess(int domain, int ref) {
        endAccess.code().apply(s, domain, ref, 0, 0, 0);
        return SharedEntry.FLAGS.get(shared(entry(domain, ref))) == 0;
    }

    /** How many maptrack frames a domain may have. */
    void limitMaptrack(int domain, int maptrackFrames) {
        frameLimit.set(s, domain, maptrackFrames);
    }

    /** A hypercall; the status as Xen returns it, 0 or negative. */
    int call(String operation, int... args) {
        return -stepper.call(operation, 0, s, args);
    }

    /** Whether a domain's handle is active. */
    boolean isActive(int domain, int handle) {
        return sides.get(s, domain, handle) != 0;
    }

    /** Handles of a domain. */
    int handles() {
        return sides.size() / domains;
    }

    /** The frame that a pinned entry stands for. */
    long pinnedFrame(int entry) {
        return activeFrame.get(s, entry);
    }

    /** The leaf entry of a domain's slot, as {@link HostPte} says. */
    long pte(int domain, int slot) {
        return pte.get(s, domain, slot);
    }
}
