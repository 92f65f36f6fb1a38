package dev.moat.notation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Machine;
import dev.moat.machine.Stepper;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Setting;
import dev.moat.notation.code.CompiledCode;
import dev.moat.notation.machine.NotedComponent;
import dev.moat.notation.text.Parser;
import dev.moat.notation.text.Printer;
import dev.moat.notation.tree.Edit;
import dev.moat.notation.tree.Expr;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Node;
import dev.moat.notation.tree.Statement;
import dev.moat.notation.tree.Tree;
import dev.moat.notation.tree.TypeName;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples of docs/reference/notation.md are one component, which has every construct, and runs. */
class NotationPageTest {
    static Tree example() throws IOException {
        String page = Files.readString(Path.of("docs/reference/notation.md"));
        String text = Pattern.compile("```moat\n(.*?)```", Pattern.DOTALL)
                .matcher(page)
                .results()
                .map(m -> m.group(1))
                .collect(Collectors.joining("\n"));
        return Parser.read("example.moat", text);
    }

    @Test
    void theExamplesRun() throws IOException {
        NotedComponent component = new NotedComponent(example(), CompiledCode::of);
        for (Map<String, String> settings : List.of(
                Map.<String, String>of(), Map.of("flush", "deferred", "cpus", "2"), Map.of("counted", "false"))) {
            Machine machine = BackEnds.machine(BackEnds.model(component.tree(), settings, CompiledCode::of));
            Stepper stepper = machine.stepper();
            long[] s = machine.initial();
            Set<String> seen = new HashSet<>();
            for (int n = 0; n < 2000; n++) {
                if (stepper.apply((n * 7919) % machine.instances(), s)) {
                    seen.addAll(stepper.lastSteps());
                }
            }
            assertThat(seen).contains("map_page/return", "unmap_page/await", "unmap_page/return");
        }
        for (InjectedFault fault : component.faults()) {
            Edits edits = new Edits();
            fault.edit().accept(edits);
            ModelBuilder builder = new ModelBuilder(edits);
            component.build(new Setting(component.parameters(), Map.of()), builder);
            assertThat(builder.build().operations()).as(fault.id()).hasSize(2);
        }
    }

    @Test
    void theyHaveEveryConstruct() throws IOException {
        Set<Class<?>> there = new HashSet<>();
        collect(example().items(), there);
        Set<Class<?>> all = Stream.of(Expr.class, Statement.class, Node.class, Item.class, TypeName.class, Edit.class)
                .flatMap(c -> Stream.of(c.getPermittedSubclasses()))
                .collect(Collectors.toSet());
        all.removeAll(there);
        assertThat(all).isEmpty();
    }

    private static void collect(Object o, Set<Class<?>> to) {
        if (o instanceof List<?> list) {
            list.forEach(each -> collect(each, to));
        } else if (o instanceof Record) {
            to.add(o.getClass());
            for (RecordComponent part : o.getClass().getRecordComponents()) {
                try {
                    Object value = part.getAccessor().invoke(o);
                    if (value != null) {
                        collect(value, to);
                    }
                } catch (ReflectiveOperationException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Test
    void whatIsPrintedIsReadAsTheSame() throws IOException {
        Tree tree = example();
        assertThat(Parser.read("printed", Printer.of(tree)).items()).isEqualTo(tree.items());
    }
}
