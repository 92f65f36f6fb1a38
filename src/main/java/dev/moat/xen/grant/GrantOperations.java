package dev.moat.xen.grant;

import dev.moat.grant.MapFlags;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.Filter;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.state.Sort;
import dev.moat.xen.call.Batch;
import dev.moat.xen.call.CallOnly;
import dev.moat.xen.host.HostAddress;
import dev.moat.xen.state.XenState;
import dev.moat.xen.upkeep.CurrentMapping;
import dev.moat.xen.upkeep.FrameRelease;
import dev.moat.xen.upkeep.Invalidation;
import dev.moat.xen.upkeep.TablePages;
import dev.moat.xen.upkeep.TypeUpkeep;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code GNTTABOP_map_grant_ref} and {@code GNTTABOP_unmap_grant_ref} as letters of a search's alphabet and as calls, of one
 * element or of a batch. The steps are in {@link MapGrant} and {@link UnmapGrant}.
 */
public final class GrantOperations {
    public static final String MAP = "map_grant_ref";
    public static final String UNMAP = "unmap_grant_ref";
    static final String UNMAP_AND_REPLACE = "unmap_and_replace";

    /** Elements that a search gives a batch; calls give it more. */
    private static final int MOST_SEARCHED = 4;
    /** Combinations of elements that are still enumerated. */
    private static final int MOST_COMBINATIONS = 100_000;

    private final XenState xen;
    private final MapGrant map;
    private final UnmapGrant unmap;

    public GrantOperations(
            XenState xen,
            ModelBuilder model,
            Invalidation invalidation,
            FrameRelease release,
            TypeUpkeep types,
            TablePages tables) {
        this.xen = xen;
        map = new MapGrant(xen, model, invalidation, release, types, tables);
        unmap = new UnmapGrant(xen, model, invalidation, release, tables);
    }

    public void declare(ModelBuilder model) {
        if (xen.batch.on()) {
            declareBatches(model);
        } else {
            declareSingle(model);
        }
    }

    private void declareSingle(ModelBuilder model) {
        Argument e = new Argument("mapper", xen.domains);
        Argument g = new Argument("granter", xen.domains);
        Argument r = new Argument("ref", xen.grants.refs);
        Argument flags = new Argument("flags", new Sort("MapFlags", Batch.MAP_FLAGS));
        Argument h = new Argument("handle", xen.grants.maptrack.handles);
        Argument sides = new Argument("sides", new Sort("UnmapSides", Batch.UNMAP_SIDES));
        List<Integer> granters = xen.setting.guests().granters();
        declare(
                model,
                MAP,
                List.of(e, g, r, flags),
                granters.isEmpty()
                        ? ModelBuilder.none()
                        : (mapper, granter, ref, f, none) ->
                                xen.setting.mayGrantTo(granter, mapper) && granters.contains(granter) && maps(f),
                (s, cpu, mapper, granter, ref, f, none) -> !xen.environment.hasCrashed(s, mapper)
                        && map.begin(s, cpu, mapper, granter, ref, MapGrant.searchedFlags(f), HostAddress.NONE),
                map.steps());
        declare(
                model,
                UNMAP,
                List.of(e, h, sides),
                (mapper, handle, side, b, c) -> xen.setting.mappers().contains(mapper) && unmaps(side),
                (s, cpu, mapper, handle, side, b, c) ->
                        !xen.environment.hasCrashed(s, mapper) && unmap.begin(s, cpu, mapper, handle, side + 1),
                unmap.steps());
        model.call(MAP, map::begin);
        model.call(UNMAP, unmap::call);
        if (xen.setting.recorded()) {
            model.operation(CallOnly.operation(
                    UNMAP_AND_REPLACE, Actor.HYPERVISOR, unmap.stepsReplacing(), xen.operation.result));
            model.call(UNMAP_AND_REPLACE, unmap::callReplacing);
        }
    }

    private void declare(
            ModelBuilder model,
            String name,
            List<Argument> arguments,
            Filter filter,
            Operation.Start start,
            List<Step> steps) {
        model.operation(new Operation(name, Actor.HYPERVISOR, arguments, filter, start, steps, xen.operation.result));
    }

    /** A batch's later elements may be missing; a search tries them in every order. */
    private void declareBatches(ModelBuilder model) {
        List<String> mapped = new ArrayList<>();
        List<String> unmapped = new ArrayList<>();
        for (int d = 0; d < xen.domains.size(); d++) {
            for (int r = 0; r < xen.setting.refs(); r++) {
                for (String flags : Batch.MAP_FLAGS) {
                    mapped.add(xen.domains.label(d) + "." + xen.grants.refs.label(r) + " " + flags);
                }
            }
        }
        for (String handle : xen.grants.maptrack.handles.labels()) {
            Batch.UNMAP_SIDES.forEach(sides -> unmapped.add(handle + " " + sides));
        }
        List<Integer> granters = xen.setting.guests().granters();
        List<Integer> mappers = xen.setting.mappers();
        int refs = xen.setting.refs() * Batch.MAP_FLAGS.size();
        declareBatch(
                model,
                MAP,
                mapped,
                (mapper, element) -> xen.setting.mayGrantTo(element / refs, mapper)
                        && granters.contains(element / refs)
                        && maps(element % Batch.MAP_FLAGS.size()),
                map::beginElement,
                map.steps());
        declareBatch(
                model,
                UNMAP,
                unmapped,
                (mapper, element) -> mappers.contains(mapper) && unmaps(element % Batch.UNMAP_SIDES.size()),
                unmap::beginElement,
                unmap.steps());
        model.call(MAP, this::callMaps);
        model.call(UNMAP, this::callUnmaps);
    }

    /** @param flags index in {@link Batch#MAP_FLAGS} */
    private boolean maps(int flags) {
        return !xen.setting.guests().hostOnly() || Batch.MAP_FLAGS.get(flags).startsWith("host r");
    }

    /** @param sides index in {@link Batch#UNMAP_SIDES} */
    private boolean unmaps(int sides) {
        return !xen.setting.guests().hostOnly() || Batch.UNMAP_SIDES.get(sides).equals("host");
    }

    /** Whether an element is one that a mapper can try. */
    @FunctionalInterface
    private interface Sensible {
        boolean test(int mapper, int element);
    }

    /** Elements that a search tries: what it cannot enumerate is left to calls. */
    private int searched(int labels) {
        int size = Math.min(xen.batch.size(), MOST_SEARCHED);
        while (size > 1 && Math.pow(labels + 1.0, size) > MOST_COMBINATIONS) {
            size--;
        }
        return size;
    }

    private void declareBatch(
            ModelBuilder model,
            String name,
            List<String> labels,
            Sensible sensible,
            CurrentMapping.Begin begin,
            List<Step> steps) {
        int size = searched(labels.size());
        List<String> optional = new ArrayList<>(labels);
        optional.add("-");
        int none = labels.size();
        List<Argument> arguments = new ArrayList<>();
        arguments.add(new Argument("mapper", xen.domains));
        arguments.add(new Argument("first", new Sort("Element", labels)));
        for (int i = 1; i < size; i++) {
            arguments.add(new Argument("element " + (i + 1), new Sort("LaterElement", optional)));
        }
        // Asked for every combination of elements: found once for each element.
        boolean[][] tried = new boolean[xen.domains.size()][none];
        for (int mapper = 0; mapper < tried.length; mapper++) {
            for (int element = 0; element < none; element++) {
                tried[mapper][element] = sensible.test(mapper, element);
            }
        }
        Filter filter = (mapper, a, b, c, d) -> {
            int[] elements = {a, b, c, d};
            boolean ended = false;
            for (int i = 0; i < size; i++) {
                boolean missing = elements[i] == none;
                if (missing ? i == 0 : ended || !tried[mapper][elements[i]]) {
                    return false;
                }
                ended |= missing;
            }
            return true;
        };
        Operation.Start start = (s, cpu, mapper, a, b, c, d) -> {
            if (xen.environment.hasCrashed(s, mapper)) {
                return false;
            }
            int[] later = {b, c, d};
            xen.batch.begin(s, cpu, mapper);
            for (int i = 0; i < size - 1; i++) {
                if (later[i] != none) {
                    xen.batch.add(s, cpu, later[i]);
                }
            }
            return begin.begin(s, cpu, mapper, a);
        };
        declare(model, name, arguments, filter, start, steps);
    }

    /** Call (mapper, granter, first reference, flags, elements): maps consecutive references, all with the same flags. */
    private boolean callMaps(long[] s, int cpu, int mapper, int granter, int ref, int flags, int elements) {
        xen.batch.begin(s, cpu, mapper);
        int printed = (MapFlags.sides(flags) - 1) * 2 + (MapFlags.isReadOnly(flags) ? 1 : 0);
        for (int i = 1; i < elements; i++) {
            xen.batch.add(s, cpu, xen.grants.index(granter, ref + i) * Batch.MAP_FLAGS.size() + printed);
        }
        return map.begin(s, cpu, mapper, granter, ref, flags, HostAddress.NONE);
    }

    /** Call (mapper, first handle, sides, elements): unmaps consecutive handles. */
    private boolean callUnmaps(long[] s, int cpu, int mapper, int handle, int sides, int elements, int none) {
        xen.batch.begin(s, cpu, mapper);
        for (int i = 1; i < elements; i++) {
            xen.batch.add(s, cpu, (handle + i) * Batch.UNMAP_SIDES.size() + sides - 1);
        }
        return unmap.begin(s, cpu, mapper, handle, sides);
    }
}
