/** Guests' configurations as people have them, compared with what is known of the machine: groups, drivers, the firmware's tables. */
@NullMarked
package dev.moat.assignment;

import org.jspecify.annotations.NullMarked;
