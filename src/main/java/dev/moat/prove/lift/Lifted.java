package dev.moat.prove.lift;

import java.util.List;

/**
 * The effect of a method, for all states at once.
 *
 * @param answer its result, 32 or 64 bits; 0 where it has none
 * @param states the words of each state afterwards, where it returns
 * @param said what it adds to the claim that it is given, in order
 * @param obligations what would keep it from returning; where none of these happens it does return
 */
public record Lifted(TermExpr answer, List<List<TermExpr>> states, List<Addition> said, List<Obligation> obligations) {
    /**
     * One more action that a {@link dev.moat.state.Claim} has.
     *
     * @param when under which states it is added; those before it in the list stand before it in the claim
     * @param arguments as many as a claim keeps, 32 bits each, 0 behind those that were given
     */
    public record Addition(TermExpr when, String name, List<TermExpr> arguments) {
        Addition when(TermExpr condition) {
            return new Addition(condition, name, arguments);
        }
    }
}
