/**
 * Symmetry. A {@link dev.moat.explore.orbit.SymmetryGroup} has the permutations of things that a machine declares to
 * be alike. An {@link dev.moat.explore.orbit.OrbitPrint} is the one fingerprint of all states that they lead to. A
 * {@link dev.moat.explore.orbit.SymmetryAudit} tests whether the declaration is true.
 */
@NullMarked
package dev.moat.explore.orbit;

import org.jspecify.annotations.NullMarked;
