/**
 * The facade: {@link dev.moat.check.Checker} turns a {@link dev.moat.check.CheckRequest} into a
 * {@link dev.moat.check.Verdict}, which {@link dev.moat.check.Gate} has compared with what the scenario expects.
 * {@link dev.moat.check.Engine} is the one seam to judge, explorer and traces. Nothing here prints.
 */
@NullMarked
package dev.moat.check;

import org.jspecify.annotations.NullMarked;
