/** What a scenario can set: parameters with their ranges, the values chosen, and what is said of a value that cannot be. */
@NullMarked
package dev.moat.model.setting;

import org.jspecify.annotations.NullMarked;
