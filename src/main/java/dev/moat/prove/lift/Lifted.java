package dev.moat.prove.lift;

import dev.moat.prove.term.Expr;
import java.util.List;

/**
 * What a method does, for all states at once.
 *
 * @param answer its result, 32 or 64 bits; 0 where it has none
 * @param states the words of each state afterwards, where it returns
 * @param obligations what would keep it from returning; where none of these happens it does return
 * @param instructions how many it was, each counted once per way
 * @param forks how often there were two ways to go on
 */
public record Lifted(Expr answer, List<List<Expr>> states, List<Obligation> obligations, int instructions, int forks) {}
