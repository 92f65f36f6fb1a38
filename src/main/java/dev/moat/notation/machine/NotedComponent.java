package dev.moat.notation.machine;

import dev.moat.iommu.Families;
import dev.moat.model.Component;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.setting.Parameter;
import dev.moat.model.setting.Setting;
import dev.moat.notation.check.Checker;
import dev.moat.notation.core.Bound;
import dev.moat.notation.core.Program;
import dev.moat.notation.tree.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A component that is written in the notation. */
public final class NotedComponent implements Component {
    private final dev.moat.notation.tree.Component tree;
    private final Function<Program, Function<Bound, BackEnd>> backEnds;

    /** @param backEnds makes, for all machines of a program, what runs the code of one */
    public NotedComponent(
            dev.moat.notation.tree.Component tree, Function<Program, Function<Bound, BackEnd>> backEnds) {
        this.tree = tree;
        this.backEnds = backEnds;
    }

    @Override
    public String id() {
        return tree.id();
    }

    @Override
    public String says() {
        return tree.says();
    }

    @Override
    public List<Parameter> parameters() {
        return parameters(Map.of());
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        List<Parameter> all = new ArrayList<>();
        List<Item.Unit> units = tree.all(Item.Unit.class).toList();
        if (!units.isEmpty()) {
            all.add(Families.parameter(Families.DEFAULT));
        }
        tree.all(Item.Parameter.class).map(NotedComponent::parameter).forEach(all::add);
        for (Item.Unit unit : units) {
            Map<String, String> defaults = new TreeMap<>();
            unit.defaults().forEach(d -> defaults.put(d.parameter(), d.value()));
            all.addAll(Families.parameters(given, Families.DEFAULT, defaults));
        }
        return all;
    }

    private static Parameter parameter(Item.Parameter p) {
        Parameter made = p.words().isEmpty()
                ? Parameter.number(p.name(), p.says(), Long.parseLong(p.initial()), p.least(), p.most())
                : Parameter.choice(p.name(), p.says(), p.initial(), p.words().toArray(String[]::new));
        return p.policy() ? made.asPolicy() : made;
    }

    @Override
    public List<InjectedFault> faults() {
        return List.of();
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        Program program = Checker.check(tree);
        new Declaration(program, setting, model, backEnds.apply(program)).declare();
    }
}
