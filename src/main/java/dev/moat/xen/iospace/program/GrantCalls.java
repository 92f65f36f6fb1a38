package dev.moat.xen.iospace.program;

import static dev.moat.model.Outcome.DONE;
import static dev.moat.model.Outcome.FAIL;
import static dev.moat.model.Outcome.LOOP;
import static dev.moat.model.Outcome.NEXT;

import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Filter;
import dev.moat.model.Guarded;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.OperationPlan;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import dev.moat.xen.iospace.state.Call;
import dev.moat.xen.iospace.state.HypercallError;
import dev.moat.xen.iospace.state.SpaceState;
import java.util.List;

/**
 * Grants of domain 0's frames, one entry for each frame: offered, mapped by a domain for reading or for writing, once each, unmapped,
 * taken back. Mapping a grant changes no table: {@code iommu_map} does, for who has the mapping. An unmap withdraws from the mapper's
 * spaces what no other mapping of the frame allows, before the granter gets it back. A batch of them withdraws the frames one after
 * the other, in order, and has all of it forgotten once; the first one that is refused ends it, and those before it are done.
 * {@code @source} Xen 4.17 common/grant_table.c: gnttab_unmap_grant_ref flushes once for a batch, then completes each unmap.
 */
public final class GrantCalls {
    public static final String UNMAP = "unmap_grant_ref";
    public static final String MAP_MANY = "map_grant_many";
    public static final String UNMAP_MANY = "unmap_grant_many";

    private static final int GRANTER = 0;

    private final SpaceState state;
    private final Call call;
    private final Withdrawal withdrawal;

    GrantCalls(SpaceState state, Call call, Withdrawal withdrawal) {
        this.state = state;
        this.call = call;
        this.withdrawal = withdrawal;
    }

    void declare(ModelBuilder model) {
        Argument frame = new Argument("frame", state.setting.frames);
        Argument to = new Argument("to", state.setting.domains);
        Argument mapper = new Argument("mapper", state.setting.domains);
        Argument mode = new Argument("mode", new Sort("GrantMode", List.of("ro", "rw")));
        Filter others = (d, b, c, e, f) -> d != GRANTER;
        Guarded grant = (s, d, f, writing, e, g) -> grant(s, d, f, writing);
        model.action(new Action("grant_access", Actor.GUEST, List.of(to, frame, mode), others, grant, false, "grant"));
        Guarded end = (s, f, b, c, d, e) -> endAccess(s, f);
        Filter all = ModelBuilder.all();
        model.action(new Action("end_access", Actor.GUEST, List.of(frame), all, end, false, "end-access"));
        Guarded map = (s, d, f, writing, e, g) -> map(s, d, f, writing);
        List<Argument> mapping = List.of(mapper, frame, mode);
        model.action(new Action("map_grant_ref", Actor.HYPERVISOR, mapping, others, map, false, "begin-open"));
        Operation.Start unmap = (s, cpu, d, f, writing, e, g) -> {
            call.enterFrame(s, cpu, d, f);
            call.rights.set(s, cpu, writing);
            return state.hold.get(s, d, f, writing) == SpaceState.LIVE_HOLD;
        };
        model.operation(new Operation(UNMAP, Actor.HYPERVISOR, mapping, others, unmap, unmap(), call.error));
        List<Integer> sets = BatchCalls.sets(state.setting.frames.size(), state.setting.batch);
        if (!sets.isEmpty()) {
            batches(sets, List.of(mapper, BatchCalls.argument("frames", state.setting.frames, sets), mode), model);
        }
    }

    /** Calls of a sensible kernel: the first element can be done. */
    private void batches(List<Integer> sets, List<Argument> mapping, ModelBuilder model) {
        Filter others = (d, b, c, e, f) -> d != GRANTER;
        Operation.Start map = (s, cpu, d, set, writing, e, g) -> {
            enter(s, cpu, d, sets.get(set), writing);
            return mayMap(s, d, call.frame(s, cpu), writing);
        };
        model.operation(new Operation(MAP_MANY, Actor.HYPERVISOR, mapping, others, map, mapMany(), call.error));
        Operation.Start unmap = (s, cpu, d, set, writing, e, g) -> {
            enter(s, cpu, d, sets.get(set), writing);
            return hold(s, cpu) == SpaceState.LIVE_HOLD;
        };
        model.operation(new Operation(UNMAP_MANY, Actor.HYPERVISOR, mapping, others, unmap, unmapMany(), call.error));
    }

    private void enter(long[] s, int cpu, int domain, int set, int writing) {
        call.enterFrame(s, cpu, domain, Integer.numberOfTrailingZeros(set));
        call.rights.set(s, cpu, writing);
        call.left.set(s, cpu, set);
    }

    private boolean grant(long[] s, int to, int frame, int writing) {
        boolean may =
                state.frames.isAllocatedTo(s, GRANTER, frame) && state.offer.get(s, frame) == 0 && !state.isDead(s, to);
        if (may) {
            state.offer.set(s, frame, to + 1);
            state.offerReadOnly.set(s, frame, 1 - writing);
        }
        return may;
    }

    private boolean endAccess(long[] s, int frame) {
        boolean may = state.offer.get(s, frame) != 0 && !state.isLent(s, frame);
        if (may) {
            state.offer.set(s, frame, 0);
        }
        return may;
    }

    private boolean mayMap(long[] s, int mapper, int frame, int writing) {
        return state.offer.get(s, frame) == mapper + 1
                && !state.isDead(s, mapper)
                && state.frames.isAllocatedTo(s, GRANTER, frame)
                && (writing == 0 || state.offerReadOnly.get(s, frame) == 0)
                && state.hold.get(s, mapper, frame, writing) == SpaceState.NO_HOLD;
    }

    /** The entry is pinned, and with it the frame. */
    private boolean map(long[] s, int mapper, int frame, int writing) {
        boolean may = mayMap(s, mapper, frame, writing);
        if (may) {
            state.hold.set(s, mapper, frame, writing, SpaceState.LIVE_HOLD);
        }
        return may;
    }

    private List<Step> unmap() {
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("begin-close", this::beginClose)
                        .claiming("begin-close")
                        .on(FAIL, "refuse"))
                .at("withdraw", withdrawal.steps())
                .step(Step.of("drop-pins", this::drop).claiming("end-hold"))
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK).on(NEXT, Step.END))
                .step(Step.of("refuse", call::unlock).dropping(MapCalls.LOCK))
                .steps();
    }

    private int beginClose(long[] s, int cpu) {
        if (hold(s, cpu) != SpaceState.LIVE_HOLD) {
            return call.answer(s, cpu, HypercallError.ENOENT);
        }
        become(s, cpu, SpaceState.CLOSING_HOLD);
        return NEXT;
    }

    private int drop(long[] s, int cpu) {
        become(s, cpu, SpaceState.NO_HOLD);
        return NEXT;
    }

    private int hold(long[] s, int cpu) {
        return (int) state.hold.get(s, call.domain(s, cpu), call.frame(s, cpu), (int) call.rights.get(s, cpu));
    }

    private void become(long[] s, int cpu, int phase) {
        state.hold.set(s, call.domain(s, cpu), call.frame(s, cpu), (int) call.rights.get(s, cpu), phase);
    }

    // --- batches

    private List<Step> mapMany() {
        return new OperationPlan()
                .step(Step.of("next-grant", this::mapNext)
                        .claiming("begin-open")
                        .on(FAIL, "refuse"))
                .step(Step.of("return", (s, cpu) -> NEXT).quietly().on(NEXT, Step.END))
                .step(Step.of("refuse", (s, cpu) -> NEXT).quietly())
                .steps();
    }

    private int mapNext(long[] s, int cpu) {
        long left = call.left.get(s, cpu);
        int frame = Long.numberOfTrailingZeros(left);
        if (!map(s, call.domain(s, cpu), frame, (int) call.rights.get(s, cpu))) {
            return call.answer(s, cpu, HypercallError.ENOENT);
        }
        call.left.set(s, cpu, left & (left - 1));
        return (left & (left - 1)) == 0 ? NEXT : LOOP;
    }

    private List<Step> unmapMany() {
        return new OperationPlan()
                .step(Step.of("lock-spaces", call::lock).taking(MapCalls.LOCK).quietly())
                .step(Step.of("next-grant", this::closeNext)
                        .claiming("begin-close")
                        .on(DONE, "withdrawn")
                        .on(FAIL, "withdrawn"))
                .at("withdraw", withdrawal.entries("next-grant"))
                .step(Step.of("withdrawn", (s, cpu) -> NEXT).quietly())
                .at("forget", withdrawal.forgotten())
                .step(Step.of("drop-pins", this::dropAll).claiming("end-hold"))
                .step(Step.of("return", call::unlock).dropping(MapCalls.LOCK))
                .steps();
    }

    private int closeNext(long[] s, int cpu) {
        long left = call.left.get(s, cpu);
        if (left == 0) {
            return DONE;
        }
        call.frame.set(s, cpu, Long.numberOfTrailingZeros(left));
        int outcome = beginClose(s, cpu);
        call.left.set(s, cpu, outcome == FAIL ? 0 : left & (left - 1));
        return outcome;
    }

    /** Step: under the lock, grants of the domain that are being ended are this call's. */
    private int dropAll(long[] s, int cpu) {
        for (int f = 0; f < state.setting.frames.size(); f++) {
            call.frame.set(s, cpu, f);
            if (hold(s, cpu) == SpaceState.CLOSING_HOLD) {
                drop(s, cpu);
            }
        }
        call.frame.set(s, cpu, 0);
        return NEXT;
    }
}
