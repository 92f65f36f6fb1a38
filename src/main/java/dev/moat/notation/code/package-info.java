/**
 * Compiles code to bytecode: a class for what a component's pieces share, and one for each piece. Where places and parameters of a machine
 * are, fields say, so a component is compiled once.
 */
@NullMarked
package dev.moat.notation.code;

import org.jspecify.annotations.NullMarked;
