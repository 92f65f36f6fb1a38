/** A trace told in a few sentences: what is wrong with the code, what was done, and what is broken since when. */
@NullMarked
package dev.moat.trace.story;

import org.jspecify.annotations.NullMarked;
