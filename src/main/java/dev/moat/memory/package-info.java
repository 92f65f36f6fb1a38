/** Machine frames: who owns them, who refers to them, what becomes of them. */
@NullMarked
package dev.moat.memory;

import org.jspecify.annotations.NullMarked;
