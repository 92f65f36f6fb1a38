package dev.moat.iommu.gart;

import dev.moat.iommu.Memory;
import dev.moat.iommu.gart.GartGeometry.Part;
import dev.moat.iommu.gart.NodeRegisters.ApertureBase;
import dev.moat.iommu.gart.NodeRegisters.ApertureControl;
import dev.moat.iommu.gart.NodeRegisters.CacheControl;
import dev.moat.iommu.gart.NodeRegisters.TableBase;
import dev.moat.state.Liveness;
import dev.moat.state.Role;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.SlotsBuilder;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import org.jspecify.annotations.Nullable;

/**
 * The northbridges of a machine in the state: registers, and what each has cached or in flight. The table is in a {@link Memory}.
 *
 * <p>A family that the geometry leaves out has no elements. After a reset all registers are as the bounds say, by default 0.
 * {@code @source} GART-REGISTERS.
 */
public final class GartUnit implements NodeAccess {
    /** What {@link #cachedFrame} answers for memory that is none of the modelled frames. */
    public static final int ELSEWHERE = -1;

    private static final long REGISTER = 0xffff_ffffL;

    private final GartGeometry g;
    private final Memory memory;

    /** {@link ApertureControl} per northbridge. {@code @writer} HYPERVISOR. */
    public final Slots apertureControl;
    /** {@link ApertureBase} per northbridge. {@code @writer} HYPERVISOR. */
    public final Slots apertureBase;
    /** {@link TableBase} per northbridge. {@code @writer} HYPERVISOR. */
    public final Slots tableBase;
    /** {@link CacheControl} per northbridge. */
    public final Slots cacheControl;
    /** Cached entry per northbridge and page, as {@link Gpte}; 0 when nothing is cached. */
    public final Slots cachedPte;
    /** Request in flight per requester: 0 for none, 1 a read, 2 a write; left out without {@link Part#REQUESTS_IN_FLIGHT}. */
    public final Slots flight;
    /** Page of a request in flight; dead without one, as the next. */
    public final Slots flightPage;
    /** The entry that a request in flight was translated with. */
    public final Slots flightPte;

    /** What the registers of every northbridge hold at first, and which of them change afterwards. */
    public record Reset(long apertureControl, long apertureBase, long tableBase, boolean registersVary) {
        /** All 0, and anything may be written. */
        public static final Reset ZERO = new Reset(0, 0, 0, true);
    }

    /**
     * Declares the slots.
     *
     * @param memory where the table is
     */
    public GartUnit(SchemaBuilder schema, GartGeometry geometry, Memory memory, Reset reset) {
        g = geometry;
        this.memory = memory;
        long any = reset.registersVary() ? REGISTER : 0;
        apertureControl = register(schema, "apertureControl", Writer.HYPERVISOR)
                .fixed(reset.apertureControl())
                .word(ApertureControl.FIELDS, any | ApertureControl.GARTEN.mask());
        apertureBase = register(schema, "apertureBase", Writer.HYPERVISOR)
                .fixed(reset.apertureBase())
                .word(ApertureBase.FIELDS, any);
        tableBase = register(schema, "tableBase", Writer.HYPERVISOR)
                .fixed(reset.tableBase())
                .word(TableBase.FIELDS, any);
        long errors = g.has(Part.ERRORS) ? CacheControl.GARTPTEERR.mask() : 0;
        cacheControl = register(schema, "cacheControl", Writer.IOMMU)
                .word(CacheControl.FIELDS, CacheControl.INVGART.mask() | errors);
        cachedPte = cache(schema, "cachedPte", g.nodes(), g.pages()).word(Gpte.FIELDS, varyingPte(g));
        boolean flights = g.has(Part.REQUESTS_IN_FLIGHT);
        SchemaBuilder moving = schema.onlyIf(flights);
        Sort flying = flights ? g.requesters() : Sort.numbered("None", "", 0);
        Liveness inFlight = (s, i) -> flight().get(s, i) != 0;
        flight = cache(moving, "flight", flying).bits(2);
        flightPage = cache(moving, "flightPage", flying).live(inFlight).of(g.pages());
        flightPte = cache(moving, "flightPte", flying).live(inFlight).word(Gpte.FIELDS, varyingPte(g));
        schema.keeps("TLBs hold entries of frames", s -> areEntries(s, g, cachedPte()));
        moving.keeps("requests in flight have entries of frames", s -> areEntries(s, g, flightPte()));
    }

    private SlotsBuilder register(SchemaBuilder schema, String name, Writer writer) {
        return schema.slots(name, Role.ARCHITECTURAL, writer, g.nodes());
    }

    private static SlotsBuilder cache(SchemaBuilder schema, String name, Sort... index) {
        return schema.slots(name, Role.CACHE, Writer.IOMMU, index);
    }

    // Liveness code runs only after construction; this keeps it from reading a field that is not assigned yet.
    private Slots flight() {
        return flight;
    }

    private Slots cachedPte() {
        return cachedPte;
    }

    private Slots flightPte() {
        return flightPte;
    }

    /** The bits in which entries that lead to the geometry's frames can differ; the frame after the last one is the scratch page. */
    static long varyingPte(GartGeometry g) {
        long bits = Gpte.VALID.mask() | Gpte.COHERENT.mask();
        for (int f = 0; f <= g.frames().size(); f++) {
            bits |= Gpte.of(g.frameNumber(f));
        }
        return bits;
    }

    /**
     * Whether entries are of frames, of the scratch page, or 0. What leads anywhere else means nothing to the discipline, and would
     * reach memory all the same.
     */
    static boolean areEntries(long[] s, GartGeometry g, Slots entries) {
        boolean all = true;
        for (int i = 0; i < entries.size(); i++) {
            long pte = entries.get(s, i);
            boolean is = pte == 0;
            for (int f = 0; f <= g.frames().size(); f++) {
                is |= pte == Gpte.of(g.frameNumber(f));
            }
            all &= is;
        }
        return all;
    }

    public GartGeometry geometry() {
        return g;
    }

    Memory memory() {
        return memory;
    }

    /** Frame that a TLB leads to, {@link #ELSEWHERE} for others; meaningful when something is cached. */
    public int cachedFrame(long[] s, int node, int page) {
        return g.frameAt(Gpte.frame(cachedPte.get(s, node, page)));
    }

    private @Nullable Slots at(int offset) {
        return switch (offset) {
            case NodeRegisters.APERTURE_CONTROL -> apertureControl;
            case NodeRegisters.APERTURE_BASE -> apertureBase;
            case NodeRegisters.TABLE_BASE -> tableBase;
            case NodeRegisters.CACHE_CONTROL -> cacheControl;
            default -> null;
        };
    }

    @Override
    public long read(long[] s, int node, int offset) {
        Slots register = at(offset);
        return register == null ? 0 : register.get(s, node);
    }

    @Override
    public void write(long[] s, int node, int offset, long value) {
        Slots register = at(offset);
        if (register == cacheControl) {
            control(s, node, value);
        } else if (register != null) {
            register.set(s, node, value & REGISTER);
        }
    }

    /** An invalidation that has begun goes on whatever is written; an error that was reported goes when 1 is written. */
    private void control(long[] s, int node, long value) {
        long old = cacheControl.get(s, node);
        long started = (old | value) & CacheControl.INVGART.mask();
        long error = old & ~value & CacheControl.GARTPTEERR.mask();
        cacheControl.set(s, node, started | error);
    }
}
