package dev.moat.audit.result;

import dev.moat.limit.StoppedException;
import dev.moat.logic.Invariant;
import dev.moat.logic.judge.Judge;
import dev.moat.state.Abstraction;
import dev.moat.state.Relation;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.SchemaBuilder;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import java.util.List;

/**
 * Asks {@code invariants/no-stale.smt2} about one page. All pages of a span are alike and the invariant speaks of each
 * page alone, so one page stands for its span.
 *
 * <p>The state is what the trace tells about the page: the rights that a cache may still serve, the rights that the tables
 * give now, and whether somebody owes the invalidation ({@code dirty}). The promise decides who may owe it. Strict: the
 * unmap, until it returns. Lazy: the flush queue, until the address or the frame is handed out again.
 */
public final class StaleJudge {
    private static final Relation.Reads ANYTHING = (footprint, a, b, c, d, e) -> footprint.everything();

    private final Invariant invariant;
    private final Sort unit = Sort.numbered("Unit", "iommu", 1);
    private final Sort one = Sort.numbered("One", "", 1);
    private final Slots cached;
    private final Slots table;
    private final Slots owed;
    private final Schema schema;
    private final Judge judge;
    private final long[] state;

    /** @param invariant asked about every page that lingers, in a state of one domain, one page and one frame */
    public StaleJudge(Invariant invariant) {
        this.invariant = invariant;
        SchemaBuilder builder = new SchemaBuilder();
        cached = builder.slots("cached", Role.CACHE, Writer.IOMMU, one).bits(2);
        table = builder.slots("table", Role.ARCHITECTURAL, Writer.HYPERVISOR, one)
                .bits(2);
        owed = builder.slots("owed", Role.GHOST, Writer.GHOST, one).bits(1);
        schema = builder.build();
        judge = judge("domain", "page", "frame");
        state = schema.blank();
    }

    private Judge judge(String domain, String page, String frame) {
        Sort tag = new Sort("Tag", List.of(domain));
        Sort space = new Sort("Space", List.of("tables"));
        Sort pages = new Sort("Page", List.of(page));
        Sort frames = new Sort("Frame", List.of(frame));
        Abstraction a = new Abstraction();
        Sort requesters = Sort.numbered("Req", "r", 0); // a trace shows no request in flight
        for (Sort sort : List.of(unit, tag, space, pages, frames, requesters)) {
            a.sort(sort);
        }
        a.relation("stands", List.of(unit, tag, space), (s, u, t, x, d, e) -> true, (f, u, t, x, d, e) -> {});
        List<Sort> inTable = List.of(space, pages, frames);
        List<Sort> inCache = List.of(unit, tag, pages, frames);
        a.relation("mapR", inTable, (s, x, p, f, d, e) -> (table.get(s, 0) & 1) != 0, ANYTHING);
        a.relation("mapW", inTable, (s, x, p, f, d, e) -> (table.get(s, 0) & 2) != 0, ANYTHING);
        a.relation("mayR", inCache, (s, u, t, p, f, e) -> (cached.get(s, 0) & 1) != 0, ANYTHING);
        a.relation("mayW", inCache, (s, u, t, p, f, e) -> (cached.get(s, 0) & 2) != 0, ANYTHING);
        List<Sort> flight = List.of(unit, requesters, tag, pages, frames);
        a.relation("flyR", flight, (s, u, q, t, p, f) -> false, (f, u, q, t, p, e) -> {});
        a.relation("flyW", flight, (s, u, q, t, p, f) -> false, (f, u, q, t, p, e) -> {});
        a.relation("dirty", List.of(unit, tag, pages), (s, u, t, p, d, e) -> owed.get(s, 0) != 0, ANYTHING);
        return new Judge(List.of(invariant), a, schema);
    }

    /**
     * Whether the invariant is false.
     *
     * @param cachedRights rights that a cache may serve: bit 0 to read, bit 1 to write
     * @param tableRights rights that the tables give
     */
    public boolean violated(int cachedRights, int tableRights, boolean isOwed) {
        cached.set(state, 0, cachedRights);
        table.set(state, 0, tableRights);
        owed.set(state, 0, isOwed ? 1 : 0);
        return judge.violated(state) != 0;
    }

    /** Why it is false in the state judged last, with the names that the trace has for things. */
    public List<String> explain(String domain, String page) {
        // An interrupt ends the input, where more of it is waited for: what was read until then is told.
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try {
                    return judge(domain, page, "its-old-frame").explain(0, state);
                } catch (StoppedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
