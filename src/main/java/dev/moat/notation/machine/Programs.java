package dev.moat.notation.machine;

import dev.moat.iommu.Port;
import dev.moat.model.Outcome;
import dev.moat.model.Step;
import dev.moat.notation.core.BackEnd;
import dev.moat.notation.core.MachineNumbers;
import dev.moat.notation.core.Primitive;
import dev.moat.notation.core.Program;
import dev.moat.notation.core.ReadSurvey;
import dev.moat.notation.core.UnitCalls;
import dev.moat.notation.core.Value;
import dev.moat.notation.tree.At;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/** The steps of operations in one machine. What is printed of them is what their code does. */
final class Programs {
    private final Program program;
    private final MachineNumbers bound;
    private final BackEnd code;
    private final Predicate<Value> holds;

    Programs(Program program, MachineNumbers bound, BackEnd code, Predicate<Value> holds) {
        this.program = program;
        this.bound = bound;
        this.code = code;
        this.holds = holds;
    }

    List<Step> steps(Program.Operation operation) {
        List<Step> all = new ArrayList<>();
        add(operation.nodes(), all);
        Set<String> labels = new HashSet<>(Set.of(Step.END));
        At at = operation.start().at();
        for (Step step : all) {
            if (!labels.add(step.name())) {
                throw error(
                        at, "two steps of " + operation.name() + " are named '" + step.name() + "' in this machine");
            }
        }
        for (Step step : all) {
            for (String target : step.targets()) {
                if (target != null && !labels.contains(target)) {
                    throw error(
                            at,
                            operation.name() + "/" + step.name() + " goes to '" + target
                                    + "', which this machine does not have");
                }
            }
        }
        if (all.isEmpty()) {
            throw error(at, operation.name() + " has no step in this machine");
        }
        return all;
    }

    private dev.moat.input.InputException error(At at, String message) {
        return program.tree().source().error(at, message);
    }

    private void add(List<Program.Node> nodes, List<Step> to) {
        for (Program.Node node : nodes) {
            if (node instanceof Program.Where w) {
                add(holds.test(w.condition()) ? w.yes() : w.no(), to);
            } else if (node instanceof Program.Drive d) {
                drive(d, to);
            } else if (node instanceof Program.Step s) {
                to.add(step(s));
            }
        }
    }

    private void drive(Program.Drive d, List<Step> to) {
        Port port = units().iommu().port(0);
        List<String> own = port.driverSteps();
        for (int i = 0; i < own.size(); i++) {
            int number = i;
            String name = d.suffix().isEmpty() ? own.get(i) : own.get(i) + "-" + d.suffix();
            to.add(Step.of(name, (s, cpu) -> port.drive(s, cpu, number))
                    .asking(port.decisions(i))
                    .on(Outcome.FAIL, d.announce())
                    .at(d.point()));
        }
    }

    private UnitCalls units() {
        return Objects.requireNonNull(bound.units());
    }

    private Step step(Program.Step s) {
        ReadSurvey survey = ReadSurvey.of(bound, s.code().acts(), s.code().variables());
        Value quiet = s.quiet();
        Step step = Step.of(s.label(), code.step(s))
                .quietlyIf(quiet != null && holds.test(quiet))
                .at(s.point())
                .taking(names(survey.taken()))
                .dropping(names(survey.dropped()));
        for (Primitive asked : survey.asked()) {
            step = step.asking(asked.decisions(units()));
        }
        for (int exit : survey.exits()) {
            step = step.on(s.outcome(exit), s.exits().get(exit));
        }
        return s.claims().isEmpty() ? step : step.claiming(s.claims());
    }

    private String[] names(Set<Integer> families) {
        return families.stream().map(f -> program.families().get(f).name()).toArray(String[]::new);
    }
}
