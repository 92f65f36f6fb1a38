package dev.moat.check.proof;

import dev.moat.discipline.DisciplineAction;
import dev.moat.discipline.DisciplineComponent;
import dev.moat.discipline.Instance;
import dev.moat.discipline.InstanceBounds;
import dev.moat.explore.Exploration;
import dev.moat.explore.Explorer;
import dev.moat.explore.Limits;
import dev.moat.explore.Progress;
import dev.moat.input.InputException;
import dev.moat.input.Place;
import dev.moat.logic.Discipline;
import dev.moat.logic.Invariant;
import dev.moat.logic.judge.Judge;
import dev.moat.machine.Granularity;
import dev.moat.machine.Machine;
import dev.moat.model.Edits;
import dev.moat.model.ModelBuilder;
import dev.moat.prove.ProofStatement;
import dev.moat.prove.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The explorer put to one instance of a discipline, judged by statements of a proof. */
final class InstanceSearch {
    private final Instance instance;
    private final List<ProofStatement> statements;
    private final Machine machine;
    private final Judge judge;

    InstanceSearch(Instance instance, List<ProofStatement> statements) {
        this.instance = instance;
        this.statements = List.copyOf(statements);
        ModelBuilder builder = new ModelBuilder(new Edits());
        DisciplineComponent.declare(instance, builder);
        machine = new Machine(builder.build(), Granularity.OPERATION, true);
        List<Invariant> invariants = statements.stream()
                .map(s -> s.invariant(new Place(s.id(), 0, 0)))
                .toList();
        judge = new Judge(invariants, machine.model().abstraction(), machine.schema());
    }

    /** Instances of a discipline, some of which start from no state that it starts from: a bus has one tag, and there would be two. */
    static List<Instance> instances(Discipline discipline, List<InstanceBounds> growing) {
        List<Instance> all = new ArrayList<>();
        for (InstanceBounds bounds : growing) {
            try {
                all.add(new Instance(discipline, bounds));
            } catch (InputException e) {
                if (all.isEmpty()) {
                    throw e;
                }
            }
        }
        return all;
    }

    /** By what it is judged. */
    List<ProofStatement> statements() {
        return statements;
    }

    /** Searches on the calling thread, up to the first violation or a limit. */
    Exploration run(long states) {
        Limits none = Limits.none(1);
        Limits limits = new Limits(none.depth(), none.workers(), none.seconds(), states, none.memory());
        return new Explorer(machine, judge, limits).run(Progress.silent());
    }

    /** A violation's run; the alphabet of the machine is the letters of the instance, in the same order. */
    Run run(Exploration.Violation violation) {
        List<DisciplineAction> alphabet = new ArrayList<>();
        for (Map.Entry<String, List<DisciplineAction>> action :
                instance.letters().entrySet()) {
            alphabet.addAll(action.getValue());
        }
        List<DisciplineAction> taken =
                violation.instances().stream().map(alphabet::get).toList();
        return new Run(instance, instance.initial(), taken);
    }
}
