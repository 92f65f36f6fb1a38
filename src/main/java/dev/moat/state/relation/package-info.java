/**
 * The meaning of a state: {@link dev.moat.state.relation.Relation}s of the vocabulary, and the {@link
 * dev.moat.state.relation.Claim} of a transition about its effect on them. Read {@link
 * dev.moat.state.relation.Abstraction} first.
 */
@NullMarked
package dev.moat.state.relation;

import org.jspecify.annotations.NullMarked;
