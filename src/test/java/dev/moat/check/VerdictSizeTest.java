package dev.moat.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Machine;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Scenario;
import dev.moat.scenario.ScenarioLibrary;
import dev.moat.scenario.ScenarioReader;
import dev.moat.state.Schema;
import dev.moat.trace.Transition;
import dev.moat.trace.file.Counterexample;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run keeps all its verdicts to the end, for the reports: none of them may keep what its search was made with. */
class VerdictSizeTest {
    private final Engine engine = MoatEngine.open(Path.of(""));

    @ParameterizedTest
    @ValueSource(strings = {"r1", "r1-unmap-no-invalidation", "xen-runs-unfair-lock"})
    void keepsNoMachineNorStates(String id) throws IOException {
        List<String> ids = engine.invariants().stream().map(Property::id).toList();
        Scenario scenario =
                new ScenarioLibrary(Path.of("specs/scenarios"), new ScenarioReader(Catalog.load(), ids)).find(id);

        Verdict verdict = new ScenarioChecker(Catalog.load(), engine)
                .check(new CheckRequest(scenario, Map.of(), null, Limits.none(1)), Progress.silent());

        assertThat(verdict.asExpected()).isTrue();
        assertThat(reached(verdict))
                .contains(Scenario.class)
                .doesNotContain(Machine.class, Schema.class, Judge.class, Transition.class, Counterexample.class);
    }

    /** The classes of all that an object leads to; a catalogue belongs to all verdicts and is not looked into. */
    private static Set<Class<?>> reached(Object from) {
        Set<Object> met = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> next = new ArrayDeque<>(List.of(from));
        Set<Class<?>> classes = Collections.newSetFromMap(new IdentityHashMap<>());
        while (!next.isEmpty()) {
            Object one = next.remove();
            if (met.add(one)) {
                classes.add(one.getClass());
                next.addAll(parts(one));
            }
        }
        return classes;
    }

    private static List<Object> parts(Object of) {
        List<Object> parts = new ArrayList<>();
        if (of instanceof Map<?, ?> map) {
            map.forEach((key, value) -> Collections.addAll(parts, key, value));
        } else if (of instanceof Iterable<?> all && !(of instanceof Path)) {
            all.forEach(parts::add);
        } else if (of instanceof Object[] all) {
            Collections.addAll(parts, all);
        } else if (of.getClass().getName().startsWith("dev.moat") && !(of instanceof Catalog)) {
            for (Class<?> c = of.getClass(); c.getName().startsWith("dev.moat"); c = c.getSuperclass()) {
                for (Field field : c.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive()) {
                        parts.add(value(field, of));
                    }
                }
            }
        }
        parts.removeIf(part -> part == null);
        return parts;
    }

    private static Object value(Field field, Object of) {
        try {
            field.setAccessible(true);
            return field.get(of);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
