package dev.moat.cli.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a user changes about a scenario, and where the search gives up. */
public final class CheckOptions extends LimitOptions {
    @Option(
            names = {"-P", "--parameter"},
            paramLabel = "NAME=VALUE",
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
}
