/**
 * What a checked component is: every name is bound, every type is known, blocks are put in. Parameters of a machine are not known yet;
 * they are {@link dev.moat.notation.core.Value.Fixed}. The back ends read this: {@link dev.moat.notation.core.Interpreter} is the slow
 * one, and what it does is what a text means.
 *
 * <p>What a text may ask of an IOMMU, of whatever family: primitives with a type and with what they read.
 */
@NullMarked
package dev.moat.notation.core;

import org.jspecify.annotations.NullMarked;
