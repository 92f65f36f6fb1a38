package dev.moat.xen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.model.Edits;
import dev.moat.model.Mechanism;
import dev.moat.model.Mechanisms;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Alike;
import dev.moat.state.Schema;
import dev.moat.state.Slots;
import dev.moat.xen.setting.XenSetting;
import dev.moat.xen.state.XenState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Where references or handles are declared to be alike, every slot that can hold the number of one says so. Found without a list of
 * slots: one that gets another size or more bits when there are more of them has an index of them, names them, or counts something.
 */
class AlikeSlotsTest {
    private static final XenVtd XEN = new XenVtd();
    private static final int FEW = 3;
    /** More than there is of anything else, and so more bits. */
    private static final int MANY = 40;

    /** They count: how many refer to a frame, how many use it as its type says, how many mappings of it a domain has. */
    private static final Set<String> COUNTERS =
            Set.of("frame.references", "frame.type-count", "counters.rd", "counters.wr");

    /** What is alike, the parameter that says how many there are, and the sort that they have. */
    private record Kind(String alike, String parameter, String sort) {}

    private static final List<Kind> KINDS =
            List.of(new Kind("references", "refs", "Ref"), new Kind("handles", "handles", "Handle"));

    static List<Map<String, String>> variants() {
        return Stream.concat(Stream.of(Map.of("iommu", "vtd")), XEN.variants().stream())
                .toList();
    }

    /** All parameters; who sets nothing has these units. */
    private static List<Parameter> parameters(Map<String, String> units) {
        return XEN.parameters(units).stream()
                .map(p -> units.containsKey(p.name()) ? p.initially(units.get(p.name())) : p)
                .toList();
    }

    private static Schema schema(Map<String, String> values, Kind kind, int count) {
        Map<String, String> with = new HashMap<>(values);
        with.put(kind.parameter(), "" + count);
        ModelBuilder builder = new ModelBuilder(new Edits());
        new XenState(new XenSetting(new Setting(XEN.parameters(values), with)), builder);
        return builder.build().schema();
    }

    /** What a family always has may not go together with what is asked for. */
    private static boolean isMachine(Map<String, String> values) {
        Setting setting = new Setting(XEN.parameters(values), values);
        return XEN.mechanisms(values)
                .conflict(XEN.mechanisms(values).on(setting))
                .isEmpty();
    }

    private static boolean areAlike(Schema schema, Kind kind) {
        return schema.alike().stream()
                .filter(things -> !things.betweenCalls())
                .map(Alike::name)
                .anyMatch(kind.alike()::equals);
    }

    private static boolean names(Slots f, Kind kind) {
        return Stream.concat(f.index().stream(), f.named().stream().map(Slots.Named::sort))
                .anyMatch(sort -> sort.name().equals(kind.sort()));
    }

    private static Map<String, String> layout(Schema schema) {
        return schema.families().stream()
                .collect(Collectors.toMap(Slots::name, f -> f.size() + " of " + f.width() + " " + f.varying()));
    }

    /** Names of slots of which there is more where there are more, and which do not say why. */
    private static Set<String> undeclared(Map<String, String> values, Kind kind) {
        Schema few = schema(values, kind, FEW);
        Set<String> found = new TreeSet<>();
        if (areAlike(few, kind)) {
            Map<String, String> many = layout(schema(values, kind, MANY));
            Map<String, String> here = layout(few);
            few.families().stream()
                    .filter(f -> f.size() > 0)
                    .filter(f -> !here.get(f.name()).equals(many.get(f.name())) && !names(f, kind))
                    .map(Slots::name)
                    .filter(name -> !COUNTERS.contains(name))
                    .forEach(found::add);
        }
        return found;
    }

    /** Each mechanism that a kind of unit goes together with. */
    @ParameterizedTest
    @MethodSource("variants")
    void whatHoldsTheNumberOfOneSaysSo(Map<String, String> units) {
        List<String> ids = ids(units);
        assertThat(undeclared(units, ids.stream().map(List::of).toList())).isEmpty();
        assertThat(ids).hasSizeGreaterThan(30);
    }

    @Tag("deep")
    @ParameterizedTest
    @MethodSource("variants")
    void everyTwoMechanismsToo(Map<String, String> units) {
        List<String> ids = ids(units);
        assertThat(undeclared(
                        units,
                        ids.stream()
                                .flatMap(a -> ids.stream().map(b -> List.of(a, b)))
                                .toList()))
                .isEmpty();
    }

    private static List<String> ids(Map<String, String> units) {
        return XEN.mechanisms(units).all().stream().map(Mechanism::id).toList();
    }

    /** Slots that do not say what they hold, by mechanisms that they are there with; recorded machines declare nothing. */
    private static Map<String, Set<String>> undeclared(Map<String, String> units, List<List<String>> mechanisms) {
        List<Parameter> parameters = parameters(units);
        Mechanisms table = XEN.mechanisms(units);
        Map<String, Set<String>> wrong = new TreeMap<>();
        for (List<String> some : mechanisms) {
            Map<String, String> values =
                    new HashMap<>(table.values(some, parameters).orElse(Map.of()));
            values.putAll(units);
            if (!values.containsKey("mode") && isMachine(values)) {
                for (Kind kind : KINDS) {
                    wrong.put(kind.alike() + " with " + some, undeclared(values, kind));
                }
            }
        }
        wrong.values().removeIf(Set::isEmpty);
        return wrong;
    }
}
