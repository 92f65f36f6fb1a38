/**
 * What a trace shows of address spaces: pages that are mapped, pages that linger, and the invalidations that end them.
 * Memory and time depend on the number of ranges, never on their pages.
 */
@NullMarked
package dev.moat.audit.pages;

import org.jspecify.annotations.NullMarked;
