/**
 * Symmetry: {@link dev.moat.explore.orbit.SymmetryGroup} are the permutations of what a machine declares to be alike, {@link
 * dev.moat.explore.orbit.LeastImage} the one state that stands for all that they lead to, {@link
 * dev.moat.explore.orbit.SymmetryAudit} looks whether the declaration is true.
 */
@NullMarked
package dev.moat.explore.orbit;

import org.jspecify.annotations.NullMarked;
