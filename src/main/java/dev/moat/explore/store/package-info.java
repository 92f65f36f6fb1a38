/** What a search keeps of millions of states: fingerprints, packed states, the way back. */
@NullMarked
package dev.moat.explore.store;

import org.jspecify.annotations.NullMarked;
