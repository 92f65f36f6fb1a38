/**
 * The purpose of each step of an operation, each order of two steps and each lock: the program is edited, and the
 * broken properties are reported.
 */
@NullMarked
package dev.moat.check.why;

import org.jspecify.annotations.NullMarked;
