package dev.moat.xen.state;

import dev.moat.grant.GrantTables;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.xen.setting.XenSetting;

/**
 * The five generations of the rule that keeps a mapper's I/O tables in step with its grant mappings. All run under the
 * mapper's table lock; they differ in what they look at. {@code @source} the 2008 series and Xen's grant_table.c since.
 *
 * <p>{@code @unit} rights and kinds are 0 nothing, 1 read, 3 read and write; {@link #KEEP} leaves the entry as it is.
 */
public final class UpkeepRule {
    static final int KEEP = -1;
    private static final int READ = 1;
    private static final int READ_WRITE = 3;

    private final GrantTables grants;
    private final String name;
    private final boolean readOnlyPresent;
    /** Rule {@code counters}: read-only mappings per mapper and frame whose upkeep has run. */
    private final Slots readers;
    /** Rule {@code counters}: writable ones. */
    private final Slots writers;
    /** {@code counters.half-unmaps}: to 1 when the unmap of one side counts as that of the mapping. */
    private final Decision halves;

    UpkeepRule(ModelBuilder model, GrantTables grants, Sort frames, XenSetting setting) {
        SchemaBuilder schema = model.schema();
        this.grants = grants;
        name = setting.upkeep().rule();
        readOnlyPresent = setting.upkeep().readOnlyPresent();
        int bits = name.equals("counters") ? SlotsBuilder.bitsFor(setting.domains() * setting.handles()) : 0;
        readers = schema.slots("counters.rd", Role.HYPERVISOR, Writer.HYPERVISOR, grants.domains, frames)
                .bits(bits);
        writers = schema.slots("counters.wr", Role.HYPERVISOR, Writer.HYPERVISOR, grants.domains, frames)
                .bits(bits);
        Decision never = (s, a, b, c) -> 0;
        halves = bits > 0 ? model.decision("counters.half-unmaps", never) : never;
    }

    /**
     * What a map has to write, its own mapping not being published yet.
     *
     * @param first whether, when this mapping was pinned, nothing of its kind (a writer, or for a read-only mapping
     *     anything) was pinned on its entry; only meaningful where the setting {@code looksAtOldPins}
     */
    public int onMap(long[] s, int mapper, int frame, boolean readOnly, boolean first) {
        int kind = grants.mapKind(s, mapper, frame);
        return switch (name) {
            case "2008" -> !readOnly && first ? READ_WRITE : KEEP;
            // The shortcut looks at the pins of this reference first, although the entry belongs to the frame.
            case "mapkind-pins" -> first ? added(kind, readOnly) : KEEP;
            case "mapcount" -> counted(s, mapper, frame, readOnly);
            case "counters" -> count(s, mapper, frame, readOnly);
            default -> added(kind, readOnly);
        };
    }

    /** Only what the domain's other mappings of the frame do not give already. */
    private int added(int kind, boolean readOnly) {
        if (!readOnly) {
            return kind == READ_WRITE ? KEEP : READ_WRITE;
        }
        return kind == 0 ? reflected(READ, KEEP) : KEEP;
    }

    /** The first writer, or the first mapping of all, this one being counted before it is published. */
    private int counted(long[] s, int mapper, int frame, boolean readOnly) {
        int writable = grants.mapCount(s, mapper, frame, false) + (readOnly ? 0 : 1);
        if (!readOnly) {
            return writable == 1 ? READ_WRITE : KEEP;
        }
        int all = writable + grants.mapCount(s, mapper, frame, true) + 1;
        return all == 1 ? reflected(READ, KEEP) : KEEP;
    }

    /** Only the last writer demotes; an unmap that leaves another's demotion to do leaves it to the other. */
    private int countedWithout(long[] s, int mapper, int frame, boolean readOnly) {
        int writable = grants.mapCount(s, mapper, frame, false);
        if (writable + grants.mapCount(s, mapper, frame, true) == 0) {
            return 0;
        }
        return writable == 0 && !readOnly ? reflected(READ, 0) : KEEP;
    }

    private int count(long[] s, int mapper, int frame, boolean readOnly) {
        Slots counter = readOnly ? readers : writers;
        add(s, counter, mapper, frame, 1);
        boolean first = counter.get(s, mapper, frame) == 1;
        if (!readOnly) {
            return first ? READ_WRITE : KEEP;
        }
        return first && writers.get(s, mapper, frame) == 0 ? reflected(READ, KEEP) : KEEP;
    }

    /**
     * What an unmap has to write, its handle being put back already and its pins still held.
     *
     * @param pins the pins of this mapping
     */
    public int onUnmap(long[] s, int mapper, int granter, int ref, int frame, boolean readOnly, long pins) {
        int kind = grants.mapKind(s, mapper, frame);
        return switch (name) {
            case "2008" -> lastWriterOfReference(s, granter, ref, readOnly, pins);
            case "mapcount" -> countedWithout(s, mapper, frame, readOnly);
            case "counters" -> uncount(s, mapper, frame, readOnly);
            default -> reflected(kind, 0);
        };
    }

    private int lastWriterOfReference(long[] s, int granter, int ref, boolean readOnly, long pins) {
        long others = grants.pins.minus(grants.pin.get(s, grants.index(granter, ref)), pins);
        return !readOnly && grants.pins.writers(others) == 0 ? 0 : KEEP;
    }

    private int uncount(long[] s, int mapper, int frame, boolean readOnly) {
        Slots counter = readOnly ? readers : writers;
        add(s, counter, mapper, frame, -1);
        if (writers.get(s, mapper, frame) != 0) {
            return KEEP;
        }
        return readers.get(s, mapper, frame) == 0 ? 0 : reflected(READ, 0);
    }

    /** Wraps when more is dropped than was counted. */
    private static void add(long[] s, Slots counter, int mapper, int frame, int by) {
        long wrapping = (1L << counter.width()) - 1;
        counter.set(s, mapper, frame, (counter.get(s, mapper, frame) + by) & wrapping);
    }

    /**
     * One side of a mapping that has another one is unmapped: the frame's counters go when the handle does, unless
     * {@code counters.half-unmaps} has it otherwise.
     */
    public void onHalfUnmap(long[] s, int mapper, int frame, boolean readOnly) {
        if (name.equals("counters") && halves.decide(s, 0, 0, 0) != 0) {
            uncount(s, mapper, frame, readOnly);
        }
    }

    /** Undoes what {@link #onMap} remembers of a mapping; its map fails. */
    public void forget(long[] s, int mapper, int frame, boolean readOnly) {
        if (name.equals("counters")) {
            uncount(s, mapper, frame, readOnly);
        }
    }

    /** Undoes what {@link #onUnmap} forgets of a mapping; its unmap fails. */
    public void countAgain(long[] s, int mapper, int frame, boolean readOnly) {
        if (name.equals("counters")) {
            count(s, mapper, frame, readOnly);
        }
    }

    /** The rights that mappings of this kind are given. */
    public int rightsOf(int kind) {
        return reflected(kind, 0);
    }

    /** How a kind shows in the I/O tables; the policy of 2008 leaves read-only mappings out. */
    public int reflected(int kind) {
        return reflected(kind, 0);
    }

    private int reflected(int kind, int absent) {
        return kind == READ && !readOnlyPresent ? absent : kind;
    }
}
