package dev.moat.iommu.calgary.family;

import dev.moat.iommu.Entries;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.Tags;
import dev.moat.iommu.calgary.CalgaryGeometry;
import dev.moat.iommu.calgary.CalgaryUnit;
import dev.moat.iommu.calgary.Registers;
import dev.moat.iommu.calgary.Registers.Bridge;
import dev.moat.iommu.calgary.Registers.ConfigRw;
import dev.moat.iommu.calgary.Registers.Tar;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Sort;
import java.util.List;

/**
 * Where a bus is led: the TAR of its bridge, and whether the bus is on. The devices of a bus have one entry, so whoever is attached last
 * decides for all. A bus is attached in two stores: TAR, which empties the cache, then CONFIG_RW, which lets devices on. It is
 * detached in one, CONFIG_RW: TAR keeps naming the table.
 *
 * <p>Hardware has no tag. What a bridge has cached belongs to the table that TAR names, so the space's number names it here. TAR's
 * write on the way to another table empties the cache, but does not recall requests that were accepted before: whoever leads a bus
 * elsewhere has it forget everything first, which waits for them.
 */
final class BusEntries implements Entries, Tags {
    private static final String TABLE = "bus.table";
    private static final String TURNS = "bus.config";
    private static final long ON = ConfigRw.TRANSLATE;
    private static final long OFF = ON | ConfigRw.SLOT_DISABLE.mask();

    private final CalgaryGeometry g;
    private final CalgaryUnit unit;
    private final Sizes sizes;
    private final Sort ids;
    /** {@code bus.table}: (bus, space) to the space whose table its TAR is to name. */
    private final Decision table;
    /** {@code bus.config}: (bus, what CONFIG_RW is to hold) to what is written. */
    private final Decision turns;

    /** The entries of all buses. */
    public BusEntries(ModelBuilder model, CalgaryUnit unit, Sizes sizes) {
        this.unit = unit;
        this.sizes = sizes;
        g = unit.geometry();
        table = model.decision(TABLE, (s, bus, space, c) -> space);
        turns = model.decision(TURNS, (s, bus, config, c) -> config);
        ids = Sort.numbered("Tag", "t", sizes.spaces().numbers().size());
        model.schema().keepsAtSteps("each bus is confined to a whole table", this::areConfinedToTables);
    }

    private boolean areConfinedToTables(long[] s) {
        boolean all = true;
        for (int bus = 0; bus < g.buses().size(); bus++) {
            boolean one = false;
            for (int space = 0; space < g.tables().size(); space++) {
                one |= unit.tar.get(s, bus) == (g.tableAddress(space) | g.size());
            }
            all &= one;
            all &= isConfined(s, bus);
        }
        return all;
    }

    /** Every bus translated, and off; for initial states. */
    public void connect(long[] s) {
        for (int bus = 0; bus < g.buses().size(); bus++) {
            configure(s, bus, OFF);
        }
    }

    /** A bus that is on and not translated, as after a reset: addresses of its devices are those of memory. */
    public void leaveUntranslated(long[] s, int bus) {
        configure(s, bus, 0);
    }

    private void configure(long[] s, int bus, long value) {
        unit.write(s, Registers.at(bus, Bridge.CONFIG_RW), Integer.BYTES, value);
    }

    private int bus(int requester) {
        return g.behind().get(requester);
    }

    @Override
    public int group(int requester) {
        return bus(requester);
    }

    @Override
    public int stores() {
        return 2;
    }

    @Override
    public void attach(long[] s, int requester, int space, int tag, int part) {
        if (part == 0) {
            tear(s, requester, space);
        } else {
            turn(s, bus(requester), ON);
        }
    }

    @Override
    public void detach(long[] s, int requester, int part) {
        if (part == 0) {
            turn(s, bus(requester), OFF);
        }
    }

    private void turn(long[] s, int bus, long config) {
        configure(s, bus, turns.decide(s, bus, (int) config, 0));
    }

    @Override
    public List<String> entryDecisions() {
        return List.of(TABLE, TURNS);
    }

    @Override
    public void tear(long[] s, int requester, int space) {
        int bus = bus(requester);
        long named = g.tableAddress(table.decide(s, bus, space, 0));
        unit.write(s, Registers.tar(bus), Long.BYTES, named | g.size());
    }

    @Override
    public boolean leadsTo(long[] s, int requester, int space) {
        return isPresent(s, requester) && namesTable(s, bus(requester), space);
    }

    /** Whether a bus has nothing but what its table gives: without DAC_DISABLE 64-bit addresses reach memory as they are. */
    public boolean isConfined(long[] s, int bus) {
        return (unit.configRw.get(s, bus) & ON) == ON;
    }

    private boolean namesTable(long[] s, int bus, int space) {
        return Tar.table(unit.tar.get(s, bus)) == g.tableAddress(space);
    }

    @Override
    public boolean isPresent(long[] s, int requester) {
        return !ConfigRw.SLOT_DISABLE.isSet(unit.configRw.get(s, bus(requester)));
    }

    @Override
    public void read(Footprint footprint, int requester) {
        footprint.one(unit.tar, bus(requester)).one(unit.configRw, bus(requester));
    }

    /** The space whose table a bus's TAR names, or -1. */
    int space(long[] s, int bus) {
        for (int space = 0; space < g.tables().size(); space++) {
            if (namesTable(s, bus, space)) {
                return space;
            }
        }
        return -1;
    }

    /** Whether what a bus has cached is cached under a tag. */
    public boolean isTagged(long[] s, int bus, int tag) {
        int space = space(s, bus);
        return space >= 0 && sizes.spaces().numberOf().get(space) == tag;
    }

    /** The tag of what a bus has cached, or 0. */
    public int tagOf(long[] s, int bus) {
        int space = space(s, bus);
        return space < 0 ? 0 : sizes.spaces().numberOf().get(space);
    }

    @Override
    public Sort sort() {
        return ids;
    }

    @Override
    public int of(long[] s, int space, int bus) {
        return sizes.spaces().numberOf().get(space);
    }
}
