/** What there is: p2m entries with their types, frames and who refers to them, the unit's tables, and what calls keep. */
@NullMarked
package dev.moat.p2m.state;

import org.jspecify.annotations.NullMarked;
