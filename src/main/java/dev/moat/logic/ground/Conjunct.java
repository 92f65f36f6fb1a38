package dev.moat.logic.ground;

import dev.moat.logic.Env;
import dev.moat.logic.Term;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One ground conjunct of an invariant: under these premises, the goal.
 *
 * @param owner index of the invariant
 * @param binding the variables of the universal quantifiers on the way, outermost first
 * @param premises in reading order
 * @param node the whole, compiled
 */
public record Conjunct(int owner, List<Env> binding, List<Scoped> premises, Scoped goal, GroundNode node) {

    /** A formula and what its free variables stand for. */
    public record Scoped(Term term, @Nullable Env env) {}
}
