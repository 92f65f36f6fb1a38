/** From the bytes of an ftrace text to events, in constant memory. */
@NullMarked
package dev.moat.audit.read;

import org.jspecify.annotations.NullMarked;
