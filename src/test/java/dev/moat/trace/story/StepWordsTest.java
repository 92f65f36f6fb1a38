package dev.moat.trace.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.moat.machine.Granularity;
import dev.moat.model.Action;
import dev.moat.model.Argument;
import dev.moat.model.Model;
import dev.moat.model.Operation;
import dev.moat.model.Step;
import dev.moat.scenario.Catalog;
import dev.moat.scenario.Committed;
import dev.moat.scenario.MachineSpec;
import dev.moat.scenario.Scenario;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Nothing that a scenario's machine does is told by its name for want of words. */
class StepWordsTest {
    private final Set<String> steps = new TreeSet<>();
    private final Set<String> letters = new TreeSet<>();
    private final Set<String> wordless = new TreeSet<>();

    @Test
    void eachStepAndEachLetterHasWords() {
        Catalog catalog = Catalog.load();
        Set<MachineSpec> seen = new HashSet<>();
        for (Scenario s : Committed.described()) {
            MachineSpec given = s.machine();
            MachineSpec spec = new MachineSpec(given.component(), given.settings(), Granularity.STEP, false, List.of());
            if (seen.add(spec)) {
                look(given.component(), catalog.model(spec));
            }
        }
        assertThat(steps).hasSizeGreaterThan(900);
        assertThat(letters).hasSizeGreaterThan(250);
        assertThat(wordless).isEmpty();
    }

    private void look(String component, Model model) {
        StepWords words = new StepWords(model);
        for (Operation operation : model.operations()) {
            letter(component, operation.name(), operation.arguments());
            for (Step step : operation.steps()) {
                String name = operation.name() + "/" + step.name();
                steps.add(name);
                if (words.todo(name).startsWith("run '")) {
                    wordless.add(name);
                }
            }
        }
        for (Action action : model.actions()) {
            letter(component, action.name(), action.arguments());
        }
    }

    /** As many arguments as it has tell which words are its own. */
    private void letter(String component, String name, List<Argument> arguments) {
        List<String> first =
                arguments.stream().map(argument -> argument.sort().label(0)).toList();
        // An argument may be several in one: its label has commas then.
        ActionLabel letter = ActionLabel.of(name + "(" + String.join(", ", first) + ")");
        letters.add(component + "/" + name + "/" + letter.arguments().size());
        String told = letter.told(component);
        if (told.equals(name) || told.startsWith(name + " of ")) {
            wordless.add(component + ": " + letter.call());
        }
    }
}
