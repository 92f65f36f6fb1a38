package dev.moat.iommu.gart.family;

import dev.moat.iommu.Port;
import dev.moat.iommu.Sizes;
import dev.moat.iommu.gart.GartTlb;
import dev.moat.iommu.gart.GartUnit;
import dev.moat.iommu.gart.NodeRegisters;
import dev.moat.iommu.gart.NodeRegisters.CacheControl;
import dev.moat.model.Decision;
import dev.moat.model.ModelBuilder;
import dev.moat.state.Footprint;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * How one northbridge is made to forget: everything, for one CPU at a time. INVGART is written, and polled until the northbridge has
 * cleared it. {@code @source} LINUX-GART.
 */
final class TlbPort implements Port {
    private static final String ASKS = "flush.asks";
    private static final Sort WHAT = new Sort("Flush", List.of("none", "translations", "entry"));
    private static final int NONE = 0;
    private static final int TRANSLATIONS = 1;
    private static final int ENTRY = 2;

    private final GartUnit unit;
    private final GartTlb tlb;
    private final int node;
    /** What was asked for and is not done. */
    private final Slots asked;
    /** The CPU that asked; dead when nobody has. */
    private final Slots asker;
    /** {@code flush.asks}: (northbridge) to 1 when INVGART is written. */
    private final Decision asks;

    /** The port of one northbridge. */
    public TlbPort(ModelBuilder model, Sizes sizes, GartUnit unit, GartTlb tlb, int node) {
        this.unit = unit;
        this.tlb = tlb;
        this.node = node;
        SchemaBuilder schema = model.schema();
        String prefix = unit.geometry().nodes().label(node) + ".";
        Liveness pending = (s, i) -> asked().get(s) != NONE;
        asked = schema.slots(prefix + "flush", Role.HYPERVISOR, Writer.HYPERVISOR)
                .of(WHAT);
        asker = schema.slots(prefix + "asker", Role.HYPERVISOR, Writer.HYPERVISOR)
                .live(pending)
                .of(sizes.cpus().sort());
        asks = model.decision(ASKS, (s, n, b, c) -> 1);
    }

    private Slots asked() {
        return asked;
    }

    private boolean ask(long[] s, int cpu, int what) {
        if (asked.get(s) != NONE) {
            return false;
        }
        if (what == ENTRY || asks.decide(s, node, 0, 0) != 0) {
            unit.write(s, node, NodeRegisters.CACHE_CONTROL, CacheControl.INVGART.mask());
            asked.set(s, what);
            asker.set(s, cpu);
        }
        return true;
    }

    @Override
    public List<String> decisions() {
        return List.of(ASKS);
    }

    @Override
    public boolean askTranslations(long[] s, int cpu, int tag, int first, int last, int changed) {
        return ask(s, cpu, TRANSLATIONS);
    }

    /** Nothing is cached of where a device is led; the northbridge is asked all the same, so that it has something to do. */
    @Override
    public boolean askEntry(long[] s, int cpu, int tag, int requester) {
        return ask(s, cpu, ENTRY);
    }

    @Override
    public boolean isDone(long[] s, int cpu) {
        return asked.get(s) == NONE || asker.get(s) != cpu;
    }

    @Override
    public boolean serve(long[] s) {
        if (!tlb.invalidate(s, node)) {
            return false;
        }
        asked.set(s, NONE);
        asker.set(s, 0);
        return true;
    }

    private int found(long[] s, int cpu, int what) {
        if (isDone(s, cpu)) {
            return NOTHING;
        }
        return asked.get(s) == what ? COVERED : OTHERS;
    }

    @Override
    public int finds(long[] s, int cpu, int tag, int page) {
        return found(s, cpu, TRANSLATIONS);
    }

    @Override
    public int findsEntry(long[] s, int cpu, int requester) {
        return found(s, cpu, ENTRY);
    }

    @Override
    public int nextSubmitter(long[] s) {
        return asked.get(s) == NONE ? -1 : (int) asker.get(s);
    }

    /** INVGART tells of it, too. */
    @Override
    public boolean holds(long[] s, int cpu, int tag, int page, int what) {
        long is = asked.get(s);
        boolean polled = CacheControl.INVGART.isSet(unit.cacheControl.get(s, node)) == (is != NONE);
        return polled && (what == NOTHING ? is == NONE : is != ENTRY);
    }

    @Override
    public void read(Footprint footprint) {
        footprint.all(asked).all(asker);
    }
}
