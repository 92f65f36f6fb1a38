/**
 * The facade: {@link dev.moat.check.ScenarioChecker} turns a {@link dev.moat.check.CheckRequest} into a {@link
 * dev.moat.check.Verdict}, which {@link dev.moat.check.Gate} compares with the expectation of the scenario. {@link
 * dev.moat.check.Engine} is the one seam to judge, explorer and traces. This package prints nothing.
 *
 * <p>Searches that outlive their process: the saved data, and the conditions under which a search may continue.
 * Searches beyond this process: the seam behind which a build may have one, and the engine that uses it.
 */
@NullMarked
package dev.moat.check;

import org.jspecify.annotations.NullMarked;
