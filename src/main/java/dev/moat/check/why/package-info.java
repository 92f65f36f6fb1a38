/** What each step of an operation, each order of two and each lock is for: the program is edited, and what breaks is reported. */
@NullMarked
package dev.moat.check.why;

import org.jspecify.annotations.NullMarked;
