/** Parameters that a scenario can set, with their ranges, the chosen values, and the errors for impossible values. */
@NullMarked
package dev.moat.model.setting;

import org.jspecify.annotations.NullMarked;
