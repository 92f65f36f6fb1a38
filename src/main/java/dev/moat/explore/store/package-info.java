/** Storage for millions of states of a search: fingerprints, packed states, the way back. */
@NullMarked
package dev.moat.explore.store;

import org.jspecify.annotations.NullMarked;
