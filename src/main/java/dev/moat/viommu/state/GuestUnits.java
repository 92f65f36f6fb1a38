package dev.moat.viommu.state;

import dev.moat.iommu.Capabilities;
import dev.moat.iommu.Families;
import dev.moat.iommu.Family;
import dev.moat.iommu.Iommu;
import dev.moat.iommu.Port;
import dev.moat.iommu.Rights;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tables;
import dev.moat.model.BadSettingException;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.state.Footprint;
import dev.moat.state.Sort;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The unit that each guest sees: a family's, whose memory is the guest's. What it calls frames are guest frame numbers; tables,
 * entries and queue are written by the guest. Caches are those that serve virtual devices.
 */
public final class GuestUnits {
    private static final int FIRST_TABLE_FRAME = 0x100;
    private static final String PREFIX = "guest.";

    public final Iommu units;
    private final ViommuSetting setting;
    private final ViommuState state;

    public GuestUnits(ViommuState state, ModelBuilder model) {
        this.state = state;
        setting = state.setting;
        Family family = Families.get(setting.guestIommu);
        Setting plain = new Setting(family.parameters(), Map.of());
        requirePlain(ViommuSetting.GUEST_IOMMU, family.capabilities(plain), setting.pages.size());
        units = model.prefixed(PREFIX, it -> family.declare(sizes(), plain, it));
        if (setting.silences && !units.entries().canBeMarked()) {
            throw new BadSettingException("silent", "this needs a unit whose entries say what is not recorded");
        }
        if (setting.records) {
            requireFaultRegisters(ViommuSetting.GUEST_IOMMU, family);
        }
    }

    /** Records are VT-d's: registers, FRI, PFO. AMD-Vi writes events to a log in memory. */
    static void requireFaultRegisters(String parameter, Family family) {
        if (family.parameters().stream().noneMatch(p -> p.name().equals(HostUnit.OWN_RECORDS))) {
            throw new BadSettingException(
                    "records",
                    "records is for units with fault recording registers; those of " + parameter + "=" + family.id()
                            + " have none");
        }
    }

    static void requirePlain(String parameter, Capabilities can, int pages) {
        if (!can.arePlain() || can.aperture().first() > 0 || can.aperture().last() < pages - 1) {
            throw new BadSettingException(
                    parameter,
                    "this needs a unit that is asked by a queue, drains, sees stores at once, caches nothing absent and"
                            + " no tables, and translates every page");
        }
        if (!can.entries().absent() || !can.entries().readOnly()) {
            throw new BadSettingException(parameter, "this needs entries that can be absent, and for reading only");
        }
    }

    private Sizes sizes() {
        Sort guests = Sort.numbered("Unit", "viommu", setting.domains.size());
        return new Sizes(
                Sizes.Requesters.of(setting.devices, guests, setting::guestOf),
                Sizes.Spaces.numbered(setting.guestSpaces),
                new Sizes.Addresses(setting.pages, 0, setting.gfns, 0, FIRST_TABLE_FRAME),
                new Sizes.Cpus(setting.cpus, (s, cpu) -> state.pc.get(s, cpu) != 0),
                needs());
    }

    private Set<Sizes.Need> needs() {
        Set<Sizes.Need> needs = EnumSet.of(Sizes.Need.SUBMITTERS);
        if (setting.ranges) {
            needs.add(Sizes.Need.RANGES);
        }
        if (setting.silences) {
            needs.add(Sizes.Need.MARKED_ENTRIES);
        }
        return needs;
    }

    /** The decisions that the guests' driver may ask where it fills a queue. */
    public List<String> queueDecisions() {
        return named(units.port(0).decisions());
    }

    /** Those that it may ask where it writes entries. */
    public List<String> entryDecisions() {
        return named(units.entries().entryDecisions());
    }

    private static List<String> named(List<String> decisions) {
        return decisions.stream().map(PREFIX::concat).toList();
    }

    /** Every guest leads its devices to its first space, in which nothing is. */
    public void initial(long[] s) {
        units.connect(s);
        for (int q = 0; q < setting.devices.size(); q++) {
            lead(s, q, setting.guestOf(q) * setting.spacesOfEach);
        }
        units.settle(s);
    }

    /** The guest writes a device's entry. */
    public void lead(long[] s, int device, int space) {
        units.entries().attachAtOnce(s, device, space, units.tags().take(s, space, units.unitOf(device)));
    }

    /** It makes it lead nowhere. */
    public void leadNowhere(long[] s, int device) {
        units.entries().detachAtOnce(s, device);
    }

    /** The space that the guest's entry leads a device to, or -1. */
    public int spaceOf(long[] s, int device) {
        if (!units.entries().isPresent(s, device)) {
            return -1;
        }
        for (int space = 0; space < setting.guestSpaces.size(); space++) {
            if (units.entries().leadsTo(s, device, space)) {
                return space;
            }
        }
        return -1;
    }

    /** Where a walk of the guest's own tables ends: a gfn, or below 0. */
    public int walk(long[] s, int space, int page, boolean write) {
        return space < 0 ? Tables.ELSEWHERE : units.tables().walk(s, space, page, write);
    }

    /** The guest puts descriptors into its queue and moves the tail. */
    public void submit(long[] s, int cpu, int what, int place, int device) {
        int guest = (int) state.guest.get(s, cpu);
        Port port = units.port(guest);
        if (what == ViommuState.CONTEXT) {
            int space = Math.max(spaceOf(s, device), guest * setting.spacesOfEach);
            require(port.askEntry(s, cpu, units.tags().of(s, space, guest), device));
        } else if (what == ViommuState.SPACE) {
            ask(s, cpu, units.tags().of(s, place, guest), Port.ALL_PAGES);
        } else if (what == ViommuState.EVERYTHING) {
            ask(s, cpu, Port.ALL_TAGS, Port.ALL_PAGES);
        } else {
            throw new IllegalArgumentException("not a descriptor: " + what);
        }
        require(port.announce(s, cpu));
    }

    /** The same for pages of a space. */
    public void submitPages(long[] s, int cpu, int space, int first, int last) {
        int guest = (int) state.guest.get(s, cpu);
        Port port = units.port(guest);
        require(port.askTranslations(s, cpu, units.tags().of(s, space, guest), first, last, Port.LEAVES));
        require(port.announce(s, cpu));
    }

    private void ask(long[] s, int cpu, int tag, int pages) {
        int guest = (int) state.guest.get(s, cpu);
        require(units.port(guest).askTranslations(s, cpu, tag, pages, pages, Port.LEAVES));
    }

    private static void require(boolean done) {
        if (!done) {
            throw new IllegalStateException("the guest's queue is full");
        }
    }

    /** Whether what a CPU has in its guest's queue covers a page of a device, as its entry is now. */
    public boolean isAskedFor(long[] s, int cpu, int device, int page) {
        int guest = (int) state.guest.get(s, cpu);
        Port port = units.port(guest);
        if (port.findsEntry(s, cpu, device) == Port.COVERED) {
            return true;
        }
        int space = spaceOf(s, device);
        return space >= 0 && port.finds(s, cpu, units.tags().of(s, space, guest), page) == Port.COVERED;
    }

    /** The same of a page of a space, whoever uses it. */
    public boolean isAskedForIn(long[] s, int cpu, int space, int page) {
        int guest = (int) state.guest.get(s, cpu);
        return units.port(guest).finds(s, cpu, units.tags().of(s, space, guest), page) == Port.COVERED;
    }

    /** The unit does what is in the queue, its wait descriptor last: the guest sees it. */
    public void complete(long[] s, int cpu) {
        Port port = units.port((int) state.guest.get(s, cpu));
        while (!port.isDone(s, cpu)) {
            if (!port.serve(s)) {
                throw new IllegalStateException("a wait of the guest's is not in its queue");
            }
        }
    }

    /** All that the unit of a CPU's guest has cached is gone, as after a reset, and nothing is queued; what another CPU waits for is done. */
    public void forgetEverything(long[] s, int cpu) {
        Port port = units.port((int) state.guest.get(s, cpu));
        while (port.serve(s)) {
            // What an earlier unit was asked for.
        }
        ask(s, cpu, Port.ALL_TAGS, Port.ALL_PAGES);
        require(port.announce(s, cpu));
        complete(s, cpu);
    }

    /** What the unit answers to a request of a virtual device, from its caches or its tables: a gfn, or below 0. */
    public int answer(long[] s, int device, int page, boolean write) {
        return units.meaning().gets(s, device, page, write);
    }

    /** Adds what {@link #spaceOf}, {@link #walk} and {@link #answer} read. */
    public void read(Footprint footprint, int device, int page) {
        units.entries().read(footprint, device);
        units.meaning().readEntry(footprint, device);
        units.tables().read(footprint);
        units.meaning().readRequest(footprint, device, page);
    }

    /** The rights of a guest's entry. */
    public int rights(long[] s, int space, int page) {
        return (walk(s, space, page, false) >= 0 ? Rights.READ : Rights.NONE)
                | (walk(s, space, page, true) >= 0 ? Rights.WRITE : Rights.NONE);
    }
}
