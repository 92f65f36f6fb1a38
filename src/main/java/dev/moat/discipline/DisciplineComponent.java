package dev.moat.discipline;

import dev.moat.input.Home;
import dev.moat.input.InputException;
import dev.moat.logic.ActionMutant;
import dev.moat.logic.Discipline;
import dev.moat.logic.Vocabulary;
import dev.moat.model.Action;
import dev.moat.model.Actor;
import dev.moat.model.Argument;
import dev.moat.model.BadSettingException;
import dev.moat.model.Component;
import dev.moat.model.Decision;
import dev.moat.model.InjectedFault;
import dev.moat.model.ModelBuilder;
import dev.moat.model.Parameter;
import dev.moat.model.Setting;
import dev.moat.state.Sort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The discipline as a component: the explorer runs the very file that {@code moat prove} proves. Reads
 * {@code specs/discipline.smt2} of {@link Home#find} when it is first needed.
 */
public final class DisciplineComponent implements Component {
    private static final Decision NO = (s, a, b, c) -> 0;
    private static final Map<String, Actor> ACTORS = Map.ofEntries(
            Map.entry("grant", Actor.GUEST),
            Map.entry("grant-ro", Actor.GUEST),
            Map.entry("end-access", Actor.GUEST),
            Map.entry("restrict", Actor.GUEST),
            Map.entry("walk", Actor.DEVICE),
            Map.entry("complete-invalidation", Actor.IOMMU),
            Map.entry("fill", Actor.IOMMU),
            Map.entry("end-walk", Actor.IOMMU),
            Map.entry("evict", Actor.IOMMU),
            Map.entry("fill-context", Actor.IOMMU),
            Map.entry("evict-context", Actor.IOMMU));

    private final Path specs = Home.find().resolve("specs");
    private @Nullable Discipline read;

    /** The committed discipline. */
    private synchronized Discipline discipline() {
        Discipline known = read;
        if (known == null) {
            known = Discipline.load(
                    specs.resolve("discipline.smt2"), Vocabulary.load(specs.resolve("vocabulary.smt2")));
            read = known;
        }
        return known;
    }

    @Override
    public String id() {
        return "discipline";
    }

    @Override
    public String says() {
        return "The discipline itself, specs/discipline.smt2, over finitely many elements.";
    }

    @Override
    public List<Parameter> parameters() {
        return InstanceBounds.parameters();
    }

    @Override
    public List<InjectedFault> faults() {
        return Designs.ALL.stream().map(Designs.Design::fault).toList();
    }

    /** Every mutant of every action. */
    @Override
    public List<InjectedFault> omissions() {
        List<InjectedFault> all = new ArrayList<>();
        for (ActionMutant mutant : Designs.mutants(discipline())) {
            all.add(new InjectedFault(
                    mutant.id(),
                    "The discipline without the " + mutant.says() + ".",
                    "specs/discipline.smt2",
                    List.of(),
                    "operation",
                    edits -> edits.decide(mutant.id(), (s, a, b, c) -> 1)));
        }
        return all;
    }

    /**
     * As {@link Component#build}.
     *
     * @throws InputException when the discipline cannot be read, or not be grounded
     * @throws BadSettingException when two faults are in one action
     */
    @Override
    public void build(Setting setting, ModelBuilder model) {
        List<String> known = new ArrayList<>();
        faults().forEach(f -> known.add(f.id()));
        omissions().forEach(f -> known.add(f.id()));
        List<String> injected =
                known.stream().filter(id -> isInjected(model, id)).toList();
        declare(new Instance(Designs.inject(discipline(), injected), InstanceBounds.of(setting)), model);
    }

    private static boolean isInjected(ModelBuilder model, String id) {
        return model.decision(id, NO).decide(new long[0], 0, 0, 0) != 0;
    }

    /**
     * Declares the actions of an instance that have letters: each takes one argument, which stands for all its parameters,
     * because there may be more of them than a model's actions take.
     */
    public static void declare(Instance instance, ModelBuilder model) {
        InstanceLayout layout = instance.declare(model.schema(), model.abstraction());
        instance.letters().forEach((name, letters) -> {
            if (letters.isEmpty()) {
                return;
            }
            DisciplineAction[] choices = letters.toArray(new DisciplineAction[0]);
            Sort sort =
                    new Sort(name, letters.stream().map(DisciplineAction::label).toList());
            model.action(new Action(
                    name,
                    ACTORS.getOrDefault(name, Actor.HYPERVISOR),
                    List.of(new Argument("choice", sort)),
                    ModelBuilder.all(),
                    (s, a, b, c, d, e) -> choices[a].apply(s),
                    name.equals("complete-invalidation"),
                    "stutter"));
        });
        model.initially(layout::initialise);
        model.notCompared("it is the discipline");
    }
}
