/** Free entries of the maptrack, in a list for each virtual CPU of a domain as in Xen since 4.6. */
@NullMarked
package dev.moat.xen.handle;

import org.jspecify.annotations.NullMarked;
