/** Responses: a waiting thing is answered in the end, by stages with a well-founded rank. */
@NullMarked
package dev.moat.prove.response;

import org.jspecify.annotations.NullMarked;
