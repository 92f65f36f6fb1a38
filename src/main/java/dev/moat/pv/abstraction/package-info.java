/** What a state means in the vocabulary. */
@NullMarked
package dev.moat.pv.abstraction;

import org.jspecify.annotations.NullMarked;
