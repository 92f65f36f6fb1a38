package dev.moat.notation.machine;

import dev.moat.input.InputException;
import dev.moat.iommu.Families;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Edits;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.notation.check.Amended;
import dev.moat.notation.check.TextChecker;
import dev.moat.notation.core.BackEnd;
import dev.moat.notation.core.MachineNumbers;
import dev.moat.notation.core.Program;
import dev.moat.notation.text.Parser;
import dev.moat.notation.text.SaidEdit;
import dev.moat.notation.tree.At;
import dev.moat.notation.tree.Edit;
import dev.moat.notation.tree.Item;
import dev.moat.notation.tree.Source;
import dev.moat.notation.tree.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A component that is written in the notation. */
public final class NotedComponent implements Component {
    private final String id;
    private final Supplier<Tree> reader;
    private @Nullable Tree tree;
    private final Function<Program, Function<MachineNumbers, BackEnd>> backEnds;
    /** By the edits of its code. */
    private final Map<List<Edit>, Made> programs = new ConcurrentHashMap<>();

    /** A program, and what runs the code of its machines. */
    private record Made(Program program, Function<MachineNumbers, BackEnd> backEnd) {}

    /** @param backEnds makes, for all machines of a program, what runs the code of one */
    public NotedComponent(Tree tree, Function<Program, Function<MachineNumbers, BackEnd>> backEnds) {
        this.id = tree.id();
        this.backEnds = backEnds;
        reader = () -> tree;
    }

    /** The component of a file, which is read when it is used; that has to name it as it is named here. */
    NotedComponent(String id, Path file, Function<Program, Function<MachineNumbers, BackEnd>> backEnds) {
        this.id = id;
        this.backEnds = backEnds;
        reader = () -> read(id, file);
    }

    private static Tree read(String id, Path file) {
        try {
            Tree tree = Parser.load(file);
            if (!tree.id().equals(id)) {
                throw tree.source()
                        .error(At.NOWHERE, "the file of component " + tree.id() + " is " + tree.id() + ".moat");
            }
            return tree;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it was read from. */
    public synchronized Tree tree() {
        Tree known = tree;
        if (known == null) {
            known = reader.get();
            tree = known;
        }
        return known;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String says() {
        return tree().says();
    }

    @Override
    public List<Parameter> parameters() {
        return parameters(Map.of());
    }

    @Override
    public List<Parameter> parameters(Map<String, String> given) {
        List<Parameter> all = new ArrayList<>();
        List<Item.Unit> units = tree().all(Item.Unit.class).toList();
        if (!units.isEmpty()) {
            all.add(Families.parameter(Families.DEFAULT));
        }
        tree().all(Item.Parameter.class).map(NotedComponent::parameter).forEach(all::add);
        for (Item.Unit unit : units) {
            Map<String, String> defaults = new TreeMap<>();
            unit.defaults().forEach(d -> defaults.put(d.parameter(), d.value()));
            all.addAll(ofFamily(unit, given, defaults));
        }
        return all;
    }

    private List<Parameter> ofFamily(Item.Unit unit, Map<String, String> given, Map<String, String> defaults) {
        try {
            return Families.parameters(given, Families.DEFAULT, defaults);
        } catch (IllegalArgumentException e) {
            throw tree().source().error(unit.at(), String.valueOf(e.getMessage()));
        }
    }

    private static Parameter parameter(Item.Parameter p) {
        Parameter made = p.words().isEmpty()
                ? Parameter.number(p.name(), p.says(), Long.parseLong(p.initial()), p.least(), p.most())
                : Parameter.choice(p.name(), p.says(), p.initial(), p.words().toArray(String[]::new));
        return p.policy() ? made.asPolicy() : made;
    }

    @Override
    public List<InjectedFault> faults() {
        return tree().all(Item.Fault.class).map(NotedComponent::fault).toList();
    }

    private static InjectedFault fault(Item.Fault f) {
        return new InjectedFault(
                f.id(),
                f.says(),
                f.source(),
                f.breaks(),
                f.granularity(),
                edits -> f.edits().forEach(e -> SaidEdit.add(e, edits)));
    }

    @Override
    public void build(Setting setting, ModelBuilder model) {
        declare(setting, model);
    }

    private Declaration declare(Setting setting, ModelBuilder model) {
        List<Edit> edits = model.amendments().stream().map(Edit.class::cast).toList();
        Made made = programs.computeIfAbsent(edits, this::made);
        Declaration declaration = new Declaration(made.program, setting, model, made.backEnd);
        declaration.declare();
        return declaration;
    }

    /**
     * The text of one machine, in which nothing is left to be chosen; steps that edits of its program move are where they were.
     *
     * @param edits of the machine's faults
     */
    public Tree resolved(Setting setting, Edits edits) {
        Declaration declared = declare(setting, new ModelBuilder(edits));
        return Resolved.of(declared.program(), declared::holds);
    }

    private Made made(List<Edit> edits) {
        try {
            Program program = TextChecker.check(edits.isEmpty() ? tree() : Amended.by(tree(), edits));
            return new Made(program, backEnds.apply(program));
        } catch (InputException e) {
            String message = String.valueOf(e.getMessage());
            if (message.startsWith(Source.EDIT)) {
                throw new BadSettingException(message, message);
            }
            throw e;
        }
    }
}
