/** What a state of the I/O spaces means in the vocabulary, and which abstract actions steps claim to be. */
@NullMarked
package dev.moat.xen.iospace.abstraction;

import org.jspecify.annotations.NullMarked;
