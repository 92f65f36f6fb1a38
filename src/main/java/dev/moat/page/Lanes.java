package dev.moat.page;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.moat.machine.Machine;
import dev.moat.model.Argument;
import dev.moat.state.Role;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.state.Sort;
import dev.moat.state.Writer;
import dev.moat.trace.Transition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who acts in a trace and on what, each in a lane: guests, devices, CPUs, units, memory. */
final class Lanes {
    /** Kinds of lanes, in the order in which they stand. */
    enum Kind {
        GUEST,
        DEVICE,
        CPU,
        UNIT,
        MEMORY
    }

    record Lane(Kind kind, String name) {}

    /**
     * One transition.
     *
     * @param by the lane that acts
     * @param from the lane that asked it to, or null
     * @param to the lanes in which something changes
     */
    record Stroke(Lane by, @Nullable Lane from, List<Lane> to) {}

    private static final Lane TABLES = new Lane(Kind.MEMORY, "tables");
    private static final Lane GUEST_MEMORY = new Lane(Kind.MEMORY, "guest memory");
    private static final Lane RECORDS = new Lane(Kind.MEMORY, "records");

    private final Machine machine;
    private final Shape shape;
    private final List<String> units;

    Lanes(Machine machine, Shape shape) {
        this.machine = machine;
        this.shape = shape;
        units = machine.model().abstraction().sort("Unit").map(Sort::labels).orElse(List.of());
    }

    Stroke stroke(Transition t) {
        Machine.Instance it = machine.instance(t.instance());
        Lane by = by(it, t);
        Lane from = it.kind() == Machine.Kind.START
                ? argument(it, "Dom").map(d -> new Lane(Kind.GUEST, d)).orElse(null)
                : null;
        List<Lane> to = new ArrayList<>();
        for (Schema.Change change : t.changes()) {
            Lane lane = lane(change);
            if (lane != null && !lane.equals(by) && !to.contains(lane)) {
                to.add(lane);
            }
        }
        return new Stroke(by, from, to);
    }

    private Lane by(Machine.Instance it, Transition t) {
        Slots pc = machine.model().pc();
        if (it.kind() != Machine.Kind.ACTION && pc != null) {
            return new Lane(Kind.CPU, pc.index().get(0).label(it.cpu()));
        }
        return switch (t.actor()) {
            case GUEST -> new Lane(Kind.GUEST, argument(it, "Dom").orElse("guest"));
            case DEVICE -> new Lane(Kind.DEVICE, argument(it, "Req").orElse("device"));
            case IOMMU -> new Lane(Kind.UNIT, argument(it, "Unit").orElse(firstUnit()));
            case HYPERVISOR -> new Lane(Kind.CPU, machine.model().software());
        };
    }

    private String firstUnit() {
        return units.isEmpty() ? "unit" : units.get(0);
    }

    /** The first argument of a letter that is an element of a sort of the vocabulary, or is called like one. */
    private Optional<String> argument(Machine.Instance it, String sort) {
        List<String> labels =
                machine.model().abstraction().sort(sort).map(Sort::labels).orElse(List.of());
        List<Argument> formals = it.kind() == Machine.Kind.START
                ? machine.model().operations().get(it.target()).arguments()
                : machine.model().actions().get(it.target()).arguments();
        for (int i = 0; i < formals.size(); i++) {
            String label = formals.get(i).sort().label(it.arguments().get(i));
            if (formals.get(i).sort().name().equals(sort) || labels.contains(label)) {
                return Optional.of(label);
            }
        }
        return Optional.empty();
    }

    /** Where a change happens; nowhere when it is only kept for judging. */
    private @Nullable Lane lane(Schema.Change change) {
        Slots f = change.slots();
        if (Shape.isGhost(f)) {
            return null;
        } else if (machine.isOfCpus(f)) {
            int perCpu = f.size() / f.index().get(0).size();
            return new Lane(Kind.CPU, f.index().get(0).label(change.element() / perCpu));
        } else if (f.role() == Role.CACHE || f.role() == Role.QUEUE) {
            String prefix = shape.prefix(f);
            return new Lane(Kind.UNIT, prefix.isEmpty() ? firstUnit() : prefix.substring(0, prefix.length() - 1));
        } else if (f.role() == Role.ARCHITECTURAL) {
            return f.writer() == Writer.GUEST ? GUEST_MEMORY : TABLES;
        }
        return RECORDS;
    }

    /** All lanes of some strokes in the order in which they stand. */
    static List<Lane> all(List<Stroke> strokes) {
        List<Lane> all = new ArrayList<>();
        for (Stroke stroke : strokes) {
            all.add(stroke.by());
            all.addAll(stroke.to());
            if (stroke.from() != null) {
                all.add(stroke.from());
            }
        }
        return all.stream()
                .distinct()
                .sorted(Comparator.comparing(Lane::kind).thenComparing(Lane::name))
                .toList();
    }

    static JsonArray json(List<Lane> lanes) {
        JsonArray all = new JsonArray();
        for (Lane lane : lanes) {
            JsonObject one = new JsonObject();
            one.addProperty("kind", lane.kind().name().toLowerCase(Locale.ROOT));
            one.addProperty("name", Texts.shown(lane.name()));
            all.add(one);
        }
        return all;
    }
}
