package dev.moat.cli.option;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** What a user changes about a scenario, and where the search gives up. */
public final class CheckOptions extends LimitOptions {
    @Mixin
    ChangeOptions changes = new ChangeOptions();

    /** As {@link ChangeOptions#faults}. */
    @Nullable
    public List<String> faults() {
        return changes.faults();
    }

    /** As {@link ChangeOptions#settings}. */
    public Map<String, String> settings() {
        return changes.settings();
    }
}
