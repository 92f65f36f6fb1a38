/** Machines of every two, or three, mechanisms, capabilities and policies together, generated from the table of conflicts. */
@NullMarked
package dev.moat.check.cover;

import org.jspecify.annotations.NullMarked;
