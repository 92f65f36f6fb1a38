/**
 * Mechanisms, of which a machine is made, and the one table of those that do not go together: what a component refuses is data, which
 * a listing prints and a generator of machines reads.
 */
@NullMarked
package dev.moat.model.mechanism;

import org.jspecify.annotations.NullMarked;
