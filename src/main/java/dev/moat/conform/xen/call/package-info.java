/** One class for each kind of recorded row: how it is run on a bench, and what it answers. */
@NullMarked
package dev.moat.conform.xen.call;

import org.jspecify.annotations.NullMarked;
