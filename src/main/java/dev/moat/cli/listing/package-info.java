/** What {@code moat list} computes before it prints it: programs of operations, mechanisms. */
@NullMarked
package dev.moat.cli.listing;

import org.jspecify.annotations.NullMarked;
