/** What a state means in the vocabulary. */
@NullMarked
package dev.moat.p2m.abstraction;

import org.jspecify.annotations.NullMarked;
