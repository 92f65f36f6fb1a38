package dev.moat.cli.option;

import dev.moat.input.ShellWord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

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
            description = "inject this fault in place of the scenario's, 'none' for none at all; everything must"
                    + " then hold (repeatable)")
    List<String> inject = new ArrayList<>();

    /** The faults that replace the scenario's, or null to keep those. */
    @Nullable
    public List<String> faults() {
        if (inject.isEmpty()) {
            return null;
        }
        return inject.equals(List.of("none")) ? List.of() : inject;
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
        return text.toString();
    }
}
