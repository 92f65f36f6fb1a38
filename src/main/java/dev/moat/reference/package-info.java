/**
 * R1, the reference model: a tiny machine whose exact state counts two independent model checkers agree on. It is the
 * explorer's oracle and its benchmark.
 */
@NullMarked
package dev.moat.reference;

import org.jspecify.annotations.NullMarked;
