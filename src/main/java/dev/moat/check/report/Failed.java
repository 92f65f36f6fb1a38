package dev.moat.check.report;

import dev.moat.check.ExitCode;
import dev.moat.scenario.Scenario;
import org.jspecify.annotations.Nullable;

/**
 * What ended a run of scenarios before all were checked.
 *
 * @param scenario the one that was being checked; null when none was
 * @param exit how the command will exit, if nothing worse was found
 * @param message one line
 */
public record Failed(@Nullable Scenario scenario, ExitCode exit, String message) {}
