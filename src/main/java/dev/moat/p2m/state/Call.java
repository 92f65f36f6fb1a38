package dev.moat.p2m.state;

import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/** What a call keeps on each CPU. */
public final class Call {
    private static final Sort ELEMENTS = new Sort("Element", List.of("first", "second"));

    /** The guest, the gfn that the call names, and the one that frames are moved to. */
    public final Slots domain;

    public final Slots gfn;
    public final Slots to;
    /** The p2m type that is wanted. */
    public final Slots type;
    /** The frame that the call has in hand, or none. */
    public final Slots frame;
    /** The gfn whose entry was changed last, the frame that was there, and whether that needs an invalidation. */
    public final Slots at;

    public final Slots old;
    public final Slots due;
    /** Of a range: its length less one, the element that is next, and the frames that it keeps until the flush. */
    public final Slots length;

    public final Slots element;
    public final Slots kept;

    private final P2mState state;

    public Call(P2mState state, SchemaBuilder schema) {
        this.state = state;
        P2mSetting setting = state.setting;
        domain = local(schema, "cpu.domain", setting.cpus).of(setting.domains);
        gfn = local(schema, "cpu.gfn", setting.cpus).of(setting.gfns);
        to = local(schema, "cpu.to", setting.cpus).of(setting.gfns);
        type = local(schema, "cpu.type", setting.cpus).of(P2mType.SORT);
        frame = local(schema, "cpu.frame", setting.cpus).optional(setting.frames);
        at = local(schema, "cpu.at", setting.cpus).of(setting.gfns);
        old = local(schema, "cpu.old", setting.cpus).optional(setting.frames);
        due = local(schema, "cpu.due", setting.cpus).bits(1);
        Sort ranges = setting.cpus.onlyIf(setting.range > 0);
        length = local(schema, "cpu.length", ranges).bits(setting.range > 1 ? 1 : 0);
        element = local(schema, "cpu.element", ranges).bits(setting.range > 1 ? 1 : 0);
        Sort elements = new Sort("Element", ELEMENTS.labels().subList(0, Math.max(1, setting.range)));
        Liveness busy = (s, i) -> state.pc.get(s, i / elements.size()) != 0;
        kept = schema.slots("cpu.kept", Role.HYPERVISOR, Writer.HYPERVISOR, ranges, elements)
                .live(busy)
                .optional(setting.frames);
    }

    private SlotsBuilder local(SchemaBuilder schema, String name, Sort cpus) {
        Liveness busy = (s, cpu) -> state.pc.get(s, cpu) != 0;
        return schema.slots(name, Role.HYPERVISOR, Writer.HYPERVISOR, cpus).live(busy);
    }

    /** Begins a call of a guest about a gfn. */
    public void enter(long[] s, int cpu, int by, int about) {
        domain.set(s, cpu, by);
        gfn.set(s, cpu, about);
        if (element.size() > 0) {
            element.set(s, cpu, 0);
        }
        for (int i = 0; i < state.setting.range; i++) {
            kept.set(s, cpu, i, 0);
        }
    }

    public int domain(long[] s, int cpu) {
        return (int) domain.get(s, cpu);
    }

    /** The frame in hand, or -1. */
    public int frame(long[] s, int cpu) {
        return (int) frame.get(s, cpu) - 1;
    }

    private int element(long[] s, int cpu) {
        return element.size() > 0 ? (int) element.get(s, cpu) : 0;
    }

    /** The gfn of the element that is next. */
    public int gfn(long[] s, int cpu) {
        return (int) gfn.get(s, cpu) + element(s, cpu);
    }

    /** Where its frame is moved to. */
    public int to(long[] s, int cpu) {
        return (int) to.get(s, cpu) + element(s, cpu);
    }
}
