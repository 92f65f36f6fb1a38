package dev.moat.cli.site;

import dev.moat.input.ShellWord;
import dev.moat.notation.text.SaidEdit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What a user changes about a scenario. */
public final class ChangeOptions {
    @Option(
            names = {"-P", "--parameter"},
            paramLabel = "NAME=VALUE",
            parameterConsumer = Assignments.class,
            description = "replace a parameter, capability or policy of the scenario; its expected counts are then"
                    + " not applied (repeatable)")
    Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--inject",
            paramLabel = "FAULT",
            parameterConsumer = FaultNames.class,
            description = "inject this fault in place of the scenario's, 'none' for none at all; everything must"
                    + " then hold (repeatable)")
    List<String> inject = new ArrayList<>();

    @Option(
            names = "--edit",
            paramLabel = "EDIT",
            description = "edit the program of an operation, as in 'move unlock before await in unmap_grant_ref'"
                    + " (docs/howto/check-a-patch.md); everything must then hold (repeatable, in order)")
    List<String> edit = new ArrayList<>();

    /** The edits of programs, in order, as messages print them. */
    public List<String> edits() {
        return edit.stream().map(text -> SaidEdit.fault(text).id()).toList();
    }

    /** The faults that replace the scenario's, or null to keep those. */
    @Nullable
    public List<String> faults() {
        if (inject.isEmpty()) {
            return null;
        }
        return inject.equals(List.of(FaultNames.NONE)) ? List.of() : inject;
    }

    /** What replaces settings of the scenario, by name. */
    public Map<String, String> settings() {
        return settings;
    }

    /** The options as they were given, as a shell reads them, each with a space before it. */
    public String words() {
        StringBuilder text = new StringBuilder();
        settings.forEach((key, value) -> text.append(" -P ").append(ShellWord.of(key + "=" + value)));
        inject.forEach(fault -> text.append(" --inject ").append(ShellWord.of(fault)));
        edit.forEach(each -> text.append(" --edit ").append(ShellWord.of(each)));
        return text.toString();
    }

    /** Reads faults to inject, each once, and {@code none} alone: beside others it would be looked for as one of them. */
    public static final class FaultNames implements IParameterConsumer {
        private static final String NONE = "none";

        @Override
        @SuppressWarnings("JdkObsolete") // picocli's type
        public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
            if (words.isEmpty() || words.peek().startsWith("-")) {
                throw new ParameterException(command.commandLine(), "--inject needs a fault behind it");
            }
            String fault = words.pop();
            if (SaidEdit.is(fault)) {
                throw new ParameterException(
                        command.commandLine(), "'" + fault + "' is no fault's id; an edit is for --edit");
            }
            List<String> given = option.getValue();
            if (given.contains(fault)) {
                throw new ParameterException(command.commandLine(), "--inject " + fault + " is given twice");
            }
            given.add(fault);
            if (given.contains(NONE) && given.size() > 1) {
                throw new ParameterException(command.commandLine(), "--inject none goes with no other fault");
            }
        }
    }
}
