/** What is owed an invalidation, and what was submitted of that, in the vocabulary. */
@NullMarked
package dev.moat.xen.owed;

import org.jspecify.annotations.NullMarked;
