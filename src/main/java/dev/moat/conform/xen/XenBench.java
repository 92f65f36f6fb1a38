package dev.moat.conform.xen;

import dev.moat.grant.MapFlags;
import dev.moat.grant.SharedEntry;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.memory.Frames;
import dev.moat.memory.PageTypes;
import dev.moat.model.Action;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.MachineSpec;
import dev.moat.state.Slots;
import dev.moat.xen.host.HostPte;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * The executable Xen with real sizes, and the view of it that the recorded rows have: it makes the
 * same calls, stores what guests store, and reads what the recorder could see.
 */
final class XenBench {
    /** Entries of a version 1 table of one grant frame, which every domain starts with. */
    static final int REFS = 512;

    /** Pages of a domain that its page tables map from the start, in the slots after those that rows name as V0, V1, ... */
    public static final int OWN_PAGES = 64;

    /** Where entries have two versions machine frames are numbered from here on, so that references are no frame's number. */
    static final int FIRST_FRAME = 1024;

    static final int HANDLES_PER_FRAME = 256;
    /** Maptrack frames that a domain may have here. */
    public static final int MAX_MAPTRACK_FRAMES = 16;

    private static final long BUSY = SharedEntry.GTF_READING.mask() | SharedEntry.GTF_WRITING.mask();

    private final Machine machine;
    private final Stepper stepper;
    private final long[] s;
    private final int domains;
    private final int frames;
    private final int slots;
    private final int refs;
    private final Action endAccess;
    private final Slots shared;
    private final Slots activeFrame;
    private final Slots sides;
    private final Slots frameLimit;
    private final Slots pte;
    private final Slots dying;
    private final Slots owner;
    private final BenchTables tables;
    private final XenRelease release;
    /** Gives a domain that is created its frames; nothing to do where all have them from the start. */
    private IntConsumer endowment = domain -> {};

    private XenBench(Machine machine, int domains, int frames, int slots, XenRelease release) {
        this.release = release;
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
        owner = slots(machine, "owner");
        refs = shared.size() / domains;
        tables = new BenchTables(machine, s, domains);
    }

    /** A family of the machine's state. */
    public static Slots slots(Machine machine, String name) {
        return machine.schema().family(name).orElseThrow();
    }

    /** Makes the machines of a run; those of the same size share what never changes. */
    public static final class Maker {
        private final Catalog catalog = Catalog.load();
        private final Map<MachineSpec, Machine> machines = new LinkedHashMap<>();
        private final XenRelease release;

        /** Whose machines follow 4.17. */
        public Maker() {
            this(XenRelease.XEN_4_17);
        }

        /** @param release whose answers are compared */
        public Maker(XenRelease release) {
            this.release = release;
        }

        /** The release whose answers are compared. */
        XenRelease release() {
            return release;
        }

        /** A fresh machine without an IOMMU, for the domains that a case creates; none but domain 0 exists yet. */
        public XenBench make(XenCase recorded, Symbols symbols, XenConfiguration configuration) {
            int slots = CaseShape.slots(recorded);
            Map<String, String> settings = Map.of(
                    "iommu",
                    "none",
                    "index-bits",
                    "9",
                    "refs",
                    "" + REFS * CaseShape.grantFrames(recorded, release),
                    "transitive",
                    "" + configuration.transitive(),
                    "mode",
                    "recorded",
                    "host-slots",
                    "" + (slots + OWN_PAGES));
            XenBench bench = make(
                    CaseShape.domains(recorded, symbols, release),
                    CaseShape.maptrackFrames(recorded, release),
                    symbols,
                    slots,
                    settings);
            bench.tables.limitVersions(configuration.highestVersion());
            bench.endowment = domain -> bench.distribute(symbols, domain);
            for (int d = 0; d < bench.domains; d++) {
                bench.dying.set(bench.s, d, 1);
            }
            bench.create(0);
            bench.tables.outlived(recorded);
            return bench;
        }

        /** The frames that a case names, as such a machine numbers them. */
        public static Symbols symbols(XenCase recorded) {
            return Symbols.of(recorded, FIRST_FRAME);
        }

        /**
         * A fresh machine in which no frame has an owner.
         *
         * @param domains those that exist, as a bit set; the machine has two at least, and the others are gone from the start
         * @param slots slots that rows name, at most as many as the settings give
         * @param more settings beside the common ones
         */
        public XenBench make(int domains, int maptrackFrames, Symbols symbols, int slots, Map<String, String> more) {
            int frames = (symbols.first() + symbols.frames().size() + 15) / 16 * 16;
            Map<String, String> settings = new LinkedHashMap<>();
            int count = Math.max(2, Integer.SIZE - Integer.numberOfLeadingZeros(domains));
            settings.put("domains", "" + count);
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
            XenBench bench = new XenBench(machine, count, frames, slots, release);
            for (int d = 0; d < count; d++) {
                bench.dying.set(bench.s, d, 1 - (domains >>> d & 1));
            }
            return bench;
        }
    }

    /** A domain exists from now on, and has its frames. */
    public void create(int domain) {
        dying.set(s, domain, 0);
        endowment.accept(domain);
    }

    /** Gives a domain the named frames that are its own; those without a name, frame 0 too, are nobody's. */
    private void distribute(Symbols symbols, int domain) {
        Slots state = slots(machine, "frame.state");
        Slots type = slots(machine, "frame.type");
        Slots uses = slots(machine, "frame.type-count");
        Slots references = slots(machine, "frame.references");
        Slots pinned = slots(machine, "frame.pinned");
        int f = symbols.first() - 1;
        for (Symbols.Frame frame : symbols.frames()) {
            f++;
            if (frame.owner() != domain) {
                continue;
            }
            boolean mapped = frame.kind() == Symbols.Kind.PAGE && frame.number() < OWN_PAGES;
            owner.set(s, f, frame.owner() + 1);
            state.set(s, f, Frames.ALLOCATED);
            type.set(
                    s,
                    f,
                    switch (frame.kind()) {
                        case PAGE_TABLE -> PageTypes.PAGE_TABLE;
                        case GRANT_TABLE -> PageTypes.SHARED;
                        default -> PageTypes.WRITABLE;
                    });
            uses.set(s, f, mapped || frame.kind() != Symbols.Kind.PAGE ? 1 : 0);
            references.set(s, f, mapped || frame.pageTable() ? 1 : 0);
            pinned.set(s, f, frame.pageTable() ? 1 : 0);
            if (mapped) {
                int slot = slots + frame.number();
                pte.set(s, frame.owner(), slot, HostPte.of(f, false, MapFlags.APPLICATION_MAP));
            }
        }
    }

    /** The release whose answers are compared. */
    public XenRelease release() {
        return release;
    }

    /** What concerns the grant tables as such. */
    public BenchTables tables() {
        return tables;
    }

    /** Whether frames are still a domain's. */
    public boolean ownsFrames(int domain) {
        for (int f = 0; f < owner.size(); f++) {
            if (owner.get(s, f) == domain + 1) {
                return true;
            }
        }
        return false;
    }

    /** Whether a frame is some domain's. */
    public boolean isOwned(int frame) {
        return frame < owner.size() && owner.get(s, frame) != 0;
    }

    /** The machine. */
    public Machine machine() {
        return machine;
    }

    /** The state. */
    public long[] state() {
        return s;
    }

    /** Runs the machine. */
    Stepper stepper() {
        return stepper;
    }

    /** Slots of each domain that rows can name. */
    public int slots() {
        return slots;
    }

    /** Domains of the machine. */
    public int domains() {
        return domains;
    }

    /** The bus address argument of an unmap that is no frame's. */
    public int noFrame() {
        return frames + 1;
    }

    /** Whether an entry exists that can be read: not those of a domain that is being destroyed. */
    boolean hasEntry(long domain, long ref) {
        return domain < domains && ref < tables.entries((int) domain) && isAlive((int) domain);
    }

    /** Whether an entry's table is still there. */
    public boolean isReadable(int entry) {
        return isAlive(entry / refs);
    }

    /** Whether a domain has not been destroyed, so that its memory can be read by the recorder. */
    public boolean isAlive(int domain) {
        return dying.get(s, domain) == 0;
    }

    /** Number of an existing entry, by which the other methods know it. */
    public int entry(int domain, int ref) {
        return domain * refs + ref;
    }

    /** An entry's number, or nothing when it does not exist. */
    public List<Integer> entryIfAny(long domain, long ref) {
        return hasEntry(domain, ref) ? List.of(entry((int) domain, (int) ref)) : List.of();
    }

    /** Whether an entry lies in its table, which may have become smaller. */
    public boolean isInTable(int entry) {
        return entry % refs < tables.entries(entry / refs);
    }

    /** The number of the entry of this name, as {@link #entryName} makes it, or nothing when it does not exist. */
    public List<Integer> entryNamed(String name) {
        int bracket = name.indexOf('[');
        return entryIfAny(
                Integer.parseInt(name.substring(1, bracket)),
                Integer.parseInt(name.substring(bracket + 1, name.length() - 1)));
    }

    /** {@code D1[8]}. */
    public String entryName(int entry) {
        return "D" + entry / refs + "[" + entry % refs + "]";
    }

    /** Whether an entry is of version 2. */
    public boolean isSecond(int entry) {
        return tables.version(entry / refs) == 2;
    }

    /** The second word of a version 2 entry. */
    public long high(int entry) {
        return tables.high(entry);
    }

    /** The status word of a version 2 entry. */
    public long status(int entry) {
        return tables.status(entry);
    }

    /** The shared entry, all 64 bits. */
    public long shared(int entry) {
        return shared.get(s, entry);
    }

    /** A guest's store to its own entry. */
    public void store(int entry, long value) {
        shared.set(s, entry, value);
    }

    /** A guest's attempt to end access; whether the flags are 0 then. */
    public boolean endAccess(int domain, int ref) {
        endAccess.code().apply(s, domain, ref, 0, 0, 0);
        int entry = entry(domain, ref);
        boolean busy = isSecond(entry) && (status(entry) & BUSY) != 0;
        return SharedEntry.FLAGS.get(shared(entry)) == 0 && !busy;
    }

    /** The frame that the last successful copy read. */
    public long copiedFrom() {
        return slots(machine, "copied.from").get(s, 0);
    }

    /** The frame that it wrote. */
    public long copiedTo() {
        return slots(machine, "copied.to").get(s, 0);
    }

    /** How many maptrack frames a domain may have; the machine has all that its maps can take. */
    public void limitMaptrack(int domain, int maptrackFrames) {
        frameLimit.set(s, domain, Math.min(maptrackFrames, handles() / HANDLES_PER_FRAME));
    }

    /** A hypercall; the status as Xen returns it, 0 or negative. */
    public int call(String operation, int... args) {
        return -stepper.call(operation, 0, s, args);
    }

    /** Whether a domain's handle is active. */
    public boolean isActive(int domain, int handle) {
        return sides.get(s, domain, handle) != 0;
    }

    /** Handles of a domain. */
    public int handles() {
        return sides.size() / domains;
    }

    /** The frame that a pinned entry stands for. */
    public long pinnedFrame(int entry) {
        return activeFrame.get(s, entry);
    }

    /** The leaf entry of a domain's slot, as {@link HostPte} says. */
    public long pte(int domain, int slot) {
        return pte.get(s, domain, slot);
    }
}
