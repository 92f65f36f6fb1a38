/**
 * What a state means: the {@link dev.moat.state.relation.Relation}s of the vocabulary over it, and what a transition claims to have
 * done to them ({@link dev.moat.state.relation.Claim}). Read {@link dev.moat.state.relation.Abstraction} first.
 */
@NullMarked
package dev.moat.state.relation;

import org.jspecify.annotations.NullMarked;
