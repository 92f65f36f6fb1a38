/** Bounced mappings, as a kernel's trace shows them. */
@NullMarked
package dev.moat.audit.bounce;

import org.jspecify.annotations.NullMarked;
