/**
 * Checks, without a solver, that goals are unsatisfiable: a certificate lists instances of a goal's quantified sentences and a
 * propositional refutation. What has to be trusted for a verdict of this package is this package, and nothing else of Moat.
 *
 * <p>Finds certificates: instances that a model still lacks, and a propositional refutation of them.
 */
@NullMarked
package dev.moat.certificate;

import org.jspecify.annotations.NullMarked;
