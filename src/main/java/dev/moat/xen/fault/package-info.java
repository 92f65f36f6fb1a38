/** Slips to inject, each from a real bug or a likely one, and the invalidations, flushes and waits that can be left out. */
@NullMarked
package dev.moat.xen.fault;

import org.jspecify.annotations.NullMarked;
