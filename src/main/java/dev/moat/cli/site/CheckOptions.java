package dev.moat.cli.site;

import dev.moat.liveness.Response;
import dev.moat.machine.Granularity;
import dev.moat.model.BadSettingException;
import dev.moat.model.Suggestion;
import dev.moat.scenario.Scenario;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a user changes about a scenario, and where the search gives up. */
public final class CheckOptions extends LimitOptions {
    @Mixin
    ChangeOptions changes = new ChangeOptions();

    @Option(
            names = "--hold",
            paramLabel = "PROPERTY",
            description = "judge this property as well; it must hold (repeatable)")
    List<String> hold = new ArrayList<>();

    @Option(names = "--without", paramLabel = "PROPERTY", description = "do not judge this property (repeatable)")
    List<String> without = new ArrayList<>();

    /** The properties that are asked for beside the scenario's. */
    public List<String> hold() {
        return hold;
    }

    /**
     * A scenario with the properties that are to be judged.
     *
     * @param known the ids of all properties
     * @throws BadSettingException where one is not known, is asked for and not asked for, cannot be left out, or is not judged of whole operations
     */
    public Scenario judged(Scenario scenario, Collection<String> known) {
        for (String id : Stream.concat(hold.stream(), without.stream()).toList()) {
            if (!known.contains(id)) {
                throw new BadSettingException(id, "no property '" + id + "'" + Suggestion.among(id, known));
            } else if (hold.contains(id) && without.contains(id)) {
                throw new BadSettingException(id, "--hold and --without name the same property, " + id);
            } else if (without.contains(Scenario.NO_DEADLOCK)) {
                throw new BadSettingException(id, Scenario.NO_DEADLOCK + " is judged of every scenario");
            }
        }
        hold.forEach(id -> Response.of(id)
                .filter(r -> r.isEndless() && scenario.machine().granularity() != Granularity.STEP)
                .ifPresent(r -> {
                    throw new BadSettingException(
                            id, scenario.id() + ": '" + id + "' is judged of granularity step only");
                }));
        return scenario.judging(hold, without);
    }

    /** As {@link ChangeOptions#faults}. */
    @Nullable
    public List<String> faults() {
        return changes.faults();
    }

    /** As {@link ChangeOptions#edits}. */
    public List<String> edits() {
        return changes.edits();
    }

    /** As {@link ChangeOptions#settings}. */
    public Map<String, String> settings() {
        return changes.settings();
    }
}
