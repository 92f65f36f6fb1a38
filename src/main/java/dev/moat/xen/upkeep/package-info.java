/** Keeping the I/O tables and what units have cached in step with who may reach a frame: entries written, made visible,
 * invalidated and awaited ({@link dev.moat.xen.upkeep.Invalidation}), and what goes only after that. */
@NullMarked
package dev.moat.xen.upkeep;

import org.jspecify.annotations.NullMarked;
