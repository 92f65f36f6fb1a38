/**
 * Symmetry: {@link dev.moat.explore.orbit.SymmetryGroup} are the permutations of what a machine declares to be alike, {@link
 * dev.moat.explore.orbit.OrbitPrint} what all states that they lead to are known by, {@link
 * dev.moat.explore.orbit.SymmetryAudit} looks whether the declaration is true.
 */
@NullMarked
package dev.moat.explore.orbit;

import org.jspecify.annotations.NullMarked;
