/**
 * The mechanisms of a machine, and the one table of their conflicts. A listing prints this table, and a generator of
 * machines reads it.
 */
@NullMarked
package dev.moat.model.mechanism;

import org.jspecify.annotations.NullMarked;
